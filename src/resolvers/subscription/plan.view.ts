import type { SubscriptionPlanEntity } from "../../entities/subscription-plan.entity";
import { SubscriptionPlanType } from "../../schema/subscription/plan.type";
import { toUserErrors } from "../mutation";
import { toMoney } from "../payment/payment.view";

/** A plan as the API shows it. */
export function toPlan(plan: SubscriptionPlanEntity): SubscriptionPlanType {
  const { failure, frequency, frequencyType, repetitions, billingDay } = plan;
  const { billingDayProportional, freeTrial } = plan;
  return Object.assign(new SubscriptionPlanType(), {
    id: plan.id,
    sellerId: plan.sellerId,
    provider: plan.provider,
    status: plan.status,
    providerStatus: plan.providerStatus,
    providerPlanId: plan.providerPlanId,
    externalReference: plan.externalReference,
    reason: plan.reason,
    recurrence: {
      ...{ frequency, frequencyType, repetitions, billingDay, billingDayProportional, freeTrial },
      amount: toMoney(plan.amountMinor, plan.currency),
    },
    allowedMethods: plan.allowedMethods && { ...plan.allowedMethods },
    backUrl: plan.backUrl,
    checkoutUrl: plan.checkoutUrl,
    failure: toUserErrors(failure && [failure])[0] ?? null,
    createdAt: plan.createdAt,
    updatedAt: plan.updatedAt,
  } satisfies SubscriptionPlanType);
}
