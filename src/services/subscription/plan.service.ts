import { providerActor } from "../../domain/actor";
import { notFound, type UserErrorFact } from "../../domain/errors";
import type { ObservationSource } from "../../domain/payment-observation";
import { type Principal, scopeOf } from "../../domain/principal";
import type { Provider } from "../../domain/provider";
import { SubscriptionPlanEntity } from "../../entities/subscription-plan.entity";
import { actAs } from "../../logging/work";
import type { OperationEngine } from "../../operations/operation-engine";
import { claimantOf, withMarketplaceOf } from "../access/claimant";
import { assertMayMoveMoney, assertSellerInScope } from "../access/may";
import type { Heard, Hearer, Notice, Subject } from "../inbox/hearing";
import { OwnedReader } from "../reading/owned-reader";
import {
  type CreatePlanArgs,
  createPlanKind,
  operationsOf,
  type SubscriptionDependencies,
} from "./create-plan";
import { applyPlanObservation, planRows } from "./plan-rows";
import { type UpdatePlanArgs, updatePlanKind } from "./update-plan";

/** What a mutation of a plan came to. */
export interface PlanResult {
  readonly plan: SubscriptionPlanEntity;
  readonly replayed: boolean;
  readonly refusal: readonly UserErrorFact[] | null;
}

/** The use cases of plans. */
export class SubscriptionPlanService implements Hearer<"plan"> {
  readonly reader: OwnedReader<SubscriptionPlanEntity>;
  readonly #create;
  readonly #update;

  constructor(
    private readonly deps: SubscriptionDependencies,
    engine: OperationEngine,
  ) {
    this.reader = new OwnedReader(deps.database, SubscriptionPlanEntity);
    this.#create = engine.register(createPlanKind(deps));
    this.#update = engine.register(updatePlanKind(deps));
  }

  /**
   * Makes a plan. One that the provider refuses is FAILED.
   * @throws Refusal before anything was sent: bad input, no account, a key used before.
   */
  async create(
    principal: Principal,
    key: string,
    given: Omit<CreatePlanArgs, "marketplaceId">,
  ): Promise<PlanResult> {
    assertMayMoveMoney(principal);
    assertSellerInScope(scopeOf(principal), given.sellerId);
    const args = withMarketplaceOf(principal, given);
    const performed = await this.#create.perform(claimantOf(principal, key), args);
    const { state, subjectId, replayed, refusal } = performed;
    return { plan: state?.plan ?? (await planRows.read(this.deps, subjectId)), replayed, refusal };
  }

  /**
   * Changes a plan. What the provider says yes to and leaves as it was is told in `refusal`.
   * @throws Refusal before anything was sent
   */
  async update(principal: Principal, key: string, args: UpdatePlanArgs): Promise<PlanResult> {
    assertMayMoveMoney(principal);
    const known = await this.reader.byId(scopeOf(principal), args.planId);
    if (known === undefined) throw notFound("plan", ["input", "planId"]);
    const performed = await this.#update.perform(claimantOf(principal, key), args);
    const { state, subjectId, replayed, refusal } = performed;
    return { plan: state?.plan ?? (await planRows.read(this.deps, subjectId)), replayed, refusal };
  }

  /** A plan that nobody knows is a stranger's, or one whose own answer is awaited, which tells the same. */
  async hear({ provider }: Notice, { providerPlanId }: Subject<"plan">): Promise<string> {
    const plan = await this.#byProviderId(provider, providerPlanId);
    if (plan === undefined) return "ignored: not our plan";
    return (await this.#lookUp(plan, providerPlanId, "WEBHOOK")) ? "looked up" : "again";
  }

  find(
    { provider }: Pick<Notice, "provider">,
    { providerPlanId }: Subject<"plan">,
  ): Promise<Heard | undefined> {
    return this.#byProviderId(provider, providerPlanId);
  }

  /** Asks the provider about a plan, and applies the answer. Answers false when it gave none. */
  async #lookUp(
    plan: SubscriptionPlanEntity,
    providerPlanId: string,
    source: ObservationSource,
  ): Promise<boolean> {
    const account = await this.deps.accounts.byId(plan.accountId);
    const outcome = await this.deps.accounts.call(account, (credentials) =>
      operationsOf(this.deps, plan).getPlan(providerPlanId, { credentials }),
    );
    if (outcome.kind !== "accepted" || outcome.value === null) return false;
    const seen = outcome.value;
    await actAs(providerActor(plan.provider), () =>
      planRows.writeSeen(this.deps, plan, providerPlanId, (unit, current, holder) => {
        applyPlanObservation(this.deps, unit, current, seen, source, {}, holder);
      }),
    );
    return true;
  }

  async #byProviderId(
    provider: Provider,
    providerPlanId: string,
  ): Promise<SubscriptionPlanEntity | undefined> {
    const { database } = this.deps;
    const [found] = await database
      .table(SubscriptionPlanEntity)
      .findBy(database, { provider, providerPlanId });
    return found;
  }
}
