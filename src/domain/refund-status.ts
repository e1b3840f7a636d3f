import { judgeBy } from "./moves";

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
const lookupOnlyMoves = {
  FAILED: ["PENDING", "COMPLETED"],
  REJECTED: ["COMPLETED"],
  CANCELLED: ["COMPLETED"],
} as const satisfies Partial<Record<RefundStatus, readonly RefundStatus[]>>;

/** Refunds whose amount is spoken for: it cannot be refunded a second time while they are open. */
export const openRefundStatuses: readonly RefundStatus[] = ["PROCESSING", "UNKNOWN", "PENDING"];

/** Whether a refund may move from one status to another. */
export const judgeRefundMove = judgeBy<RefundStatus>(refundMoves, lookupOnlyMoves);
