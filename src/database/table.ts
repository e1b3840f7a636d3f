import type { DataSource } from "typeorm";
import { UnreadableRowError } from "../domain/unreadable-row";
import type { Row, SqlValue, Statement } from "./statement";
import type { Shape } from "./statement-shape";

interface TableColumn {
  readonly property: string;
  readonly name: string;
  toSql(value: unknown): SqlValue;
  /** Undefined where the value is taken as it is. */
  readonly fromSql: ((value: SqlValue) => unknown) | undefined;
}

type Pair = readonly [column: TableColumn, value: unknown];

interface UpdateForm {
  readonly sql: string;
  /** Where the row is found by its key alone. */
  readonly shape: Extract<Shape, { kind: "update" }> | undefined;
}

/** Columns to select, and how an entity is read from a row of them. */
export interface RowColumns<E> {
  /** The select list. */
  readonly sql: string;
  /**
   * Properties whose columns were not selected stay undefined.
   * @throws UnreadableRowError
   */
  read(row: Row): E;
}

/** Told of a row that was left out; throws where none is to be left out. */
export type OnUnreadable = (fault: UnreadableRowError) => void;

/** Whoever reads rows: the database, or a unit of work, which can lock them until it ends. */
interface Reading {
  read(
    sql: string,
    values: readonly SqlValue[],
    options?: { readonly byKey?: boolean; readonly lock?: boolean },
  ): Promise<Row[]>;
}

/** The marks of a list of values, to be put into a statement. */
export function marks(values: readonly unknown[]): string {
  return values.map(() => "?").join(", ");
}

/** A comparison of one column with a value: equality, or one of these. */
export type Where<E> = { readonly [P in keyof E]?: E[P] | null };

/**
 * Statements for one entity's table, made from the entity's own TypeORM metadata. TypeORM's `save` runs at a
 * fifth of the raw driver's speed and its insert builder at less than half; statement text that is made
 * once, with the same column names and transformers, runs at the driver's speed (docs/decisions/0004).
 */
export class Table<E extends object> {
  readonly name: string;
  readonly #columns: readonly TableColumn[];
  /** Columns of the primary key. */
  readonly #keys: readonly string[];
  readonly #byProperty: ReadonlyMap<string, TableColumn>;
  readonly #insertSql: string;
  readonly #insertShape: Extract<Shape, { kind: "insert" }>;
  readonly #byIdSql: string;
  readonly #wholeRow: RowColumns<E>;
  readonly #updates = new Map<string, UpdateForm>();

