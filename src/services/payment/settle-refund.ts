import type { UnitOfWork } from "../../database/database";
import type { PaymentId } from "../../domain/ids";
import type { ObservationSource, RefundObservation } from "../../domain/payment-observation";
import { judgeMove } from "../../domain/payment-status";
import { judgeRefundMove, openRefundStatuses, type RefundStatus } from "../../domain/refund-status";
import type { PaymentEntity } from "../../entities/payment.entity";
import { RefundEntity } from "../../entities/refund.entity";
import type { Settlement } from "../../operations/operation-kind";
import { nextCheckAt } from "../../operations/schedule";
import type { Outcome, ProviderRefusal } from "../../providers/provider";
import { alertAbout } from "../followed/alert-about";
import { refusalOf } from "../shared/refusal-of-provider";
import type { PaymentDependencies } from "./create-payment";
import { findOwn } from "./listed-refunds";
import { capturedMinor } from "./payment-availability";
import { paymentRows } from "./payment-rows";
import { refundRows } from "./refund-rows";
import { ageOf, type RefundAnswer, type RefundInMaking } from "./send-refund";

/** Writes what came of asking for a refund. Unfinished: the provider does not show it yet. */
export async function settleAnswer(
  deps: PaymentDependencies,
  unit: UnitOfWork,
  making: RefundInMaking,
  outcome: Outcome<RefundAnswer>,
): Promise<Settlement> {
  switch (outcome.kind) {
    case "accepted": {
      const seen = await ownAmong(deps, unit, making, outcome.value);
      if (seen === undefined) return leaveOpen(deps, unit, making);
      // A word that we do not know ends nothing: the provider is asked again.
      await settleRefund(deps, unit, making, { status: seen.status ?? "PENDING", seen }, "API");
      return { finished: true, refusal: null };
    }
    case "refused": {
      await settleRefund(deps, unit, making, { status: "FAILED" }, "API");
      // A look may have shown it done before the answer came.
      if (making.refund.status !== "FAILED") return { finished: true, refusal: null };
      planLook(deps, unit, making, outcome.refusal);
      return { finished: true, refusal: [refusalOf(making.payment, outcome.refusal)] };
    }
    case "unknown":
      return leaveOpen(deps, unit, making);
  }
}

async function leaveOpen(
  deps: PaymentDependencies,
  unit: UnitOfWork,
  making: RefundInMaking,
): Promise<Settlement> {
  if (making.refund.status === "PROCESSING") {
    await settleRefund(deps, unit, making, { status: "UNKNOWN" }, "API");
  }
  return { finished: false };
}

/** Which of the provider's refunds is ours. Decided in the unit, under the payment's lock: none is taken twice. */
async function ownAmong(
  deps: PaymentDependencies,
  unit: UnitOfWork,
  { payment, refund }: RefundInMaking,
  answer: RefundAnswer,
): Promise<RefundObservation | undefined> {
  await unit.read("SELECT id FROM payment WHERE id = ?", [payment.id], { lock: true });
  const rows = await readRowsOf(deps, unit, payment.id);
  if ("listed" in answer) return findOwn(refund, rows, answer.listed, ageOf(deps, refund));
  const { shown } = answer;
  const holder = rows.find((row) => row.providerRefundId === shown.providerRefundId);
  if (holder === undefined || holder.id === refund.id) return shown;
  const { providerRefundId } = shown;
  deps.alerts.raise(unit, {
    ...alertAbout(refund),
    code: "REFUND_ID_TAKEN",
    facts: { refundId: refund.id, otherRefundId: holder.id, providerRefundId },
  });
  return undefined;
}

/** What made the provider refuse may be a change there that we have not seen. */
function planLook(
  deps: PaymentDependencies,
  unit: UnitOfWork,
  making: RefundInMaking,
  { code }: ProviderRefusal,
): void {
  const { payment } = making;
  if (code === "PROVIDER_UNAVAILABLE" || payment.providerPaymentId === null) return;
  const dueAt = nextCheckAt(deps.clock.now(), 0, deps.random);
  making.payment = paymentRows.changeSilently(deps, unit, payment, {
    dueAt: earlier(payment.dueAt, dueAt),
  });
}

/** Where a refund got to, and the refund as the provider shows it, where it does. */
export interface RefundEnd {
  readonly status: RefundStatus;
  readonly seen?: RefundObservation;
}

/**
 * Moves a refund and, with it, what is left of its payment. What is booked is what the provider shows. The payment's
 * row is read under its lock, since several refunds of one payment may end at the same moment.
 */
