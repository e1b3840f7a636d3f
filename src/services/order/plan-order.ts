import type { UserErrorFact } from "../../domain/errors";
import type { SellerId } from "../../domain/ids";
import { decimalsOf } from "../../domain/money";
import { type CartDraft, isSplit, type Split, splitOf } from "../../domain/split";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import { isUsable, type SellersAccounts } from "../accounts/provider-accounts";
import { minorOf, type OrderCartArgs, type SplitArgs } from "./order-input";
import type { OrderRail } from "./order-rail";
import type { OrderDependencies } from "./order-rows";

/** An order that keeps all rules: who gets what, and by which accounts. */
export interface PlannedOrder {
  /** The marketplace's shop that all accounts belong to. */
  readonly shop: string;
  readonly split: Split;
  /** In the order of the carts. */
  readonly accounts: readonly ProviderAccountEntity[];
}

/** What the rules make of an order. `split` is there even where an account is missing. */
export interface OrderVerdict {
  readonly split: Split | undefined;
  readonly planned: PlannedOrder | undefined;
  readonly violations: readonly UserErrorFact[];
}

/**
 * Judges an order by every rule that can be checked without the provider. The one code for the preview and for
 * the real thing; one query, however many carts.
 */
export async function judgeOrder(
  deps: OrderDependencies,
  rail: OrderRail | undefined,
  args: SplitArgs,
): Promise<OrderVerdict> {
  const adapter = deps.registry.get(args.provider);
  const decimals = adapter?.currencies.get(args.currency);
  const sellers = await deps.accounts.ofSellersIn(
    args.marketplaceId,
    args.carts.map(({ sellerId }) => sellerId),
  );
  const result = splitOf({
    currency: args.currency,
    decimals: decimals ?? decimalsOf(args.currency),
    ...(args.total === undefined ? {} : { total: minorOf(args, args.total) }),
    carts: args.carts.map((cart) => draftOf(args, cart, sellers.get(cart.sellerId))),
  });
  const split = isSplit(result) ? result : undefined;
  const violations: UserErrorFact[] = isSplit(result) ? [] : result.map(inInput);
  if (adapter === undefined || decimals === undefined) {
    const what = adapter === undefined ? "is not set up here" : `does not take ${args.currency}`;
    const message = `${args.provider} ${what}`;
    const path = ["input", adapter === undefined ? "provider" : "currency"];
    violations.push({ code: "NO_CAPABLE_ACCOUNT", message, path });
    return { split, planned: undefined, violations };
  }
  if (rail === undefined) {
    const message = `${args.provider} takes no orders of several sellers`;
    violations.push({ code: "NO_CAPABLE_ACCOUNT", message, path: ["input", "provider"] });
  }
  violations.push(...surplusDecimals(args, decimals));
  const route = routeOrder(args, sellers);
  violations.push(...route.violations);
  const planned =
    violations.length > 0 || split === undefined
      ? undefined
      : { shop: route.shop, split, accounts: route.accounts };
  return { split, planned, violations };
}

function draftOf(
  args: SplitArgs,
  cart: OrderCartArgs,
  seller: SellersAccounts | undefined,
): CartDraft {
  return {
    sellerId: cart.sellerId,
    ...(cart.amount === undefined ? {} : { amount: minorOf(args, cart.amount) }),
    ...(cart.fee === undefined ? {} : { fee: minorOf(args, cart.fee) }),
    feePpm: seller?.feePpm ?? null,
    products: cart.products.map(({ unitPrice, quantity }) => ({
      unitPrice: minorOf(args, unitPrice),
      quantity,
    })),
    shippingMethods: cart.shippingMethods.map(({ price }) => ({ price: minorOf(args, price) })),
  };
}

interface OrderRoute {
  readonly shop: string;
  readonly accounts: readonly ProviderAccountEntity[];
  readonly violations: readonly UserErrorFact[];
}

/** Picks an account for each cart, all of one shop: an order is paid into one. */
function routeOrder(args: SplitArgs, sellers: ReadonlyMap<SellerId, SellersAccounts>): OrderRoute {
  const violations: UserErrorFact[] = [];
  const candidates = args.carts.map(({ sellerId }, index) => {
    const path = ["input", "carts", String(index), "sellerId"];
    const seller = sellers.get(sellerId);
    if (seller === undefined) {
      const message = "there is no such seller, or you may not see it";
      violations.push({ code: "NOT_FOUND", message, path });
      return [];
    }
    const fitting = seller.accounts.filter((account) => canTake(account, args));
    if (fitting.length === 0) {
      const message = `the seller is not connected to ${args.provider} for ${args.currency}`;
      violations.push({ code: "NO_CAPABLE_ACCOUNT", message, path });
    }
    return fitting;
  });
  const shops = [...new Set(candidates.flat().map(({ shop }) => shop))].sort();
  const shop = shops.find((name) =>
    candidates.every((accounts) => accounts.some((account) => account.shop === name)),
  );
  if (shop === undefined) {
    if (violations.length === 0) {
      const message = "the sellers belong to different shops; an order is paid into one";
      violations.push({ code: "NO_CAPABLE_ACCOUNT", message, path: ["input", "carts"] });
    }
    return { shop: "", accounts: [], violations };
  }
  const accounts = candidates.flatMap((all) => all.find((account) => account.shop === shop) ?? []);
  return { shop, accounts, violations };
}

function canTake(account: ProviderAccountEntity, args: SplitArgs): boolean {
  if (account.provider !== args.provider || !isUsable(account)) return false;
  return account.currency === null || account.currency === args.currency;
}

/** Amounts that the currency has room for, and the provider not: Mercado Pago takes whole COP. */
function surplusDecimals(args: SplitArgs, decimals: number): UserErrorFact[] {
  const step = 10n ** BigInt(Math.max(0, decimalsOf(args.currency) - decimals));
  if (step === 1n) return [];
  const given: [readonly string[], string | undefined][] = args.carts.flatMap((cart, index) => {
    const path = ["input", "carts", String(index)];
    return [
      [[...path, "amount"], cart.amount],
      [[...path, "fee"], cart.fee],
      ...cart.products.map(({ unitPrice }, place): [string[], string] => [
        [...path, "products", String(place), "unitPrice"],
        unitPrice,
      ]),
      ...cart.shippingMethods.map(({ price }, place): [string[], string] => [
        [...path, "shippingMethods", String(place), "price"],
        price,
      ]),
    ] as [readonly string[], string | undefined][];
  });
  return given.flatMap(([path, text]) =>
    text === undefined || minorOf(args, text) % step === 0n
      ? []
      : {
          code: "TOO_MANY_DECIMALS" as const,
          message: `the provider takes ${args.currency} with ${decimals} decimals`,
          path,
        },
  );
}

function inInput<T extends { readonly path: readonly string[] }>(violation: T): T {
  return { ...violation, path: ["input", ...violation.path] };
}
