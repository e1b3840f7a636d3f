import { Arg, Ctx, Mutation, Resolver } from "type-graphql";
import {
  CreateSubscriptionPlanInput,
  UpdateSubscriptionPlanInput,
} from "../../schema/subscription/plan.input";
import {
  CreateSubscriptionPlanPayload,
  UpdateSubscriptionPlanPayload,
} from "../../schema/subscription/plan.payloads";
import type { PlanResult } from "../../services/subscription/plan.service";
import type { RequestContext } from "../context";
import { answer, toUserErrors } from "../mutation";
import { readCreatePlan, readUpdatePlan } from "./plan.input";
import { toPlan } from "./plan.view";

/** What makes and changes plans. */
@Resolver()
export class PlanMutationsResolver {
  @Mutation(() => CreateSubscriptionPlanPayload, {
    description:
      "Makes a plan, once for each idempotencyKey. A lost answer is looked for in the provider's list; nothing is sent twice.",
  })
  createSubscriptionPlan(
    @Arg("input", () => CreateSubscriptionPlanInput, { description: "The plan." })
    input: CreateSubscriptionPlanInput,
    @Ctx() context: RequestContext,
  ): Promise<CreateSubscriptionPlanPayload> {
    return answer(input, { replayed: false, plan: null }, async () => {
      const { principal, services } = context;
      const args = readCreatePlan(input);
      return shown(context, await services.plans.create(principal, input.idempotencyKey, args));
    });
  }

  @Mutation(() => UpdateSubscriptionPlanPayload, {
    description:
      "Changes a plan, or puts it off and on. The plan is read again afterwards: what the provider said yes to and left as it was is told in `userErrors`, as CHANGE_NOT_APPLIED.",
  })
  updateSubscriptionPlan(
    @Arg("input", () => UpdateSubscriptionPlanInput, { description: "The change." })
    input: UpdateSubscriptionPlanInput,
    @Ctx() context: RequestContext,
  ): Promise<UpdateSubscriptionPlanPayload> {
    return answer(input, { replayed: false, plan: null }, async () => {
      const { principal, services } = context;
      const args = readUpdatePlan(input);
      return shown(context, await services.plans.update(principal, input.idempotencyKey, args));
    });
  }
}

function shown(context: RequestContext, { plan, replayed, refusal }: PlanResult) {
  context.renewLoaders(({ SubscriptionPlan }) => SubscriptionPlan.prime(plan.id, plan));
  return { replayed, plan: toPlan(plan), userErrors: toUserErrors(refusal) };
}
