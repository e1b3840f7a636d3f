/** Where the time comes from. Injected, so that tests can move it. */
export interface Clock {
  now(): Date;
  /**
   * How far this clock is ahead of real time, in milliseconds. Zero outside of tests. Leases are counted
   * on the database's clock (processes on different machines disagree), shifted by this.
   */
  readonly offsetMs: number;
}

export const systemClock: Clock = { now: () => new Date(), offsetMs: 0 };
