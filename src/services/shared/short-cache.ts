import { LRUCache } from "lru-cache";
import type { Clock } from "../../domain/clock";

interface Entry<V> {
  readonly value: Promise<V>;
  readonly until: number;
}

/**
 * Answers that are good for a moment. Who asks while an answer is on its way waits for the same one; what failed
 * is asked for again. Those that nobody has asked for longest give way when there are too many.
 */
export class ShortCache<V> {
  readonly #entries: LRUCache<string, Entry<V>>;

  constructor(
    private readonly clock: Clock,
    private readonly options: { readonly keepMs: number; readonly limit: number },
  ) {
    this.#entries = new LRUCache({ max: options.limit });
  }

  get(key: string, read: () => Promise<V>): Promise<V> {
    const now = this.clock.now().getTime();
    const known = this.#entries.get(key);
    if (known !== undefined && known.until > now) return known.value;

    const entry = { value: read(), until: now + this.options.keepMs };
    entry.value.catch(() => {
      if (this.#entries.peek(key) === entry) this.#entries.delete(key);
    });
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Forgets all answers whose key begins so. */
  forget(prefix: string): void {
    for (const key of [...this.#entries.keys()]) {
      if (key.startsWith(prefix)) this.#entries.delete(key);
    }
  }
}
