import type { UnitOfWork } from "../../database/database";
import type { EventType } from "../../domain/events";
import type { ObservationSource } from "../../domain/payment-observation";
import {
  judgePayoutObservation,
  type PayoutNotice,
  type PayoutObservation,
  type PayoutVerdict,
} from "../../domain/payout-observation";
import { type PayoutStatus, payoutFollowed } from "../../domain/payout-status";
import { PayoutEntity } from "../../entities/payout.entity";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type { EventDraft } from "../../events/event-log";
import { nextCheckAt, nextDailyCheckAt } from "../../operations/schedule";
import { keepUnapplied } from "../keep-unapplied";
import type { ChangeDependencies } from "../payment/apply-observation";

/**
 * How long a payout is followed closely: bank transfers end, and come back, within days. Choice, and no less than
 * PayU lets look at one (two weeks).
 */
export const followedMs = 14 * 24 * 3_600_000;
/** How long after one look the next is, at what does not come to an end. */
const stuckMs = 7 * 24 * 3_600_000;

/** A payout, and the account whose balance it is paid from. */
export interface PayoutAtAccount {
  readonly payout: PayoutEntity;
  readonly account: ProviderAccountEntity;
}

/** What an observation came to, and the payout after it. */
export interface AppliedPayout {
  readonly verdict: PayoutVerdict;
  readonly payout: PayoutEntity;
}

/**
 * Writes what an observation means for a payout: with `changePayout`, the only way by which it changes after its
 * creation. Compares the version, so that of two observers one starts over. `holder`: see `holderOf`.
 */
export function applyPayoutObservation(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  { payout, account }: PayoutAtAccount,
  seen: PayoutObservation,
  source: ObservationSource,
  notice?: PayoutNotice,
  holder?: string,
): AppliedPayout {
  const known = { ...payout, shop: account.shop };
  const verdict = judgePayoutObservation(known, seen, notice, holder);
  const { providerPayoutId, providerStatus } = seen;
  switch (verdict.kind) {
    case "apply": {
      if (verdict.anomaly) {
        const { id: payoutId, status: from } = payout;
        const facts = { payoutId, from, to: verdict.status };
        unit.afterCommit(() => deps.alert("a payout that had ended changed again", facts));
      }
      const changes = { status: verdict.status, providerPayoutId, providerStatus };
      return { verdict, payout: changePayout(deps, unit, payout, source, changes) };
    }
    case "quarantine":
      keepUnapplied(deps, unit, { subjectId: payout.id, source, seen, verdict });
      alertOf(deps, unit, payout, verdict.reason);
      return { verdict, payout: changePayoutSilently(deps, unit, payout) };
    case "ignore":
      keepUnapplied(deps, unit, { subjectId: payout.id, source, seen, verdict });
      if (seen.status === null) alertOf(deps, unit, payout, verdict.reason);
      break;
    case "doubt": {
      const { reason } = verdict;
      const kept = { kind: "ignore", reason } as const;
      keepUnapplied(deps, unit, { subjectId: payout.id, source, seen, verdict: kept });
      alertOf(deps, unit, payout, reason);
      const dueAt = deps.clock.now();
      return { verdict, payout: changePayoutSilently(deps, unit, payout, { dueAt }) };
    }
    case "same":
      break;
  }
  // Matching facts that change no status still tell which payout at the provider is ours.
  return { verdict, payout: changePayoutSilently(deps, unit, payout, { providerPayoutId }) };
}

/** Applies a change that its caller has already judged, with its one event. */
export function changePayout(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  payout: PayoutEntity,
  source: ObservationSource,
  changes: Partial<PayoutEntity> & { status: PayoutStatus },
): PayoutEntity {
  const complete: Partial<PayoutEntity> = {
    ...changes,
    attempts: 0,
    dueAt: dueIn(deps, { ...payout, ...changes, attempts: 0 }),
    updatedAt: deps.clock.now(),
    version: payout.version + 1,
  };
  const table = deps.database.table(PayoutEntity);
  unit.change(table.update(complete, { id: payout.id, version: payout.version }, 1));
  const next = Object.assign(new PayoutEntity(), payout, complete);
  const type = next.status === payout.status ? "PAYOUT_UPDATED" : "PAYOUT_STATUS_CHANGED";
  deps.events.append(unit, payoutEvent(next, type, payout.status, source));
  return next;
}

/**
 * Changes columns that nobody watches, and sets the next check. Still compares the version. A payout that has been
 * looked at for too long without an end is told to a person.
 */
export function changePayoutSilently(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  payout: PayoutEntity,
  changes: Partial<PayoutEntity> = {},
): PayoutEntity {
  if (payoutFollowed[payout.status] === "TO_ITS_END" && !isFollowed(deps, payout)) {
    const { id, status } = payout;
    unit.afterCommit(() =>
      deps.alert("a payout does not come to an end", { payoutId: id, status }),
    );
  }
  const complete = { dueAt: dueIn(deps, payout), ...changes };
  const table = deps.database.table(PayoutEntity);
  unit.change(table.update(complete, { id: payout.id, version: payout.version }, 1));
  return Object.assign(new PayoutEntity(), payout, complete);
}

export function payoutEvent(
  payout: PayoutEntity,
  type: EventType,
  fromStatus: PayoutStatus | null,
  source: ObservationSource,
): EventDraft {
  return {
    streamId: payout.sellerId,
    subjectId: payout.id,
    subjectVersion: payout.version,
    topicId: payout.id,
    type,
    fromStatus,
    toStatus: payout.status,
    source,
    snapshot: { providerStatus: payout.providerStatus },
    occurredAt: payout.updatedAt,
  };
}

/** When it is looked at again; null: no more. */
function dueIn(
  deps: ChangeDependencies,
  payout: Pick<PayoutEntity, "status" | "createdAt" | "attempts">,
): Date | null {
  const now = deps.clock.now();
  switch (payoutFollowed[payout.status]) {
    case "TO_ITS_END":
      return isFollowed(deps, payout)
        ? nextCheckAt(now, payout.attempts, deps.random)
        : new Date(now.getTime() + stuckMs);
    case "DAILY":
      return isFollowed(deps, payout) ? nextDailyCheckAt(now, deps.random) : null;
    case "NO_MORE":
      return null;
  }
}

function isFollowed(
  { clock }: ChangeDependencies,
  { createdAt }: Pick<PayoutEntity, "createdAt">,
): boolean {
  return clock.now().getTime() - createdAt.getTime() < followedMs;
}

function alertOf(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  { id }: PayoutEntity,
  reason: string,
): void {
  unit.afterCommit(() =>
    deps.alert("an observation of a payout was not applied", { payoutId: id, reason }),
  );
}
