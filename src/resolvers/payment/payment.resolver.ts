import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from "type-graphql";
import { refuse } from "../../domain/errors";
import {
  AvailableActionType,
  PaymentConnectionType,
  PaymentType,
} from "../../schema/payment/payment.type";
import { PaymentFilter } from "../../schema/payment/payment-filter.input";
import { RefundType } from "../../schema/payment/refund.type";
import { SellerType } from "../../schema/seller/seller.type";
import type { Connection } from "../../schema/shared/connection";
import { PaymentSortEnum, type PaymentSortName } from "../../schema/shared/enums";
import { EventConnectionType, type EventTypeObject } from "../../schema/shared/event.type";
import { EventPageArgs, PageArgs } from "../../schema/shared/page.args";
import { DateTimeScalar } from "../../schema/shared/scalars";
import { refundableUntil } from "../../services/payment/payment-availability";
import type { RequestContext } from "../context";
import { pageOfEvents } from "../event/event-page";
import { isGiven } from "../given";
import { readId } from "../input";
import { loadSeller } from "../seller/load-seller";
import { toPayment, toRefund } from "./payment.view";
import { pageOfPayments } from "./payment-page";

/** Reading payments. */
@Resolver(() => PaymentType)
export class PaymentResolver {
  @Query(() => PaymentType, {
    nullable: true,
    description:
      "One payment, by its id or by your reference (then the newest one that has it). Null when there is none, or you may not see it.",
  })
  async payment(
    @Ctx() context: RequestContext,
    @Arg("id", () => ID, { nullable: true, description: "Its id." }) id?: string | null,
    @Arg("externalReference", () => String, { nullable: true, description: "Your reference." })
    externalReference?: string | null,
  ): Promise<PaymentType | null> {
    if (isGiven(id) === isGiven(externalReference)) {
      throw refuse("INVALID_INPUT", "give either id or externalReference", ["id"]);
    }
    const { payments, registry } = context.services;
    const payment = isGiven(id)
      ? await context.loaders.Payment.load(readId("Payment", id, ["id"]))
      : await byReference(context, externalReference ?? "");
    if (payment === undefined) return null;
    payments.checkSoon(payment);
    return toPayment(payment, registry);
  }

  @Query(() => PaymentConnectionType, {
    description:
      "Payments that you may see, newest first unless sorted otherwise; at most 100 a page.",
  })
  payments(
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => PaymentFilter, { nullable: true, description: "Only these." })
    filter?: PaymentFilter,
    @Arg("sort", () => PaymentSortEnum, {
      defaultValue: "CREATED_AT_DESC",
      description: "In this order.",
    })
    sort: PaymentSortName = "CREATED_AT_DESC",
  ): Promise<Connection<PaymentType>> {
    return pageOfPayments(context, page, filter, sort, info);
  }

  @FieldResolver(() => SellerType, { description: "Who is paid." })
  seller(
    @Root() payment: PaymentType,
    @Ctx() context: RequestContext,
  ): SellerType | Promise<SellerType> {
    return payment.readSeller ?? loadSeller(context, payment.sellerId);
  }

  @FieldResolver(() => [RefundType], { description: "Its refunds, oldest first." })
  async refunds(
    @Root() payment: PaymentType,
    @Ctx() { loaders }: RequestContext,
  ): Promise<RefundType[]> {
    return (await loaders.refundsOfPayment.load(payment.id)).map(toRefund);
  }

  @FieldResolver(() => [AvailableActionType], {
    description: "What can be done to it now, and why the rest cannot.",
  })
  async availableActions(
    @Root() payment: PaymentType,
    @Ctx() context: RequestContext,
  ): Promise<AvailableActionType[]> {
    const { row, account } = await loadWithAccount(context, payment);
    const { orderId } = row;
    const { MarketplaceOrder } = context.loaders;
    const order = orderId === null ? undefined : await MarketplaceOrder.load(orderId);
    const actions = context.services.payments.actionsOf(row, account, order?.status ?? null);
    return actions.map(({ action, obstacle }) => ({
      action,
      available: obstacle === undefined,
      reason: obstacle ?? null,
    }));
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description:
      "Until when the provider takes refunds; null while nothing is approved, and where the provider publishes no limit.",
  })
  async refundableUntil(
    @Root() payment: PaymentType,
    @Ctx() context: RequestContext,
  ): Promise<Date | null> {
    const { row, account } = await loadWithAccount(context, payment);
    return refundableUntil(context.services.registry, row, account);
  }

  @FieldResolver(() => EventConnectionType, {
    description: "Everything that happened to it and its refunds, oldest first.",
  })
  events(
    @Root() { id, sellerId }: PaymentType,
    @Ctx() context: RequestContext,
    @Args(() => EventPageArgs) page: EventPageArgs,
  ): Promise<Connection<EventTypeObject>> {
    return pageOfEvents(context, page, id, sellerId);
  }
}

/** What a watch token's payment is called is not for the token to find out by guessing. */
async function byReference({ rights, scope, services }: RequestContext, reference: string) {
  return rights.seeDetails ? services.payments.reader.byReference(scope, reference) : undefined;
}

/** The payment as it is now, and the account that it went to, by which its actions are judged. */
async function loadWithAccount({ loaders }: RequestContext, { id, accountId }: PaymentType) {
  const [row, account] = await Promise.all([
    loaders.Payment.load(id),
    loaders.accountsOfPayments.load(accountId),
  ]);
  if (row === undefined || account === undefined) throw new Error(`${id} or its account is gone`);
  return { row, account };
}
