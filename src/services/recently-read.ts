import type { Clock } from "../domain/clock";

/** The oldest makes way for the newest beyond this. */
const limit = 10_000;

/**
 * Rows that were read a moment ago, for reads that nearly every request makes. This process forgets what it
 * changes itself; what another process changes is seen when the time is over.
 */
export class RecentlyRead<K, V> {
  readonly #entries = new Map<K, { readonly value: V; readonly until: number }>();
  #forgotten = 0;

  constructor(
    private readonly clock: Clock,
    private readonly keepMs: number,
  ) {}

  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.until > this.clock.now().getTime()
      ? entry.value
      : undefined;
  }

  /** To be taken before a read begins, and handed over with what it found. */
  mark(): number {
    return this.#forgotten;
  }

  /** Does nothing when anything was forgotten since the mark: what was read may be older than that. */
  remember(key: K, value: V, mark: number): void {
    if (mark !== this.#forgotten) return;
    this.#entries.delete(key);
    this.#entries.set(key, { value, until: this.clock.now().getTime() + this.keepMs });
    if (this.#entries.size <= limit) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      break;
    }
  }

  forget(key: K): void {
    this.#forgotten++;
    this.#entries.delete(key);
  }
}
