import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { Refusal, refuse } from "../../domain/errors";
import { MarketplaceOrderFilter, SplitPreviewInput } from "../../schema/order/order.input";
import {
  CartType,
  MarketplaceOrderConnectionType,
  MarketplaceOrderType,
  SellerShareType,
  SplitAllocationType,
  SplitPreviewType,
} from "../../schema/order/order.type";
import { AvailableActionType, PaymentType } from "../../schema/payment/payment.type";
import { RefundType } from "../../schema/payment/refund.type";
import { SellerType } from "../../schema/seller/seller.type";
import type { Connection } from "../../schema/shared/connection";
import { EventConnectionType, type EventTypeObject } from "../../schema/shared/event.type";
import { EventPageArgs, PageArgs } from "../../schema/shared/page.args";
import { MoneyType } from "../../schema/shared/shared.type";
import type { OrderFilter } from "../../services/order/order-reader";
import type { RequestContext } from "../context";
import { pageOfEvents } from "../event/event-page";
import { defined, isGiven } from "../given";
import { checkInput, readId } from "../input";
import { toUserErrors } from "../mutation";
import { pageById } from "../paging";
import { toMoney, toPayment, toRefund } from "../payment/payment.view";
import { loadSeller } from "../seller/load-seller";
import { toSeller } from "../seller/seller.view";
import { readSplit } from "./order.input";
import { allocationOf, toAllocation, toCart, toOrder } from "./order.view";

/** Reading orders. */
@Resolver(() => MarketplaceOrderType)
export class OrderResolver {
  @Query(() => MarketplaceOrderType, {
    nullable: true,
    description:
      "One order, by its id or by your reference (then the newest one that has it). Null when there is none, or you may not see it.",
  })
  async marketplaceOrder(
    @Ctx() { loaders, scope, services }: RequestContext,
    @Arg("id", () => ID, { nullable: true, description: "Its id." }) id?: string | null,
    @Arg("externalReference", () => String, { nullable: true, description: "Your reference." })
    externalReference?: string | null,
  ): Promise<MarketplaceOrderType | null> {
    if (isGiven(id) === isGiven(externalReference)) {
      throw refuse("INVALID_INPUT", "give either id or externalReference", ["id"]);
    }
    const order = isGiven(id)
      ? await loaders.MarketplaceOrder.load(readId("MarketplaceOrder", id, ["id"]))
      : await services.orders.reader.byReference(scope, externalReference ?? "");
    if (order === undefined) return null;
    loaders.MarketplaceOrder.prime(order.id, order);
    return toOrder(order);
  }

  @Query(() => MarketplaceOrderConnectionType, {
    description: "Orders that you may see, newest first; at most 100 a page.",
  })
  marketplaceOrders(
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => MarketplaceOrderFilter, { nullable: true, description: "Only these." })
    filter?: MarketplaceOrderFilter,
  ): Promise<Connection<MarketplaceOrderType>> {
    return pageOfOrders(context, page, readFilter(filter));
  }

  @Query(() => SplitPreviewType, {
    description:
      "Who would receive what of an order, and every rule that it breaks. Runs the same code as `createMarketplaceOrder`, and sends nothing.",
  })
  async splitPreview(
    @Arg("input", () => SplitPreviewInput, { description: "The order." }) input: SplitPreviewInput,
    @Ctx() { principal, services }: RequestContext,
  ): Promise<SplitPreviewType> {
    try {
      checkInput(input, ["input"]);
      const args = readSplit(input);
      const { split, violations } = await services.orders.preview(principal, args);
      const shares = args.carts.flatMap(({ sellerId }, index) => {
        const cart = split?.carts[index];
        return cart === undefined ? [] : { sellerId, refundedMinor: 0n, ...cart };
      });
      return {
        valid: violations.length === 0,
        allocation: split === null ? null : toAllocation(shares, args.currency),
        violations: toUserErrors(violations),
      };
    } catch (fault) {
      if (!(fault instanceof Refusal) || fault.code === "FORBIDDEN") throw fault;
      return { valid: false, allocation: null, violations: toUserErrors(fault.errors) };
    }
  }

  @FieldResolver(() => MoneyType, {
    nullable: true,
    description: "What the buyer pays. Null for those who may not see every cart.",
  })
  async total(
    @Root() order: MarketplaceOrderType,
    @Ctx() context: RequestContext,
  ): Promise<MoneyType | null> {
    if (context.scope.sellerIds !== "ALL") return null;
    const row = await rowOf(context, order);
    return toMoney(row.totalMinor, row.currency);
  }

  @FieldResolver(() => [CartType], { description: "The carts that you may see." })
  async carts(
    @Root() { id }: MarketplaceOrderType,
    @Ctx() { loaders }: RequestContext,
  ): Promise<CartType[]> {
    return (await loaders.paymentsOfOrder.load(id)).map(toCart);
  }

  @FieldResolver(() => SplitAllocationType, { description: "Who gets what." })
  async allocation(
    @Root() order: MarketplaceOrderType,
    @Ctx() context: RequestContext,
  ): Promise<SplitAllocationType> {
    const row = await rowOf(context, order);
    return allocationOf(row, await context.loaders.paymentsOfOrder.load(order.id));
  }

  @FieldResolver(() => [PaymentType], {
    description: "The payment of each cart that you may see: a payment like any other.",
  })
  async payments(
    @Root() { id }: MarketplaceOrderType,
    @Ctx() { loaders, services }: RequestContext,
  ): Promise<PaymentType[]> {
    const payments = await loaders.paymentsOfOrder.load(id);
    for (const payment of payments) loaders.Payment.prime(payment.id, payment);
    return payments.map((payment) => toPayment(payment, services.registry));
  }

  @FieldResolver(() => [RefundType], { description: "The refunds of its carts, oldest first." })
  async refunds(
    @Root() { id }: MarketplaceOrderType,
    @Ctx() { loaders }: RequestContext,
  ): Promise<RefundType[]> {
    const payments = await loaders.paymentsOfOrder.load(id);
    const refunds = await loaders.refundsOfPayment.loadMany(payments.map((payment) => payment.id));
    const rows = refunds.flatMap((group) => {
      if (group instanceof Error) throw group;
      return group;
    });
    return rows.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(toRefund);
  }

  @FieldResolver(() => [AvailableActionType], {
    description: "What can be done to it now, and why the rest cannot.",
  })
  async availableActions(
    @Root() order: MarketplaceOrderType,
    @Ctx() context: RequestContext,
  ): Promise<AvailableActionType[]> {
    const whole = {
      order: await rowOf(context, order),
      payments: await context.loaders.paymentsOfOrder.load(order.id),
    };
    return context.services.orders.actionsOf(whole).map(({ action, obstacle }) => ({
      action,
      available: obstacle === undefined,
      reason: obstacle ?? null,
    }));
  }

  @FieldResolver(() => EventConnectionType, {
    description:
      "Everything that happened to it, oldest first. What happened to a cart is in its payment's events.",
  })
  events(
    @Root() { id }: MarketplaceOrderType,
    @Ctx() context: RequestContext,
    @Args(() => EventPageArgs) page: EventPageArgs,
  ): Promise<Connection<EventTypeObject>> {
    return pageOfEvents(context, page, id, id);
  }
}

