import type { Database, UnitOfWork } from "../../database/database";
import type { Clock } from "../../domain/clock";
import type { IdFactory } from "../../domain/ids";
import {
  judgeObservation,
  type ObservationSource,
  type ObservationVerdict,
  type PaymentObservation,
} from "../../domain/payment-observation";
import {
  awaitsOutcome,
  chargebackDays,
  isCaptured,
  type PaymentStatus,
} from "../../domain/payment-status";
import { PaymentEntity } from "../../entities/payment.entity";
import type { EventLog } from "../../events/event-log";
import { nextCheckAt, nextDailyCheckAt } from "../../operations/schedule";
import { keepUnapplied } from "../keep-unapplied";
import { paymentEvent } from "./payment-events";

const dayMs = 24 * 3_600_000;

export interface ChangeDependencies {
  readonly database: Database;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly ids: IdFactory;
  readonly random: () => number;
  /** Told of contradictions and mismatches, which a person must look at. */
  readonly alert: (message: string, facts: Record<string, unknown>) => void;
}

/** Columns that an action of ours changes beside what the provider shows. */
export type OwnChanges = Partial<
  Pick<
    PaymentEntity,
    "openActionId" | "captureMinor" | "refundReservedMinor" | "refundedMinor" | "leaseToken"
  >
>;

/** What an observation came to, and the payment after it. */
export interface Applied {
  readonly verdict: ObservationVerdict;
  readonly payment: PaymentEntity;
}

/**
 * Writes what an observation means for a payment: the only way by which a payment's status ever changes
 * after its creation. Compares the version, so that of two observers one starts over. `holder`: see `holderOf`.
 */
export function applyObservation(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  payment: PaymentEntity,
  seen: PaymentObservation,
  source: ObservationSource,
  own: OwnChanges = {},
  holder?: string,
): Applied {
  const captureMinor = own.captureMinor ?? payment.captureMinor;
  const verdict = judgeObservation({ ...payment, captureMinor }, seen, holder);
  switch (verdict.kind) {
    case "apply":
      if (verdict.anomaly) {
        unit.afterCommit(() =>
          deps.alert("a payment that had ended changed again", {
            paymentId: payment.id,
            from: payment.status,
            to: verdict.status,
          }),
        );
      }
      return {
        verdict,
        payment: applyChange(deps, unit, payment, source, {
          approvedAt: approvalOf(deps, payment, seen, verdict.status),
          status: verdict.status,
          anomaly: payment.anomaly || verdict.anomaly,
          ...own,
          ...observedColumns(payment, seen),
        }),
      };
    case "quarantine":
      recordUnapplied(deps, unit, payment, seen, source, verdict);
      return { verdict, payment: markChecked(deps, unit, payment, own) };
    case "ignore":
      recordUnapplied(deps, unit, payment, seen, source, verdict);
      break;
    case "same":
      break;
  }
  // Facts that change no status still tell which payment at the provider is ours, and where its payer goes on:
  // a look may have come before the answer to our own call.
  const { providerPaymentId } = seen;
  const redirectUrl = seen.redirectUrl ?? payment.redirectUrl;
  const found = { providerPaymentId, redirectUrl, ...own };
  return { verdict, payment: markChecked(deps, unit, payment, found) };
}

/** A new status and what comes with it, but for the columns that every change sets. */
export type StatusChange = Omit<
  Partial<PaymentEntity>,
  "attempts" | "dueAt" | "updatedAt" | "version"
> & { readonly status: PaymentStatus };

/** Applies a change that its caller has already judged, with its one event. */
export function applyChange(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  payment: PaymentEntity,
  source: ObservationSource,
  changes: StatusChange,
): PaymentEntity {
  const now = deps.clock.now();
  const version = payment.version + 1;
  const complete: Partial<PaymentEntity> = {
    attempts: 0,
    dueAt: dueIn(deps, { status: changes.status, attempts: 0, updatedAt: now }),
    updatedAt: now,
    version,
    ...changes,
  };
  const table = deps.database.table(PaymentEntity);
  unit.change(table.update(complete, { id: payment.id, version: payment.version }, 1));
  const next = { ...payment, ...complete };
  const type = next.status === payment.status ? "PAYMENT_UPDATED" : "PAYMENT_STATUS_CHANGED";
  const occurredAt = changes.providerUpdatedAt ?? now;
  deps.events.append(unit, paymentEvent(next, type, payment.status, source, occurredAt));
  return next;
}

/** Changes columns that nobody watches: no version, no event. Still compares the version. */
export function changeSilently(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  payment: PaymentEntity,
  changes: Partial<PaymentEntity>,
): PaymentEntity {
  const table = deps.database.table(PaymentEntity);
  unit.change(table.update(changes, { id: payment.id, version: payment.version }, 1));
  return { ...payment, ...changes };
}

function markChecked(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  payment: PaymentEntity,
  changes: Omit<Partial<PaymentEntity>, "dueAt">,
): PaymentEntity {
  return changeSilently(deps, unit, payment, {
    dueAt: dueIn(deps, payment),
    ...changes,
  });
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

/** When the provider is asked again. What has ended is asked about by follow-ups, but for what a bank still decides. */
function dueIn(
  deps: ChangeDependencies,
  { status, attempts, updatedAt }: Pick<PaymentEntity, "status" | "attempts" | "updatedAt">,
): Date | null {
  const now = deps.clock.now();
  if (awaitsOutcome[status]) return nextCheckAt(now, attempts, deps.random);
  const isDecided = now.getTime() - updatedAt.getTime() > chargebackDays * dayMs;
  return status === "CHARGED_BACK" && !isDecided ? nextDailyCheckAt(now, deps.random) : null;
}

function recordUnapplied(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  payment: PaymentEntity,
  seen: PaymentObservation,
  source: ObservationSource,
  verdict: Extract<ObservationVerdict, { kind: "ignore" | "quarantine" }>,
): void {
  keepUnapplied(deps, unit, { subjectId: payment.id, source, seen, verdict });
  if (verdict.kind === "quarantine" || seen.status === null) {
    unit.afterCommit(() =>
      deps.alert("an observation of a payment was not applied", {
        paymentId: payment.id,
        reason: verdict.reason,
      }),
    );
  }
}
