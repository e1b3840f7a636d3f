import type { Payment } from "./model";

/** Choice: one rate for everybody, in hundredths of a percent; real rates depend on the contract. */
const providerFeeBasisPoints = 450n;

/** Mercado Pago's own fee on an amount, rounded half up. */
export function providerFeeOn(amountMinor: number): number {
  return Number((BigInt(amountMinor) * providerFeeBasisPoints + 5_000n) / 10_000n);
}

/** Choice: a refund returns its proportion of a fee, and the full refund returns all of it. */
export function providerFeeShare(payment: Payment, refunded: number): number {
  return proportion(payment.providerFeeMinor, refunded, payment.amountMinor);
}

export function applicationFeeShare(payment: Payment, refunded: number): number {
  return proportion(payment.applicationFeeMinor, refunded, payment.amountMinor);
}

/** `amount * part / whole` in exact integers, rounded down. */
export function proportion(amount: number, part: number, whole: number): number {
  return whole === 0 ? 0 : Number((BigInt(amount) * BigInt(part)) / BigInt(whole));
}
