/** Every state of a payout. Each has its meaning in `schema/enums.ts`. */
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

/** Whether a payout in this status is looked up by schedule. */
export const payoutAwaitsOutcome = {
  PROCESSING: true,
  UNKNOWN: true,
  PENDING: true,
  PAID: false,
  CANCELLED: false,
  RETURNED: false,
  FAILED: false,
} as const satisfies Record<PayoutStatus, boolean>;

export function mayPayoutBecome(from: PayoutStatus, to: PayoutStatus): boolean {
  return (payoutMoves[from] as readonly PayoutStatus[]).includes(to);
}
