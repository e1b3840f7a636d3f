import { judgeBy } from "./moves";

/** Between which balances money moves. */
export const transferDirections = ["SELLER_TO_MARKETPLACE", "MARKETPLACE_TO_SELLER"] as const;
export type TransferDirection = (typeof transferDirections)[number];

/** Every state of a transfer. Providers carry transfers out at once or not at all. */
export const transferStatuses = ["PROCESSING", "UNKNOWN", "COMPLETED", "FAILED"] as const;
export type TransferStatus = (typeof transferStatuses)[number];

export const transferMoves = {
  PROCESSING: ["UNKNOWN", "COMPLETED", "FAILED"],
  UNKNOWN: ["COMPLETED", "FAILED"],
  COMPLETED: [],
  FAILED: [],
} as const satisfies Record<TransferStatus, readonly TransferStatus[]>;

/** Whether a transfer may move from one status to another. */
export const judgeTransferMove = judgeBy<TransferStatus>(transferMoves);
