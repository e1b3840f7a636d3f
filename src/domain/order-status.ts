import type { PaymentStatus } from "./payment-status";

/** Every state of a marketplace order. Each has its meaning in `schema/shared/enums.ts`. */
export const orderStatuses = [
  "PROCESSING",
  "UNKNOWN",
  "PENDING",
  "AUTHORIZED",
  "COMPLETED",
  "REJECTED",
  "CANCELLED",
  "PARTIALLY_REFUNDED",
  "REFUNDED",
  "FAILED",
] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** What a provider can show. */
const shown = ["PENDING", "AUTHORIZED", "COMPLETED", "REJECTED", "CANCELLED"] as const;

/** Which status may follow which, on any observation. A missing line does not compile. */
export const orderMoves = {
  PROCESSING: [...shown, "UNKNOWN", "FAILED"],
  UNKNOWN: [...shown, "FAILED"],
  PENDING: ["AUTHORIZED", "COMPLETED", "REJECTED", "CANCELLED"],
  AUTHORIZED: ["COMPLETED", "CANCELLED"],
  COMPLETED: ["PARTIALLY_REFUNDED", "REFUNDED"],
  // To itself: one more partial refund is a change that watchers are told of.
  PARTIALLY_REFUNDED: ["PARTIALLY_REFUNDED", "REFUNDED"],
  REFUNDED: [],
  REJECTED: [],
  CANCELLED: [],
  FAILED: [],
} as const satisfies Record<OrderStatus, readonly OrderStatus[]>;

/**
 * Moves that contradict what was final, and are believed only from a fresh look-up at the provider: an ended
 * order that turns out to be paid raises an alert.
 */
export const lookupOnlyOrderMoves = {
  REJECTED: ["AUTHORIZED", "COMPLETED"],
  CANCELLED: ["AUTHORIZED", "COMPLETED"],
  FAILED: ["PENDING", "AUTHORIZED", "COMPLETED", "REJECTED"],
} as const satisfies Partial<Record<OrderStatus, readonly OrderStatus[]>>;

/** Whether an order in this status still waits for something: such an order is looked up by schedule. */
export const orderAwaitsOutcome = {
  PROCESSING: true,
  UNKNOWN: true,
  PENDING: true,
  AUTHORIZED: true,
  COMPLETED: false,
  REJECTED: false,
  CANCELLED: false,
  PARTIALLY_REFUNDED: false,
  REFUNDED: false,
  FAILED: false,
} as const satisfies Record<OrderStatus, boolean>;

/**
 * For how many days after it was made an order in this status is looked at again, seldom, although nothing is awaited.
 * See the payments' own.
 */
export const orderFollowedDays = {
  PROCESSING: 0,
  UNKNOWN: 0,
  PENDING: 0,
  AUTHORIZED: 0,
  COMPLETED: 180,
  PARTIALLY_REFUNDED: 180,
  REFUNDED: 180,
  REJECTED: 7,
  CANCELLED: 7,
  FAILED: 7,
} as const satisfies Record<OrderStatus, number>;

/**
 * What the payment of each cart is while its order is in a status: one order at the provider pays them all at
 * once. Refunds are each cart's own, and therefore not here.
 */
export const paymentStatusIn = {
  PROCESSING: "PROCESSING",
  UNKNOWN: "UNKNOWN",
  PENDING: "PENDING",
  AUTHORIZED: "AUTHORIZED",
  COMPLETED: "APPROVED",
  REJECTED: "REJECTED",
  CANCELLED: "CANCELLED",
  FAILED: "FAILED",
} as const satisfies Partial<Record<OrderStatus, PaymentStatus>>;

/** An order's status as a provider can show it. */
export type ObservedOrderStatus = (typeof shown)[number];

