import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import type { PointDeviceId } from "../../domain/ids";
import type { PointOrderEntity } from "../../entities/point-order.entity";
import { PaymentType } from "../../schema/payment/payment.type";
import { PointDeviceType } from "../../schema/point/point-device.type";
import { PointOrderFilter } from "../../schema/point/point-order.input";
import { PointOrderConnectionType, PointOrderType } from "../../schema/point/point-order.type";
import { SellerType } from "../../schema/seller/seller.type";
import type { Connection } from "../../schema/shared/connection";
import { EventConnectionType, type EventTypeObject } from "../../schema/shared/event.type";
import { EventPageArgs, PageArgs } from "../../schema/shared/page.args";
import type { OwnedFilter } from "../../services/reading/owned-reader";
import type { RequestContext } from "../context";
import { pageOfEvents } from "../event/event-page";
import { defined, isGiven } from "../given";
import { checkInput, readId } from "../input";
import { pageById } from "../paging";
import { toPayment } from "../payment/payment.view";
import { loadSeller } from "../seller/load-seller";
import { toPointDevice } from "./point-device.view";
import { toPointOrder } from "./point-order.view";

/** Reading orders at card readers. */
@Resolver(() => PointOrderType)
export class PointOrderResolver {
  @Query(() => PointOrderType, {
    nullable: true,
    description: "One order at a card reader. Null when there is none, or you may not see it.",
  })
  async pointOrder(
    @Arg("id", () => ID, { description: "Its id." }) id: string,
    @Ctx() { loaders }: RequestContext,
  ): Promise<PointOrderType | null> {
    const order = await loaders.PointOrder.load(readId("PointOrder", id, ["id"]));
    return order === undefined ? null : toPointOrder(order);
  }

  @Query(() => PointOrderConnectionType, {
    description: "Orders at card readers that you may see, newest first; at most 100 a page.",
  })
  async pointOrders(
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => PointOrderFilter, { nullable: true, description: "Only these." })
    filter?: PointOrderFilter,
  ): Promise<Connection<PointOrderType>> {
    return pageOfOrders(context, page, readFilter(filter));
  }

  @FieldResolver(() => SellerType, { description: "Who is paid." })
  seller(
    @Root() { sellerId }: PointOrderType,
    @Ctx() context: RequestContext,
  ): Promise<SellerType> {
    return loadSeller(context, sellerId);
  }

  @FieldResolver(() => PointDeviceType, { description: "The card reader." })
  device(
    @Root() { deviceId }: PointOrderType,
    @Ctx() context: RequestContext,
  ): Promise<PointDeviceType> {
    return loadDevice(context, deviceId);
  }

  @FieldResolver(() => PaymentType, {
    nullable: true,
    description:
      "The payment that it ended with, one like any other: to be watched, and given back. Null while there is none.",
  })
  async payment(
    @Root() { paymentId }: PointOrderType,
    @Ctx() { loaders, services }: RequestContext,
  ): Promise<PaymentType | null> {
    const payment = paymentId === null ? undefined : await loaders.Payment.load(paymentId);
    return payment === undefined ? null : toPayment(payment, services.registry);
  }

  @FieldResolver(() => EventConnectionType, {
    description: "Everything that happened to it, oldest first.",
  })
  events(
    @Root() { id, sellerId }: PointOrderType,
    @Ctx() context: RequestContext,
    @Args(() => EventPageArgs) page: EventPageArgs,
  ): Promise<Connection<EventTypeObject>> {
    return pageOfEvents(context, page, id, sellerId);
  }
}

@Resolver(() => PointDeviceType)
export class OrdersOfPointDeviceResolver {
  @FieldResolver(() => PointOrderType, {
    nullable: true,
    description: "The order that keeps it busy; null where it has none of the gateway's.",
  })
  async currentOrder(
    @Root() { currentOrderId }: PointDeviceType,
    @Ctx() { loaders }: RequestContext,
  ): Promise<PointOrderType | null> {
    if (currentOrderId === null) return null;
    const order = await loaders.PointOrder.load(currentOrderId);
    return order === undefined ? null : toPointOrder(order);
  }

  @FieldResolver(() => PointOrderConnectionType, {
    description: "Its orders, newest first; at most 100 a page.",
  })
  orders(
    @Root() { id: deviceId }: PointDeviceType,
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<PointOrderType>> {
    return pageOfOrders(context, page, { equal: { deviceId } });
  }
}

@Resolver(() => SellerType)
export class PointOrdersOfSellerResolver {
  @FieldResolver(() => PointOrderConnectionType, {
    description: "Its orders at card readers, newest first; at most 100 a page.",
  })
  pointOrders(
    @Root() { id: sellerId }: SellerType,
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<PointOrderType>> {
    return pageOfOrders(context, page, { sellerId });
  }
}

@Resolver(() => PaymentType)
export class PointOrderOfPaymentResolver {
  @FieldResolver(() => PointOrderType, {
    nullable: true,
    description: "The order at a card reader that ended with it; null where there was none.",
  })
  async pointOrder(
    @Root() { pointOrderId }: PaymentType,
    @Ctx() { loaders }: RequestContext,
  ): Promise<PointOrderType | null> {
    const order = pointOrderId === null ? undefined : await loaders.PointOrder.load(pointOrderId);
    return order === undefined ? null : toPointOrder(order);
  }
}

async function loadDevice({ loaders }: RequestContext, id: PointDeviceId) {
  const device = await loaders.PointDevice.load(id);
  if (device === undefined) throw new Error(`${id} is gone`);
  return toPointDevice(device);
}

function pageOfOrders(
  { loaders, scope, services }: RequestContext,
  page: PageArgs,
  filter: OwnedFilter<PointOrderEntity>,
): Promise<Connection<PointOrderType>> {
  return pageById(page, {
    kind: "PointOrder",
    plural: "orders at card readers",
    read: (request) => services.pointOrders.reader.page(scope, filter, request),
    toNode: (order) => {
      loaders.PointOrder.prime(order.id, order);
      return toPointOrder(order);
    },
  });
}

function readFilter(input: PointOrderFilter | null | undefined): OwnedFilter<PointOrderEntity> {
  if (!isGiven(input)) return {};
  checkInput(input, ["filter"]);
  const { status: statuses, sellerId, deviceId, provider } = input;
  return {
    ...defined({ statuses, sellerId, provider }),
    ...(isGiven(deviceId) ? { equal: { deviceId } } : {}),
  };
}
