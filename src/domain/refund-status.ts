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

/** Refunds whose amount is spoken for: it cannot be refunded a second time while they are open. */
export const openRefundStatuses: readonly RefundStatus[] = ["PROCESSING", "UNKNOWN", "PENDING"];

export function mayRefundBecome(from: RefundStatus, to: RefundStatus): boolean {
  return (refundMoves[from] as readonly RefundStatus[]).includes(to);
}
