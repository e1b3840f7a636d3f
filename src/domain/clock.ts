/** Where the time comes from. Injected, so that tests can move it. */
export interface Clock {
  now(): Date;
  /** How far this clock is ahead of real time, in milliseconds. Zero outside of tests. */
  readonly offsetMs: number;
}

/**
 * The process's own clock. Processes on different machines disagree: what is written down or compared over processes
 * goes by `DatabaseClock`.
 */
export const systemClock: Clock = { now: () => new Date(), offsetMs: 0 };
