import {
  type BulkheadPolicy,
  BulkheadRejectedError,
  bulkhead,
  CountBreaker,
  circuitBreaker,
  handleWhenResult,
  isBrokenCircuitError,
} from "cockatiel";

export interface GuardSettings {
  /** Calls under way at once; more wait. */
  readonly concurrent: number;
  /** Calls that may wait; more are turned away. */
  readonly queued: number;
  /** The same for the calls of one account, so that one which is slow or busy leaves places to the others. */
  readonly perAccount: { readonly concurrent: number; readonly queued: number };
  readonly breaker: BreakerSettings;
}

export interface BreakerSettings {
  /** The breaker opens when more than `threshold` of the last `lastCalls` failed, counted from `atLeast` on. */
  readonly lastCalls: number;
  readonly threshold: number;
  readonly atLeast: number;
  /** How long it stays open before one call may try again. */
  readonly openForMs: number;
}

/** Opens within a burst of failures, not on a stray one, and tries again soon: an outage costs sales. */
export const defaultBreaker: BreakerSettings = {
  lastCalls: 20,
  threshold: 0.5,
  atLeast: 10,
  openForMs: 5_000,
};

export type GuardVerdict = "too many calls are waiting" | "the provider keeps failing";

/**
 * Keeps a failing provider from taking the gateway down with it: a bound on calls at once, and a breaker
 * that stops asking. Both turn a call away *before* it starts, so that "nothing was sent" stays certain.
 */
export class Guard<T> {
  readonly #places;
  readonly #placesOfAccount = new Map<string, BulkheadPolicy>();
  readonly #breaker;

  /** `isFailure` must not count a provider's "no": many declined payments are no outage. */
  constructor(
    private readonly settings: GuardSettings,
    isFailure: (result: T) => boolean,
    private readonly turnedAway: (why: GuardVerdict) => T,
  ) {
    const { breaker } = settings;
    this.#places = bulkhead(settings.concurrent, settings.queued);
    this.#breaker = circuitBreaker(
      // The policy sees results as unknown; only `run` below feeds it, with results of type T.
      handleWhenResult((result) => isFailure(result as T)),
      {
        halfOpenAfter: breaker.openForMs,
        breaker: new CountBreaker({
          size: breaker.lastCalls,
          threshold: breaker.threshold,
          minimumNumberOfCalls: breaker.atLeast,
        }),
      },
    );
  }

  /**
   * The breaker is asked when a place is free, so that those who waited learn of an outage too. `account`: whose
   * call it is; undefined takes from nobody's share.
   */
  async run(call: () => Promise<T>, account?: string): Promise<T> {
    const inTurn = () => this.#places.execute(() => this.#breaker.execute(call));
    try {
      return await (account === undefined ? inTurn() : this.#inShare(account, inTurn));
    } catch (error) {
      if (error instanceof BulkheadRejectedError) {
        return this.turnedAway("too many calls are waiting");
      }
      if (isBrokenCircuitError(error)) return this.turnedAway("the provider keeps failing");
      throw error;
    }
  }

  async #inShare(account: string, call: () => Promise<T>): Promise<T> {
    const { concurrent, queued } = this.settings.perAccount;
    let share = this.#placesOfAccount.get(account);
    if (share === undefined) {
      share = bulkhead(concurrent, queued);
      this.#placesOfAccount.set(account, share);
    }
    try {
      return await share.execute(call);
    } finally {
      // Nothing is kept of accounts that ask for nothing. Who waits still takes up a place of the queue.
      if (share.executionSlots === concurrent && share.queueSlots === queued) {
        this.#placesOfAccount.delete(account);
      }
    }
  }
}