export async function settleRefund(
  deps: PaymentDependencies,
  unit: UnitOfWork,
  state: { payment: PaymentEntity; refund: RefundEntity },
  { status, seen }: RefundEnd,
  source: ObservationSource,
): Promise<void> {
  const payment = await paymentRows.lock(deps, unit, state.payment.id);
  const before = await refundRows.lock(deps, unit, state.refund.id);
  state.payment = payment;
  state.refund = before;
  const verdict = judgeRefundMove(before.status, status, source === "LOOKUP");
  if (verdict === "FORBIDDEN") return;

  const refund = refundRows.changeUntold(deps, unit, before, {
    status,
    providerRefundId: seen?.providerRefundId ?? before.providerRefundId,
    amountMinor: seen?.amount.minor ?? before.amountMinor,
  });
  state.refund = refund;
  if (verdict === "ANOMALY" || refund.amountMinor !== before.amountMinor) {
    const facts = factsOf(before, refund);
    deps.alerts.raise(unit, { ...alertAbout(refund), code: "REFUND_CHANGED", facts });
  }

  state.payment = await applyToPayment(deps, unit, payment, before, refund, source);
  deps.events.append(unit, refundRows.changed(before, refund, source));
}

/** What a refund's change means for its payment: its amount is spoken for, given back, or free again. */
async function applyToPayment(
  deps: PaymentDependencies,
  unit: UnitOfWork,
  payment: PaymentEntity,
  before: RefundEntity,
  refund: RefundEntity,
  source: ObservationSource,
): Promise<PaymentEntity> {
  const isAsBefore = reservedBy(refund) === reservedBy(before) && refund.status !== "COMPLETED";
  if (isAsBefore && before.status === "PROCESSING") return payment;
  const refundReservedMinor = payment.refundReservedMinor + reservedBy(refund) - reservedBy(before);
  const total = await refundedByRows(unit, payment.id);
  const others = refund.status === "COMPLETED" ? total - refund.amountMinor : total;
  // Refunds made at the provider meanwhile are no rows of ours yet. Only the provider knows what all of them come
  // to. A look may have counted this refund already; of an answer's that cannot be told. While an answer was missing,
  // other refunds were left for a later look.
  const isClear =
    source === "API"
      ? payment.refundedMinor === others && before.status !== "UNKNOWN"
      : payment.refundedMinor === others || payment.refundedMinor === total;
  const isLookDue = !isClear && payment.providerPaymentId !== null;
  const look = isLookDue ? deps.clock.now() : null;

  // Refunds only ever add up.
  const refundedMinor = total > payment.refundedMinor ? total : payment.refundedMinor;
  const isMore = refundedMinor > payment.refundedMinor;
  // Whoever asked for the refund is told by the answer, and of what a look has counted its own event tells. Of
  // everything else the payment's watchers would not know.
  const isNews =
    before.status !== "PROCESSING" && !(refund.status === "COMPLETED" && source !== "API");
  if (!isMore && !isNews) {
    return paymentRows.changeSilently(deps, unit, payment, {
      refundReservedMinor,
      dueAt: earlier(payment.dueAt, look),
    });
  }
  const target = refundedMinor >= capturedMinor(payment) ? "REFUNDED" : "PARTIALLY_REFUNDED";
  const mayMove = isMore && judgeMove(payment.status, target, false) === "ALLOWED";
  const changed = paymentRows.change(deps, unit, payment, source, {
    refundReservedMinor,
    refundedMinor,
    // A payment that was charged back meanwhile stays so; its figures still follow the facts.
    status: mayMove ? target : payment.status,
  });
  const dueAt = earlier(changed.dueAt, earlier(payment.dueAt, look));
  const planned =
    dueAt === changed.dueAt ? changed : paymentRows.changeSilently(deps, unit, changed, { dueAt });
  if (payment.orderId !== null) await deps.onCartRefunded(unit, payment.orderId, source);
  return planned;
}

/** What the gateway's own rows say that was given back. */
export async function refundedByRows(unit: UnitOfWork, id: PaymentId): Promise<bigint> {
  const sums = await unit.read(
    "SELECT COALESCE(SUM(amount_minor), 0) AS total FROM refund WHERE payment_id = ? AND status = 'COMPLETED'",
    [id],
  );
  return BigInt(sums[0]?.total ?? 0);
}

/** The refunds of a payment, as the unit sees them. */
export async function readRowsOf(
  { database }: PaymentDependencies,
  unit: UnitOfWork,
  id: PaymentId,
): Promise<RefundEntity[]> {
  const rows = await unit.read("SELECT * FROM refund WHERE payment_id = ?", [id]);
  return rows.map((row) => database.table(RefundEntity).fromRow(row));
}

function reservedBy({ status, amountMinor }: RefundEntity): bigint {
  return openRefundStatuses.includes(status) ? amountMinor : 0n;
}

function earlier(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a <= b ? a : b;
}

function factsOf(before: RefundEntity, refund: RefundEntity): Record<string, unknown> {
  return {
    refundId: refund.id,
    from: before.status,
    to: refund.status,
    askedMinor: before.amountMinor.toString(),
    seenMinor: refund.amountMinor.toString(),
  };
}
