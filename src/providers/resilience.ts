import {
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
  private readonly places;
  private readonly breaker;

  /** `isFailure` must not count a provider's "no": many declined payments are no outage. */
  constructor(
    settings: GuardSettings,
    isFailure: (result: T) => boolean,
    private readonly turnedAway: (why: GuardVerdict) => T,
  ) {
    const { breaker } = settings;
    this.places = bulkhead(settings.concurrent, settings.queued);
    this.breaker = circuitBreaker(
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

  /** The breaker is asked when a place is free, so that those who waited learn of an outage too. */
  async run(call: () => Promise<T>): Promise<T> {
    try {
      return await this.places.execute(() => this.breaker.execute(call));
    } catch (error) {
      if (error instanceof BulkheadRejectedError) {
        return this.turnedAway("too many calls are waiting");
      }
      if (isBrokenCircuitError(error)) return this.turnedAway("the provider keeps failing");
      throw error;
    }
  }
}