@Resolver(() => CartType)
export class CartResolver {
  @FieldResolver(() => SellerType, { description: "Who sells it." })
  seller(@Root() { sellerId }: CartType, @Ctx() context: RequestContext): Promise<SellerType> {
    return loadSeller(context, sellerId);
  }
}

@Resolver(() => SellerShareType)
export class SellerShareResolver {
  @FieldResolver(() => SellerType, {
    nullable: true,
    description: "The seller; null in a preview that names none of yours.",
  })
  async seller(
    @Root() { sellerId }: SellerShareType,
    @Ctx() { loaders }: RequestContext,
  ): Promise<SellerType | null> {
    const seller = await loaders.Seller.load(sellerId);
    return seller === undefined ? null : toSeller(seller);
  }
}

/** The ends of the edges between payments, sellers and orders. */
@Resolver(() => PaymentType)
export class OrderOfPaymentResolver {
  @FieldResolver(() => MarketplaceOrderType, {
    nullable: true,
    description: "The marketplace order that it is a cart of; null for most.",
  })
  async order(
    @Root() { orderId }: PaymentType,
    @Ctx() { loaders }: RequestContext,
  ): Promise<MarketplaceOrderType | null> {
    const order = orderId === null ? undefined : await loaders.MarketplaceOrder.load(orderId);
    return order === undefined ? null : toOrder(order);
  }
}

@Resolver(() => SellerType)
export class OrdersOfSellerResolver {
  @FieldResolver(() => MarketplaceOrderConnectionType, {
    description: "Orders in which it has a cart, newest first; at most 100 a page.",
  })
  orders(
    @Root() { id }: SellerType,
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<MarketplaceOrderType>> {
    return pageOfOrders(context, page, { sellerId: id });
  }
}

function pageOfOrders(
  { loaders, scope, services }: RequestContext,
  page: PageArgs,
  filter: OrderFilter,
): Promise<Connection<MarketplaceOrderType>> {
  return pageById(page, {
    kind: "MarketplaceOrder",
    plural: "orders",
    read: (request) => services.orders.reader.page(scope, filter, request),
    toNode: (order) => {
      loaders.MarketplaceOrder.prime(order.id, order);
      return toOrder(order);
    },
  });
}

async function rowOf({ loaders }: RequestContext, { id }: MarketplaceOrderType) {
  const order = await loaders.MarketplaceOrder.load(id);
  if (order === undefined) throw new Error(`order ${id} is gone`);
  return order;
}

function readFilter(input: MarketplaceOrderFilter | null | undefined): OrderFilter {
  if (!isGiven(input)) return {};
  checkInput(input, ["filter"]);
  const { status: statuses, ...others } = input;
  return defined({ statuses, ...others });
}
