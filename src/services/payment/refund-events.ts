import type { EventSource, EventType } from "../../domain/events";
import type { RefundStatus } from "../../domain/refund-status";
import type { RefundEntity } from "../../entities/refund.entity";
import type { EventDraft } from "../../events/event-log";

/** A refund's event, in its payment's timeline. */
export function refundEvent(
  refund: RefundEntity,
  type: EventType,
  from: RefundStatus | null,
  source: EventSource,
): EventDraft {
  return {
    streamId: refund.sellerId,
    subjectId: refund.id,
    subjectVersion: refund.version,
    topicId: refund.paymentId,
    type,
    fromStatus: from,
    toStatus: refund.status,
    source,
    snapshot: { amountMinor: refund.amountMinor.toString() },
    occurredAt: refund.updatedAt,
  };
}
