import type { UnitOfWork } from "../../database/database";
import {
  judgeObservation,
  type ObservationSource,
  type PaymentObservation,
} from "../../domain/payment-observation";
import { isCaptured, type PaymentStatus } from "../../domain/payment-status";
import type { Verdict } from "../../domain/verdict";
import type { PaymentEntity } from "../../entities/payment.entity";
import type { ChangeDependencies } from "../followed/followed-kind";
import type { Applied } from "../followed/followed-rows";
import { paymentRows } from "./payment-rows";

/** Columns that an action of ours changes beside what the provider shows. */
export type OwnChanges = Partial<
  Pick<
    PaymentEntity,
    "openActionId" | "captureMinor" | "refundReservedMinor" | "refundedMinor" | "leaseToken"
  >
>;

/** Writes what an observation means for a payment. `holder`: see `FollowedRows.holderOf`. */
export function applyObservation(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  payment: PaymentEntity,
  seen: PaymentObservation,
  source: ObservationSource,
  own: OwnChanges = {},
  holder?: string,
): Applied<PaymentEntity, Verdict<PaymentStatus>> {
  const captureMinor = own.captureMinor ?? payment.captureMinor;
  const verdict = judgeObservation({ ...payment, captureMinor }, seen, holder);
  return paymentRows.apply(
    deps,
    unit,
    payment,
    verdict,
    { source, seen },
    {
      applied: ({ status, anomaly }) => ({
        approvedAt: approvalOf(deps, payment, seen, status),
        status,
        anomaly: payment.anomaly || anomaly,
        ...own,
        ...observedColumns(payment, seen),
      }),
      // Also where the payer goes on: a look may have come before the answer to our own call.
      found: {
        providerPaymentId: seen.providerPaymentId,
        redirectUrl: seen.redirectUrl ?? payment.redirectUrl,
        ...own,
      },
      own,
    },
  );
}

function observedColumns(payment: PaymentEntity, seen: PaymentObservation): Partial<PaymentEntity> {
  return {
    providerPaymentId: seen.providerPaymentId,
    providerStatus: seen.providerStatus,
    providerStatusDetail: seen.providerStatusDetail,
    providerUpdatedAt: seen.providerUpdatedAt ?? payment.providerUpdatedAt,
    // Refunds only ever add up; an older figure must not lower what our own refunds have made.
    refundedMinor: larger(seen.refundedAmount.minor, payment.refundedMinor),
    expiresAt: seen.expiresAt ?? payment.expiresAt,
    method: seen.method ?? payment.method,
    fees: seen.fees.map(({ type, payer, amount }) => ({
      type,
      payer,
      minor: amount.minor.toString(),
    })),
    // An older figure would be taken for what is received now.
    netReceivedMinor: seen.netReceived?.minor ?? null,
    redirectUrl: seen.redirectUrl ?? payment.redirectUrl,
  };
}

/** The provider's own time; where it names none, when the payment was first seen paid. */
function approvalOf(
  deps: ChangeDependencies,
  payment: PaymentEntity,
  seen: PaymentObservation,
  status: PaymentStatus,
): Date | null {
  const isNewlyPaid = isCaptured[status] && !isCaptured[payment.status];
  return seen.approvedAt ?? payment.approvedAt ?? (isNewlyPaid ? deps.clock.now() : null);
}

function larger(a: bigint, b: bigint): bigint {
  // Math.max does not take bigints.
  if (a > b) return a;
  return b;
}
