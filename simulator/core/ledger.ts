/** What happened to money or to the promise of it. */
export type LedgerType =
  | "pend"
  | "authorize"
  | "charge"
  | "capture"
  | "reject"
  | "cancel"
  | "expire"
  | "refund"
  | "dispute"
  | "chargeback"
  | "reinstate"
  /** A refund that was under way and came to nothing: what it had taken is back. */
  | "refund-failed"
  /** A seller's or the marketplace's share of a charge arrived on its balance. */
  | "credit"
  | "payout"
  | "payout-returned"
  | "transfer"
  /** Money that a balance was given to start with. */
  | "grant";

export interface LedgerEntry {
  seq: number;
  at: string;
  type: LedgerType;
  /** Null for what belongs to no payment: payouts, transfers, grants. */
  paymentId: string | null;
  /** The refund, when the entry is one. */
  refundId: string | null;
  account: string;
  amountMinor: number;
  /** The same amount in major units, for reading. */
  amount: number;
  currency: string;
  externalReference: string | null;
}

export interface LedgerSummary {
  externalReference: string;
  paymentIds: string[];
  /** How often money was taken from a payer, directly or by a capture. More than one is a double charge. */
  charges: number;
  captures: number;
  authorizations: number;
  refunds: number;
  rejections: number;
  cancellations: number;
  chargedTotal: number;
  chargedTotalMinor: number;
  refundedTotal: number;
  refundedTotalMinor: number;
  /** Those that came back are still counted; they are in `payoutsReturned` too. */
  payouts: number;
  payoutsReturned: number;
  paidOutTotalMinor: number;
  transfers: number;
  transferredTotalMinor: number;
}

/**
 * The append-only truth of one provider. Tests compare what the gateway believes with what this
 * says; nothing here is ever changed or removed, except by a full reset. A provider adds to its
 * entries what its own tests want to know.
 */
export class Ledger<Entry extends LedgerEntry = LedgerEntry> {
  #entries: Entry[] = [];
  readonly #byReference = new Map<string, Entry[]>();

  append(entry: Unnumbered<Entry>): void {
    this.#store({ ...entry, seq: this.#entries.length + 1 } as Entry);
  }

  list(filter: { account?: string; externalReference?: string; after?: number }): Entry[] {
    const source =
      filter.externalReference === undefined
        ? this.#entries
        : (this.#byReference.get(filter.externalReference) ?? []);
    return source.filter(
      (entry) =>
        (filter.account === undefined || entry.account === filter.account) &&
        (filter.after === undefined || entry.seq > filter.after),
    );
  }

  summary(externalReference: string, account?: string): LedgerSummary {
    const entries = this.list({
      externalReference,
      ...(account === undefined ? {} : { account }),
    });
    const of = (...types: LedgerType[]) => entries.filter((entry) => types.includes(entry.type));
    const count = (...types: LedgerType[]) => of(...types).length;
    const taken = of("charge", "capture");
    const returned = of("refund");
    const kept = of("refund-failed");
    const paymentIds = entries.flatMap(({ paymentId }) => (paymentId === null ? [] : [paymentId]));
    return {
      externalReference,
      paymentIds: [...new Set(paymentIds)],
      charges: taken.length,
      captures: count("capture"),
      authorizations: count("authorize"),
      refunds: returned.length,
      rejections: count("reject"),
      cancellations: count("cancel", "expire"),
      chargedTotal: sumMajor(taken),
      chargedTotalMinor: sumMinor(taken),
      refundedTotal: sumMajor(returned, kept),
      refundedTotalMinor: sumMinor(returned, kept),
      payouts: count("payout"),
      payoutsReturned: count("payout-returned"),
      paidOutTotalMinor: sumMinor(of("payout"), of("payout-returned")),
      transfers: count("transfer"),
      transferredTotalMinor: sumMinor(of("transfer")),
    };
  }

  snapshot(): Entry[] {
    return this.#entries;
  }

  restore(entries: Entry[]): void {
    this.#entries = [];
    this.#byReference.clear();
    for (const entry of entries) this.#store(entry);
  }

  #store(entry: Entry): void {
    this.#entries.push(entry);
    const reference = entry.externalReference;
    if (reference === null) return;
    const siblings = this.#byReference.get(reference);
    if (siblings) siblings.push(entry);
    else this.#byReference.set(reference, [entry]);
  }
}

/** An entry before the ledger gives it its number. */
export type Unnumbered<Entry extends LedgerEntry> = Omit<Entry, "seq">;

function sumMinor(entries: LedgerEntry[], undone: LedgerEntry[] = []): number {
  const sum = (list: LedgerEntry[]) => list.reduce((all, entry) => all + entry.amountMinor, 0);
  return sum(entries) - sum(undone);
}

/** Rounded, because adding decimals leaves dust behind that no reader wants to see. */
function sumMajor(entries: LedgerEntry[], undone: LedgerEntry[] = []): number {
  const sum = (list: LedgerEntry[]) => list.reduce((all, entry) => all + entry.amount, 0);
  return Math.round((sum(entries) - sum(undone)) * 100) / 100;
}
