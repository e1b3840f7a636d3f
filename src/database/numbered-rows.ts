import type { SqlValue, Statement } from "./statement";
import type { Counter, Shape } from "./statement-shape";
import type { Table } from "./table";

/** Rows of a table that are numbered by counters: without gaps, and visible in their order. */
export class NumberedRows<E extends object> {
  readonly #into: string;
  readonly #advanceShape: Shape;
  readonly #insertShape: Shape;
  readonly #row: string;
  readonly #numberAt: number;
  /** Texts by how many rows they are for, each made once. */
  readonly #texts = new Map<number, { readonly advance: string; readonly insert: string }>();

  /** @param property the one that holds the number; what an entity has there is not looked at. */
  constructor(
    private readonly table: Table<E>,
    property: keyof E & string,
    private readonly counter: Counter,
  ) {
    const columns = table.columnNames;
    this.#numberAt = table.indexOf(property);
    this.#into = `INSERT INTO ${table.name} (${columns.join(", ")}) `;
    const markers = columns.map((_, i) => (i === this.#numberAt ? "number" : "?"));
    const values = markers.map((marker) => (marker === "?" ? "?" : counter.value));
    this.#advanceShape = { kind: "advance", counter };
    this.#insertShape = { kind: "numbered", counter, into: this.#into, markers };
    this.#row = `SELECT ${values.join(", ")} FROM ${counter.table} WHERE ${counter.key} = ?`;
  }

  /** Raises each of the counters by one. Their rows stay locked until the unit ends. */
  advance(keys: readonly string[]): Statement {
    return {
      sql: this.#textsFor(keys.length).advance,
      values: keys,
      expectRows: keys.length,
      shape: this.#advanceShape,
    };
  }

  /** Adds rows, one for each counter that was raised just before. */
  insert(rows: readonly { readonly key: string; readonly entity: E }[]): Statement {
    const values: SqlValue[] = [];
    for (const { key, entity } of rows) {
      const all = this.table.insert(entity).values;
      values.push(...all.slice(0, this.#numberAt), ...all.slice(this.#numberAt + 1), key);
    }
    return { sql: this.#textsFor(rows.length).insert, values, shape: this.#insertShape };
  }

  #textsFor(count: number) {
    let texts = this.#texts.get(count);
    if (texts === undefined) {
      const { table, key, value } = this.counter;
      const matches = count === 1 ? "= ?" : `IN (${Array(count).fill("?").join(", ")})`;
      texts = {
        advance: `UPDATE ${table} SET ${value} = ${value} + 1 WHERE ${key} ${matches}`,
        insert: this.#into + Array(count).fill(this.#row).join(" UNION ALL "),
      };
      this.#texts.set(count, texts);
    }
    return texts;
  }
}
