import type { Waiting } from "../database/claim";

/**
 * The places of a job: how many rows a process works on at once. Work on a row may have to wait for a provider that
 * hangs, so each provider has as many places of its own. Of those an account may have no more than are left free: one
 * that hangs leaves half of them to others, two a third, and so on.
 */
export class Places {
  /** Rows under way, by provider and account. */
  readonly #taken = new Map<string, Map<string, number>>();

  constructor(private readonly ofProvider: number) {}

  /** False where there is none. */
  take({ provider, account }: Waiting): boolean {
    const taken = this.#taken.get(provider) ?? new Map<string, number>();
    if (this.#isFull(taken, account)) return false;
    taken.set(account, (taken.get(account) ?? 0) + 1);
    this.#taken.set(provider, taken);
    return true;
  }

  leave({ provider, account }: Waiting): void {
    const taken = this.#taken.get(provider);
    const count = taken?.get(account) ?? 0;
    if (count > 1) taken?.set(account, count - 1);
    else taken?.delete(account);
  }

  /** Those for which no place is left. */
  get full(): { providers: string[]; accounts: Waiting[] } {
    const providers: string[] = [];
    const accounts: Waiting[] = [];
    for (const [provider, taken] of this.#taken) {
      if (this.#freeOf(taken) === 0) {
        providers.push(provider);
        continue;
      }
      for (const account of taken.keys()) {
        if (this.#isFull(taken, account)) accounts.push({ provider, account });
      }
    }
    return { providers, accounts };
  }

  /** The same places as they are now, to try what could be taken. */
  copy(): Places {
    const copy = new Places(this.ofProvider);
    for (const [provider, taken] of this.#taken) copy.#taken.set(provider, new Map(taken));
    return copy;
  }

  #isFull(taken: ReadonlyMap<string, number>, account: string): boolean {
    return (taken.get(account) ?? 0) >= this.#freeOf(taken);
  }

  #freeOf(taken: ReadonlyMap<string, number>): number {
    let count = 0;
    for (const ofAccount of taken.values()) count += ofAccount;
    return this.ofProvider - count;
  }
}
