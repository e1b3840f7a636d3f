import { billingModeOf, type SubscriptionStatus } from "../../domain/billing-subscription";
import { eventSubjects } from "../../domain/events";
import type { BillingSubscriptionEntity } from "../../entities/billing-subscription.entity";
import type { EventEntity } from "../../entities/event.entity";
import { BillingSubscriptionType } from "../../schema/subscription/subscription.type";
import { toUserErrors } from "../mutation";
import { toMoney } from "../payment/payment.view";

/** A subscription as the API shows it. */
export function toSubscription(subscription: BillingSubscriptionEntity): BillingSubscriptionType {
  const { failure, frequency, frequencyType, freeTrial, startDate, endDate } = subscription;
  return Object.assign(new BillingSubscriptionType(), {
    id: subscription.id,
    sellerId: subscription.sellerId,
    planId: subscription.planId,
    provider: subscription.provider,
    billingMode: billingModeOf[subscription.provider],
    status: subscription.status,
    providerStatus: subscription.providerStatus,
    providerSubscriptionId: subscription.providerSubscriptionId,
    externalReference: subscription.externalReference,
    reason: subscription.reason,
    payerEmail: subscription.payerEmail,
    recurrence: {
      ...{ frequency, frequencyType, freeTrial },
      amount: toMoney(subscription.amountMinor, subscription.currency),
      ...{ repetitions: null, billingDay: null, billingDayProportional: false },
    },
    ...{ startDate, endDate },
    nextChargeAt: subscription.nextChargeAt,
    checkoutUrl: subscription.checkoutUrl,
    methodId: subscription.methodId,
    secondaryMethodId: subscription.secondaryMethodId,
    failure: toUserErrors(failure && [failure])[0] ?? null,
    nextCheckAt: subscription.dueAt,
    createdAt: subscription.createdAt,
    updatedAt: subscription.updatedAt,
  } satisfies BillingSubscriptionType);
}

/** The subscription as an event has left it, so that watchers see each status once, in order. */
export function subscriptionAsOf(
  event: EventEntity,
  subscription: BillingSubscriptionEntity,
): BillingSubscriptionEntity {
  const isOwn = eventSubjects[event.type] === "BillingSubscription";
  if (!isOwn || event.subjectVersion >= subscription.version) return subscription;
  const status = (event.toStatus ?? subscription.status) as SubscriptionStatus;
  const { amountMinor, providerStatus } = event.snapshot;
  return {
    ...subscription,
    status,
    providerStatus: providerStatus ?? null,
    amountMinor: amountMinor === undefined ? subscription.amountMinor : BigInt(amountMinor),
    failure: status === "FAILED" ? subscription.failure : null,
    updatedAt: event.recordedAt,
    version: event.subjectVersion,
  };
}
