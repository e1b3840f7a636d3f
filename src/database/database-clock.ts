import type { Clock } from "../domain/clock";
import type { Database } from "./database";

/** Measurements at start: one may be slow, since it also opens the connection. */
const firstMeasurements = 3;

/**
 * The database's time, for all that a process writes down or compares: processes on one database agree about leases
 * and due times, however wrong their own clocks are. Between two measurements time goes on by the monotonic clock,
 * which nobody sets. (A machine that was suspended is behind until the next measurement.)
 */
export class DatabaseClock implements Clock {
  /** Database time minus the monotonic clock, in milliseconds; undefined before the first measurement. */
  #aheadMs: number | undefined;

  private constructor(
    private readonly database: Database,
    private readonly own: Clock,
  ) {}

  /** `own`: the process's clock. Tests move it by its offset, which is added to the database's time. */
  static async start(database: Database, own: Clock): Promise<DatabaseClock> {
    const clock = new DatabaseClock(database, own);
    for (let count = 0; count < firstMeasurements; count++) await clock.measure();
    return clock;
  }

  now(): Date {
    return new Date(Math.round(this.#databaseMs() + this.own.offsetMs));
  }

  get offsetMs(): number {
    return this.own.offsetMs;
  }

  /** How far the process's own clock is ahead of the database's, in milliseconds. */
  get skewMs(): number {
    return this.own.now().getTime() - this.own.offsetMs - this.#databaseMs();
  }

  /**
   * Asks the database what time it is. It read its clock between our question and its answer, which bounds the
   * error by that time: what we held is moved only as far as those bounds ask for.
   */
  async measure(): Promise<void> {
    const askedMs = performance.now();
    const [row] = await this.database.read(`SELECT ${this.database.nowSql} AS now_ms`, [0]);
    const answeredMs = performance.now();
    const readMs = Number(row?.now_ms);
    if (!Number.isFinite(readMs)) throw new Error("the database does not tell the time");
    const least = readMs - answeredMs;
    // It tells whole milliseconds, and may have cut off nearly one.
    const most = readMs + 1 - askedMs;
    const held = this.#aheadMs ?? (least + most) / 2;
    this.#aheadMs = Math.min(Math.max(held, least), most);
  }

  #databaseMs(): number {
    if (this.#aheadMs === undefined) throw new Error("the database's clock was not read yet");
    return performance.now() + this.#aheadMs;
  }
}
