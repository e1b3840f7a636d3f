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
  | "reinstate";

export interface LedgerEntry {
  seq: number;
  at: string;
  type: LedgerType;
  paymentId: string;
  /** The refund, when the entry is one. */
  refundId: string | null;
  account: string;
  amountMinor: number;
  /** The same amount in major units, for reading. */
  amount: number;
  currency: string;
  externalReference: string | null;
  idempotencyKey: string | null;
  deviceId: string | null;
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
}

/**
 * The append-only truth of one provider. Tests compare what the gateway believes with what this
 * says; nothing here is ever changed or removed, except by a full reset.
 */
export class Ledger {
  private entries: LedgerEntry[] = [];
  private readonly byReference = new Map<string, LedgerEntry[]>();

  append(entry: Omit<LedgerEntry, "seq">): void {
    this.store({ seq: this.entries.length + 1, ...entry });
  }

  list(filter: { account?: string; externalReference?: string; after?: number }): LedgerEntry[] {
    const source =
      filter.externalReference === undefined
        ? this.entries
        : (this.byReference.get(filter.externalReference) ?? []);
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
    const taken = entries.filter((entry) => entry.type === "charge" || entry.type === "capture");
    const returned = entries.filter((entry) => entry.type === "refund");
    const count = (...types: LedgerType[]) =>
      entries.filter((entry) => types.includes(entry.type)).length;
    return {
      externalReference,
      paymentIds: [...new Set(entries.map((entry) => entry.paymentId))],
      charges: taken.length,
      captures: count("capture"),
      authorizations: count("authorize"),
      refunds: returned.length,
      rejections: count("reject"),
      cancellations: count("cancel", "expire"),
      chargedTotal: sumMajor(taken),
      chargedTotalMinor: sumMinor(taken),
      refundedTotal: sumMajor(returned),
      refundedTotalMinor: sumMinor(returned),
    };
  }

  snapshot(): LedgerEntry[] {
    return this.entries;
  }

  restore(entries: LedgerEntry[]): void {
    this.entries = [];
    this.byReference.clear();
    for (const entry of entries) this.store(entry);
  }

  private store(entry: LedgerEntry): void {
    this.entries.push(entry);
    const reference = entry.externalReference;
    if (reference === null) return;
    const siblings = this.byReference.get(reference);
    if (siblings) siblings.push(entry);
    else this.byReference.set(reference, [entry]);
  }
}

function sumMinor(entries: LedgerEntry[]): number {
  return entries.reduce((sum, entry) => sum + entry.amountMinor, 0);
}

/** Rounded, because adding decimals leaves dust behind that no reader wants to see. */
function sumMajor(entries: LedgerEntry[]): number {
  return Math.round(entries.reduce((sum, entry) => sum + entry.amount, 0) * 100) / 100;
}
