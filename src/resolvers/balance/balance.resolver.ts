import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { Money } from "../../domain/money";
import type { SellerOperationType } from "../../schema/balance/balance.type";
import {
  SellerBalanceType,
  SellerOperationConnectionType,
} from "../../schema/balance/balance.type";
import { SellerType } from "../../schema/seller/seller.type";
import type { Connection } from "../../schema/shared/connection";
import { ForwardPageArgs } from "../../schema/shared/page.args";
import { CurrencyCodeScalar, DateTimeScalar } from "../../schema/shared/scalars";
import { readCurrency } from "../../services/payment/payment-input";
import { pageSize } from "../../services/reading/list-page";
import type { RequestContext } from "../context";
import { isGiven } from "../given";
import { toConnection } from "../paging";
import { toMoney } from "../payment/payment.view";
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
      ({ movement }) => ({ ...movement, amount: shown(movement.amount) }),
      ({ behind }) => historyCursor(range, { offset: behind, total }),
      { next: offset + items.length < total, previous: offset > 0 },
    );
  }
}

function shown({ minor, currency }: Money) {
  return toMoney(minor, currency);
}
