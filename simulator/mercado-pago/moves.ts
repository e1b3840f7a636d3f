import type { LedgerType } from "../core/ledger";
import { bookCharge, bookChargeback, bookRefund } from "./books";
import { proportion, providerFeeOn } from "./fees";
import {
  type Payment,
  type PaymentStatus,
  type Refund,
  type RefundStatus,
  refundableMinor,
  refundedMinor,
} from "./model";
import { announcePayment } from "./notifications";
import { siteOf, toMajor } from "./sites";
import type { World } from "./world";

/**
 * The only functions that change a payment. Each one writes the ledger, moves `date_last_updated`
 * forward and announces the change, so that no path can forget one of the three.
 */
export function openPayment(world: World, payment: Payment): void {
  if (payment.status === "approved") takeMoney(world, payment, payment.createdAt);
  world.payments.add(payment);
  if (payment.recurring !== "card_validation") {
    record(world, payment, ledgerTypeOf(payment.status), payment.amountMinor);
  }
  planExpiry(world, payment);
  announcePayment(world, payment, "payment.created");
  world.changed();
}

export function capturePayment(world: World, payment: Payment, amountMinor: number): void {
  // Choice: a partial capture becomes the payment's amount, and the fee shrinks in proportion.
  payment.applicationFeeMinor = proportion(
    payment.applicationFeeMinor,
    amountMinor,
    payment.amountMinor,
  );
  payment.amountMinor = amountMinor;
  setStatus(world, payment, "approved", "accredited");
  takeMoney(world, payment, payment.updatedAt);
  record(world, payment, "capture", amountMinor);
  announcePayment(world, payment, "payment.updated");
}

export function cancelPayment(world: World, payment: Payment, detail: string): void {
  setStatus(world, payment, "cancelled", detail);
  record(world, payment, detail === "expired" ? "expire" : "cancel", payment.amountMinor);
  announcePayment(world, payment, "payment.updated");
}

export function refundPayment(world: World, payment: Payment, amountMinor: number): Refund {
  const refund = addRefund(world, payment, amountMinor);
  settleRefund(world, payment, refund, "approved");
  return refund;
}

/** Accepts a refund whose end is still open. No money has moved yet. */
export function openRefund(world: World, payment: Payment, amountMinor: number): Refund {
  const refund = addRefund(world, payment, amountMinor);
  touch(world, payment);
  announcePayment(world, payment, "payment.updated");
  return refund;
}

function addRefund(world: World, payment: Payment, amountMinor: number): Refund {
  const createdAt = world.clock.now();
  const refund: Refund = { id: world.newId(), status: "in_process", amountMinor, createdAt };
  payment.refunds.push(refund);
  return refund;
}

/** The end of a refund: the money goes back, or stays. */
export function settleRefund(
  world: World,
  payment: Payment,
  refund: Refund,
  status: Exclude<RefundStatus, "in_process">,
): void {
  refund.status = status;
  if (status !== "approved") {
    touch(world, payment);
    record(world, payment, "refund-failed", refund.amountMinor, refund.id);
    announcePayment(world, payment, "payment.updated");
    return;
  }
  const isWhole = refundedMinor(payment) === payment.amountMinor;
  if (isWhole) setStatus(world, payment, "refunded", "refunded");
  else setStatus(world, payment, "approved", "partially_refunded");
  bookRefund(world, payment, refund.amountMinor);
  record(world, payment, "refund", refund.amountMinor, refund.id);
  announcePayment(world, payment, "payment.updated");
}

/** A change of the payment's own data, without any effect on money. */
export function editPayment(world: World, payment: Payment): void {
  touch(world, payment);
  announcePayment(world, payment, "payment.updated");
}

/** Moves a payment from outside: the bank, a reviewer, a dispute. Used by the control endpoints. */
export function movePayment(
  world: World,
  payment: Payment,
  status: PaymentStatus,
  detail: string,
): void {
  const before = payment.status;
  if (status === "refunded") {
    const left = refundableMinor(payment);
    if (left > 0) refundPayment(world, payment, left);
    return;
  }
  setStatus(world, payment, status, detail);
  if (status === "approved" && payment.approvedAt === null) {
    takeMoney(world, payment, payment.updatedAt);
    record(world, payment, before === "authorized" ? "capture" : "charge", payment.amountMinor);
  } else if (status !== before) {
    const isReturn = status === "approved";
    record(world, payment, isReturn ? "reinstate" : ledgerTypeOf(status), payment.amountMinor);
  }
  announcePayment(world, payment, "payment.updated");
}

export function planExpiry(world: World, payment: Payment): void {
  if (!isOpen(payment)) return;
  const { expiresAt } = payment;
  world.schedule.at(expiresAt, () => {
    // The date may have been moved since; then another task of its own waits for it.
    if (isOpen(payment) && payment.expiresAt === expiresAt)
      cancelPayment(world, payment, "expired");
  });
}

export function isOpen(payment: Payment): boolean {
  return ["pending", "in_process", "authorized"].includes(payment.status);
}

function setStatus(world: World, payment: Payment, status: PaymentStatus, detail: string): void {
  payment.status = status;
  payment.statusDetail = detail;
  bookChargeback(world, payment);
  touch(world, payment);
}

/** `date_last_updated` orders observations of a payment, so it must grow with every change. */
function touch(world: World, payment: Payment): void {
  payment.updatedAt = Math.max(world.clock.now(), payment.updatedAt + 1);
  world.changed();
}

function takeMoney(world: World, payment: Payment, at: number): void {
  payment.approvedAt = at;
  payment.captured = true;
  payment.providerFeeMinor = providerFeeOn(payment.amountMinor);
  bookCharge(world, payment);
}

const ledgerTypes: Record<PaymentStatus, LedgerType> = {
  pending: "pend",
  in_process: "pend",
  authorized: "authorize",
  approved: "charge",
  rejected: "reject",
  cancelled: "cancel",
  refunded: "refund",
  in_mediation: "dispute",
  charged_back: "chargeback",
};

function ledgerTypeOf(status: PaymentStatus): LedgerType {
  return ledgerTypes[status];
}

function record(
  world: World,
  payment: Payment,
  type: LedgerType,
  amountMinor: number,
  refundId?: number,
): void {
  const site = siteOf(payment.siteId);
  world.ledger.append({
    at: new Date(world.clock.now()).toISOString(),
    type,
    paymentId: String(payment.id),
    refundId: refundId === undefined ? null : String(refundId),
    account: String(payment.account),
    amountMinor,
    amount: toMajor(amountMinor, site.decimals),
    currency: site.currency,
    externalReference: payment.externalReference,
    idempotencyKey: payment.idempotencyKey,
    deviceId: payment.deviceId,
  });
}
