import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import { isId, type SellerId } from "../../domain/ids";
import type { Money } from "../../domain/money";
import type { PaymentEntity } from "../../entities/payment.entity";
import type { BalanceMovement } from "../../providers/provider";
import {
  SellerBalanceType,
  SellerOperationConnectionType,
  SellerOperationType,
} from "../../schema/balance/balance.type";
import { PaymentType } from "../../schema/payment/payment.type";
import { SellerType } from "../../schema/seller/seller.type";
import type { Connection } from "../../schema/shared/connection";
import { ForwardPageArgs } from "../../schema/shared/page.args";
import { CurrencyCodeScalar, DateTimeScalar } from "../../schema/shared/scalars";
import { readCurrency } from "../../services/payment/payment-input";
import { pageSize } from "../../services/reading/list-page";
import type { RequestContext } from "../context";
import { isGiven } from "../given";
import type { Loaders } from "../loaders";
import { toConnection } from "../paging";
import { toMoney, toPayment } from "../payment/payment.view";
import { type HistoryRange, historyCursor, movedTo, readHistory } from "./history-cursor";

/** Each is a call to the provider, unless it was made a moment ago: few fit into one document. */
const providerCall = { complexity: 100 };

/** What a seller has at its provider, read there. */
@Resolver(() => SellerType)
export class BalanceResolver {
  @FieldResolver(() => SellerBalanceType, {
    nullable: true,
    ...providerCall,
    description:
      "What it has at its provider, as told a few seconds ago at most; null where it has no account with a balance in this currency. PROVIDER_UNAVAILABLE where the provider cannot be asked.",
  })
  async balance(
    @Root() { id }: SellerType,
    @Ctx() { loaders, services }: RequestContext,
    @Arg("currency", () => CurrencyCodeScalar, { description: "In this currency." })
    currency: string,
  ): Promise<SellerBalanceType | null> {
    const read = readCurrency(currency, ["currency"]);
    const accounts = await loaders.accountsOfSeller.load(id);
    const balance = await services.balances.balance(accounts, read);
    return balance && { available: shown(balance.available), total: shown(balance.total) };
  }

  @FieldResolver(() => SellerOperationConnectionType, {
    ...providerCall,
    description:
      "What moved its balance at its provider, newest first, read there; at most 100 a page. Empty where it has no account with a balance. PROVIDER_UNAVAILABLE where the provider cannot be asked.",
  })
  async operations(
    @Root() { id }: SellerType,
    @Ctx() { loaders, services }: RequestContext,
    @Args(() => ForwardPageArgs) page: ForwardPageArgs,
    @Arg("from", () => DateTimeScalar, { description: "At or after this moment." }) from: Date,
    @Arg("to", () => DateTimeScalar, {
      description: "Before this moment, at most 92 days later.",
    })
    to: Date,
    @Arg("currency", () => CurrencyCodeScalar, {
      nullable: true,
      description: "In this currency; needed where the seller has several balances.",
    })
    currency?: string,
  ): Promise<Connection<SellerOperationType>> {
    const limit = pageSize(page.first);
    const range: HistoryRange = {
      from,
      to,
      currency: isGiven(currency) ? readCurrency(currency, ["currency"]) : null,
    };
    const place = readHistory(range, page.after);
    const accounts = await loaders.accountsOfSeller.load(id);
    const readAt = (at: number) =>
      services.balances.movements(accounts, { ...range, offset: at, limit });
    let offset = place?.offset ?? 0;
    let read = await readAt(offset);
    if (place !== undefined && movedTo(place, read.total) !== offset) {
      offset = movedTo(place, read.total);
      read = await readAt(offset);
    }
    const { items, total } = read;
    return toConnection(
      items.map((movement, index) => ({ movement, behind: offset + index + 1 })),
      ({ movement }) => toOperation(id, movement),
      ({ behind }) => historyCursor(range, { offset: behind, total }),
      { next: offset + items.length < total, previous: offset > 0 },
    );
  }
}

/** What an operation leads to. */
@Resolver(() => SellerOperationType)
export class SellerOperationResolver {
  @FieldResolver(() => PaymentType, {
    nullable: true,
    description:
      "The payment that it belongs to: what was sold, or what was refunded. Null for everything else, and for what was not sold through the gateway.",
  })
  async payment(
    @Root() { sellerId, orderReference }: SellerOperationType,
    @Ctx() { loaders, services }: RequestContext,
  ): Promise<PaymentType | null> {
    const payment = await paymentBehind(loaders, orderReference, sellerId);
    return payment === undefined ? null : toPayment(payment, services.registry);
  }
}

/** By the key that the provider was given: a payment's own id, or that of the order that it is a cart of. */
async function paymentBehind(
  loaders: Loaders,
  reference: string | null,
  sellerId: SellerId,
): Promise<PaymentEntity | undefined> {
  if (reference === null) return undefined;
  if (isId("MarketplaceOrder", reference)) {
    const carts = await loaders.paymentsOfOrder.load(reference);
    return carts.find((cart) => cart.sellerId === sellerId);
  }
  if (!isId("Payment", reference)) return undefined;
  const payment = await loaders.Payment.load(reference);
  return payment?.sellerId === sellerId ? payment : undefined;
}

function toOperation(sellerId: SellerId, movement: BalanceMovement): SellerOperationType {
  const { amount, fee, net, order, ...others } = movement;
  return {
    ...others,
    sellerId,
    orderReference: order?.reference ?? null,
    providerOrderId: order?.providerId ?? null,
    amount: shown(amount),
    fee: fee && shown(fee),
    net: shown(net),
  };
}

function shown({ minor, currency }: Money) {
  return toMoney(minor, currency);
}
