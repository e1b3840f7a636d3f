/** What only the MySQL side needs to know of a statement: it makes one of several that are alike; see `mysql-joint.ts`. */

/** What a statement is made of. Two with the same text have the same shape, and differ in their values only. */
export type Shape =
  /** Adds one row; the text is both parts, in this order. */
  | { readonly kind: "insert"; readonly into: string; readonly row: string }
  /** Changes the row that has a key, if other columns are as expected. Values are those of `set`, `key`, `others`. */
  | {
      readonly kind: "update";
      readonly table: string;
      readonly set: readonly string[];
      readonly key: string;
      readonly others: readonly string[];
    }
  /** Raises counters by one each. The values are their keys, each once. */
  | { readonly kind: "advance"; readonly counter: Counter }
  /** Adds rows with the numbers that an `advance` just before it has brought. A row's last value is its counter's key. */
  | {
      readonly kind: "numbered";
      readonly counter: Counter;
      readonly into: string;
      /** Markers for the row's values, but for the place of its number. */
      readonly markers: readonly ("?" | "number")[];
    };

/** A table with one counter in each row. */
export interface Counter {
  readonly table: string;
  readonly key: string;
  readonly value: string;
}
