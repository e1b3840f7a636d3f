import { setImmediate } from "node:timers/promises";
import type BetterSqlite3 from "better-sqlite3";
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

/** Units that share one commit at most; a longer queue waits for the next one. */
const groupSize = 64;
/** Distinct statement texts kept prepared. Ours are few; lists with filters make the most. */
const preparedLimit = 500;
/** How long one unit may hold the lane. */
const unitLimitMs = 10_000;

interface Job {
  readonly run: (unit: SqliteUnit) => Promise<void>;
  readonly settle: (fault?: unknown) => void;
  readonly callbacks: (() => void)[];
}

/**
 * SQLite behind a first-in-first-out write lane. TypeORM shares one connection among all callers, so that
 * concurrent transactions run into each other and acknowledged writes get lost; here every change goes
 * through `write`, one group at a time. The callers that wait at the same moment share one `BEGIN
 * IMMEDIATE … COMMIT`: one disk flush serves them all, and a fault undoes only its own unit. Reads use a
 * second connection and see committed rows only.
 */
export class SqliteDatabase implements Database {
  readonly kind = "sqlite";
  readonly nowSql = "(CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER) + ?)";
  readonly #writer: Connection;
  readonly #reader: Connection;
  readonly #tables: Tables;
  #queue: Job[] = [];
  #draining: Promise<void> | undefined;
  #unitBegan = 0;
  #abortUnit: ((fault: Error) => void) | undefined;
  readonly #watchdog = setInterval(() => this.#endStuckUnit(), 1_000).unref();

  constructor(
    private readonly writeSource: DataSource,
    private readonly readSource: DataSource,
  ) {
    this.#tables = new Tables(writeSource);
    this.#writer = new Connection(rawConnection(writeSource));
    this.#reader = new Connection(rawConnection(readSource));
  }

  async read(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return this.#reader.all(sql, values);
  }

  write<T>(work: (unit: UnitOfWork) => Promise<T> | T, within?: UnitOfWork): Promise<T> {
    if (within !== undefined) return Promise.resolve(work(within));
    return new Promise<T>((resolve, reject) => {
      let result: { value: T };
      this.#queue.push({
        callbacks: [],
        run: async (unit) => {
          result = { value: await work(unit) };
        },
        settle: (fault) => (fault === undefined ? resolve(result.value) : reject(fault)),
      });
      this.#draining ??= this.#drain();
    });
  }

  table<E extends object>(entity: new () => E): Table<E> {
    return this.#tables.of(entity);
  }

  async ping(): Promise<void> {
    this.#reader.all("SELECT 1", []);
  }

  async close(): Promise<void> {
    await this.#draining;
    clearInterval(this.#watchdog);
    await this.readSource.destroy();
    await this.writeSource.destroy();
  }

  /** Nothing but the database is awaited in a unit, so one that takes long waits for what waits for it. */
  #endsInTime(running: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#unitBegan = Date.now();
      this.#abortUnit = reject;
      running.then(resolve, reject);
    });
  }

  #endStuckUnit(): void {
    if (Date.now() - this.#unitBegan < unitLimitMs) return;
    this.#abortUnit?.(
      new Error("a unit of work waited for something else than the database; pass the unit along"),
    );
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      // Lets everyone who is ready in this turn of the event loop into the group.
      await setImmediate();
      await this.#commitGroup(this.#queue.splice(0, groupSize));
    }
    this.#draining = undefined;
    this.#abortUnit = undefined;
  }

  async #commitGroup(group: readonly Job[]): Promise<void> {
    const faults = new Map<Job, unknown>();
    const written: Statement[] = [];
    try {
      this.#writer.run("BEGIN IMMEDIATE", []);
      for (const job of group) {
        const unit = new SqliteUnit(this.#writer, job.callbacks);
        try {
          await this.#endsInTime(job.run(unit));
          unit.finish();
          written.push(...unit.statements);
        } catch (fault) {
          unit.open = false;
          faults.set(job, fault ?? new Error("the unit of work failed"));
          if (unit.statements.length > 0) this.#startOver(written);
        }
      }
      this.#writer.run("COMMIT", []);
    } catch (fault) {
      // The group as a whole could not be written (disk full, file locked): nobody's unit was.
      if (this.#writer.inTransaction) this.#writer.run("ROLLBACK", []);
      for (const job of group) job.settle(fault ?? new Error("the group was not committed"));
      return;
    }
    for (const job of group) {
      if (!faults.has(job)) for (const callback of job.callbacks) callback();
      job.settle(faults.get(job));
    }
  }

  /**
   * Undoes a unit at fault: takes the whole group back, and writes the units before it once more. Faults are
   * rare; a savepoint for each unit would make SQLite copy every page that the group has touched before it.
   */
  #startOver(written: readonly Statement[]): void {
    this.#writer.run("ROLLBACK", []);
    this.#writer.run("BEGIN IMMEDIATE", []);
    for (const statement of written) runExpecting(this.#writer, statement);
  }
}

