export interface DeliveryRecord {
  seq: number;
  at: string;
  url: string;
  /** Null where the provider numbers neither its notifications nor its requests. */
  notificationId: string | null;
  requestId: string | null;
  type: string;
  action: string;
  dataId: string;
  account: string;
  signature: "valid" | "forged" | "none";
  /** 0 for the first delivery, then the number of the repetition. */
  attempt: number;
  /** The receiver's answer; null when there was none. */
  status: number | null;
  error: string | null;
}

/** Enough to look back on any test or demo; a benchmark must not grow memory without end. */
const kept = 10_000;

/** The deliveries made, in the order of their answers. Old ones fall off. */
export class DeliveryLog {
  #records: DeliveryRecord[] = [];
  #lastSeq = 0;

  add(record: Omit<DeliveryRecord, "seq">): DeliveryRecord {
    this.#lastSeq += 1;
    const added = { seq: this.#lastSeq, ...record };
    this.#records.push(added);
    if (this.#records.length > 2 * kept) this.#records = this.#records.slice(-kept);
    return added;
  }

  list(filter: { account?: string; dataId?: string }): DeliveryRecord[] {
    return this.#records.filter(
      (record) =>
        (filter.account === undefined || record.account === filter.account) &&
        (filter.dataId === undefined || record.dataId === filter.dataId),
    );
  }

  clear(): void {
    this.#records = [];
    this.#lastSeq = 0;
  }
}
