import type { MoveVerdict } from "./payment-status";

/** Every state of a refund. */
export const refundStatuses = [
  "PROCESSING",
  "UNKNOWN",
  "PENDING",
  "COMPLETED",
  "REJECTED",
  "CANCELLED",
  "FAILED",
] as const;
export type RefundStatus = (typeof refundStatuses)[number];

export const refundMoves = {
  PROCESSING: ["UNKNOWN", "PENDING", "COMPLETED", "REJECTED", "CANCELLED", "FAILED"],
  UNKNOWN: ["PENDING", "COMPLETED", "REJECTED", "CANCELLED", "FAILED"],
  PENDING: ["COMPLETED", "REJECTED", "CANCELLED"],
  COMPLETED: [],
  REJECTED: [],
  CANCELLED: [],
  FAILED: [],
} as const satisfies Record<RefundStatus, readonly RefundStatus[]>;

/**
 * Moves that contradict an end, and are believed only from a fresh look at the provider: money that went back after
 * all has to be counted, and a person told.
 */
const lookupOnlyMoves: Partial<Record<RefundStatus, readonly RefundStatus[]>> = {
  FAILED: ["PENDING", "COMPLETED"],
  REJECTED: ["COMPLETED"],
  CANCELLED: ["COMPLETED"],
};

/** Refunds whose amount is spoken for: it cannot be refunded a second time while they are open. */
export const openRefundStatuses: readonly RefundStatus[] = ["PROCESSING", "UNKNOWN", "PENDING"];

/** Whether `to` may follow `from`. `fromLookup`: the refund was just read from the provider. */
export function judgeRefundMove(
  from: RefundStatus,
  to: RefundStatus,
  fromLookup: boolean,
): MoveVerdict {
  if (mayRefundBecome(from, to)) return "ALLOWED";
  return fromLookup && lookupOnlyMoves[from]?.includes(to) ? "ANOMALY" : "FORBIDDEN";
}

export function mayRefundBecome(from: RefundStatus, to: RefundStatus): boolean {
  return (refundMoves[from] as readonly RefundStatus[]).includes(to);
}
