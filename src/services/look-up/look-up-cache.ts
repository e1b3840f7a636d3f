import { LRUCache } from "lru-cache";
import type { Clock } from "../../domain/clock";
import { Refusal } from "../../domain/errors";

/** An answer, and how old it is. */
export interface Told<V> {
  readonly value: V;
  readonly readAt: Date;
  /** It should have been asked for again, and the provider gives no answer now. */
  readonly isStale: boolean;
}

export interface LookUpCacheOptions {
  /** Keys that are remembered; those that nobody asks for give way first. */
  readonly limit: number;
  /** So long an answer is as good as a new one. */
  readonly freshMs: number;
  /** So long after it was read it may stand in for one that does not come. */
  readonly usableMs: number;
  /** Whoever could be given an old answer waits so long for a new one. Of real time: a provider takes that. */
  readonly patienceMs: number;
  /** So long after a failure, whoever has an old answer does not ask again; a provider's "no" is repeated for so long. */
  readonly pauseMs: number;
}

interface Slot<V> {
  kept: Pick<Told<V>, "value" | "readAt"> | undefined;
  /** On its way. */
  pending: Promise<V> | undefined;
  nextAskAtMs: number;
  /** What the provider said in place of an answer. */
  refusal: Refusal | undefined;
}

/**
 * Answers of a provider that are good for a while. Who asks while one is on its way waits for the same one. While the
 * provider fails, the last answer is given for a bounded time, and says so.
 */
export class LookUpCache<V extends object> {
  readonly #slots: LRUCache<string, Slot<V>>;

  constructor(
    private readonly clock: Clock,
    private readonly options: LookUpCacheOptions,
  ) {
    this.#slots = new LRUCache({ max: options.limit });
  }

  /** @throws what `read` throws, where there is no answer that may stand in for it. */
  async get(key: string, read: () => Promise<V>): Promise<Told<V>> {
    const slot = this.#slotOf(key);
    const isPausing = slot.pending === undefined && this.#nowMs() < slot.nextAskAtMs;
    if (isPausing && slot.refusal !== undefined) throw slot.refusal;
    const { kept } = slot;
    const age = kept === undefined ? Infinity : this.#nowMs() - kept.readAt.getTime();
    if (kept !== undefined && age < this.options.freshMs) return { ...kept, isStale: false };
    if (kept === undefined || age >= this.options.usableMs) return this.#asked(slot, read);

    if (isPausing) return { ...kept, isStale: true };
    try {
      const told = await within(this.options.patienceMs, this.#asked(slot, read));
      return told ?? { ...kept, isStale: true };
    } catch (fault) {
      if (!isOutage(fault)) throw fault;
      return { ...kept, isStale: true };
    }
  }

  #slotOf(key: string): Slot<V> {
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = { kept: undefined, pending: undefined, nextAskAtMs: 0, refusal: undefined };
      this.#slots.set(key, slot);
    }
    return slot;
  }

  async #asked(slot: Slot<V>, read: () => Promise<V>): Promise<Told<V>> {
    slot.pending ??= this.#ask(slot, read);
    const value = await slot.pending;
    return { value, readAt: slot.kept?.readAt ?? this.clock.now(), isStale: false };
  }

  async #ask(slot: Slot<V>, read: () => Promise<V>): Promise<V> {
    try {
      const value = await read();
      slot.kept = { value, readAt: this.clock.now() };
      slot.refusal = undefined;
      return value;
    } catch (fault) {
      const isNo = fault instanceof Refusal && !isOutage(fault);
      // It is news: what the provider said before does not hold any more.
      if (isNo) slot.kept = undefined;
      slot.refusal = isNo ? fault : undefined;
      slot.nextAskAtMs = this.#nowMs() + this.options.pauseMs;
      throw fault;
    } finally {
      slot.pending = undefined;
    }
  }

  #nowMs(): number {
    return this.clock.now().getTime();
  }
}

/** Nobody has said no: the same question may be answered later. */
function isOutage(fault: unknown): boolean {
  return (
    fault instanceof Refusal &&
    (fault.code === "PROVIDER_UNAVAILABLE" || fault.code === "RATE_LIMITED")
  );
}

/** Undefined where it takes longer. What comes of it later concerns whoever still waits. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<undefined>((done) => {
    timer = setTimeout(() => done(undefined), ms);
  });
  promise.catch(() => {});
  try {
    return await Promise.race([promise, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
