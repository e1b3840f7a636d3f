import type { Clock } from "../../domain/clock";
import { notFound, Refusal } from "../../domain/errors";
import type { SellerId } from "../../domain/ids";
import type { Currency, Money } from "../../domain/money";
import {
  type CardInstallments,
  type CardIssuer,
  type DocumentType,
  type MethodOffer,
  takesAmount,
} from "../../domain/payment-method";
import { type Principal, reachesCheckoutOf } from "../../domain/principal";
import { credentialsOf, type Provider } from "../../domain/provider";
import type { BusinessLimits } from "../../domain/rate-limit";
import type { Language } from "../../domain/rejection";
import type { ListedMethod, Outcome, ReadCall } from "../../providers/provider";
import type { ProviderRegistry } from "../../providers/registry";
import type { ProviderAccounts } from "../accounts/provider-accounts";
import { type Route, routeTo } from "../accounts/routing";
import { countWithinLimit } from "../shared/rate-limit";
import { refusalOf } from "../shared/refusal-of-provider";
import { LookUpCache, type LookUpCacheOptions, type Told } from "./look-up-cache";

interface Dependencies {
  readonly registry: ProviderRegistry;
  readonly accounts: ProviderAccounts;
  readonly limits: BusinessLimits;
  readonly clock: Clock;
}

/** Whose checkout it is about. */
export interface CheckoutQuery {
  readonly sellerId: SellerId;
  /** Null: the account's own. */
  readonly currency: Currency | null;
  readonly provider: Provider | undefined;
}

/** A card by the digits that it begins with. */
interface ByCard {
  readonly cardBin: string;
  /** Null: whichever method such cards belong to. */
  readonly methodId: string | null;
}

/** What was looked up, and where. */
export interface LookedUp<T> {
  readonly provider: Provider;
  readonly items: readonly T[];
  readonly readAt: Date;
  readonly isStale: boolean;
}

type LookUpRoute = Route<"lookUps">;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Providers publish no times: those of what is set up by hand are hours, those of prices minutes. */
const common = { patienceMs: 2_000, pauseMs: 10_000 };
const setUpByHand: LookUpCacheOptions = {
  ...common,
  limit: 2_000,
  freshMs: hourMs,
  usableMs: 24 * hourMs,
};
const prices: LookUpCacheOptions = {
  ...common,
  limit: 10_000,
  freshMs: 5 * minuteMs,
  usableMs: 30 * minuteMs,
};

/** As many methods share a card's first digits at most. */
const mostMethodsOfCard = 4;

/**
 * What a checkout asks before there is a payment: what the seller's account takes, and on what terms. The account is
 * the one that `createPayment` would choose. Everything in the answers may be seen by everybody.
 */
export class LookUpService {
  readonly #methods: LookUpCache<readonly ListedMethod[]>;
  readonly #plans: LookUpCache<readonly CardInstallments[]>;
  readonly #documentTypes: LookUpCache<readonly DocumentType[]>;
  readonly #issuers: LookUpCache<readonly CardIssuer[]>;

  constructor(private readonly deps: Dependencies) {
    const { clock } = deps;
    this.#methods = new LookUpCache(clock, setUpByHand);
    this.#documentTypes = new LookUpCache(clock, setUpByHand);
    this.#issuers = new LookUpCache(clock, setUpByHand);
    this.#plans = new LookUpCache(clock, prices);
  }

  /** @throws Refusal NOT_FOUND, NO_CAPABLE_ACCOUNT, PROVIDER_UNAVAILABLE, or what the provider refused */
  async methods(
    principal: Principal,
    query: CheckoutQuery & { readonly amount: Money | null; readonly language: Language },
  ): Promise<LookedUp<MethodOffer>> {
    const route = await this.#route(principal, query);
    const { value, ...told } = await this.#methodsOf(route, query.language);
    const { amount } = query;
    const items = amount === null ? value : value.filter((each) => takesAmount(each, amount));
    return { provider: route.account.provider, ...told, items };
  }

