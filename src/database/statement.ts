import type { Shape } from "./statement-shape";

/** A value that may be bound to a statement. */
export type SqlValue = string | number | bigint | null;

/** One statement that changes rows, or checks them. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly SqlValue[];
  /**
   * How many rows it must touch. Another count undoes the whole unit with `StaleWriteError`: that is how
   * compare-and-set, reservations and fencing are written here, without reading first.
   */
  readonly expectRows?: number;
  /**
   * It is a query that ends with its conditions, and must find nothing: a row that it finds undoes the whole unit with
   * `StaleWriteError`.
   */
  readonly expectNone?: true;
  /** The database's own affair; `Table` sets it. */
  readonly shape?: Shape;
}

/** A row as the driver returns it. */
export type Row = Record<string, string | number | null>;
