import type BetterSqlite3 from "better-sqlite3";
import { LRUCache } from "lru-cache";
import type { DataSource } from "typeorm";
import { type Database, heartbeatAt, type UnitOfWork } from "./database";
import type { SqliteLane } from "./sqlite-lane";
import type { Row, SqlValue } from "./statement";
import { type OnUnreadable, type Table, Tables } from "./table";

/** Distinct statement texts kept prepared. Ours are few; lists with filters make the most. */
const preparedLimit = 500;

/**
 * SQLite with a write lane. TypeORM shares one connection among all callers, so that concurrent transactions
 * run into each other and acknowledged writes get lost; here every change goes through the lane. Reads use a
 * connection of their own and see committed rows only.
 */
export class SqliteDatabase implements Database {
  readonly kind = "sqlite";
  readonly nowSql = "(CAST(ROUND((julianday('now') - 2440587.5) * 86400000) AS INTEGER) + ?)";
  readonly #reader: BetterSqlite3.Database;
  readonly #prepared = new LRUCache<string, BetterSqlite3.Statement>({ max: preparedLimit });
  readonly #tables: Tables;

  constructor(
    private readonly lane: SqliteLane,
    private readonly readSource: DataSource,
    onUnreadable: OnUnreadable,
  ) {
    this.#tables = new Tables(readSource, onUnreadable);
    this.#reader = (
      readSource.driver as unknown as { databaseConnection: BetterSqlite3.Database }
    ).databaseConnection;
  }

  async read(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.#reader.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement.all(values) as Row[];
  }

  write<T>(work: (unit: UnitOfWork) => Promise<T> | T, within?: UnitOfWork): Promise<T> {
    return within === undefined ? this.lane.write(work) : Promise.resolve(work(within));
  }

  table<E extends object>(entity: new () => E): Table<E> {
    return this.#tables.of(entity);
  }

  beat(): Promise<void> {
    return this.lane.write((unit) => unit.change(heartbeatAt(Date.now())));
  }

  async close(): Promise<void> {
    await this.lane.settle();
    // The last connection to close puts the log into the file, which one that only reads cannot do.
    await this.readSource.destroy();
    await this.lane.close();
  }
}
