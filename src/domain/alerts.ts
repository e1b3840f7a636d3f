import type { IdKind, MarketplaceId, SellerId } from "./ids";

/**
 * What a person is told of: the code, and its text in the log and in metrics. A code is stored, so that it can be added
 * to and never renamed. docs/operations.md says of each what to do.
 */
export const alertTexts = {
  PAYMENT_CHANGED_AFTER_END: "a payment that had ended changed again",
  PAYMENT_NOT_APPLIED: "an observation of a payment was not applied",
  ORDER_CONTRADICTED: "an order is not as it should be",
  ORDER_REFUNDED_AT_PROVIDER: "an order was refunded at the provider",
  CART_DISPUTED: "a cart of an order that is let go is disputed",
  CART_GIVEN_BACK: "a captured cart of a failed order is given back",
  CART_PAID_LATE: "a cart of an order that came to nothing has money",
  REFUND_ID_TAKEN: "a refund was answered with the id of another one",
  REFUND_CHANGED: "a refund is not what was written down",
  PAYOUT_CHANGED_AFTER_END: "a payout that had ended changed again",
  PAYOUT_NOT_APPLIED: "an observation of a payout was not applied",
  PAYOUT_WITHOUT_END: "a payout does not come to an end",
  SUBSCRIPTION_CHANGED_AFTER_END: "a subscription, or what belongs to it, changed after its end",
  SUBSCRIPTION_NOT_APPLIED:
    "an observation of a subscription, or of what belongs to it, was not applied",
  POINT_ORDER_CHANGED_AFTER_END: "an order at a card reader that had ended changed again",
  POINT_ORDER_NOT_APPLIED: "an observation of an order at a card reader was not applied",
  NOT_IN_DATABASE: "a provider shows what is ours and not in the database",
  DELIVERY_STUCK: "a notification is not worked off",
  DELIVERY_PARKED: "a notification is parked: nobody tries it any more",
  WEBHOOKS_NOT_VERIFIED: "most notifications of a source fail verification: is the secret wrong?",
  RECONNECT_NEEDED: "a seller has to connect anew",
  RENEWAL_REFUSED: "the provider refuses to renew credentials",
  RENEWED_FOR_ANOTHER: "renewed credentials belong to another account",
  CONNECTED_FOR_ANOTHER: "new credentials belong to another account",
  OPERATION_NOT_UNDERSTOOD: "an operation is not understood",
  OPERATION_CLASHES: "an answer clashes with what is stored",
  OPERATION_SEALED: "what is stored of an operation does not open",
  ANSWER_UNREADABLE: "an answer of a provider cannot be read",
  ROW_UNREADABLE: "a row cannot be read, and is left out of lists and of what jobs do",
  CLOCKS_DIFFER: "the clocks of this process and of the database differ",
  DATABASE_NOT_WRITABLE: "the database cannot be written",
  DURABILITY_WEAK:
    "set innodb_flush_log_at_trx_commit=1: acknowledged payments may be lost in a power cut",
} as const satisfies Record<string, string>;

export type AlertCode = keyof typeof alertTexts;
export const alertCodes = Object.keys(alertTexts) as readonly AlertCode[];

/** What has no id of ours: a call of a provider, a stored row, a machine, the database, a provider's notifications. */
export const placeKinds = ["ProviderCall", "Row", "Machine", "Database", "WebhookSource"] as const;

/** What an alert is about. */
export interface AlertSubject {
  readonly kind: IdKind | (typeof placeKinds)[number];
  readonly id: string;
}

/** Something that a person must look at. */
export interface AlertDraft {
  readonly code: AlertCode;
  readonly subject: AlertSubject;
  /** Whose it is. Null: the gateway's own. */
  readonly marketplaceId: MarketplaceId | null;
  /** Null where it is not one seller's. */
  readonly sellerId: SellerId | null;
  /** What else a person wants to know: plain values, no secrets. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Of the gateway itself, and no marketplace's. */
export const ownAlert = { marketplaceId: null, sellerId: null } as const;
