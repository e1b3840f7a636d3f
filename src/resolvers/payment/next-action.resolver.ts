import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { type NextAction, pageOf } from "../../domain/next-action";
import type { OrderStatus } from "../../domain/order-status";
import { MarketplaceOrderType } from "../../schema/order/order.type";
import { PaymentType } from "../../schema/payment/payment.type";
import { NextActionUnion } from "../../schema/shared/next-action.type";
import { UrlScalar } from "../../schema/shared/scalars";
import type { RequestContext } from "../context";

/** Fields that follow from the stored next action. */
export const nextActionFields = ["nextAction", "redirectUrl"] as const;

const deprecated = "Use `nextAction`, which says what to show, and how; this is its page alone.";

@Resolver(() => PaymentType)
export class NextActionOfPaymentResolver {
  @FieldResolver(() => NextActionUnion, {
    nullable: true,
    description:
      "What the payer has to do now; null for nothing, be it that the payment has ended or that its time is over. Null also where the answer to the payment was lost and the provider does not tell it again: then cancel it and make a new one.",
  })
  nextAction(
    @Root() { nextActionRow }: PaymentType,
    @Ctx() { services }: RequestContext,
  ): NextAction | null {
    return services.payments.nextActionOf(nextActionRow);
  }

  @FieldResolver(() => UrlScalar, {
    nullable: true,
    description: "Where the payer can go on, for means that have a page; null when there is none.",
    deprecationReason: deprecated,
  })
  redirectUrl(
    @Root() { nextActionRow }: PaymentType,
    @Ctx() { services }: RequestContext,
  ): string | null {
    const action = services.payments.nextActionOf(nextActionRow);
    return action && pageOf(action);
  }
}

@Resolver(() => MarketplaceOrderType)
export class NextActionOfOrderResolver {
  @FieldResolver(() => NextActionUnion, {
    nullable: true,
    description:
      "What the buyer has to do now; null for nothing. Where each cart is a payment of its own, what the first cart waits for that you may see: after it comes the next cart's. Null also where the provider's answer was lost: then cancel it and make a new one.",
  })
  nextAction(
    @Root() order: MarketplaceOrderType,
    @Ctx() context: RequestContext,
  ): Promise<NextAction | null> {
    return actionOfOrder(order, context);
  }

  @FieldResolver(() => UrlScalar, {
    nullable: true,
    description: "Where the buyer can go on; null when there is no page.",
    deprecationReason: deprecated,
  })
  async redirectUrl(
    @Root() order: MarketplaceOrderType,
    @Ctx() context: RequestContext,
  ): Promise<string | null> {
    const action = await actionOfOrder(order, context);
    return action && pageOf(action);
  }
}

/** Statuses in which a cart of an order may wait for the buyer. */
const mayWait: ReadonlySet<OrderStatus> = new Set(["UNKNOWN", "PENDING"]);

/** The order's own, or that of the first of its carts that has one: such carts are payments of their own. */
async function actionOfOrder(
  { nextActionRow, providerOrderId }: MarketplaceOrderType,
  { loaders, services: { payments } }: RequestContext,
): Promise<NextAction | null> {
  const own = payments.nextActionOf(nextActionRow);
  if (own !== null || providerOrderId !== null || !mayWait.has(nextActionRow.status)) return own;
  for (const cart of await loaders.paymentsOfOrder.load(nextActionRow.id)) {
    const action = payments.nextActionOf(cart);
    if (action !== null) return action;
  }
  return null;
}