  constructor(
    dataSource: DataSource,
    private readonly entity: new () => E,
    private readonly onUnreadable: OnUnreadable,
  ) {
    const metadata = dataSource.getMetadata(entity);
    this.name = metadata.tableName;
    this.#keys = metadata.primaryColumns.map((column) => column.databaseName);
    this.#columns = metadata.columns.map((column) => {
      const { transformer } = column;
      if (Array.isArray(transformer)) throw new TypeError(`${column.propertyName} has several`);
      return {
        property: column.propertyName,
        name: column.databaseName,
        toSql: (value) => (transformer === undefined ? value : transformer.to(value)) as SqlValue,
        fromSql: transformer?.from,
      };
    });
    this.#byProperty = new Map(this.#columns.map((column) => [column.property, column]));
    const names = this.#columns.map((column) => column.name).join(", ");
    const into = `INSERT INTO ${this.name} (${names}) VALUES `;
    const row = `(${marks(this.#columns)})`;
    this.#insertShape = { kind: "insert", into, row };
    this.#insertSql = into + row;
    this.#byIdSql = `SELECT * FROM ${this.name} WHERE id = ?`;
    this.#wholeRow = this.columns();
  }

  /** Adds a row. Every property has to be set: a forgotten one would be stored as null. */
  insert(entity: E): Statement {
    return { sql: this.#insertSql, values: this.#valuesOf(entity), shape: this.#insertShape };
  }

  /** Adds several rows in one statement. */
  insertAll(entities: readonly E[]): Statement {
    const others = `, ${this.#insertShape.row}`.repeat(entities.length - 1);
    return {
      sql: `${this.#insertSql}${others}`,
      values: entities.flatMap((entity) => this.#valuesOf(entity)),
    };
  }

  /**
   * Changes the rows that match; `expectRows` says how many there must be. The first column of `where` should be
   * the key.
   */
  update(set: Partial<E>, where: Where<E>, expectRows?: number): Statement {
    const assignments = this.#pairs(set as Where<E>);
    const conditions = this.#pairs(where);
    const { sql, shape } = this.#updateOf(assignments, conditions);
    const values = assignments.map(([column, value]) => column.toSql(value));
    for (const [column, value] of conditions) if (value !== null) values.push(column.toSql(value));
    if (expectRows === undefined) return { sql, values };
    return expectRows === 1 && shape !== undefined
      ? { sql, values, expectRows, shape }
      : { sql, values, expectRows };
  }

  /** Made once for the same columns: texts that are the same string need not be compared. */
  #updateOf(assignments: readonly Pair[], conditions: readonly Pair[]): UpdateForm {
    let known = "";
    for (const [column] of assignments) known += `${column.name},`;
    for (const [column, value] of conditions) {
      known += value === null ? `${column.name}!` : `${column.name}?`;
    }
    let form = this.#updates.get(known);
    if (form === undefined) {
      const names = assignments.map(([column]) => column.name);
      const sql = `UPDATE ${this.name} SET ${names.map((name) => `${name} = ?`).join(", ")} WHERE ${conditionOf(conditions).sql}`;
      const [key, ...others] = conditions.map(([column]) => column.name);
      const isByKey = key === "id" && conditions.every(([, value]) => value !== null);
      form = {
        sql,
        shape: isByKey ? { kind: "update", table: this.name, set: names, key, others } : undefined,
      };
      this.#updates.set(known, form);
    }
    return form;
  }

  /** The condition that all the given columns equal (or are null). */
  where(where: Where<E>, alias = ""): { sql: string; values: SqlValue[] } {
    return conditionOf(this.#pairs(where), alias === "" ? "" : `${alias}.`);
  }

  /**
   * The columns of `alias`, each named `alias_column` in the row; without an alias by their own names. All of
   * them, or those of the given properties: a wide row costs more to read than to find.
   */
  columns(alias?: string, properties?: ReadonlySet<keyof E & string>): RowColumns<E> {
    const columns = this.#columns
      .filter(({ property }) => properties?.has(property as keyof E & string) ?? true)
      .map(({ property, name, fromSql }) => ({
        property,
        fromSql,
        sql: alias === undefined ? name : `${alias}.${name} AS ${alias}_${name}`,
        key: alias === undefined ? name : `${alias}_${name}`,
      }));
    const keys = this.#keys.map((name) => (alias === undefined ? name : `${alias}_${name}`));
    return {
      sql: columns.map(({ sql }) => sql).join(", "),
      read: (row) => {
        const entity = new this.entity() as Record<string, unknown>;
        let at = "";
        try {
          for (const { property, key, fromSql } of columns) {
            at = property;
            const value = row[key] ?? null;
            entity[property] = fromSql === undefined ? value : fromSql(value);
          }
        } catch {
          throw new UnreadableRowError(this.name, keys.map((key) => row[key]).join(" "), at);
        }
        return entity as E;
      },
    };
  }

  /**
   * The entity in a row that was read with `SELECT *`.
   * @throws UnreadableRowError
   */
  fromRow(row: Row): E {
    return this.#wholeRow.read(row);
  }

  /** The same of several rows that do not depend on each other; undefined for one that cannot be read, which is told of. */
  eachFromRow(rows: readonly Row[]): (E | undefined)[] {
    return rows.map((row) => this.orTell(() => this.fromRow(row)));
  }

  /** Those of them that can be read. */
  readableRows(rows: readonly Row[]): E[] {
    return this.eachFromRow(rows).filter((entity) => entity !== undefined);
  }

  /** What `read` makes of a row; undefined where the row cannot be read, which is told of. */
  orTell<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (fault) {
      if (!(fault instanceof UnreadableRowError)) throw fault;
      this.onUnreadable(fault);
      return undefined;
    }
  }

  /** The few entities with these values, found by an index, oldest first. */
  async findBy(reading: Reading, where: Where<E>): Promise<E[]> {
    const { sql, values } = this.where(where);
    const text = `SELECT * FROM ${this.name} WHERE ${sql} ORDER BY id`;
    const rows = await reading.read(text, values, { byKey: true });
    return rows.map((row) => this.fromRow(row));
  }

  /** The entity with an id; undefined where there is none. */
  async findById(
    reading: Reading,
    id: string,
    { lock = false }: { readonly lock?: boolean } = {},
  ): Promise<E | undefined> {
    const rows = await reading.read(this.#byIdSql, [id], { byKey: true, lock });
    return rows[0] && this.fromRow(rows[0]);
  }

  /** The entity with an id, which must be there. */
  async byId(reading: Reading, id: string, options?: { readonly lock?: boolean }): Promise<E> {
    const found = await this.findById(reading, id, options);
    if (found === undefined) throw new Error(`${this.name} ${id} is gone`);
    return found;
  }

  /** Whether the row with this key, as `UnreadableRowError` names it, can be read, or is gone. */
  async isReadable(reading: Reading, key: string): Promise<boolean> {
    const where = this.#keys.map((name) => `${name} = ?`).join(" AND ");
    const rows = await reading.read(`SELECT * FROM ${this.name} WHERE ${where}`, key.split(" "));
    try {
      for (const row of rows) this.fromRow(row);
      return true;
    } catch (fault) {
      if (!(fault instanceof UnreadableRowError)) throw fault;
      return false;
    }
  }

  /** Entities in the order of the ids; undefined where no row has the id. */
  inOrder(ids: readonly string[], rows: readonly Row[]): (E | undefined)[] {
    const byId = new Map(rows.map((row) => [row.id, this.fromRow(row)]));
    return ids.map((id) => byId.get(id));
  }

  /** Those with the ids that meet the condition, in the order of the ids. */
  async byIds(
    reading: Reading,
    ids: readonly string[],
    condition: { readonly sql: string; readonly values: readonly SqlValue[] } = always,
  ): Promise<(E | undefined)[]> {
    const sql = `SELECT * FROM ${this.name} WHERE id IN (${marks(ids)}) AND ${condition.sql}`;
    return this.inOrder(ids, await reading.read(sql, [...ids, ...condition.values]));
  }

  /** In the order of `insert`'s values. */
  get columnNames(): readonly string[] {
    return this.#columns.map(({ name }) => name);
  }

  /** The place of a property's column in `insert`'s values. */
  indexOf(property: keyof E & string): number {
    return this.#columns.findIndex((column) => column.property === property);
  }

  #valuesOf(entity: E): SqlValue[] {
    return this.#columns.map((column) => {
      const value = (entity as Record<string, unknown>)[column.property];
      if (value === undefined) throw new TypeError(`${this.name}.${column.property} is not set`);
      return column.toSql(value);
    });
  }

  #pairs(values: Where<E>): Pair[] {
    const pairs: Pair[] = [];
    for (const property of Object.keys(values)) {
      const value = (values as Record<string, unknown>)[property];
      if (value === undefined) continue;
      const column = this.#byProperty.get(property);
      if (column === undefined) throw new TypeError(`${this.name} has no ${property}`);
      pairs.push([column, value]);
    }
    return pairs;
  }
}

const always = { sql: "1 = 1", values: [] };

function conditionOf(pairs: readonly Pair[], prefix = "") {
  const values: SqlValue[] = [];
  const parts = pairs.map(([column, value]) => {
    if (value === null) return `${prefix}${column.name} IS NULL`;
    values.push(column.toSql(value));
    return `${prefix}${column.name} = ?`;
  });
  return { sql: parts.join(" AND "), values };
}

/** The tables of one data source, each made once. */
export class Tables {
  readonly #byEntity = new Map<new () => object, unknown>();

  constructor(
    private readonly source: DataSource,
    private readonly onUnreadable: OnUnreadable,
  ) {}

  of<E extends object>(entity: new () => E): Table<E> {
    let table = this.#byEntity.get(entity);
    if (table === undefined) {
      table = new Table(this.source, entity, this.onUnreadable);
      this.#byEntity.set(entity, table);
    }
    return table as Table<E>;
  }
}
