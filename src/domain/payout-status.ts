import { judgeBy } from "./moves";

/** Every state of a payout. Each has its meaning in `schema/shared/enums.ts`. */
export const payoutStatuses = [
  "PROCESSING",
  "UNKNOWN",
  "PENDING",
  "PAID",
  "CANCELLED",
  "RETURNED",
  "FAILED",
] as const;
export type PayoutStatus = (typeof payoutStatuses)[number];

/** Which status may follow which. What was paid may still come back from the bank. */
export const payoutMoves = {
  PROCESSING: ["UNKNOWN", "PENDING", "PAID", "CANCELLED", "RETURNED", "FAILED"],
  UNKNOWN: ["PENDING", "PAID", "CANCELLED", "RETURNED", "FAILED"],
  PENDING: ["PAID", "CANCELLED", "RETURNED"],
  PAID: ["RETURNED"],
  CANCELLED: [],
  RETURNED: [],
  FAILED: [],
} as const satisfies Record<PayoutStatus, readonly PayoutStatus[]>;

/** Whether the money is back in the seller's balance, or never left it. */
export const payoutFundsReturned = {
  PROCESSING: false,
  UNKNOWN: false,
  PENDING: false,
  PAID: false,
  CANCELLED: true,
  RETURNED: true,
  FAILED: true,
} as const satisfies Record<PayoutStatus, boolean>;

/**
 * Moves that contradict what was final, and are believed only from a fresh look-up at the provider: a payout that counted
 * as refused and was made after all. It raises an alert, since its money was told to be back.
 */
export const lookupOnlyPayoutMoves = {
  FAILED: ["PENDING", "PAID", "CANCELLED", "RETURNED"],
} as const satisfies Partial<Record<PayoutStatus, readonly PayoutStatus[]>>;

/**
 * How a payout in this status is looked up by schedule: until it ends, or daily, since the bank may send back what was
 * paid, and what counted as refused may have been made.
 */
export const payoutFollowed = {
  PROCESSING: "TO_ITS_END",
  UNKNOWN: "TO_ITS_END",
  PENDING: "TO_ITS_END",
  PAID: "DAILY",
  FAILED: "DAILY",
  CANCELLED: "NO_MORE",
  RETURNED: "NO_MORE",
} as const satisfies Record<PayoutStatus, "TO_ITS_END" | "DAILY" | "NO_MORE">;

/** Whether a payout may move from one status to another. */
export const judgePayoutMove = judgeBy<PayoutStatus>(payoutMoves, lookupOnlyPayoutMoves);
