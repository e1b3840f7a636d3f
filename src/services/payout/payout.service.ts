import { providerActor } from "../../domain/actor";
import type { ObservationSource } from "../../domain/payment-observation";
import type { PayoutNotice, PayoutObservation } from "../../domain/payout-observation";
import type { Principal } from "../../domain/principal";
import type { Provider } from "../../domain/provider";
import { PayoutEntity } from "../../entities/payout.entity";
import { actAs } from "../../logging/work";
import type { OperationEngine } from "../../operations/operation-engine";
import type { Outcome } from "../../providers/provider";
import { type MoveAtAccount, type Moved, moveBalance } from "../balance/move-kind";
import type { MoveDependencies } from "../balance/plan-move";
import type { Heard, Hearer, Notice, Subject } from "../inbox/hearing";
import { OwnedReader } from "../reading/owned-reader";
import { applyPayoutObservation, followedMs, payoutRows } from "./apply-payout";
import {
  type CreatePayoutArgs,
  createPayoutKind,
  findPayout,
  madeSince,
  payoutsOf,
} from "./create-payout";
import { isAwaited, lookAtFailed, payoutByProviderId } from "./heard-payouts";

/** How often a notification of a payout that nobody knows is heard while one that counted as refused is looked up. */
const looksAtFailed = 4;

/** The use cases of payouts. Making them is the marketplace's alone: it decides when a seller is paid out. */
export class PayoutService implements Hearer<"payout"> {
  readonly reader: OwnedReader<PayoutEntity>;
  readonly #create;

  constructor(
    private readonly deps: MoveDependencies,
    engine: OperationEngine,
  ) {
    this.reader = new OwnedReader(deps.database, PayoutEntity);
    this.#create = engine.register(createPayoutKind(deps));
  }

  /** Pays a seller out; see `moveBalance`. */
  create(
    principal: Principal,
    key: string,
    given: Omit<CreatePayoutArgs, "marketplaceId">,
  ): Promise<Moved<PayoutEntity>> {
    return moveBalance(this.deps, payoutRows, this.#create, principal, key, given);
  }

  /** Asks the provider about a payout and applies the answer. Answers false when it gave none. */
  async lookUp(payout: PayoutEntity, source: ObservationSource = "LOOKUP"): Promise<boolean> {
    const account = await this.deps.accounts.byId(payout.accountId);
    const outcome = await this.#ask({ row: payout, account });
    if (outcome.kind !== "accepted" || outcome.value === null) {
      return payoutRows.postpone(this.deps, payout);
    }
    await this.#applySeen({ row: payout, account }, outcome.value, source);
    return true;
  }

  /**
   * Applies what a notification says: it is signed whole, and its words cannot be looked up. It is heard again while it
   * may be about a payout whose own answer is still awaited, or that counted as refused.
   */
  async hear(
    { provider, shop, attempts }: Notice,
    { observation: seen }: Subject<"payout">,
  ): Promise<string> {
    const { accounts, database } = this.deps;
    const payout = await payoutByProviderId(database, provider, seen.providerPayoutId);
    if (payout === undefined) {
      const mayBeOurs =
        (await isAwaited(database, provider, shop)) ||
        (attempts < looksAtFailed && (await this.#mayHaveFailed(provider, shop, seen)));
      return mayBeOurs ? "again" : "ignored: not our payout";
    }
    const account = await accounts.byId(payout.accountId);
    const kind = await this.#applySeen({ row: payout, account }, seen, "WEBHOOK", { shop });
    return `heard: ${kind}`;
  }

  find(
    { provider }: Pick<Notice, "provider">,
    { observation }: Subject<"payout">,
  ): Promise<Heard | undefined> {
    return payoutByProviderId(this.deps.database, provider, observation.providerPayoutId);
  }

  /** Whether it may be about a payout that counted as refused; that one is looked up then. */
  async #mayHaveFailed(
    provider: Provider,
    shop: string,
    { amount }: PayoutObservation,
  ): Promise<boolean> {
    if (amount === null) return false;
    const now = this.deps.clock.now();
    const times = { now, since: new Date(now.getTime() - followedMs) };
    return lookAtFailed(this.deps.database, provider, shop, amount, times);
  }

  #ask(asked: MoveAtAccount<PayoutEntity>): Promise<Outcome<PayoutObservation | null>> {
    const { row: payout, account } = asked;
    const { currency, providerPayoutId } = payout;
    const since = madeSince(payout);
    if (providerPayoutId === null) return findPayout(this.deps, asked);
    return this.deps.accounts.call(account, (credentials) =>
      payoutsOf(this.deps, payout).get(providerPayoutId, since, currency, { credentials }),
    );
  }

  async #applySeen(
    { row: payout, account }: MoveAtAccount<PayoutEntity>,
    seen: PayoutObservation,
    source: ObservationSource,
    notice?: PayoutNotice,
  ): Promise<string> {
    let came = "";
    await actAs(providerActor(payout.provider), () =>
      payoutRows.writeSeen(this.deps, payout, seen.providerPayoutId, (unit, row, holder) => {
        const at = { row, account };
        const applied = applyPayoutObservation(this.deps, unit, at, seen, source, notice, holder);
        came = applied.verdict.kind;
      }),
    );
    return came;
  }
}
