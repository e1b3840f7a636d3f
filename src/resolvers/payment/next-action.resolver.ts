import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { type NextAction, pageOf } from "../../domain/next-action";
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
      "What the buyer has to do now; null for nothing. Null also where the provider's answer was lost: then cancel it and make a new one.",
  })
  nextAction(
    @Root() { nextActionRow }: MarketplaceOrderType,
    @Ctx() { services }: RequestContext,
  ): NextAction | null {
    return services.payments.nextActionOf(nextActionRow);
  }

  @FieldResolver(() => UrlScalar, {
    nullable: true,
    description: "Where the buyer can go on; null when there is no page.",
    deprecationReason: deprecated,
  })
  redirectUrl(
    @Root() { nextActionRow }: MarketplaceOrderType,
    @Ctx() { services }: RequestContext,
  ): string | null {
    const action = services.payments.nextActionOf(nextActionRow);
    return action && pageOf(action);
  }
}
