import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import {
  CancelSubscriptionInput,
  ChangeSubscriptionAmountInput,
  ChangeSubscriptionCardInput,
  CreateBillingSubscriptionInput,
  PauseSubscriptionInput,
  ResumeSubscriptionInput,
  SetSecondaryPaymentMethodInput,
} from "../../schema/subscription/subscription.input";
import {
  CancelSubscriptionPayload,
  ChangeSubscriptionAmountPayload,
  ChangeSubscriptionCardPayload,
  CreateBillingSubscriptionPayload,
  PauseSubscriptionPayload,
  ResumeSubscriptionPayload,
  SetSecondaryPaymentMethodPayload,
} from "../../schema/subscription/subscription.payloads";
import type { ChangeArgs, ChangeName } from "../../services/subscription/change-subscription";
import type { SubscriptionResult } from "../../services/subscription/subscription.service";
import type { RequestContext } from "../context";
import { defined } from "../given";
import { answer, toUserErrors } from "../mutation";
import { readCreateSubscription } from "./subscription.input";
import { toSubscription } from "./subscription.view";

/** What makes and changes subscriptions. */
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

  @Mutation(() => ChangeSubscriptionAmountPayload, {
    description:
      "Changes what each charge takes, from the next one on; nothing is taken for the time before. The provider tells the payer by mail. Read again afterwards, once for each idempotencyKey.",
  })
  changeSubscriptionAmount(
    @Arg("input", () => ChangeSubscriptionAmountInput, { description: "What to change." })
    input: ChangeSubscriptionAmountInput,
    @Ctx() context: RequestContext,
  ): Promise<ChangeSubscriptionAmountPayload> {
    return change(context, "changeSubscriptionAmount", input);
  }

  @Mutation(() => ChangeSubscriptionCardPayload, {
    description:
      "Charges another card from now on, or completes a pending subscription. What is open is charged to the new card at once. A card that fails its check is refused with the reason. Read again afterwards, once for each idempotencyKey.",
  })
  changeSubscriptionCard(
    @Arg("input", () => ChangeSubscriptionCardInput, { description: "What to change." })
    input: ChangeSubscriptionCardInput,
    @Ctx() context: RequestContext,
  ): Promise<ChangeSubscriptionCardPayload> {
    return change(context, "changeSubscriptionCard", input);
  }

  @Mutation(() => SetSecondaryPaymentMethodPayload, {
    description:
      "Sets what is charged where the first method fails. Read again afterwards, once for each idempotencyKey.",
  })
  setSecondaryPaymentMethod(
    @Arg("input", () => SetSecondaryPaymentMethodInput, { description: "What to change." })
    input: SetSecondaryPaymentMethodInput,
    @Ctx() context: RequestContext,
  ): Promise<SetSecondaryPaymentMethodPayload> {
    return change(context, "setSecondaryPaymentMethod", input);
  }

  @Mutation(() => PauseSubscriptionPayload, {
    description:
      "Stops the charges. Periods that pass meanwhile are lost, and the calendar goes on. Read again afterwards, once for each idempotencyKey.",
  })
  pauseSubscription(
    @Arg("input", () => PauseSubscriptionInput, { description: "What to change." })
    input: PauseSubscriptionInput,
    @Ctx() context: RequestContext,
  ): Promise<PauseSubscriptionPayload> {
    return change(context, "pauseSubscription", input);
  }

  @Mutation(() => ResumeSubscriptionPayload, {
    description:
      "Lets the charges go on with the next period. What was not paid before is not collected. Read again afterwards, once for each idempotencyKey.",
  })
  resumeSubscription(
    @Arg("input", () => ResumeSubscriptionInput, { description: "What to change." })
    input: ResumeSubscriptionInput,
    @Ctx() context: RequestContext,
  ): Promise<ResumeSubscriptionPayload> {
    return change(context, "resumeSubscription", input);
  }

  @Mutation(() => CancelSubscriptionPayload, {
    description:
      "Ends a subscription at once and for good. Read again afterwards, once for each idempotencyKey.",
  })
  cancelSubscription(
    @Arg("input", () => CancelSubscriptionInput, { description: "What to change." })
    input: CancelSubscriptionInput,
    @Ctx() context: RequestContext,
  ): Promise<CancelSubscriptionPayload> {
    return change(context, "cancelSubscription", input);
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

/** Every change of a subscription, by its mutation's name. */
function change(
  context: RequestContext,
  name: ChangeName,
  input: ChangeArgs & { readonly idempotencyKey: string },
): Promise<CreateBillingSubscriptionPayload> {
  return answer<CreateBillingSubscriptionPayload>(
    input,
    { replayed: false, subscription: null },
    async () => {
      const { principal, services } = context;
      const { idempotencyKey, ...args } = input;
      const given = defined(args) as ChangeArgs;
      return shown(
        context,
        await services.subscriptions.change(principal, name, idempotencyKey, given),
      );
    },
  );
}
