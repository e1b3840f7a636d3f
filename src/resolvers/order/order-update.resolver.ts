import { isId } from "../../domain/ids";
import { type OrderStatus, orderStatusByPayment, orderStatuses } from "../../domain/order-status";
import type { PaymentStatus } from "../../domain/payment-status";
import type { EventEntity } from "../../entities/event.entity";
import { MarketplaceOrderType, MarketplaceOrderUpdateType } from "../../schema/order/order.type";
import { liveUpdatesOf } from "../event/live-update";

export const OrderUpdateResolver = liveUpdatesOf({
  kind: "MarketplaceOrder",
  update: MarketplaceOrderUpdateType,
  name: "marketplaceOrderUpdated",
  description:
    "Changes of one order, or of all orders in which a seller has a cart. One order begins with its present state. With `after`, everything since that cursor comes first; then it goes on live, without gap or repeat.",
  id: "Watch this order.",
  sellerId: "Watch all orders of this seller. A seller's own key may leave it out.",
  watch: ({ principal, services }, request) => services.watchOrders.watch(principal, request),
  statusOf,
  subject: {
    name: "order",
    type: () => MarketplaceOrderType,
    description: "The order as this change left it.",
    idOf: ({ topicId, snapshot }) =>
      isId("MarketplaceOrder", topicId) ? topicId : String(snapshot.orderId),
  },
});

/** A cart's payment tells of the order in its own words. */
function statusOf({ toStatus }: EventEntity): OrderStatus {
  const status = orderStatuses.find((each) => each === toStatus);
  return status ?? orderStatusByPayment[toStatus as PaymentStatus];
}
