import { StaleWriteError } from "../../database/database";
import type { UserErrorFact } from "../../domain/errors";
import type { ObservationSource } from "../../domain/payment-observation";
import type { PayoutNotice, PayoutObservation } from "../../domain/payout-observation";
import type { Principal } from "../../domain/principal";
import type { Provider } from "../../domain/provider";
import { PayoutEntity } from "../../entities/payout.entity";
import type { OperationEngine } from "../../operations/operation-engine";
import type { Outcome } from "../../providers/provider";
import { assertMayMoveBalances, type MoveDependencies } from "../balance/plan-move";
import { BelongingsReader } from "../belongings-reader";
import { claimantOf, withMarketplaceOf } from "../claimant";
import type { Hearer, Notice, Subject } from "../hearing";
import { holderOf } from "../holder-of";
import { writeAnew } from "../write-anew";
import {
  applyPayoutObservation,
  changePayoutSilently,
  followedMs,
  type PayoutAtAccount,
} from "./apply-payout";
import {
  type CreatePayoutArgs,
  createPayoutKind,
  findPayout,
  madeSince,
  payoutsOf,
} from "./create-payout";
import { isAwaited, lookAtFailed, payoutByProviderId, readPayout } from "./payout-rows";

/** How often a notification of a payout that nobody knows is heard while one that counted as refused is looked up. */
const looksAtFailed = 4;

/** What `createPayout` came to. */
export interface PayoutResult {
  readonly payout: PayoutEntity;
  readonly replayed: boolean;
  readonly refusal: readonly UserErrorFact[] | null;
}

/** The use cases of payouts. Making them is the marketplace's alone: it decides when a seller is paid out. */
export class PayoutService implements Hearer<"payout"> {
  readonly reader: BelongingsReader<PayoutEntity>;
  readonly #create;

  constructor(
    private readonly deps: MoveDependencies,
    engine: OperationEngine,
  ) {
    this.reader = new BelongingsReader(deps.database, PayoutEntity);
    this.#create = engine.register(createPayoutKind(deps));
  }

  /**
   * Pays a seller out. A payout that the provider refuses is FAILED, and its money has not left the balance.
   * @throws Refusal before anything was sent: bad input, no account, a key used before.
   */
  async create(
    principal: Principal,
    idempotencyKey: string,
    given: Omit<CreatePayoutArgs, "marketplaceId">,
  ): Promise<PayoutResult> {
    assertMayMoveBalances(principal);
    const args = withMarketplaceOf(principal, given);
    const { replayed, refusal, state, subjectId } = await this.#create.perform(
      claimantOf(principal, idempotencyKey),
      args,
    );
    const payout = state?.payout ?? (await readPayout(this.deps.database, subjectId));
    this.deps.onMoved(payout.accountId);
    return { payout, replayed, refusal };
  }

  /** Asks the provider about a payout and applies the answer. Answers false when it gave none. */
  async lookUp(payout: PayoutEntity, source: ObservationSource = "LOOKUP"): Promise<boolean> {
    const account = await this.deps.accounts.byId(payout.accountId);
    const outcome = await this.#ask({ payout, account });
    if (outcome.kind !== "accepted" || outcome.value === null) return this.#postpone(payout);
    await this.#applySeen({ payout, account }, outcome.value, source);
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
    const kind = await this.#applySeen({ payout, account }, seen, "WEBHOOK", { shop });
    return `heard: ${kind}`;
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

  #ask(asked: PayoutAtAccount): Promise<Outcome<PayoutObservation | null>> {
    const { payout, account } = asked;
    const { currency, providerPayoutId } = payout;
    const since = madeSince(payout);
    if (providerPayoutId === null) return findPayout(this.deps, asked);
    return this.deps.accounts.call(account, (credentials) =>
      payoutsOf(this.deps, payout).get(providerPayoutId, since, currency, { credentials }),
    );
  }

  async #applySeen(
    { payout, account }: PayoutAtAccount,
    seen: PayoutObservation,
    source: ObservationSource,
    notice?: PayoutNotice,
  ): Promise<string> {
    const { database } = this.deps;
    let came = "";
    await writeAnew(
      database,
      payout,
      () => readPayout(database, payout.id),
      async (unit, current, clashed) => {
        const at = { payout: current, account };
        const { providerPayoutId } = seen;
        const holder = clashed
          ? await holderOf(unit, "payout", current, providerPayoutId)
          : undefined;
        const applied = applyPayoutObservation(this.deps, unit, at, seen, source, notice, holder);
        came = applied.verdict.kind;
      },
    );
    return came;
  }

  async #postpone(payout: PayoutEntity): Promise<false> {
    try {
      await this.deps.database.write((unit) => {
        changePayoutSilently(this.deps, unit, payout);
      });
    } catch (fault) {
      // Changed meanwhile: whoever changed it has set its next check.
      if (!(fault instanceof StaleWriteError)) throw fault;
    }
    return false;
  }
}
