import type { Clock } from "../../domain/clock";
import { Refusal, refuse } from "../../domain/errors";
import type { ProviderAccountId } from "../../domain/ids";
import { type Currency, currencies } from "../../domain/money";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type {
  BalanceMovement,
  BalanceObservation,
  Outcome,
  ProviderCredentials,
} from "../../providers/provider";
import type { ProviderRegistry } from "../../providers/registry";
import type { ProviderAccounts } from "../accounts/provider-accounts";
import { judgeAccount, type Route } from "../accounts/routing";
import { refusalOf } from "../shared/refusal-of-provider";
import { ShortCache } from "../shared/short-cache";

interface Dependencies {
  readonly registry: ProviderRegistry;
  readonly accounts: ProviderAccounts;
  readonly clock: Clock;
}

/** Which movements of a seller's balance. */
export interface MovementsQuery {
  readonly currency: Currency | null;
  readonly from: Date;
  readonly to: Date;
  /** So many of the newest are passed over. */
  readonly offset: number;
  readonly limit: number;
}

export interface Movements {
  readonly items: readonly BalanceMovement[];
  /** How many there are in all. */
  readonly total: number;
}

type BalanceRoute = Route<"balances">;

/** Long enough for a page that many look at, short enough that nobody takes it for old. */
const keepMs = 3_000;
const keptAnswers = 1_000;

/**
 * What sellers have at their providers, and what moved it: read there when somebody asks, and kept for a moment
 * only. Nothing of it is stored.
 */
export class BalanceService {
  readonly #balances: ShortCache<BalanceObservation | null>;
  readonly #movements: ShortCache<Movements>;

  constructor(private readonly deps: Dependencies) {
    const options = { keepMs, limit: keptAnswers };
    this.#balances = new ShortCache(deps.clock, options);
    this.#movements = new ShortCache(deps.clock, options);
  }

  /**
   * A seller's balance, by the first of its accounts that has one in the currency; null where none has. The
   * accounts were read in scope before.
   * @throws Refusal PROVIDER_UNAVAILABLE
   */
  async balance(
    accounts: readonly ProviderAccountEntity[],
    currency: Currency,
  ): Promise<BalanceObservation | null> {
    const [route] = this.#routes(accounts, [currency]);
    if (route === undefined) return null;
    return this.#balances.get(`${route.account.id} ${currency}`, () =>
      this.#ask(route, (credentials) => route.operations.balance(currency, { credentials })),
    );
  }

  /**
   * What moved a seller's balance, newest first.
   * @throws Refusal PROVIDER_UNAVAILABLE, or INVALID_INPUT where it is not clear which balance is meant
   */
  async movements(
    accounts: readonly ProviderAccountEntity[],
    query: MovementsQuery,
  ): Promise<Movements> {
    const wanted = query.currency === null ? currencies : [query.currency];
    const [route, ...others] = this.#routes(accounts, wanted);
    if (route === undefined) return { items: [], total: 0 };
    if (query.currency === null && others.length > 0) {
      throw refuse("INVALID_INPUT", "the seller has several balances; say which currency", [
        "currency",
      ]);
    }
    const { currency, from, to, offset, limit } = query;
    const key = [route.account.id, currency, from.getTime(), to.getTime(), offset, limit];
    return this.#movements.get(key.join(" "), () =>
      this.#ask(route, (credentials) => route.operations.movements(query, { credentials })),
    );
  }

  /** What was kept of an account is old. */
  forget(accountId: ProviderAccountId): void {
    this.#balances.forget(`${accountId} `);
    this.#movements.forget(`${accountId} `);
  }

  /** The accounts that tell a balance in one of the currencies, each once. */
  #routes(accounts: readonly ProviderAccountEntity[], wanted: readonly Currency[]): BalanceRoute[] {
    return accounts.flatMap((account): BalanceRoute[] => {
      const routes = wanted.map((currency) =>
        judgeAccount("balances", this.deps.registry, account, { currency }),
      );
      const route = routes.find((each) => typeof each !== "string");
      return route === undefined ? [] : [route];
    });
  }

  async #ask<T>(
    { account }: BalanceRoute,
    make: (credentials: ProviderCredentials) => Promise<Outcome<T>>,
  ): Promise<T> {
    const outcome = await this.deps.accounts.call(account, make);
    switch (outcome.kind) {
      case "accepted":
        return outcome.value;
      case "refused":
        throw new Refusal({ ...refusalOf(account, outcome.refusal), path: [] });
      case "unknown": {
        const message = "The provider gave no answer; ask again.";
        const { provider } = account;
        throw new Refusal({ code: "PROVIDER_UNAVAILABLE", message, path: [], provider });
      }
    }
  }
}
