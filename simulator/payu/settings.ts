import type { Algorithm } from "./signature";

/** Behaviour that the documents leave open or that a test wants otherwise; changed under /_control. */
export interface Settings {
  /** Where payouts are told of, unless the POS has an address of its own. */
  payoutUrl: string;
  /** "forged" signs with a wrong key, "none" leaves the signature out. */
  signature: "valid" | "forged" | "none";
  algorithm: Algorithm;
  /** How long the bank takes for cards and BLIK codes. 0: at once; null: until a control moves the order. */
  settleMs: number | null;
  /** How long a refund stays PENDING; null: until a control moves it. */
  refundMs: number | null;
  refundOutcome: "FINALIZED" | "CANCELED";
  /** How long a payout takes for each of its steps; null: until a control moves it. */
  payoutStepMs: number | null;
  /** How long money of a sale counts in the total of a balance, but cannot be used. */
  blockMs: number;
  /** Reads of an order that see its old status after each change. */
  staleReads: number;
  /**
   * Choice: a seller gives back the whole of what is refunded, and the marketplace keeps its fee.
   * True: the marketplace bears the fee's share. The documents do not say.
   */
  returnFeesOnRefund: boolean;
  /** Choice: more than this at once is AMOUNT_TO_BIG. The real limit is not published. */
  payoutLimitMinor: number;
  /** The most that one transfer may move; null: no limit. The real ones are agreed by contract. */
  transferLimitMinor: number | null;
}

export function defaultSettings(payoutUrl: string): Settings {
  return {
    payoutUrl,
    signature: "valid",
    algorithm: "MD5",
    settleMs: 0,
    refundMs: 500,
    refundOutcome: "FINALIZED",
    payoutStepMs: 1_000,
    blockMs: 0,
    staleReads: 0,
    returnFeesOnRefund: false,
    payoutLimitMinor: 1_000_000_00,
    transferLimitMinor: null,
  };
}
