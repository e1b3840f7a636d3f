import type { UnitOfWork } from "../../database/database";
import {
  judgeObservation,
  type ObservationSource,
  type PaymentObservation,
} from "../../domain/payment-observation";
import { isCaptured, type PaymentStatus } from "../../domain/payment-status";
import { settlementAfter } from "../../domain/settlement";
import type { Verdict } from "../../domain/verdict";
import type { PaymentEntity } from "../../entities/payment.entity";
import type { KeyRing } from "../../security/key-ring";
import type { ChangeDependencies } from "../followed/followed-kind";
import type { Applied } from "../followed/followed-rows";
import { observedAction } from "./next-action";
import { paymentRows } from "./payment-rows";

/** Columns that an action of ours changes beside what the provider shows. */
export type OwnChanges = Partial<
  Pick<
    PaymentEntity,
    "openActionId" | "captureMinor" | "refundReservedMinor" | "refundedMinor" | "leaseToken"
  >
>;

/** What changes of payments need beside what all changes do: a payment's row has secrets. */
export interface PaymentChanges extends ChangeDependencies {
  readonly keyRing: KeyRing;
}

/** Writes what an observation means for a payment. `holder`: see `FollowedRows.holderOf`. */
export function applyObservation(
  deps: PaymentChanges,
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
        ...observedAction(deps.keyRing, payment.id, status, seen.nextAction),
      }),
      // Also what the payer does next: a look may have come before the answer to our own call.
      found: {
        providerPaymentId: seen.providerPaymentId,
        ...(verdict.kind === "same" &&
          observedAction(deps.keyRing, payment.id, payment.status, seen.nextAction)),
        ...own,
      },
      own,
    },
  );
}

export function observedColumns(
  payment: PaymentEntity,
  seen: PaymentObservation,
): Partial<PaymentEntity> {
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
    settlement: settlementAfter(payment.settlement, seen.settlement),
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
