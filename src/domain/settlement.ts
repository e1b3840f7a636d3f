/** What is taken from a payment. Each kind has its meaning in `schema/shared/enums.ts`. */
export const feeKinds = [
  "PROCESSING",
  "APPLICATION",
  "FINANCING",
  "SHIPPING",
  "DISCOUNT",
  "TAX",
  "OTHER",
] as const;
export type FeeKind = (typeof feeKinds)[number];

/** Who bears a fee. */
export const feePayers = ["SELLER", "PAYER", "OTHER"] as const;
export type FeePayer = (typeof feePayers)[number];

/** Whether the seller can use a payment's money. */
export const releaseStates = ["PENDING", "RELEASED"] as const;
export type ReleaseState = (typeof releaseStates)[number];

/** One fee, in minor units of the payment's currency. */
export interface SettlementFee {
  readonly kind: FeeKind;
  readonly payer: FeePayer;
  readonly minor: bigint;
  /** What of it was given back. */
  readonly refundedMinor: bigint;
}

/** What has become of a payment's money, as its provider shows it at one moment: all figures are of that moment. */
export interface SettlementFacts {
  /** What reached the seller when the payment was taken; null where the provider does not tell. */
  readonly receivedMinor: bigint | null;
  /** What was given back to the payer. */
  readonly refundedMinor: bigint;
  /** What the payer's bank has taken back. */
  readonly chargedBackMinor: bigint;
  readonly fees: readonly SettlementFee[];
  /** When the seller can use the money, and whether it can; null where the provider does not tell. */
  readonly releaseAt: Date | null;
  readonly releaseState: ReleaseState | null;
}

/** A settlement that adds up: net = gross − refunded − charged back − the seller's fees + what was returned of them. */
export interface Settlement extends Omit<SettlementFacts, "receivedMinor"> {
  readonly grossMinor: bigint;
  readonly netMinor: bigint;
}

/** What the provider's figures come to. What it took and does not itemise becomes a fee of its own, which may be below zero. */
export function settle(grossMinor: bigint, facts: SettlementFacts): Settlement {
  const { receivedMinor, refundedMinor, chargedBackMinor, ...others } = facts;
  const borne = facts.fees.filter(({ payer }) => payer === "SELLER");
  const itemized = sumOf(borne, "minor");
  const received = receivedMinor ?? grossMinor - itemized;
  const unitemized = grossMinor - itemized - received;
  const rest = { kind: "OTHER", payer: "SELLER", minor: unitemized, refundedMinor: 0n } as const;
  return {
    ...others,
    grossMinor,
    refundedMinor,
    chargedBackMinor,
    fees: unitemized === 0n ? facts.fees : [...facts.fees, rest],
    netMinor: received - refundedMinor - chargedBackMinor + sumOf(borne, "refundedMinor"),
  };
}

/**
 * The settlement where a provider tells none: the payment as it was agreed, of which the marketplace keeps its fee.
 * Choice: a refund is the seller's to bear, and gives back nothing of the fee.
 */
export function settleAsAgreed(
  grossMinor: bigint,
  feeMinor: bigint,
  refundedMinor: bigint,
): Settlement {
  const fee = { kind: "APPLICATION", payer: "SELLER", minor: feeMinor, refundedMinor: 0n } as const;
  return settle(grossMinor, {
    receivedMinor: null,
    refundedMinor,
    chargedBackMinor: 0n,
    fees: feeMinor === 0n ? [] : [fee],
    releaseAt: null,
    releaseState: null,
  });
}

/**
 * What is known after a look. What reached the seller is what was told before anything went back: later figures may
 * have that taken off, or not.
 */
export function settlementAfter(
  known: SettlementFacts | null,
  seen: SettlementFacts | null,
): SettlementFacts | null {
  if (seen === null) return known;
  const isWhole = seen.refundedMinor === 0n && seen.chargedBackMinor === 0n;
  return isWhole ? seen : { ...seen, receivedMinor: known?.receivedMinor ?? null };
}

export function isSameSettlement(a: SettlementFacts | null, b: SettlementFacts | null): boolean {
  if (a === null || b === null) return a === b;
  return (
    a.receivedMinor === b.receivedMinor &&
    a.refundedMinor === b.refundedMinor &&
    a.chargedBackMinor === b.chargedBackMinor &&
    a.releaseAt?.getTime() === b.releaseAt?.getTime() &&
    a.releaseState === b.releaseState &&
    a.fees.length === b.fees.length &&
    a.fees.every((fee, index) => isSameFee(fee, b.fees[index]))
  );
}

function isSameFee(a: SettlementFee, b: SettlementFee | undefined): boolean {
  return (
    a.kind === b?.kind &&
    a.payer === b.payer &&
    a.minor === b.minor &&
    a.refundedMinor === b.refundedMinor
  );
}

function sumOf(fees: readonly SettlementFee[], property: "minor" | "refundedMinor"): bigint {
  return fees.reduce((sum, fee) => sum + fee[property], 0n);
}
