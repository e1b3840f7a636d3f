/**
 * Time as the simulated providers see it: the real clock plus an offset that a test or a demo may
 * push forward. Everything with a date (expiry, refund windows, token lifetimes, webhook retries)
 * reads this clock, so that months can pass in one request.
 */
export class MovableClock {
  #offsetMs = 0;

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  /** How far the simulated time is ahead of the real one. */
  get aheadByMs(): number {
    return this.#offsetMs;
  }

  /** Moves to an instant. An instant in the past is ignored: time here never runs backwards. */
  moveTo(instant: number): void {
    this.#offsetMs = Math.max(this.#offsetMs, instant - Date.now());
  }

  /** Used when a saved state is restored, and with 0 when everything starts afresh. */
  startAheadBy(ms: number): void {
    this.#offsetMs = ms;
  }
}
