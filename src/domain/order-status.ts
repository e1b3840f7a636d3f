import type { PaymentStatus } from "./payment-status";

/** Every state of a marketplace order. Each has its meaning in `schema/enums.ts`. */
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

const open = ["PENDING", "AUTHORIZED", "COMPLETED", "REJECTED", "CANCELLED"] as const;

/** Which status may follow which, on any observation. A missing line does not compile. */
export const orderMoves = {
  PROCESSING: [...open, "UNKNOWN", "FAILED"],
  UNKNOWN: [...open, "FAILED"],
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
export type ObservedOrderStatus = "PENDING" | "AUTHORIZED" | "COMPLETED" | "REJECTED" | "CANCELLED";

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
