import type { UnitOfWork } from "../../database/database";
import {
  judgeSubscriptionMove,
  judgeSubscriptionObservation,
  type SubscriptionObservation,
  type SubscriptionStatus,
  type SubscriptionTerms,
} from "../../domain/billing-subscription";
import type { ObservationSource } from "../../domain/payment-observation";
import type { Verdict } from "../../domain/verdict";
import { BillingSubscriptionEntity } from "../../entities/billing-subscription.entity";
import { nextCheckAt, nextDailyCheckAt } from "../../operations/schedule";
import type { ChangeDependencies } from "../followed/followed-kind";
import { type Applied, FollowedRows } from "../followed/followed-rows";

const minuteMs = 60_000;

/** A charge is made up to this long after it falls due (measured: 26 to 33 minutes). */
const chargeLagMs = 40 * minuteMs;

/** How often one that was cancelled is looked at again: some were seen to come back. */
const looksAtCancelled = 8;

/** How subscriptions live. Their events are in their sellers' logs. */
export const subscriptionRows = new FollowedRows<BillingSubscriptionEntity>({
  entity: BillingSubscriptionEntity,
  judge: judgeSubscriptionMove,
  providerIdColumn: "provider_subscription_id",
  events: {
    created: "SUBSCRIPTION_CREATED",
    moved: "SUBSCRIPTION_STATUS_CHANGED",
    updated: "SUBSCRIPTION_UPDATED",
  },
  streamOf: ({ sellerId }) => sellerId,
  snapshotOf: ({ providerStatus, amountMinor }) => ({
    providerStatus,
    amountMinor: amountMinor.toString(),
  }),
  happenedAt: ({ providerUpdatedAt }) => providerUpdatedAt,
  alerts: {
    idName: "subscriptionId",
    anomaly: "SUBSCRIPTION_CHANGED_AFTER_END",
    unapplied: "SUBSCRIPTION_NOT_APPLIED",
  },
  dueIn({ clock, random }, { status, attempts, nextChargeAt }) {
    const now = clock.now();
    switch (status) {
      case "AUTHORIZED":
      case "PAUSED":
      case "PENDING": {
        const daily = nextDailyCheckAt(now, random);
        if (nextChargeAt === null || status === "PENDING") return daily;
        const charged = new Date(nextChargeAt.getTime() + chargeLagMs);
        return charged > now && charged < daily ? charged : daily;
      }
      case "CANCELLED":
        return attempts < looksAtCancelled ? nextCheckAt(now, attempts, random) : null;
      // What is being made is found out by its operation.
      case "PROCESSING":
      case "UNKNOWN":
      case "FINISHED":
      case "FAILED":
        return null;
    }
  },
});

export function termsOf(subscription: BillingSubscriptionEntity): SubscriptionTerms {
  const { amountMinor: minor, currency, frequency, frequencyType, freeTrial } = subscription;
  return { amount: { minor, currency }, frequency, frequencyType, freeTrial };
}

/** Columns of our own that are written along with what the provider shows. */
export type OwnColumns = Partial<Pick<BillingSubscriptionEntity, "openActionId">>;

/** Writes what an observation means for a subscription. `holder`: see `FollowedRows.holderOf`. */
export function applySubscription(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  subscription: BillingSubscriptionEntity,
  seen: SubscriptionObservation,
  source: ObservationSource,
  own: OwnColumns = {},
  holder?: string,
): Applied<BillingSubscriptionEntity, Verdict<SubscriptionStatus>> {
  const known = { ...subscription, terms: termsOf(subscription) };
  const shownAs = withoutOldDate(seen);
  const verdict = judgeSubscriptionObservation(known, shownAs, holder);
  const { providerSubscriptionId } = seen;
  return subscriptionRows.apply(
    deps,
    unit,
    subscription,
    verdict,
    { source, seen },
    {
      applied: ({ status }) => ({ status, ...columnsOf(shownAs), ...own }),
      found: { providerSubscriptionId, ...own },
      own,
    },
  );
}

/** A date that stands still says nothing: one that has ended, or is not begun, is not charged. */
function withoutOldDate(seen: SubscriptionObservation): SubscriptionObservation {
  const isCharged = seen.status === "AUTHORIZED" || seen.status === "PAUSED";
  return isCharged ? seen : { ...seen, nextChargeAt: null };
}

export function columnsOf(seen: SubscriptionObservation) {
  const { amount, frequency, frequencyType, freeTrial } = seen.terms;
  const { providerSubscriptionId, providerStatus, reason, backUrl, checkoutUrl } = seen;
  const { startDate, endDate, nextChargeAt, methodId, cardId, secondaryMethodId } = seen;
  return {
    ...{ providerSubscriptionId, providerStatus, reason, backUrl, checkoutUrl },
    ...{ startDate, endDate, nextChargeAt, methodId, cardId, secondaryMethodId },
    ...{ frequency, frequencyType, freeTrial },
    currency: amount.currency,
    amountMinor: amount.minor,
    providerUpdatedAt: seen.providerUpdatedAt,
  };
}
