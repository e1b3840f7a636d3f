import { providerActor } from "../../domain/actor";
import type { SubscriptionObservation } from "../../domain/billing-subscription";
import { notFound, type UserErrorFact } from "../../domain/errors";
import type { ObservationSource } from "../../domain/payment-observation";
import { type Principal, scopeOf } from "../../domain/principal";
import type { Provider } from "../../domain/provider";
import type { BusinessLimits } from "../../domain/rate-limit";
import { BillingSubscriptionEntity } from "../../entities/billing-subscription.entity";
import { actAs } from "../../logging/work";
import type { OperationEngine, Runner } from "../../operations/operation-engine";
import type { Outcome } from "../../providers/provider";
import { claimantOf, withMarketplaceOf } from "../access/claimant";
import { assertMayMoveMoney, assertSellerInScope } from "../access/may";
import type { Heard, Hearer, Notice, Subject } from "../inbox/hearing";
import { countPaymentsWithinLimits } from "../payment/payment-limits";
import { OwnedReader } from "../reading/owned-reader";
import {
  type ChangeArgs,
  type ChangeName,
  changeKind,
  changeShapes,
  type SubscriptionInChange,
} from "./change-subscription";
import { operationsOf, type SubscriptionDependencies } from "./create-plan";
import { type CreateSubscriptionArgs, createSubscriptionKind } from "./create-subscription";
import { applySubscription, subscriptionRows } from "./subscription-rows";

/** What a mutation of a subscription came to. */
export interface SubscriptionResult {
  readonly subscription: BillingSubscriptionEntity;
  readonly replayed: boolean;
  readonly refusal: readonly UserErrorFact[] | null;
}

/** Subscriptions whose answer is awaited that a notification without a name may be about. */
const mostAwaited = 20;

/** The use cases of subscriptions. Every method that takes a principal acts within its reach only. */
export class BillingSubscriptionService implements Hearer<"subscription"> {
  readonly reader: OwnedReader<BillingSubscriptionEntity>;
  readonly #create;
  readonly #changes: Readonly<Record<ChangeName, Runner<ChangeArgs, SubscriptionInChange>>>;

