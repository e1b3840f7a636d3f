import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { refuse } from "../../domain/errors";
import type { Language } from "../../domain/rejection";
import type { Connection } from "../../schema/connection";
import { LanguageEnum, PaymentSortEnum, type PaymentSortName } from "../../schema/enums";
import { EventConnectionType, type EventTypeObject } from "../../schema/event.type";
import { ForwardPageArgs, PageArgs } from "../../schema/page.args";
import { PaymentFilter } from "../../schema/payment.input";
import {
  AvailableActionType,
  PaymentConnectionType,
  PaymentType,
  RefundType,
  RejectionEntryType,
  RejectionType,
} from "../../schema/payment.type";
import { DateTimeScalar } from "../../schema/scalars";
import { SellerType } from "../../schema/seller.type";
import { refundableUntil } from "../../services/payment/payment-availability";
import { pageCursor } from "../../services/payment/payment-reader";
import type { RequestContext } from "../context";
import { toEvent } from "../event/event.mapper";
import { readId } from "../mutation";
import { sizeOf, toConnection, toForwardConnection, toPageRequest } from "../paging";
import { toSeller } from "../seller/seller.mapper";
import { readFilter } from "./payment.input";
import { toPayment, toRefund, toRejection } from "./payment.mapper";

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
    @Arg("id", () => ID, { nullable: true, description: "Its id." }) id?: string,
    @Arg("externalReference", () => String, { nullable: true, description: "Your reference." })
    externalReference?: string,
  ): Promise<PaymentType | null> {
    const { payments, registry } = context.services;
    const payment = id
      ? await context.loaders.payments.load(readId("Payment", id, ["id"]))
      : await payments.reader.byReference(context.scope, readReference(externalReference));
    if (payment === undefined) return null;
    payments.checkSoon(payment);
    return toPayment(payment, context.rights, registry);
  }

  @Query(() => PaymentConnectionType, {
    description:
      "Payments that you may see, newest first unless sorted otherwise; at most 100 a page.",
  })
  payments(
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => PaymentFilter, { nullable: true, description: "Only these." })
    filter?: PaymentFilter,
    @Arg("sort", () => PaymentSortEnum, {
      defaultValue: "CREATED_AT_DESC",
      description: "In this order.",
    })
    sort: PaymentSortName = "CREATED_AT_DESC",
  ): Promise<Connection<PaymentType>> {
    return pageOfPayments(context, page, filter, sort);
  }

  @Query(() => [RejectionEntryType], {
    description:
      "Every documented reason for a decline, with what to do and what to tell the buyer.",
  })
  rejectionCatalogue(@Ctx() { services }: RequestContext): RejectionEntryType[] {
    return services.registry
      .all()
      .flatMap(({ name, rejections }) =>
        rejections.map((rejection) => ({ provider: name, rejection: toRejection(rejection) })),
      );
  }

  @FieldResolver(() => SellerType, { description: "Who is paid. Refused for watch tokens." })
  async seller(@Root() payment: PaymentType, @Ctx() context: RequestContext): Promise<SellerType> {
    refuseWatchers(context);
    const seller = await context.loaders.sellers.load(payment.sellerId);
    if (seller === undefined) throw new Error(`seller ${payment.sellerId} is gone`);
    return toSeller(seller);
  }

  @FieldResolver(() => [RefundType], { description: "Its refunds, oldest first." })
  async refunds(
    @Root() payment: PaymentType,
    @Ctx() context: RequestContext,
  ): Promise<RefundType[]> {
    if (!context.rights.seeDetails) return [];
    return (await context.loaders.refundsOfPayment.load(payment.id)).map(toRefund);
  }

  @FieldResolver(() => [AvailableActionType], {
    description: "What can be done to it now, and why the rest cannot. Empty for watch tokens.",
  })
  async availableActions(
    @Root() { id, accountId }: PaymentType,
    @Ctx() { loaders, rights, services }: RequestContext,
  ): Promise<AvailableActionType[]> {
    if (!rights.seeDetails) return [];
    const [payment, account] = await Promise.all([
      loaders.payments.load(id),
      loaders.accounts.load(accountId),
    ]);
    if (payment === undefined || account === undefined) return [];
    return services.payments.actionsOf(payment, account).map(({ action, obstacle }) => ({
      action,
      available: obstacle === undefined,
      reason: obstacle ?? null,
    }));
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description: "Until when the provider takes refunds; null while nothing is approved.",
  })
  async refundableUntil(
    @Root() { id, accountId }: PaymentType,
    @Ctx() { loaders, services }: RequestContext,
  ): Promise<Date | null> {
    const [payment, account] = await Promise.all([
      loaders.payments.load(id),
      loaders.accounts.load(accountId),
    ]);
    if (payment === undefined || account === undefined) return null;
    return refundableUntil(services.registry, payment, account);
  }

  @FieldResolver(() => EventConnectionType, {
    description:
      "Everything that happened to it and its refunds, oldest first. Refused for watch tokens.",
  })
  async events(
    @Root() payment: PaymentType,
    @Ctx() context: RequestContext,
    @Args(() => ForwardPageArgs) page: ForwardPageArgs,
  ): Promise<Connection<EventTypeObject>> {
    refuseWatchers(context);
    const { events, cursors } = context.services;
    const size = sizeOf(page);
    const after = page.after ? cursors.read(page.after, ["after"]).seq : 0n;
    const rows = await events.ofTopic(payment.id, after, size + 1);
    const cursorOf = (event: (typeof rows)[number]) => cursors.write(event);
    return toForwardConnection(
      rows,
      size,
      (event) => toEvent(event, cursors),
      cursorOf,
      after > 0n,
    );
  }
}

@Resolver(() => RefundType)
export class RefundResolver {
  @FieldResolver(() => PaymentType, { description: "What is given back." })
  async payment(@Root() refund: RefundType, @Ctx() context: RequestContext): Promise<PaymentType> {
    const payment = await context.loaders.payments.load(refund.paymentId);
    if (payment === undefined) throw new Error(`payment ${refund.paymentId} is gone`);
    return toPayment(payment, context.rights, context.services.registry);
  }
}

@Resolver(() => RejectionType)
export class RejectionResolver {
  @FieldResolver(() => String, { description: "What to tell the buyer, remedy included." })
  buyerMessage(
    @Root() rejection: RejectionType,
    @Arg("language", () => LanguageEnum, { defaultValue: "EN", description: "In this language." })
    language: Language,
  ): string {
    return rejection.messages[language];
  }
}

/** A page of payments as a connection, for the root and for a seller. */
export async function pageOfPayments(
  context: RequestContext,
  page: PageArgs,
  filter: PaymentFilter | undefined,
  sort: PaymentSortName,
): Promise<Connection<PaymentType>> {
  const { payments, registry } = context.services;
  const found = await payments.page(
    context.principal,
    readFilter(filter),
    sort,
    toPageRequest(page),
  );
  for (const payment of found.items) context.loaders.payments.prime(payment.id, payment);
  return toConnection(
    found.items,
    (payment) => toPayment(payment, context.rights, registry),
    (payment) => pageCursor(payment, sort),
    { next: found.hasNext, previous: found.hasPrevious },
  );
}

/** A watch token shows its payment's status, and nothing of the seller. */
export function refuseWatchers(context: RequestContext): void {
  if (!context.rights.seeDetails) {
    throw refuse("FORBIDDEN", "a watch token shows the payment's status and next step only");
  }
}

function readReference(reference: string | undefined): string {
  if (reference) return reference;
  throw refuse("INVALID_INPUT", "give id or externalReference", ["id"]);
}
