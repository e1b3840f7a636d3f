/**
 * Opaque ids: a prefix that tells the kind, an underscore and a ULID. The prefix is the type's name on
 * the wire (`node(id:)` reads it) and in the database, so that an id pasted into a ticket explains itself.
 */
export const idPrefixes = {
  Marketplace: "mkt",
  Seller: "sel",
  ProviderAccount: "acc",
  Payment: "pay",
  Refund: "ref",
  MarketplaceOrder: "ord",
  Payout: "pyo",
  Transfer: "trf",
  PointDevice: "pdv",
  SubscriptionPlan: "pln",
  BillingSubscription: "sub",
  PointOrder: "pto",
  ApiKey: "key",
  WatchToken: "wat",
  ConnectionAttempt: "con",
  TestUser: "tus",
  Operation: "opr",
  InboxDelivery: "inb",
  Observation: "obs",
  Lease: "lea",
  Alert: "alr",
} as const;

/** The kinds of thing that have an id. */
export type IdKind = keyof typeof idPrefixes;

declare const kind: unique symbol;
/** A string known to be an id of the named kind. Made by `IdFactory`, or checked by `isId`. */
export type Id<K extends IdKind> = string & { readonly [kind]: K };

export type MarketplaceId = Id<"Marketplace">;
export type SellerId = Id<"Seller">;
export type ProviderAccountId = Id<"ProviderAccount">;
export type PaymentId = Id<"Payment">;
export type RefundId = Id<"Refund">;
export type MarketplaceOrderId = Id<"MarketplaceOrder">;
export type PayoutId = Id<"Payout">;
export type TransferId = Id<"Transfer">;
export type PointDeviceId = Id<"PointDevice">;
export type BillingSubscriptionId = Id<"BillingSubscription">;
export type SubscriptionPlanId = Id<"SubscriptionPlan">;
export type PointOrderId = Id<"PointOrder">;
export type ApiKeyId = Id<"ApiKey">;
export type WatchTokenId = Id<"WatchToken">;
export type ConnectionAttemptId = Id<"ConnectionAttempt">;
export type TestUserId = Id<"TestUser">;
export type OperationId = Id<"Operation">;
export type InboxDeliveryId = Id<"InboxDelivery">;
export type AlertId = Id<"Alert">;
export type ObservationId = Id<"Observation">;

/** What is followed at a provider until it ends, and has an event for each change. */
export type FollowedKind =
  | "Payment"
  | "Refund"
  | "MarketplaceOrder"
  | "Payout"
  | "Transfer"
  | "PointDevice"
  | "SubscriptionPlan"
  | "BillingSubscription"
  | "PointOrder";
export type FollowedId = { [K in FollowedKind]: Id<K> }[FollowedKind];

/** What has a log of its own: a seller, and an order, which belongs to several sellers. */
export type StreamId = SellerId | MarketplaceOrderId;

/** What cursors are places in: a log, or the stream over all logs of a marketplace. */
export type LogId = StreamId | MarketplaceId;

/** Makes new ids. Injected, so that tests can make them predictable. */
export interface IdFactory {
  next<K extends IdKind>(kind: K): Id<K>;
}

const shape = /^([a-z]{3})_[0-9A-HJKMNP-TV-Z]{26}$/;
const kindByPrefix = new Map<string, IdKind>(
  Object.entries(idPrefixes).map(([name, prefix]) => [prefix, name as IdKind]),
);

/** The kind that an id claims to be, or undefined when the text is no id of ours. */
export function kindOfId(id: string): IdKind | undefined {
  const prefix = shape.exec(id)?.[1];
  return prefix === undefined ? undefined : kindByPrefix.get(prefix);
}

/** Narrows text to an id of one kind. A false answer means: malformed, or an id of another kind. */
export function isId<K extends IdKind>(expected: K, id: string): id is Id<K> {
  return kindOfId(id) === expected;
}
