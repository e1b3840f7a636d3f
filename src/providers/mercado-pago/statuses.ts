import type { PaymentStatus } from "../../domain/payment-status";
import type { RefundStatus } from "../../domain/refund-status";

/** What decides the status of a payment: two words and, for refunds, two amounts in minor units. */
export interface StatusFacts {
  readonly status: string;
  readonly detail: string | null;
  readonly amountMinor: bigint;
  readonly refundedMinor: bigint;
}

type StatusRule = PaymentStatus | ((facts: StatusFacts) => PaymentStatus);

/** Mercado Pago's payment statuses (docs, payments reference). */
const paymentStatuses = new Map<string, StatusRule>([
  ["pending", "PENDING"],
  ["in_process", "IN_REVIEW"],
  ["authorized", "AUTHORIZED"],
  ["approved", paidStatus],
  ["in_mediation", "IN_DISPUTE"],
  ["rejected", "REJECTED"],
  // Nobody paid within the time given, 30 days where none was (docs, cancellations).
  ["cancelled", ({ detail }) => (detail === "expired" ? "EXPIRED" : "CANCELLED")],
  ["refunded", "REFUNDED"],
  ["charged_back", chargedBackStatus],
]);

/** A partial refund leaves the payment approved (docs, refunds). */
function paidStatus({ detail, amountMinor, refundedMinor }: StatusFacts): PaymentStatus {
  if (refundedMinor > 0n && refundedMinor >= amountMinor) return "REFUNDED";
  if (refundedMinor > 0n || detail === "partially_refunded") return "PARTIALLY_REFUNDED";
  return "APPROVED";
}

/**
 * The details in_process and settled both leave the money with the buyer: charged back. `reimbursed` is
 * documented without what it does to the money; we read it as won by the seller, so that the payment counts
 * as paid again. The transition table believes that from a fresh look-up only, and reports it.
 */
function chargedBackStatus(facts: StatusFacts): PaymentStatus {
  return facts.detail === "reimbursed" ? paidStatus(facts) : "CHARGED_BACK";
}

/** Null for a word that we do not know: then the payment's state stays as it is. */
export function paymentStatusOf(facts: StatusFacts): PaymentStatus | null {
  const rule = paymentStatuses.get(facts.status);
  if (rule === undefined) return null;
  return typeof rule === "string" ? rule : rule(facts);
}

/** Mercado Pago's refund statuses (docs, refunds reference). */
const refundStatuses = new Map<string, RefundStatus>([
  ["approved", "COMPLETED"],
  ["in_process", "PENDING"],
  // Documented only by its name, which promises nothing final.
  ["authorized", "PENDING"],
  ["rejected", "REJECTED"],
  ["cancelled", "CANCELLED"],
]);

/** Null for a word that we do not know. */
export function refundStatusOf(status: string): RefundStatus | null {
  return refundStatuses.get(status) ?? null;
}
