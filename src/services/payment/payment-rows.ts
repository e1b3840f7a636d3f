import { awaitsOutcome, chargebackDays, judgeMove } from "../../domain/payment-status";
import type { SettlementFacts } from "../../domain/settlement";
import { PaymentEntity } from "../../entities/payment.entity";
import { storeSettlement } from "../../entities/stored-settlement";
import { nextCheckAt, nextDailyCheckAt } from "../../operations/schedule";
import { FollowedRows } from "../followed/followed-rows";

const dayMs = 24 * 3_600_000;
const releaseSpreadMs = 10 * 60_000;
/** Choice: how late a release can be is not published. */
const lateReleaseDays = 30;
/** Looks after a refund that the provider's figures do not show yet. */
const settlementPatience = 6;

/** Whether a payment still waits for a payer whose time is over. */
export function isOverdue(
  { status, expiresAt }: Pick<PaymentEntity, "status" | "expiresAt">,
  now: Date,
): boolean {
  return status === "PENDING" && expiresAt !== null && expiresAt <= now;
}

/** How payments live. Their events are in their sellers' logs. */
export const paymentRows = new FollowedRows<PaymentEntity>({
  entity: PaymentEntity,
  judge: judgeMove,
  providerIdColumn: "provider_payment_id",
  events: {
    created: "PAYMENT_CREATED",
    moved: "PAYMENT_STATUS_CHANGED",
    updated: "PAYMENT_UPDATED",
  },
  streamOf: ({ sellerId }) => sellerId,
  // So that watchers see the payment as it was then.
  snapshotOf: ({ providerStatus, providerStatusDetail, refundedMinor, settlement, orderId }) => ({
    providerStatus,
    providerStatusDetail,
    refundedMinor: refundedMinor.toString(),
    ...(settlement === null ? {} : { settlement: storeSettlement(settlement) }),
    ...(orderId === null ? {} : { orderId }),
  }),
  countedBy: ({ provider, method }) => ({ provider, method: method?.typeId ?? "unknown" }),
  // A release does not move the provider's own time.
  happenedAt: ({ providerUpdatedAt }, before) =>
    providerUpdatedAt?.getTime() === before.providerUpdatedAt?.getTime() ? null : providerUpdatedAt,
  alerts: {
    idName: "paymentId",
    anomaly: "PAYMENT_CHANGED_AFTER_END",
    unapplied: "PAYMENT_NOT_APPLIED",
  },
  // What has ended is asked about by follow-ups, but for what a bank still decides.
  dueIn({ clock, random }, payment) {
    const { status, attempts, updatedAt, refundedMinor, settlement } = payment;
    const now = clock.now();
    if (awaitsOutcome[status]) return nextCheckAt(now, attempts, random);
    // A refund's answer tells nothing of the fees that came back with it.
    const isBehind = settlement !== null && settlement.refundedMinor < refundedMinor;
    if (isBehind && attempts < settlementPatience) return nextCheckAt(now, attempts, random);
    const isDecided = now.getTime() - updatedAt.getTime() > chargebackDays * dayMs;
    if (status === "CHARGED_BACK" && !isDecided) return nextDailyCheckAt(now, random);
    return releaseCheckAt(settlement, now, random);
  },
});

/** Whether the next check of a payment is that of its release, and nothing else is awaited. */
export function awaitsReleaseOnly({ status, settlement, dueAt }: PaymentEntity): boolean {
  if (awaitsOutcome[status] || status === "CHARGED_BACK" || dueAt === null) return false;
  const releaseAt = settlement?.releaseAt ?? null;
  return settlement?.releaseState === "PENDING" && releaseAt !== null && dueAt >= releaseAt;
}

/** When the provider should say that the money is released; daily after that, for as long as releases may be late. */
function releaseCheckAt(
  settlement: SettlementFacts | null,
  now: Date,
  random: () => number,
): Date | null {
  if (settlement?.releaseState !== "PENDING" || settlement.releaseAt === null) return null;
  const { releaseAt } = settlement;
  const lateMs = now.getTime() - releaseAt.getTime();
  if (lateMs > lateReleaseDays * dayMs) return null;
  if (lateMs >= 0) return nextDailyCheckAt(now, random);
  // Much is released at the same moment of a day.
  return new Date(releaseAt.getTime() + Math.floor(random() * releaseSpreadMs));
}
