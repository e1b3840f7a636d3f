import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import { CreateBillingSubscriptionInput } from "../../schema/subscription/subscription.input";
import { CreateBillingSubscriptionPayload } from "../../schema/subscription/subscription.payloads";
import type { SubscriptionResult } from "../../services/subscription/subscription.service";
import type { RequestContext } from "../context";
import { answer, toUserErrors } from "../mutation";
import { readCreateSubscription } from "./subscription.input";
import { toSubscription } from "./subscription.view";

/** What makes subscriptions. */
@Resolver()
export class SubscriptionMutationsResolver {
  @Mutation(() => CreateBillingSubscriptionPayload, {
    description:
      "Makes a subscription, once for each idempotencyKey. It is sent to the provider once and never again: a lost answer is looked for, and shown as UNKNOWN until it is found.",
  })
  createBillingSubscription(
    @Arg("input", () => CreateBillingSubscriptionInput, { description: "The subscription." })
    input: CreateBillingSubscriptionInput,
    @Ctx() context: RequestContext,
  ): Promise<CreateBillingSubscriptionPayload> {
    return answer(input, { replayed: false, subscription: null }, async () => {
      const { principal, services } = context;
      const args = readCreateSubscription(input);
      return shown(
        context,
        await services.subscriptions.create(principal, input.idempotencyKey, args),
      );
    });
  }
}

function shown(context: RequestContext, { subscription, replayed, refusal }: SubscriptionResult) {
  context.renewLoaders(({ BillingSubscription }) =>
    BillingSubscription.prime(subscription.id, subscription),
  );
  return {
    replayed,
    subscription: toSubscription(subscription),
    userErrors: toUserErrors(refusal),
  };
}
