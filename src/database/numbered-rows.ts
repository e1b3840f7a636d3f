import type { Counter, SqlValue, Statement } from "./database";
import type { Table } from "./table";

/** Rows of a table that are numbered by counters: without gaps, and visible in their order. */
export class NumberedRows<E extends object> {
  readonly #into: string;
  readonly #markers: readonly ("?" | "number")[];
  readonly #row: string;
  readonly #numberAt: number;

  /** @param property the one that holds the number; what an entity has there is not looked at. */
  constructor(
    private readonly table: Table<E>,
    property: keyof E & string,
    private readonly counter: Counter,
  ) {
    const columns = table.columnNames;
    this.#numberAt = table.indexOf(property);
    this.#into = `INSERT INTO ${table.name} (${columns.join(", ")}) `;
    this.#markers = columns.map((_, i) => (i === this.#numberAt ? "number" : "?"));
    const values = this.#markers.map((marker) => (marker === "?" ? "?" : counter.value));
    this.#row = `SELECT ${values.join(", ")} FROM ${counter.table} WHERE ${counter.key} = ?`;
  }

  /** Raises each of the counters by one. Their rows stay locked until the unit ends. */
  advance(keys: readonly string[]): Statement {
    const { counter } = this;
    const matches = keys.length === 1 ? "= ?" : `IN (${keys.map(() => "?").join(", ")})`;
    return {
      sql: `UPDATE ${counter.table} SET ${counter.value} = ${counter.value} + 1 WHERE ${counter.key} ${matches}`,
      values: keys,
      expectRows: keys.length,
      shape: { kind: "advance", counter },
    };
  }

  /** Adds rows, one for each counter that was raised just before. */
  insert(rows: readonly { readonly key: string; readonly entity: E }[]): Statement {
    const values: SqlValue[] = [];
    for (const { key, entity } of rows) {
      const all = this.table.insert(entity).values;
      values.push(...all.slice(0, this.#numberAt), ...all.slice(this.#numberAt + 1), key);
    }
    return {
      sql: this.#into + rows.map(() => this.#row).join(" UNION ALL "),
      values,
      shape: {
        kind: "numbered",
        counter: this.counter,
        into: this.#into,
        markers: this.#markers,
      },
    };
  }
}
