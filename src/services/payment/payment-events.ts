import type { EventSource, EventType } from "../../domain/events";
import type { PaymentStatus } from "../../domain/payment-status";
import type { PaymentEntity } from "../../entities/payment.entity";
import type { EventDraft } from "../../events/event-log";

/** A payment's event, in its seller's log. It tells of the version that the payment has now. */
export function paymentEvent(
  payment: PaymentEntity,
  type: EventType,
  from: PaymentStatus | null,
  source: EventSource,
  occurredAt: Date = payment.updatedAt,
): EventDraft {
  const { id, sellerId, orderId, providerStatus, providerStatusDetail, refundedMinor } = payment;
  return {
    streamId: sellerId,
    subjectId: id,
    subjectVersion: payment.version,
    topicId: id,
    type,
    fromStatus: from,
    toStatus: payment.status,
    source,
    // So that watchers see the payment as it was then.
    snapshot: {
      providerStatus,
      providerStatusDetail,
      refundedMinor: refundedMinor.toString(),
      ...(orderId === null ? {} : { orderId }),
    },
    occurredAt,
    countedBy: { provider: payment.provider, method: payment.method?.typeId ?? "unknown" },
  };
}
