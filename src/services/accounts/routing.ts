import { refuse } from "../../domain/errors";
import type { Currency } from "../../domain/money";
import type { Capability, Provider } from "../../domain/provider";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type { ProviderAdapter } from "../../providers/provider";
import type { ProviderRegistry } from "../../providers/registry";
import { isUsable } from "./provider-accounts";

/** What can be asked of an account, by its adapter's groups of operations. */
export type AccountUse =
  | "payments"
  | "payouts"
  | "transfers"
  | "balances"
  | "lookUps"
  | "subscriptions"
  | "inPerson";

/** Ends "no account of the seller can …". */
const wordsFor: Record<AccountUse, string> = {
  payments: "take this payment",
  payouts: "be paid out",
  transfers: "exchange money with the marketplace",
  balances: "tell a balance",
  lookUps: "tell what it takes",
  subscriptions: "sell subscriptions",
  inPerson: "take payments in person",
};

/** An account that can do what is asked, and its provider's operations for it. */
export interface Route<U extends AccountUse> {
  readonly account: ProviderAccountEntity;
  readonly operations: NonNullable<ProviderAdapter[U]>;
  readonly currency: Currency;
  /** Decimals that the provider takes for the currency. */
  readonly decimals: number;
}

export interface RoutingNeeds {
  /** Null: whatever the account is paid in. */
  readonly currency: Currency | null;
  /** The caller's choice, when it made one. */
  readonly provider?: Provider | undefined;
  readonly capabilities?: readonly Capability[];
}

/**
 * Picks the first of the seller's accounts that can do it.
 * @throws Refusal NO_CAPABLE_ACCOUNT that says for each account why not.
 */
export function routeTo<U extends AccountUse>(
  use: U,
  registry: ProviderRegistry,
  accounts: readonly ProviderAccountEntity[],
  needs: RoutingNeeds,
  place: readonly string[] = ["input"],
): Route<U> {
  const reasons: string[] = [];
  for (const account of accounts) {
    if (needs.provider !== undefined && account.provider !== needs.provider) continue;
    const route = judgeAccount(use, registry, account, needs);
    if (typeof route !== "string") return route;
    reasons.push(`${account.provider}: ${route}`);
  }
  const wanted = needs.provider === undefined ? "" : ` at ${needs.provider}`;
  throw refuse(
    "NO_CAPABLE_ACCOUNT",
    reasons.length === 0
      ? `the seller has no account${wanted}; connect one first`
      : `no account of the seller can ${wordsFor[use]} (${reasons.join("; ")})`,
    [...place, needs.provider === undefined ? "currency" : "provider"],
  );
}

/** Where the account can do it, or why it cannot. */
export function judgeAccount<U extends AccountUse>(
  use: U,
  registry: ProviderRegistry,
  account: ProviderAccountEntity,
  needs: RoutingNeeds,
): Route<U> | string {
  const { capabilities = [] } = needs;
  const adapter = registry.get(account.provider);
  const operations = adapter?.[use];
  if (adapter === undefined || operations === undefined) return `has no ${use} here`;
  if (!isUsable(account)) return `the account is ${account.status}`;
  const currency = needs.currency ?? account.currency ?? [...adapter.currencies.keys()][0];
  const decimals = currency && adapter.currencies.get(currency);
  if (currency === undefined || decimals === undefined) return `does not settle in ${currency}`;
  if (account.currency !== null && account.currency !== currency) {
    return `the account is paid in ${account.currency}`;
  }
  const missing = capabilities.filter((need) => !adapter.capabilities.includes(need));
  if (missing.length > 0) return `cannot do ${missing.join(", ")}`;
  return {
    account,
    operations: operations as NonNullable<ProviderAdapter[U]>,
    currency,
    decimals,
  };
}
