import type { UnitOfWork } from "../../database/database";
import type { ObservationSource } from "../../domain/payment-observation";
import {
  judgePlanMove,
  judgePlanObservation,
  type PlanObservation,
  type PlanStatus,
  type PlanTerms,
} from "../../domain/subscription-plan";
import type { Verdict } from "../../domain/verdict";
import { SubscriptionPlanEntity } from "../../entities/subscription-plan.entity";
import type { ChangeDependencies } from "../followed/followed-kind";
import { type Applied, FollowedRows } from "../followed/followed-rows";

/** How plans live. Their events are in their sellers' logs. */
export const planRows = new FollowedRows<SubscriptionPlanEntity>({
  entity: SubscriptionPlanEntity,
  judge: judgePlanMove,
  providerIdColumn: "provider_plan_id",
  events: { created: "PLAN_CREATED", moved: "PLAN_STATUS_CHANGED", updated: "PLAN_UPDATED" },
  streamOf: ({ sellerId }) => sellerId,
  snapshotOf: ({ providerStatus, amountMinor }) => ({
    providerStatus,
    amountMinor: amountMinor.toString(),
  }),
  happenedAt: ({ providerUpdatedAt }) => providerUpdatedAt,
  alerts: {
    idName: "planId",
    anomaly: "SUBSCRIPTION_CHANGED_AFTER_END",
    unapplied: "SUBSCRIPTION_NOT_APPLIED",
  },
});

export function termsOf(plan: SubscriptionPlanEntity): PlanTerms {
  const { frequency, frequencyType, repetitions, billingDay, billingDayProportional } = plan;
  return {
    reason: plan.reason,
    recurrence: {
      ...{ frequency, frequencyType, repetitions, billingDay, billingDayProportional },
      amount: { minor: plan.amountMinor, currency: plan.currency },
      freeTrial: plan.freeTrial,
    },
    allowedMethods: plan.allowedMethods,
    backUrl: plan.backUrl,
  };
}

/** The columns that hold a plan's terms. */
export function termColumns({ reason, recurrence, allowedMethods, backUrl }: PlanTerms) {
  const { amount, ...rhythm } = recurrence;
  return {
    ...{ reason, allowedMethods, backUrl },
    ...rhythm,
    currency: amount.currency,
    amountMinor: amount.minor,
  };
}

/** Writes what an observation means for a plan. `holder`: see `FollowedRows.holderOf`. */
export function applyPlanObservation(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  plan: SubscriptionPlanEntity,
  seen: PlanObservation,
  source: ObservationSource,
  own: Partial<Pick<SubscriptionPlanEntity, "openActionId">> = {},
  holder?: string,
): Applied<SubscriptionPlanEntity, Verdict<PlanStatus>> {
  const verdict = judgePlanObservation({ ...plan, terms: termsOf(plan) }, seen, holder);
  const { providerPlanId, providerStatus, checkoutUrl, providerUpdatedAt } = seen;
  return planRows.apply(
    deps,
    unit,
    plan,
    verdict,
    { source, seen },
    {
      applied: ({ status }) => ({
        ...{ status, providerPlanId, providerStatus, checkoutUrl, providerUpdatedAt },
        ...termColumns(seen.terms),
        ...own,
      }),
      found: { providerPlanId, ...own },
      own,
    },
  );
}
