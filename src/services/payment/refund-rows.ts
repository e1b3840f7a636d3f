import { judgeRefundMove } from "../../domain/refund-status";
import { RefundEntity } from "../../entities/refund.entity";
import { nextCheckAt } from "../../operations/schedule";
import { FollowedRows } from "../followed/followed-rows";

/** How refunds live. Their events are in their payments' timelines. */
export const refundRows = new FollowedRows<RefundEntity>({
  entity: RefundEntity,
  judge: judgeRefundMove,
  events: { created: "REFUND_CREATED", moved: "REFUND_STATUS_CHANGED" },
  streamOf: ({ sellerId }) => sellerId,
  topicOf: ({ paymentId }) => paymentId,
  snapshotOf: ({ amountMinor }) => ({ amountMinor: amountMinor.toString() }),
  // Accepted and not ended: the provider tells of the end, and is asked in case that gets lost.
  dueIn: ({ clock, random }, { status, attempts }) =>
    status === "PENDING" ? nextCheckAt(clock.now(), attempts, random) : null,
});
