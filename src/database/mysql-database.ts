import { setTimeout } from "node:timers/promises";
import type { Pool, PoolConnection } from "mysql2";
import type { DataSource } from "typeorm";
import {
  type Database,
  heartbeatAt,
  type ReadOptions,
  StaleWriteError,
  UniqueViolationError,
  type UnitOfWork,
} from "./database";
import { MysqlCommits, usualLockWait } from "./mysql-commits";
import { connect, poolOf, query, queryAny, rollback } from "./mysql-connection";
import { MysqlPointReads } from "./mysql-point-reads";
import { bind, textsOf } from "./mysql-text";
import type { Row, SqlValue, Statement } from "./statement";
import { type OnUnreadable, type Table, Tables } from "./table";

/** A unit is tried this often when the database itself asks to try again. */
const attempts = 5;
/** And begun anew no later than so long after the first time: somebody waits for it. */
const attemptsWithinMs = 8_000;
/** Deadlock, lock wait timeout, and connections that broke. */
const retryableCodes = new Set([
  "ER_LOCK_DEADLOCK",
  "ER_LOCK_WAIT_TIMEOUT",
  "PROTOCOL_CONNECTION_LOST",
  "ECONNRESET",
  "EPIPE",
]);

/** A table, or a temporary file, could not grow. */
const outOfSpaceCodes = new Set(["ER_RECORD_FILE_FULL", "ER_DISK_FULL", "ER_ERROR_ON_WRITE"]);

/**
 * MySQL 8 and MariaDB 10.6+ behind the same face as SQLite. A unit without reads shares its transaction and
 * its round trip with others (`MysqlCommits`); a unit that reads has a connection of its own. The pool is
 * TypeORM's.
 */
export class MysqlDatabase implements Database {
  readonly kind = "mysql";
  // In UTC: UNIX_TIMESTAMP(NOW()) is an hour off while a zone puts its clocks back.
  readonly nowSql =
    "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', UTC_TIMESTAMP(3)) DIV 1000 + ?)";
  readonly #pool: Pool;
  readonly #commits: MysqlCommits;
  readonly #pointReads: MysqlPointReads;
  readonly #tables: Tables;
  /** Since a write found no space, until there is some again. */
  #isOutOfSpace = false;

  /** `beating`: a connection beside the pool, for what must not wait for it. */
  constructor(
    private readonly source: DataSource,
    private readonly beating: DataSource,
    onUnreadable: OnUnreadable,
  ) {
    this.#tables = new Tables(source, onUnreadable);
    this.#pool = poolOf(source);
    this.#commits = new MysqlCommits(this.#pool);
    this.#pointReads = new MysqlPointReads(this.#pool);
  }

  async read(
    sql: string,
    values: readonly SqlValue[] = [],
    options: ReadOptions = {},
  ): Promise<Row[]> {
    const text = bind(sql, values);
    return options.byKey
      ? this.#pointReads.read(text)
      : ((await queryAny(this.#pool, text)) as Row[]);
  }

  async write<T>(work: (unit: UnitOfWork) => Promise<T> | T, within?: UnitOfWork): Promise<T> {
    if (within !== undefined) return work(within);

    const latest = performance.now() + attemptsWithinMs;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(work);
      } catch (fault) {
        const code = (fault as { code?: string }).code ?? "";
        if (outOfSpaceCodes.has(code)) this.#isOutOfSpace = true;
        const isLast = attempt === attempts || performance.now() > latest;
        if (!retryableCodes.has(code) || isLast) throw translate(fault);
        // A commit whose answer got lost may have happened. Running the unit again is safe: ids are unique
        // and updates compare versions, so the second run ends in one of our two errors.
        await setTimeout(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  table<E extends object>(entity: new () => E): Table<E> {
    return this.#tables.of(entity);
  }

  /**
   * A row that is there already can be changed on a disk that is full. Once a write has found it so, the table is written
   * anew, which takes space as other tables would.
   */
  async beat(): Promise<void> {
    const texts = textsOf(heartbeatAt(Date.now()));
    if (this.#isOutOfSpace) texts.unshift("ALTER TABLE heartbeat FORCE");
    await queryAny(poolOf(this.beating), texts.join(";"));
    this.#isOutOfSpace = false;
  }

  async close(): Promise<void> {
    await Promise.all([this.source.destroy(), this.beating.destroy()]);
  }

  async #attempt<T>(work: (unit: UnitOfWork) => Promise<T> | T): Promise<T> {
    const unit = new MysqlUnit(this.#pool, this.#commits);
    let value: T;
    try {
      value = await work(unit);
      await unit.commit();
    } catch (fault) {
      await unit.rollback();
      throw fault;
    } finally {
      unit.release();
    }
    for (const callback of unit.callbacks) callback();
    return value;
  }
}

class MysqlUnit implements UnitOfWork {
  readonly callbacks: (() => void)[] = [];
  #open = true;
  #pending: Statement[] = [];
  /** From the first read on. */
  #connection: PoolConnection | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly commits: MysqlCommits,
  ) {}

  change(statement: Statement): void {
    this.#assertOpen();
    this.#pending.push(statement);
  }

  async read(
    sql: string,
    values: readonly SqlValue[],
    options: { lock?: boolean } = {},
  ): Promise<Row[]> {
    this.#assertOpen();
    const text = bind(sql, values) + (options.lock ? " FOR UPDATE" : "");
    const begin: string[] = [];
    if (this.#connection === undefined) {
      this.#connection = await connect(this.pool);
      // A read after a lock must see what was committed before it got the lock, and gap locks would deadlock.
      begin.push(
        usualLockWait,
        "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
        "START TRANSACTION",
      );
    }
    const texts = [...begin, ...this.#pending.flatMap(textsOf), text];
    this.#pending = [];
    const rows = await query(this.#connection, texts.join(";"));
    // Several statements answer with a list of results; ours is the last one.
    return (texts.length === 1 ? rows : (rows as unknown[]).at(-1)) as Row[];
  }

  afterCommit(callback: () => void): void {
    this.callbacks.push(callback);
  }

  async commit(): Promise<void> {
    this.#open = false;
    if (this.#connection !== undefined) {
      await query(this.#connection, [...this.#pending.flatMap(textsOf), "COMMIT"].join(";"));
    } else if (this.#pending.length > 0) {
      await this.commits.commit(this.#pending);
    }
  }

  async rollback(): Promise<void> {
    this.#open = false;
    if (this.#connection !== undefined) await rollback(this.#connection);
  }

  release(): void {
    this.#connection?.release();
  }

  #assertOpen(): void {
    if (!this.#open) throw new Error("this unit of work has ended; an await is missing");
  }
}

function translate(fault: unknown): unknown {
  const { code, message } = fault as { code?: string; message: string };
  if (code === "ER_DUP_ENTRY") return new UniqueViolationError(message, { cause: fault });
  if (code === "ER_DATA_OUT_OF_RANGE") return new StaleWriteError(message, { cause: fault });
  return fault;
}