  constructor(
    private readonly deps: SubscriptionDependencies & { readonly limits: BusinessLimits },
    engine: OperationEngine,
  ) {
    this.reader = new OwnedReader(deps.database, BillingSubscriptionEntity);
    this.#create = engine.register(createSubscriptionKind(deps));
    const register = (name: ChangeName) => engine.register(changeKind(deps, changeShapes[name]));
    this.#changes = {
      changeSubscriptionAmount: register("changeSubscriptionAmount"),
      changeSubscriptionCard: register("changeSubscriptionCard"),
      setSecondaryPaymentMethod: register("setSecondaryPaymentMethod"),
      pauseSubscription: register("pauseSubscription"),
      resumeSubscription: register("resumeSubscription"),
      cancelSubscription: register("cancelSubscription"),
    };
  }

  /**
   * Makes a subscription. One that the provider refuses is FAILED; one whose answer is lost is UNKNOWN until it is found.
   * @throws Refusal before anything was sent: bad input, no account, a key used before.
   */
  async create(
    principal: Principal,
    key: string,
    given: Omit<CreateSubscriptionArgs, "marketplaceId">,
  ): Promise<SubscriptionResult> {
    assertMayMoveMoney(principal);
    assertSellerInScope(scopeOf(principal), given.sellerId);
    const args = withMarketplaceOf(principal, given);
    const { marketplaceId, sellerId, cardToken } = args;
    await countPaymentsWithinLimits(this.deps.limits, {
      ...{ marketplaceId, sellerIds: [sellerId], ipAddress: undefined },
      cardTokens: cardToken === undefined ? [] : [cardToken],
    });
    const performed = await this.#create.perform(claimantOf(principal, key), args);
    const { state, subjectId, replayed, refusal } = performed;
    const subscription = state?.subscription ?? (await subscriptionRows.read(this.deps, subjectId));
    return { subscription, replayed, refusal };
  }

  /**
   * Changes a subscription. What the provider says yes to and leaves as it was is told in `refusal`.
   * @throws Refusal before anything was sent
   */
  async change(
    principal: Principal,
    name: ChangeName,
    key: string,
    args: ChangeArgs,
  ): Promise<SubscriptionResult> {
    assertMayMoveMoney(principal);
    const known = await this.reader.byId(scopeOf(principal), args.subscriptionId);
    if (known === undefined) throw notFound("subscription", ["input", "subscriptionId"]);
    const performed = await this.#changes[name].perform(claimantOf(principal, key), args);
    const { state, subjectId, replayed, refusal } = performed;
    const subscription = state?.subscription ?? (await subscriptionRows.read(this.deps, subjectId));
    return { subscription, replayed, refusal };
  }

  /** Asks the provider about a subscription and applies the answer. Answers false when it gave none. */
  async lookUp(
    subscription: BillingSubscriptionEntity,
    source: ObservationSource = "LOOKUP",
  ): Promise<boolean> {
    const { providerSubscriptionId } = subscription;
    if (providerSubscriptionId === null) return subscriptionRows.postpone(this.deps, subscription);
    const outcome = await this.#ask(subscription, providerSubscriptionId);
    if (outcome.kind !== "accepted" || outcome.value === null) {
      return subscriptionRows.postpone(this.deps, subscription);
    }
    await this.#applySeen(subscription, outcome.value, source);
    return true;
  }

  /** The notification does not say whose it is: what is read back does. */
  async hear(
    { provider }: Notice,
    { providerSubscriptionId }: Subject<"subscription">,
  ): Promise<string> {
    const known = await this.#byProviderId(provider, providerSubscriptionId);
    if (known !== undefined) return (await this.lookUp(known, "WEBHOOK")) ? "looked up" : "again";
    return this.#lookAmongAwaited(provider, providerSubscriptionId);
  }

  find(
    { provider }: Pick<Notice, "provider">,
    { providerSubscriptionId }: Subject<"subscription">,
  ): Promise<Heard | undefined> {
    return this.#byProviderId(provider, providerSubscriptionId);
  }

  /** One whose own answer is still awaited, or was lost, may be what the notification is about. */
  async #lookAmongAwaited(provider: Provider, providerSubscriptionId: string): Promise<string> {
    const { database } = this.deps;
    const table = database.table(BillingSubscriptionEntity);
    const rows = await database.read(
      `SELECT * FROM billing_subscription WHERE provider = ? AND provider_subscription_id IS NULL
         AND status IN ('PROCESSING', 'UNKNOWN') ORDER BY id DESC LIMIT ${mostAwaited}`,
      [provider],
    );
    let isAnswered = true;
    const asked = new Set<string>();
    for (const awaited of rows.map((row) => table.fromRow(row))) {
      if (asked.has(awaited.accountId)) continue;
      asked.add(awaited.accountId);
      const outcome = await this.#ask(awaited, providerSubscriptionId);
      if (outcome.kind !== "accepted") isAnswered = false;
      else if (outcome.value !== null)
        return this.#adopt(
          rows.map((row) => table.fromRow(row)),
          outcome.value,
        );
    }
    return isAnswered ? "ignored: not our subscription" : "again";
  }

  async #adopt(
    awaited: readonly BillingSubscriptionEntity[],
    seen: SubscriptionObservation,
  ): Promise<string> {
    const own = awaited.find(({ id }) => id === seen.reference);
    if (own === undefined) return "ignored: not our subscription";
    await this.#applySeen(own, seen, "WEBHOOK");
    return "looked up: its answer was awaited";
  }

  async #ask(
    subscription: BillingSubscriptionEntity,
    providerSubscriptionId: string,
  ): Promise<Outcome<SubscriptionObservation | null>> {
    const account = await this.deps.accounts.byId(subscription.accountId);
    return this.deps.accounts.call(account, (credentials) =>
      operationsOf(this.deps, subscription).get(providerSubscriptionId, { credentials }),
    );
  }

  async #applySeen(
    subscription: BillingSubscriptionEntity,
    seen: SubscriptionObservation,
    source: ObservationSource,
  ): Promise<void> {
    const { providerSubscriptionId } = seen;
    await actAs(providerActor(subscription.provider), () =>
      subscriptionRows.writeSeen(
        this.deps,
        subscription,
        providerSubscriptionId,
        (unit, current, holder) => {
          applySubscription(this.deps, unit, current, seen, source, {}, holder);
        },
      ),
    );
  }

  async #byProviderId(
    provider: Provider,
    providerSubscriptionId: string,
  ): Promise<BillingSubscriptionEntity | undefined> {
    const { database } = this.deps;
    const [found] = await database
      .table(BillingSubscriptionEntity)
      .findBy(database, { provider, providerSubscriptionId });
    return found;
  }
}