  /** Empty where the account takes no such card, or not for this amount. @throws Refusal as `methods` */
  async installmentPlans(
    principal: Principal,
    query: CheckoutQuery & ByCard & { readonly amount: Money; readonly issuerId: string | null },
  ): Promise<LookedUp<CardInstallments>> {
    const { amount, issuerId } = query;
    const route = await this.#route(principal, query);
    return this.#ofCard(route, query, (method) => {
      if (!takesAmount(method, amount)) return undefined;
      const asked = { bin: query.cardBin, methodId: method.id, amount, issuerId };
      const key = [query.cardBin, method.id, amount.minor, issuerId];
      return this.#told(this.#plans, route, key, (call) =>
        route.operations.installmentPlans(asked, call),
      );
    });
  }

  /** Empty where the provider asks for no document. @throws Refusal as `methods` */
  async documentTypes(principal: Principal, query: CheckoutQuery): Promise<LookedUp<DocumentType>> {
    const route = await this.#route(principal, query);
    const { value, ...told } = await this.#told(this.#documentTypes, route, [], (call) =>
      route.operations.documentTypes(call),
    );
    return { provider: route.account.provider, ...told, items: value };
  }

  /** Empty where the account takes no such card. @throws Refusal as `methods` */
  async cardIssuers(
    principal: Principal,
    query: CheckoutQuery & ByCard,
  ): Promise<LookedUp<CardIssuer>> {
    const route = await this.#route(principal, query);
    return this.#ofCard(route, query, (method) => {
      const asked = { bin: query.cardBin, methodId: method.id };
      return this.#told(this.#issuers, route, [query.cardBin, method.id], (call) =>
        route.operations.cardIssuers(asked, call),
      );
    });
  }

  /** What is asked of each method that such cards belong to, in one answer that is as old as its oldest part. */
  async #ofCard<T>(
    route: LookUpRoute,
    { cardBin, methodId }: ByCard,
    ask: (method: ListedMethod) => Promise<Told<readonly T[]>> | undefined,
  ): Promise<LookedUp<T>> {
    const listed = await this.#methodsOf(route, "EN");
    const asked = listed.value
      .filter((each) => each.takesCard?.(cardBin) && (methodId ?? each.id) === each.id)
      .slice(0, mostMethodsOfCard)
      .flatMap((method) => ask(method) ?? []);
    const told = await Promise.all(asked);
    const times = (told.length === 0 ? [listed] : told).map(({ readAt }) => readAt.getTime());
    return {
      provider: route.account.provider,
      items: told.flatMap(({ value }) => value),
      readAt: new Date(Math.min(...times)),
      isStale: listed.isStale || told.some(({ isStale }) => isStale),
    };
  }

  #methodsOf(route: LookUpRoute, language: Language): Promise<Told<readonly ListedMethod[]>> {
    const { currency, operations } = route;
    return this.#told(this.#methods, route, [language], (call) =>
      operations.methods({ currency, language }, call),
    );
  }

  async #route(
    principal: Principal,
    { sellerId, currency, provider }: CheckoutQuery,
  ): Promise<LookUpRoute> {
    const seller = reachesCheckoutOf(principal, sellerId)
      ? await this.deps.accounts.ofSellerIn(principal.marketplaceId, sellerId)
      : undefined;
    if (seller === undefined) throw notFound("seller", ["sellerId"]);
    return routeTo("lookUps", this.deps.registry, seller.accounts, { currency, provider }, []);
  }

  /** From the cache, or asked for in the account's name. All sellers of a shop are told the same. */
  #told<V extends object>(
    cache: LookUpCache<V>,
    { account, currency }: LookUpRoute,
    about: readonly unknown[],
    ask: (call: ReadCall) => Promise<Outcome<V>>,
  ): Promise<Told<V>> {
    const isOfShop = credentialsOf[account.provider] === "SHOP";
    const whose = isOfShop ? [account.provider, account.shop] : [account.id];
    const key = JSON.stringify([...whose, currency, ...about.map(String)]);
    return cache.get(key, async () => {
      await countWithinLimit(this.deps.limits.lookUpsOfAccount, account.id, "look-ups");
      const outcome = await this.deps.accounts.call(account, (credentials) => ask({ credentials }));
      switch (outcome.kind) {
        case "accepted":
          return outcome.value;
        case "refused": {
          const refusal = refusalOf(account, outcome.refusal);
          // The input of a look-up is the arguments themselves.
          throw new Refusal({ ...refusal, path: refusal.path.slice(1) });
        }
        case "unknown": {
          const message = "The provider gave no answer; ask again.";
          const { provider } = account;
          throw new Refusal({ code: "PROVIDER_UNAVAILABLE", message, path: [], provider });
        }
      }
    });
  }
}
