import type { UnitOfWork } from "../../database/database";
import type { ObservationSource } from "../../domain/payment-observation";
import {
  judgePayoutObservation,
  type PayoutNotice,
  type PayoutObservation,
  type PayoutVerdict,
} from "../../domain/payout-observation";
import { judgePayoutMove, payoutFollowed } from "../../domain/payout-status";
import { PayoutEntity } from "../../entities/payout.entity";
import { nextCheckAt, nextDailyCheckAt } from "../../operations/schedule";
import type { MoveAtAccount } from "../balance/move-kind";
import { alertAbout } from "../followed/alert-about";
import type { ChangeDependencies } from "../followed/followed-kind";
import { type Applied, FollowedRows } from "../followed/followed-rows";

/**
 * How long a payout is followed closely: bank transfers end, and come back, within days. Choice, and no less than
 * PayU lets look at one (two weeks).
 */
export const followedMs = 14 * 24 * 3_600_000;
/** How long after one look the next is, at what does not come to an end. */
const stuckMs = 7 * 24 * 3_600_000;

/** How payouts live. */
export const payoutRows = new FollowedRows<PayoutEntity>({
  entity: PayoutEntity,
  judge: judgePayoutMove,
  providerIdColumn: "provider_payout_id",
  events: { created: "PAYOUT_CREATED", moved: "PAYOUT_STATUS_CHANGED", updated: "PAYOUT_UPDATED" },
  streamOf: ({ sellerId }) => sellerId,
  snapshotOf: ({ providerStatus }) => ({ providerStatus }),
  alerts: {
    idName: "payoutId",
    anomaly: "PAYOUT_CHANGED_AFTER_END",
    unapplied: "PAYOUT_NOT_APPLIED",
  },
  dueIn(deps, payout) {
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
  },
  onUnchanged(deps, unit, payout) {
    const { id: payoutId, status } = payout;
    if (payoutFollowed[status] !== "TO_ITS_END" || isFollowed(deps, payout)) return;
    const facts = { payoutId, status };
    deps.alerts.raise(unit, { ...alertAbout(payout), code: "PAYOUT_WITHOUT_END", facts });
  },
});

/** Writes what an observation means for a payout. `holder`: see `FollowedRows.holderOf`. */
export function applyPayoutObservation(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  { row: payout, account }: MoveAtAccount<PayoutEntity>,
  seen: PayoutObservation,
  source: ObservationSource,
  notice?: PayoutNotice,
  holder?: string,
): Applied<PayoutEntity, PayoutVerdict> {
  const known = { ...payout, shop: account.shop };
  const verdict = judgePayoutObservation(known, seen, notice, holder);
  const shown = { source, seen };
  if (verdict.kind === "doubt") {
    const unapplied = { kind: "ignore", reason: verdict.reason } as const;
    payoutRows.keepUnapplied(deps, unit, payout, unapplied, shown, true);
    const dueAt = deps.clock.now();
    return { verdict, row: payoutRows.markChecked(deps, unit, payout, { dueAt }) };
  }
  const { providerPayoutId, providerStatus } = seen;
  return payoutRows.apply(deps, unit, payout, verdict, shown, {
    applied: ({ status }) => ({ status, providerPayoutId, providerStatus }),
    found: { providerPayoutId },
  });
}

function isFollowed(
  { clock }: ChangeDependencies,
  { createdAt }: Pick<PayoutEntity, "createdAt">,
): boolean {
  return clock.now().getTime() - createdAt.getTime() < followedMs;
}
