import type { UnitOfWork } from "../../database/database";
import type { EventSource, EventType } from "../../domain/events";
import type { RefundStatus } from "../../domain/refund-status";
import type { RefundEntity } from "../../entities/refund.entity";
import type { EventLog } from "../../events/event-log";

/** Writes a refund's event into its payment's timeline. */
export function appendRefundEvent(
  deps: { readonly events: EventLog },
  unit: UnitOfWork,
  refund: RefundEntity,
  type: EventType,
  from: RefundStatus | null,
  source: EventSource,
): void {
  deps.events.append(unit, {
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
  });
}
