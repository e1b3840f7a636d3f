import type { ObservedOrderStatus } from "../../domain/order-status";
import type { PayoutStatus } from "../../domain/payout-status";
import type { RefundStatus } from "../../domain/refund-status";

/**
 * Orders. CANCELED is also the end of what was declined and of what nobody paid in time; a decline's
 * reason is told elsewhere. REJECTED is an older word for it.
 */
const orders: ReadonlyMap<string, ObservedOrderStatus> = new Map([
  ["NEW", "PENDING"],
  ["PENDING", "PENDING"],
  ["WAITING_FOR_CONFIRMATION", "AUTHORIZED"],
  ["COMPLETED", "COMPLETED"],
  ["CANCELED", "CANCELLED"],
  ["REJECTED", "REJECTED"],
]);

/** Refunds, by the words of the API. */
const refunds: ReadonlyMap<string, RefundStatus> = new Map([
  ["PENDING", "PENDING"],
  ["FINALIZED", "COMPLETED"],
  ["CANCELED", "CANCELLED"],
]);

/** Payouts by the words of the API. */
const payouts: ReadonlyMap<string, PayoutStatus> = new Map([
  ["PENDING", "PENDING"],
  ["WAITING", "PENDING"],
  ["REALIZED", "PAID"],
  ["CANCELLED", "CANCELLED"],
]);

/**
 * Payouts by the numbers of the notifications. 4, incomplete data, and 7, rejected, are in progress by
 * PayU's own words: the money is still there, and what follows is not documented.
 */
const payoutNumbers: ReadonlyMap<string, PayoutStatus> = new Map([
  ["1", "PENDING"],
  ["2", "PENDING"],
  ["3", "CANCELLED"],
  ["4", "PENDING"],
  ["5", "PAID"],
  ["6", "RETURNED"],
  ["7", "PENDING"],
]);

/**
 * What a payout's movements in its seller's history say, by type and status. Choice: the samples show COMPLETED
 * alone, which is taken for "sent"; RETURN is money of a payout that came back. Other words say nothing certain.
 */
const payoutMovements: ReadonlyMap<string, PayoutStatus> = new Map([
  ["PAYOUT COMPLETED", "PAID"],
  ["RETURN COMPLETED", "RETURNED"],
]);

export function orderStatusOf(word: string): ObservedOrderStatus | null {
  return orders.get(word) ?? null;
}

export function refundStatusOf(word: string): RefundStatus | null {
  return refunds.get(word) ?? null;
}

export function payoutStatusOf(word: string): PayoutStatus | null {
  return payouts.get(word) ?? null;
}

export function payoutStatusOfNumber(number: string): PayoutStatus | null {
  return payoutNumbers.get(number) ?? null;
}

export function payoutStatusOfMovement(type: string, status: string | null): PayoutStatus | null {
  return payoutMovements.get(`${type} ${status}`) ?? null;
}