/** Whether the buyer's money was taken, refunded since or not. */
export const isPaidOrder = {
  PROCESSING: false,
  UNKNOWN: false,
  PENDING: false,
  AUTHORIZED: false,
  COMPLETED: true,
  REJECTED: false,
  CANCELLED: false,
  PARTIALLY_REFUNDED: true,
  REFUNDED: true,
  FAILED: false,
} as const satisfies Record<OrderStatus, boolean>;

/** How an order stands by what became of a cart's payment; orders have fewer words. A missing line does not compile. */
export const orderStatusByPayment = {
  PROCESSING: "PROCESSING",
  UNKNOWN: "UNKNOWN",
  PENDING: "PENDING",
  IN_REVIEW: "PENDING",
  AUTHORIZED: "AUTHORIZED",
  APPROVED: "COMPLETED",
  REJECTED: "REJECTED",
  CANCELLED: "CANCELLED",
  EXPIRED: "CANCELLED",
  FAILED: "FAILED",
  PARTIALLY_REFUNDED: "PARTIALLY_REFUNDED",
  REFUNDED: "REFUNDED",
  // The cart was paid; what the bank has taken back since is the payment's to tell.
  IN_DISPUTE: "COMPLETED",
  CHARGED_BACK: "COMPLETED",
} as const satisfies Record<PaymentStatus, OrderStatus>;

/** What a cart's payment means to an order whose carts are paid one by one. */
export type CartStanding =
  /** What became of asking for it is not known. */
  | "UNANSWERED"
  /** The payer or the provider has still to decide. */
  | "IN_CHECK"
  | "HELD"
  | "PAID"
  /** Taken, and in the hands of a bank or a mediator since: nobody here can give it back. */
  | "DISPUTED"
  | "GIVEN_BACK"
  /** Nothing was taken, and nothing will be. */
  | "ENDED";

/** How a cart stands by its payment. A missing line does not compile. */
export const cartStanding = {
  PROCESSING: "UNANSWERED",
  UNKNOWN: "UNANSWERED",
  PENDING: "IN_CHECK",
  IN_REVIEW: "IN_CHECK",
  AUTHORIZED: "HELD",
  APPROVED: "PAID",
  PARTIALLY_REFUNDED: "PAID",
  IN_DISPUTE: "DISPUTED",
  CHARGED_BACK: "DISPUTED",
  REFUNDED: "GIVEN_BACK",
  REJECTED: "ENDED",
  CANCELLED: "ENDED",
  EXPIRED: "ENDED",
  FAILED: "ENDED",
} as const satisfies Record<PaymentStatus, CartStanding>;

/** Whether a cart's money was taken, whatever has become of it since. */
export const isCartTaken = {
  UNANSWERED: false,
  IN_CHECK: false,
  HELD: false,
  PAID: true,
  DISPUTED: true,
  GIVEN_BACK: true,
  ENDED: false,
} as const satisfies Record<CartStanding, boolean>;

/** What is to be done about a cart of an order that is let go, or was let go before. */
export const letGo = {
  UNANSWERED: "WAIT",
  IN_CHECK: "CANCEL",
  HELD: "CANCEL",
  PAID: "REFUND",
  DISPUTED: "NOTHING",
  GIVEN_BACK: "NOTHING",
  ENDED: "NOTHING",
} as const satisfies Record<CartStanding, "WAIT" | "CANCEL" | "REFUND" | "NOTHING">;

const cameToNothing = {
  PROCESSING: false,
  UNKNOWN: false,
  PENDING: false,
  AUTHORIZED: false,
  COMPLETED: false,
  PARTIALLY_REFUNDED: false,
  REFUNDED: false,
  REJECTED: true,
  CANCELLED: true,
  FAILED: true,
} as const satisfies Record<OrderStatus, boolean>;

/** Statuses of an order of which no seller is to have money. */
export type LetGoStatus = {
  [S in OrderStatus]: (typeof cameToNothing)[S] extends true ? S : never;
}[OrderStatus];

export function isOrderLetGo(status: OrderStatus): status is LetGoStatus {
  return cameToNothing[status];
}
