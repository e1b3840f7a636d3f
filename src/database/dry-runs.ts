import { isDryRun } from "../logging/work";
import type { Database, ReadOptions, UnitOfWork } from "./database";
import type { Row, SqlValue } from "./statement";
import type { Table } from "./table";

/** Takes a unit's answer out of the unit, which is undone. */
class Undone extends Error {
  override readonly name = "Undone";

  constructor(readonly answer: unknown) {
    super("a dry run writes nothing");
  }
}

/**
 * Lets work be tried: in a dry run (`logging/work.ts`) each unit of work runs as ever, answers, and is undone. A unit sees
 * what is stored, and nothing of what units before it would have written.
 */
export class DatabaseWithDryRuns implements Database {
  readonly kind: Database["kind"];
  readonly nowSql: string;

  constructor(private readonly database: Database) {
    this.kind = database.kind;
    this.nowSql = database.nowSql;
  }

  read(sql: string, values?: readonly SqlValue[], options?: ReadOptions): Promise<Row[]> {
    return this.database.read(sql, values, options);
  }

  write<T>(work: (unit: UnitOfWork) => Promise<T> | T, within?: UnitOfWork): Promise<T> {
    // What joins a unit is undone with that.
    if (within !== undefined || !isDryRun()) return this.database.write(work, within);
    return this.#try(work);
  }

  async #try<T>(work: (unit: UnitOfWork) => Promise<T> | T): Promise<T> {
    try {
      await this.database.write(async (unit) => {
        throw new Undone(await work(unit));
      });
    } catch (fault) {
      if (fault instanceof Undone) return fault.answer as T;
      throw fault;
    }
    throw new Error("a unit of a dry run was not undone");
  }

  table<E extends object>(entity: new () => E): Table<E> {
    return this.database.table(entity);
  }

  beat(): Promise<void> {
    return this.database.beat();
  }

  close(): Promise<void> {
    return this.database.close();
  }
}
