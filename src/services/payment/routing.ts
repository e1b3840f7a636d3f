import { refuse } from "../../domain/errors";
import type { Currency } from "../../domain/money";
import type { Capability, Provider } from "../../domain/provider";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type { PaymentOperations, ProviderAdapter } from "../../providers/provider";
import type { ProviderRegistry } from "../../providers/registry";
import { isUsable } from "../provider-accounts";

/** Where a payment goes. */
export interface Route {
  readonly account: ProviderAccountEntity;
  readonly adapter: ProviderAdapter;
  readonly payments: PaymentOperations;
  /** Decimals that the provider takes for the currency. */
  readonly decimals: number;
}

export interface RoutingNeeds {
  readonly currency: Currency;
  /** The caller's choice, when it made one. */
  readonly provider?: Provider | undefined;
  readonly capabilities: readonly Capability[];
}

/**
 * Picks the first of the seller's accounts that can take the payment.
 * @throws Refusal NO_CAPABLE_ACCOUNT that says for each account why not.
 */
export function routePayment(
  registry: ProviderRegistry,
  accounts: readonly ProviderAccountEntity[],
  needs: RoutingNeeds,
): Route {
  const reasons: string[] = [];
  for (const account of accounts) {
    if (needs.provider !== undefined && account.provider !== needs.provider) continue;
    const route = judgeAccount(registry, account, needs);
    if (typeof route !== "string") return route;
    reasons.push(`${account.provider}: ${route}`);
  }
  const wanted = needs.provider === undefined ? "" : ` at ${needs.provider}`;
  throw refuse(
    "NO_CAPABLE_ACCOUNT",
    reasons.length === 0
      ? `the seller has no account${wanted}; connect one first`
      : `no account of the seller can take this payment (${reasons.join("; ")})`,
    needs.provider === undefined ? ["input", "currency"] : ["input", "provider"],
  );
}

function judgeAccount(
  registry: ProviderRegistry,
  account: ProviderAccountEntity,
  needs: RoutingNeeds,
): Route | string {
  const adapter = registry.get(account.provider);
  if (adapter?.payments === undefined) return "takes no payments here";
  if (!isUsable(account)) return `the account is ${account.status}`;
  const decimals = adapter.currencies.get(needs.currency);
  if (decimals === undefined) return `does not settle in ${needs.currency}`;
  if (account.currency !== null && account.currency !== needs.currency) {
    return `the account is paid in ${account.currency}`;
  }
  const missing = needs.capabilities.filter((need) => !adapter.capabilities.includes(need));
  if (missing.length > 0) return `cannot do ${missing.join(", ")}`;
  return { account, adapter, payments: adapter.payments, decimals };
}
