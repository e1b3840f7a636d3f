import type { EventSource, EventType } from "../../domain/events";
import type { OrderStatus } from "../../domain/order-status";
import type { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import type { EventDraft } from "../../events/event-log";

/** An order's event, in its own log. It tells of the version that the order has now. */
export function orderEvent(
  order: MarketplaceOrderEntity,
  type: EventType,
  from: OrderStatus | null,
  source: EventSource,
): EventDraft {
  return {
    streamId: order.id,
    subjectId: order.id,
    subjectVersion: order.version,
    topicId: order.id,
    type,
    fromStatus: from,
    toStatus: order.status,
    source,
    snapshot: {
      providerStatus: order.providerStatus,
      refundedMinor: order.refundedMinor.toString(),
    },
    occurredAt: order.updatedAt,
  };
}

/** The event of a change: of the status, where that is another one now. */
export function orderChanged(
  before: MarketplaceOrderEntity,
  now: MarketplaceOrderEntity,
  source: EventSource,
): EventDraft {
  const type = now.status === before.status ? "ORDER_UPDATED" : "ORDER_STATUS_CHANGED";
  return orderEvent(now, type, before.status, source);
}
