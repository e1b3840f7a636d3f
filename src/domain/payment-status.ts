import { judgeBy } from "./moves";

/** Every state of a payment. Each has its meaning in `schema/shared/enums.ts`. */
export const paymentStatuses = [
  "PROCESSING",
  "UNKNOWN",
  "PENDING",
  "IN_REVIEW",
  "AUTHORIZED",
  "APPROVED",
  "REJECTED",
  "CANCELLED",
  "EXPIRED",
  "PARTIALLY_REFUNDED",
  "REFUNDED",
  "IN_DISPUTE",
  "CHARGED_BACK",
  "FAILED",
] as const;
export type PaymentStatus = (typeof paymentStatuses)[number];

/** Whether money was taken from the payer at some time. */
export const isCaptured = {
  PROCESSING: false,
  UNKNOWN: false,
  PENDING: false,
  IN_REVIEW: false,
  AUTHORIZED: false,
  APPROVED: true,
  REJECTED: false,
  CANCELLED: false,
  EXPIRED: false,
  PARTIALLY_REFUNDED: true,
  REFUNDED: true,
  IN_DISPUTE: true,
  CHARGED_BACK: true,
  FAILED: false,
} as const satisfies Record<PaymentStatus, boolean>;

/** What becomes of money that was taken. */
const afterwards = ["PARTIALLY_REFUNDED", "REFUNDED", "IN_DISPUTE", "CHARGED_BACK"] as const;
/** What a payer or a provider decides. The first answer that we can read may come after what follows that. */
const decided = [
  "AUTHORIZED",
  "APPROVED",
  "REJECTED",
  "CANCELLED",
  "EXPIRED",
  ...afterwards,
] as const;

/** Which status may follow which, on any observation. A missing line does not compile. */
export const paymentMoves = {
  PROCESSING: ["UNKNOWN", "FAILED", "PENDING", "IN_REVIEW", ...decided],
  UNKNOWN: ["FAILED", "PENDING", "IN_REVIEW", ...decided],
  PENDING: ["IN_REVIEW", ...decided],
  IN_REVIEW: ["PENDING", ...decided],
  AUTHORIZED: ["APPROVED", "CANCELLED", "EXPIRED", ...afterwards],
  APPROVED: afterwards,
  // To itself: one more partial refund is a change that watchers are told of.
  PARTIALLY_REFUNDED: afterwards,
  IN_DISPUTE: ["APPROVED", "PARTIALLY_REFUNDED", "REFUNDED", "CHARGED_BACK"],
  REFUNDED: ["CHARGED_BACK"],
  REJECTED: [],
  CANCELLED: [],
  EXPIRED: [],
  FAILED: [],
  CHARGED_BACK: [],
} as const satisfies Record<PaymentStatus, readonly PaymentStatus[]>;

/** Money was taken or held. A look may come so late that it shows only what became of it. */
const takenAfterAll = paymentStatuses.filter(
  (status) => status === "AUTHORIZED" || isCaptured[status],
);

/**
 * Moves that contradict what was final, and are believed only from a fresh look-up at the provider: an
 * ended payment that turns out to be charged (raises an alert), and a chargeback that the seller won, of which all
 * may have been refunded before.
 */
export const lookupOnlyMoves = {
  REJECTED: takenAfterAll,
  CANCELLED: takenAfterAll,
  EXPIRED: takenAfterAll,
  FAILED: [...takenAfterAll, "PENDING", "IN_REVIEW", "REJECTED"],
  CHARGED_BACK: ["APPROVED", "PARTIALLY_REFUNDED", "REFUNDED"],
} as const satisfies Partial<Record<PaymentStatus, readonly PaymentStatus[]>>;

/** Whether a payment in this status still waits for something: such a payment is looked up by schedule. */
export const awaitsOutcome = {
  PROCESSING: true,
  UNKNOWN: true,
  PENDING: true,
  IN_REVIEW: true,
  AUTHORIZED: true,
  IN_DISPUTE: true,
  APPROVED: false,
  REJECTED: false,
  CANCELLED: false,
  EXPIRED: false,
  PARTIALLY_REFUNDED: false,
  REFUNDED: false,
  CHARGED_BACK: false,
  FAILED: false,
} as const satisfies Record<PaymentStatus, boolean>;

/**
 * For how many days after it was made a payment in this status is looked at again, seldom, although nothing is awaited.
 * Banks decide on charge-backs for up to six months, and Mercado Pago takes refunds for 180 days. What came to nothing can
 * turn out to be held or paid only soon. 0: it is looked at by its own schedule.
 */
export const followedDays = {
  PROCESSING: 0,
  UNKNOWN: 0,
  PENDING: 0,
  IN_REVIEW: 0,
  AUTHORIZED: 0,
  IN_DISPUTE: 0,
  CHARGED_BACK: 0,
  APPROVED: 180,
  PARTIALLY_REFUNDED: 180,
  REFUNDED: 180,
  REJECTED: 7,
  CANCELLED: 7,
  EXPIRED: 7,
  FAILED: 7,
} as const satisfies Record<PaymentStatus, number>;

/** For how many days after its last change a charged back payment is looked at daily: the bank may still decide. */
export const chargebackDays = 180;

/** Whether a payment may move from one status to another. */
export const judgeMove = judgeBy<PaymentStatus>(paymentMoves, lookupOnlyMoves);

/** Whether the payer's attempt failed for good: such a payment counts against its card token. */
export const isFailedAttempt = {
  PROCESSING: false,
  UNKNOWN: false,
  PENDING: false,
  IN_REVIEW: false,
  AUTHORIZED: false,
  APPROVED: false,
  REJECTED: true,
  // Whoever cancels a payment, or lets it expire, guesses no card.
  CANCELLED: false,
  EXPIRED: false,
  PARTIALLY_REFUNDED: false,
  REFUNDED: false,
  IN_DISPUTE: false,
  CHARGED_BACK: false,
  FAILED: true,
} as const satisfies Record<PaymentStatus, boolean>;

/**
 * Whether a payment shadows its twin: one that reached nobody does not, one that was declined only where the decline is
 * final.
 */
export const shadowsTwin = {
  PROCESSING: "ALWAYS",
  UNKNOWN: "ALWAYS",
  PENDING: "ALWAYS",
  IN_REVIEW: "ALWAYS",
  AUTHORIZED: "ALWAYS",
  APPROVED: "ALWAYS",
  REJECTED: "IF_FINAL",
  CANCELLED: "ALWAYS",
  EXPIRED: "ALWAYS",
  PARTIALLY_REFUNDED: "ALWAYS",
  REFUNDED: "ALWAYS",
  IN_DISPUTE: "ALWAYS",
  CHARGED_BACK: "ALWAYS",
  FAILED: "NEVER",
} as const satisfies Record<PaymentStatus, "ALWAYS" | "IF_FINAL" | "NEVER">;
