import type { Row, SqlValue, Statement } from "./statement";
import type { Table } from "./table";

export interface ReadOptions {
  /** It finds a few rows by an index, and may therefore share a round trip with others of its kind. */
  readonly byKey?: boolean;
}

/** The inside of a unit of work: everything in it happens, or nothing does. */
export interface UnitOfWork {
  /**
   * Adds a change. Changes wait and travel together with the commit (or the next read); units without reads
   * share both with others. Faults therefore appear when the unit ends.
   */
  change(statement: Statement): void;
  /** Reads inside the unit; on MySQL with `lock` the rows stay locked until the unit ends. */
  read(sql: string, values: readonly SqlValue[], options?: { lock?: boolean }): Promise<Row[]>;
  /** Runs after the commit, never after a rollback. Must not throw. */
  afterCommit(callback: () => void): void;
}

/**
 * The one way to the data, on SQLite and on MySQL alike. No provider is called and no timer awaited inside
 * `write`: on SQLite all units share one lane.
 */
export interface Database {
  readonly kind: "sqlite" | "mysql";
  /** Committed rows. */
  read(sql: string, values?: readonly SqlValue[], options?: ReadOptions): Promise<Row[]>;
  /**
   * Runs a unit of work and commits it. It may run more than once (deadlock, lost connection), so it must
   * only talk to the database. Code that may be called inside a unit passes it on as `within`, and joins it.
   * (Finding the outer unit by async-local storage would make every promise of the process 2.7 times dearer;
   * a unit that waits for another one is ended after ten seconds instead.)
   * @throws UniqueViolationError, StaleWriteError, or the driver's own error; nothing is changed then.
   */
  write<T>(work: (unit: UnitOfWork) => Promise<T> | T, within?: UnitOfWork): Promise<T>;
  /** The statements and mappings of an entity's table. */
  table<E extends object>(entity: new () => E): Table<E>;
  /** SQL for "now" in epoch milliseconds by the database's own clock, plus one bound offset. */
  readonly nowSql: string;
  /**
   * Writes a row that is there for it, and waits for nobody who waits for a connection; for readiness.
   * @throws whatever keeps the database from being written: a disk that is full, a server that only reads.
   */
  beat(): Promise<void>;
  close(): Promise<void>;
}

/** A row with this unique key is already there. */
export class UniqueViolationError extends Error {
  override readonly name = "UniqueViolationError";
}

/** A statement touched another number of rows than it had to: somebody else was faster. */
export class StaleWriteError extends Error {
  override readonly name = "StaleWriteError";
}

/** The database cannot be used as it is, and a person can mend that: the message is one line for them. */
export class UnusableDatabaseError extends Error {
  override readonly name = "UnusableDatabaseError";
}

/**
 * The database did not answer in time. What it was asked to do may have been done all the same, as where a connection
 * is lost: who looks again sees.
 */
export class DatabaseTimeoutError extends Error {
  override readonly name = "DatabaseTimeoutError";
}

/** The row that `beat` writes, by the migration that has made it. */
export function heartbeatAt(now: number): Statement {
  return {
    sql: "UPDATE heartbeat SET beaten_at = ? WHERE id = 'gateway'",
    values: [now],
    expectRows: 1,
  };
}
