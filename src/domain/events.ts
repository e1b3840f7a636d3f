import type { IdKind } from "./ids";

/** What happened, and to what. Each name is part of the public API: it can be added to, never renamed. */
export const eventSubjects = {
  PAYMENT_CREATED: "Payment",
  PAYMENT_STATUS_CHANGED: "Payment",
  PAYMENT_UPDATED: "Payment",
  REFUND_CREATED: "Refund",
  REFUND_STATUS_CHANGED: "Refund",
  ORDER_CREATED: "MarketplaceOrder",
  ORDER_STATUS_CHANGED: "MarketplaceOrder",
  ORDER_UPDATED: "MarketplaceOrder",
  PAYOUT_CREATED: "Payout",
  PAYOUT_STATUS_CHANGED: "Payout",
  PAYOUT_UPDATED: "Payout",
  TRANSFER_CREATED: "Transfer",
  TRANSFER_STATUS_CHANGED: "Transfer",
  POINT_DEVICE_FOUND: "PointDevice",
  POINT_DEVICE_STATUS_CHANGED: "PointDevice",
  POINT_DEVICE_UPDATED: "PointDevice",
  SUBSCRIPTION_CREATED: "BillingSubscription",
  SUBSCRIPTION_STATUS_CHANGED: "BillingSubscription",
  SUBSCRIPTION_UPDATED: "BillingSubscription",
  PLAN_CREATED: "SubscriptionPlan",
  PLAN_STATUS_CHANGED: "SubscriptionPlan",
  PLAN_UPDATED: "SubscriptionPlan",
  POINT_ORDER_CREATED: "PointOrder",
  POINT_ORDER_STATUS_CHANGED: "PointOrder",
  POINT_ORDER_UPDATED: "PointOrder",
  ACCOUNT_CONNECTED: "ProviderAccount",
  ACCOUNT_STATUS_CHANGED: "ProviderAccount",
  ACCOUNT_UPDATED: "ProviderAccount",
} as const satisfies Record<string, IdKind>;
export type EventType = keyof typeof eventSubjects;

export type EventSubjectKind = (typeof eventSubjects)[EventType];

/** What people call what events are about. */
const subjectWords: Record<EventSubjectKind, string> = {
  Payment: "a payment",
  Refund: "a refund",
  MarketplaceOrder: "an order",
  Payout: "a payout",
  Transfer: "a transfer",
  PointDevice: "a card reader",
  BillingSubscription: "a subscription",
  SubscriptionPlan: "a plan of subscriptions",
  PointOrder: "an order at a card reader",
  ProviderAccount: "a seller's account at a provider",
};
/** All of them, for descriptions: "a payment, …, or a seller's account at a provider". */
export const anyEventSubject = Object.values(subjectWords)
  .join(", ")
  .replace(/, (?=[^,]*$)/, ", or ");

/** The kinds that have a timeline of their own. A refund's events stand in that of its payment. */
export type TopicKind = Exclude<EventSubjectKind, "Refund">;

/** How we came to know it. */
export const eventSources = ["API", "WEBHOOK", "LOOKUP", "SCHEDULE"] as const;
export type EventSource = (typeof eventSources)[number];