class SqliteUnit implements UnitOfWork {
  open = true;
  /** What was run, the statement at fault included. */
  readonly statements: Statement[] = [];
  #fault: Error | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly callbacks: (() => void)[],
  ) {}

  change(statement: Statement): void {
    this.#assertOpen();
    // As on MySQL, a fault shows when the unit ends or reads, and what follows it is not run.
    if (this.#fault !== undefined) return;
    this.statements.push(statement);
    try {
      runExpecting(this.connection, statement);
    } catch (fault) {
      this.#fault = fault instanceof Error ? fault : new Error(String(fault));
    }
  }

  async read(sql: string, values: readonly SqlValue[]): Promise<Row[]> {
    this.#assertOpen();
    if (this.#fault !== undefined) throw this.#fault;
    return this.connection.all(sql, values);
  }

  afterCommit(callback: () => void): void {
    this.callbacks.push(callback);
  }

  /** Ends the unit; throws the first fault of its changes. */
  finish(): void {
    this.open = false;
    if (this.#fault !== undefined) throw this.#fault;
  }

  #assertOpen(): void {
    if (!this.open) throw new Error("this unit of work has ended; an await is missing");
  }
}

/** @throws StaleWriteError, UniqueViolationError */
function runExpecting(connection: Connection, { sql, values, expectRows }: Statement): void {
  let touched: number;
  try {
    touched = connection.run(sql, values);
  } catch (fault) {
    throw translate(fault);
  }
  if (expectRows !== undefined && touched !== expectRows) {
    throw new StaleWriteError(`${touched} rows instead of ${expectRows}`);
  }
}

/** The raw driver with its statements kept prepared. */
class Connection {
  readonly #prepared = new Map<string, BetterSqlite3.Statement>();

  constructor(private readonly raw: BetterSqlite3.Database) {}

  get inTransaction(): boolean {
    return this.raw.inTransaction;
  }

  run(sql: string, values: readonly SqlValue[]): number {
    return this.#prepare(sql).run(...values).changes;
  }

  all(sql: string, values: readonly SqlValue[]): Row[] {
    return this.#prepare(sql).all(...values) as Row[];
  }

  #prepare(sql: string): BetterSqlite3.Statement {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      if (this.#prepared.size >= preparedLimit) this.#prepared.clear();
      statement = this.raw.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }
}

function rawConnection(source: DataSource): BetterSqlite3.Database {
  return (source.driver as unknown as { databaseConnection: BetterSqlite3.Database })
    .databaseConnection;
}

function translate(fault: unknown): Error {
  const code = (fault as { code?: string }).code;
  if (code === "SQLITE_CONSTRAINT_UNIQUE" || code === "SQLITE_CONSTRAINT_PRIMARYKEY") {
    return new UniqueViolationError((fault as Error).message, { cause: fault });
  }
  return fault instanceof Error ? fault : new Error(String(fault));
}
