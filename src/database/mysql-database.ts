import { setTimeout } from "node:timers/promises";
import { format, type Pool, type PoolConnection } from "mysql2/promise";
import type { DataSource } from "typeorm";
import {
  type Database,
  type Row,
  type SqlValue,
  StaleWriteError,
  type Statement,
  UniqueViolationError,
  type UnitOfWork,
} from "./database";
import { type Table, Tables } from "./table";

/** A unit is tried this often when the database itself asks to try again. */
const attempts = 5;
/** Deadlock, lock wait timeout, and connections that broke. */
const retryableCodes = new Set([
  "ER_LOCK_DEADLOCK",
  "ER_LOCK_WAIT_TIMEOUT",
  "PROTOCOL_CONNECTION_LOST",
  "ECONNRESET",
  "EPIPE",
]);

/**
 * MySQL 8 and MariaDB 10.6+ behind the same face as SQLite. The changes of a unit travel as one text with
 * its START TRANSACTION and COMMIT, so that a unit without reads is one round trip. The pool is TypeORM's.
 */
export class MysqlDatabase implements Database {
  readonly kind = "mysql";
  readonly nowSql = "(CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED) + ?)";
  readonly #pool: Pool;
  readonly #tables: Tables;

  constructor(private readonly source: DataSource) {
    this.#tables = new Tables(source);
    const { pool } = source.driver as unknown as { pool: { promise(): Pool } };
    this.#pool = pool.promise();
  }

  async read(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    const [rows] = await this.#pool.query(bind(sql, values));
    return rows as Row[];
  }

  async write<T>(work: (unit: UnitOfWork) => Promise<T> | T, within?: UnitOfWork): Promise<T> {
    if (within !== undefined) return work(within);

    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(work);
      } catch (fault) {
        const code = (fault as { code?: string }).code ?? "";
        if (!retryableCodes.has(code) || attempt === attempts) throw translate(fault);
        // A commit whose answer got lost may have happened. Running the unit again is safe: ids are unique
        // and updates compare versions, so the second run ends in one of our two errors.
        await setTimeout(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  table<E extends object>(entity: new () => E): Table<E> {
    return this.#tables.of(entity);
  }

  async ping(): Promise<void> {
    await this.#pool.query("SELECT 1");
  }

  async close(): Promise<void> {
    await this.source.destroy();
  }

  async #attempt<T>(work: (unit: UnitOfWork) => Promise<T> | T): Promise<T> {
    const connection = await this.#pool.getConnection();
    const unit = new MysqlUnit(connection);
    let reusable = true;
    try {
      const value = await work(unit);
      await unit.commit();
      return value;
    } catch (fault) {
      reusable = await unit.rollback();
      throw fault;
    } finally {
      if (reusable) connection.release();
      else connection.destroy();
      if (unit.committed) for (const callback of unit.callbacks) callback();
    }
  }
}

class MysqlUnit implements UnitOfWork {
  open = true;
  committed = false;
  readonly callbacks: (() => void)[] = [];
  #pending: string[] = [];
  #begun = false;

  constructor(private readonly connection: PoolConnection) {}

  change(statement: Statement): void {
    this.#assertOpen();
    this.#pending.push(bind(statement.sql, statement.values));
    if (statement.expectRows !== undefined) {
      // Stops the text with "out of range" when the count is another one: the cheapest assertion that both
      // MySQL and MariaDB have outside of stored programs. ROW_COUNT counts matched rows here, since mysql2
      // connects with FOUND_ROWS.
      this.#pending.push(
        `SELECT 9223372036854775807 + (ROW_COUNT() <> ${Math.trunc(statement.expectRows)})`,
      );
    }
  }

  async read(
    sql: string,
    values: readonly SqlValue[],
    options: { lock?: boolean } = {},
  ): Promise<Row[]> {
    this.#assertOpen();
    const text = bind(sql, values) + (options.lock ? " FOR UPDATE" : "");
    const alone = this.#begun && this.#pending.length === 0;
    const [rows] = await this.connection.query(this.#take(text));
    // Several statements answer with a list of results; ours is the last one.
    return (alone ? rows : (rows as unknown[]).at(-1)) as Row[];
  }

  afterCommit(callback: () => void): void {
    this.callbacks.push(callback);
  }

  async commit(): Promise<void> {
    this.open = false;
    if (this.#begun || this.#pending.length > 0) await this.connection.query(this.#take("COMMIT"));
    this.committed = true;
  }

  /** Answers whether the connection can be used again. */
  async rollback(): Promise<boolean> {
    this.open = false;
    if (!this.#begun) return true;
    try {
      await this.connection.query("ROLLBACK");
      return true;
    } catch {
      return false;
    }
  }

  #take(last: string): string {
    const texts = this.#begun ? this.#pending : [...this.#start(last), ...this.#pending];
    this.#begun = true;
    this.#pending = [];
    return [...texts, last].join(";");
  }

  #start(first: string): string[] {
    // A read after a lock must see what was committed before it got the lock, and gap locks would deadlock.
    const reads = first !== "COMMIT";
    return [
      ...(reads ? ["SET TRANSACTION ISOLATION LEVEL READ COMMITTED"] : []),
      "START TRANSACTION",
    ];
  }

  #assertOpen(): void {
    if (!this.open) throw new Error("this unit of work has ended; an await is missing");
  }
}

function bind(sql: string, values: readonly SqlValue[]): string {
  if (values.length === 0) return sql;
  return format(
    sql,
    values.map((value) => (typeof value === "bigint" ? Number(value) : value)),
  );
}

function translate(fault: unknown): unknown {
  const { code, message } = fault as { code?: string; message: string };
  if (code === "ER_DUP_ENTRY") return new UniqueViolationError(message, { cause: fault });
  if (code === "ER_DATA_OUT_OF_RANGE") return new StaleWriteError(message, { cause: fault });
  return fault;
}
