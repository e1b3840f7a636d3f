import { Refusal, type UserErrorFact } from "../../domain/errors";
import type { SellerId } from "../../domain/ids";
import { decimalsOf } from "../../domain/money";
import { type CartDraft, isSplit, type Split, splitOf } from "../../domain/split";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type { ProviderAdapter } from "../../providers/provider";
import type { ProviderRegistry } from "../../providers/registry";
import { isUsable, type ProviderAccounts, type SellersAccounts } from "../provider-accounts";
import { type CreateOrderArgs, minorOf, type OrderCartArgs, type SplitArgs } from "./order-input";

interface Dependencies {
  readonly registry: ProviderRegistry;
  readonly accounts: ProviderAccounts;
}

/** An order that keeps all rules: who gets what, and by which accounts. */
export interface PlannedOrder {
  readonly adapter: ProviderAdapter;
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
export async function judgeOrder(deps: Dependencies, args: SplitArgs): Promise<OrderVerdict> {
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
  if (!takesOrders(adapter)) {
    const message = `${args.provider} takes no orders of several sellers`;
    violations.push({ code: "NO_CAPABLE_ACCOUNT", message, path: ["input", "provider"] });
  }
  violations.push(...surplusDecimals(args, decimals));
  const route = routeOrder(args, sellers);
  violations.push(...route.violations);
  const planned =
    violations.length > 0 || split === undefined
      ? undefined
      : { adapter, shop: route.shop, split, accounts: route.accounts };
  return { split, planned, violations };
}

/** @throws Refusal with every violation, those of how it is to be paid among them. */
export async function planOrder(deps: Dependencies, args: CreateOrderArgs): Promise<PlannedOrder> {
  const verdict = await judgeOrder(deps, args);
  const adapter = deps.registry.get(args.provider);
  const violations = [...verdict.violations, ...(adapter ? paymentFaults(args, adapter) : [])];
  const [first, ...others] = violations;
  if (first !== undefined) throw new Refusal(first, ...others);
  if (verdict.planned === undefined)
    throw new Error("an order without a plan and without a reason");
  return verdict.planned;
}

/** Where the provider splits, the buyer pays once; elsewhere each cart is paid with a card token of its own. */
function paymentFaults(args: CreateOrderArgs, { orders }: ProviderAdapter): UserErrorFact[] {
  const faults: UserErrorFact[] = [];
  const add = (message: string, ...path: string[]) =>
    faults.push({ code: "INVALID_INPUT", message, path: ["input", ...path] });
  for (const [index, { cardToken }] of args.carts.entries()) {
    if (orders !== undefined && cardToken !== undefined) {
      add(
        "this provider takes one payment for all carts: see payMethod",
        "carts",
        `${index}`,
        "cardToken",
      );
    }
    if (orders === undefined && cardToken === undefined) {
      add("this provider needs a card token for each cart", "carts", `${index}`, "cardToken");
    }
  }
  if (orders === undefined) {
    if (args.method !== undefined) add("each cart has its own card token here", "payMethod");
    if (args.continueUrl !== undefined)
      add("there is no page to come back from here", "continueUrl");
    if (args.validForSeconds !== undefined) {
      add("card payments are answered at once here", "validForSeconds");
    }
    return faults;
  }
  if (args.ipAddress === undefined) {
    add("the provider asks for the buyer's address on the network", "ipAddress");
  }
  if (!args.capture && args.method?.kind !== "CARD_TOKEN") {
    add("only a card can be authorized first: give a card token", "capture");
  }
  return faults;
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

/** By itself, or by holding each seller's payment until all are held. */
function takesOrders({ orders, payments, capabilities }: ProviderAdapter): boolean {
  return (
    orders !== undefined || (payments !== undefined && capabilities.includes("SEPARATE_CAPTURE"))
  );
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
