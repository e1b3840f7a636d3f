import { Arg, Ctx, FieldResolver, ID, Resolver, Root, Subscription } from "type-graphql";
import { isId, type MarketplaceOrderId } from "../../domain/ids";
import { type OrderStatus, orderStatusByPayment, orderStatuses } from "../../domain/order-status";
import type { PaymentStatus } from "../../domain/payment-status";
import type { EventEntity } from "../../entities/event.entity";
import { MarketplaceOrderUpdateType } from "../../schema/event.type";
import { MarketplaceOrderType } from "../../schema/order.type";
import { CursorScalar } from "../../schema/scalars";
import type { RequestContext } from "../context";
import { toEvent } from "../event/event.mapper";
import { readWatch, type WatchArguments } from "../event/watch-arguments";
import { orderAsOf, toOrder } from "./order.view";

/** Live updates of orders; see `PaymentUpdateResolver` for how watchers share an execution. */
@Resolver(() => MarketplaceOrderUpdateType)
export class OrderUpdateResolver {
  @Subscription(() => MarketplaceOrderUpdateType, {
    description:
      "Changes of one order, or of all orders in which a seller has a cart. One order begins with its present state. With `after`, everything since that cursor comes first; then it goes on live, without gap or repeat.",
    subscribe: async ({ args, context }) => {
      const { principal, services } = context as RequestContext;
      return services.watchOrders.watch(
        principal,
        readWatch("MarketplaceOrder", args as WatchArguments),
      );
    },
  })
  marketplaceOrderUpdated(
    @Root() event: EventEntity,
    @Ctx() { services }: RequestContext,
    @Arg("id", () => ID, { nullable: true, description: "Watch this order." }) _id?: string,
    @Arg("sellerId", () => ID, {
      nullable: true,
      description: "Watch all orders of this seller. A seller's own key may leave it out.",
    })
    _sellerId?: string,
    @Arg("after", () => CursorScalar, {
      nullable: true,
      description: "The last cursor that you have seen.",
    })
    _after?: string,
  ): MarketplaceOrderUpdateType & { source: EventEntity } {
    const shown = toEvent(event, services.cursors);
    return {
      cursor: shown.cursor,
      sequence: event.seq.toString(),
      event: shown,
      status: statusOf(event),
      source: event,
    };
  }

  @FieldResolver(() => MarketplaceOrderType, { description: "The order as this change left it." })
  async order(
    @Root() { source }: { source: EventEntity },
    @Ctx() { loaders }: RequestContext,
  ): Promise<MarketplaceOrderType> {
    const id = isId("MarketplaceOrder", source.topicId) ? source.topicId : source.snapshot.orderId;
    const order = await loaders.orders.load(id as MarketplaceOrderId);
    if (order === undefined) throw new Error(`order ${id} is gone`);
    return toOrder(orderAsOf(source, order));
  }
}

/** A cart's payment tells of the order in its own words. */
function statusOf({ toStatus }: EventEntity): OrderStatus {
  const status = orderStatuses.find((each) => each === toStatus);
  return status ?? orderStatusByPayment[toStatus as PaymentStatus];
}
