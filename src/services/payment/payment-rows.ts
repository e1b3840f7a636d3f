import { awaitsOutcome, chargebackDays, judgeMove } from "../../domain/payment-status";
import { PaymentEntity } from "../../entities/payment.entity";
import { nextCheckAt, nextDailyCheckAt } from "../../operations/schedule";
import { FollowedRows } from "../followed/followed-rows";

const dayMs = 24 * 3_600_000;

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
  snapshotOf: ({ providerStatus, providerStatusDetail, refundedMinor, orderId }) => ({
    providerStatus,
    providerStatusDetail,
    refundedMinor: refundedMinor.toString(),
    ...(orderId === null ? {} : { orderId }),
  }),
  countedBy: ({ provider, method }) => ({ provider, method: method?.typeId ?? "unknown" }),
  happenedAt: ({ providerUpdatedAt }) => providerUpdatedAt,
  alerts: {
    idName: "paymentId",
    anomaly: "PAYMENT_CHANGED_AFTER_END",
    unapplied: "PAYMENT_NOT_APPLIED",
  },
  // What has ended is asked about by follow-ups, but for what a bank still decides.
  dueIn({ clock, random }, { status, attempts, updatedAt }) {
    const now = clock.now();
    if (awaitsOutcome[status]) return nextCheckAt(now, attempts, random);
    const isDecided = now.getTime() - updatedAt.getTime() > chargebackDays * dayMs;
    return status === "CHARGED_BACK" && !isDecided ? nextDailyCheckAt(now, random) : null;
  },
});
