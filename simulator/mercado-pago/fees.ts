import { type Payment, refundedMinor } from "./model";

/** Choice: one rate for everybody, in hundredths of a percent; real rates depend on the contract. */
const providerFeeBasisPoints = 450n;

/** Mercado Pago's own fee on an amount, rounded half up. */
export function providerFeeOn(amountMinor: number): number {
  return Number((BigInt(amountMinor) * providerFeeBasisPoints + 5_000n) / 10_000n);
}

/** Money was taken at some time, whatever became of it later. */
export function hasTakenMoney(payment: Payment): boolean {
  return payment.approvedAt !== null;
}

export function applicationFeeReturnedMinor(payment: Payment): number {
  return shareOf(payment.applicationFeeMinor, payment);
}

export function providerFeeReturnedMinor(payment: Payment): number {
  return shareOf(payment.providerFeeMinor, payment);
}

/** Choice: a refund returns its proportion of a fee, and the full refund returns all of it. */
function shareOf(feeMinor: number, payment: Payment): number {
  return proportion(feeMinor, refundedMinor(payment), payment.amountMinor);
}

/** `amount * part / whole` in exact integers, rounded down. */
export function proportion(amount: number, part: number, whole: number): number {
  return whole === 0 ? 0 : Number((BigInt(amount) * BigInt(part)) / BigInt(whole));
}
