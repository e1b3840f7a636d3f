import type { Clock } from "../../domain/clock";

interface Entry<V> {
  readonly value: Promise<V>;
  readonly until: number;
}

/**
 * Answers that are good for a moment. Who asks while an answer is on its way waits for the same one; what failed
 * is asked for again. The oldest give way when there are too many.
 */
export class ShortCache<V> {
  readonly #entries = new Map<string, Entry<V>>();

  constructor(
    private readonly clock: Clock,
    private readonly options: { readonly keepMs: number; readonly limit: number },
  ) {}

  get(key: string, read: () => Promise<V>): Promise<V> {
    const now = this.clock.now().getTime();
    const known = this.#entries.get(key);
    if (known !== undefined && known.until > now) return known.value;

    const entry = { value: read(), until: now + this.options.keepMs };
    entry.value.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    // At the end of the map's order, which is that of age.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#makeRoom();
    return entry.value;
  }

  /** Forgets all answers whose key begins so. */
  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key);
  }

  #makeRoom(): void {
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.options.limit && oldest !== undefined) {
      this.#entries.delete(oldest);
    }
  }
}
