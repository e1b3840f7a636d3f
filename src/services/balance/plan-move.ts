import { notFound, refuse } from "../../domain/errors";
import type { MarketplaceId, ProviderAccountId, SellerId } from "../../domain/ids";
import { type Currency, type Money, parseAmount } from "../../domain/money";
import { type Principal, rightsOf } from "../../domain/principal";
import type { Provider } from "../../domain/provider";
import type { ProviderRegistry } from "../../providers/registry";
import type { ProviderAccounts } from "../accounts/provider-accounts";
import { type Route, routeTo } from "../accounts/routing";
import type { ChangeDependencies } from "../followed/followed-kind";

/**
 * How long a provider's "no" to a repeated sending is not believed: the first one may have taken the money that
 * the second lacks, and what moves a balance may be shown late.
 */
export const resendDoubtMs = 10 * 60_000;

/** The provider's clock may be behind ours, or ahead of it, by this much. */
export const clockSkewMs = 5 * 60_000;

/** Money that is to leave or reach a seller's balance. */
export interface MoveArgs {
  readonly marketplaceId: MarketplaceId;
  readonly sellerId: SellerId;
  readonly provider?: Provider;
  /** In major units as exact text. */
  readonly amount: string;
  readonly currency: Currency;
}

/** What payouts and transfers need. */
export interface MoveDependencies extends ChangeDependencies {
  readonly registry: ProviderRegistry;
  readonly accounts: ProviderAccounts;
  /** Called when a balance may have been moved, so that nobody is shown what it was before. */
  readonly onMoved: (accountId: ProviderAccountId) => void;
}

/**
 * Finds the account whose balance is moved, and reads the amount as its provider takes it.
 * @throws Refusal NOT_FOUND, NO_CAPABLE_ACCOUNT, TOO_MANY_DECIMALS
 */
export async function planMove<U extends "payouts" | "transfers">(
  { accounts, registry }: MoveDependencies,
  use: U,
  { marketplaceId, sellerId, ...args }: MoveArgs,
): Promise<Route<U> & { readonly amount: Money }> {
  const seller = await accounts.ofSellerIn(marketplaceId, sellerId);
  if (seller === undefined) throw notFound("seller", ["input", "sellerId"]);
  const route = routeTo(use, registry, seller.accounts, args);
  const amount = moneyOf(args, route.decimals, ["input", "amount"]);
  return { ...route, amount };
}

/** The amount was checked when the arguments were read; the provider may take fewer decimals. */
export function moneyOf(
  { amount, currency }: Pick<MoveArgs, "amount" | "currency">,
  decimals: number,
  path: readonly string[],
): Money {
  const money = parseAmount(amount, currency, decimals);
  if (typeof money !== "string") return money;
  const message = `the provider takes ${currency} with ${decimals} decimals`;
  throw refuse("TOO_MANY_DECIMALS", message, path);
}

/** A seller's balance is moved by its marketplace alone, which decides when a seller is paid out. */
export function assertMayMoveBalances(principal: Principal): void {
  if (!rightsOf(principal).moveBalances) {
    throw refuse("FORBIDDEN", "only the marketplace moves money from and to sellers' balances");
  }
}
