import { LRUCache } from "lru-cache";
import type { SqlValue, Statement } from "./statement";

/** Texts that were split at their markers. Lists of values have as many as they have lengths. */
const split = new LRUCache<string, readonly string[]>({ max: 1_000 });

/** What stands for itself between quotes, once its quotes are doubled: printable ASCII but the backslash. */
const plainText = /^[ -[\]-~]*$/;

/** The text with its values in it. No `?` may stand in it but as a marker. */
export function bind(sql: string, values: readonly SqlValue[]): string {
  if (values.length === 0) return sql;
  const parts = partsOf(sql);
  if (parts.length !== values.length + 1) {
    throw new TypeError(`${parts.length - 1} markers and ${values.length} values: ${sql}`);
  }
  let text = parts[0] ?? "";
  for (let i = 0; i < values.length; i++) text += literal(values[i] ?? null) + parts[i + 1];
  return text;
}

/**
 * A value as SQL, which reads the same in every `sql_mode` and under every character set that a client may speak. A
 * backslash escapes or does not, and a byte above ASCII may swallow the one after it: text with either is written in
 * hexadecimal digits. A column's collation wins over that of either kind of literal, so that indexes serve both.
 */
export function literal(value: SqlValue): string {
  if (value === null) return "NULL";
  switch (typeof value) {
    case "string":
      if (!plainText.test(value)) return `_utf8mb4 x'${Buffer.from(value).toString("hex")}'`;
      return value.includes("'") ? `'${value.replaceAll("'", "''")}'` : `'${value}'`;
    case "number":
      if (Number.isFinite(value)) return String(value);
      break;
    case "bigint":
      return String(value);
  }
  // A column without a transformer hands on what its property holds, and anything else than the above is no value.
  throw new TypeError(`a ${typeof value} cannot be bound to a statement`);
}
/** The statement, and what stops the text where it does not come to what it must. */
export function textsOf({ sql, values, expectRows, expectNone }: Statement): string[] {
  const text = bind(sql, values);
  if (expectNone) return [assertNot(`EXISTS(${text})`)];
  return expectRows === undefined ? [text] : [text, assertRows(expectRows)];
}

/** `ROW_COUNT` counts matched rows here, since mysql2 connects with FOUND_ROWS. */
export function assertRows(count: number): string {
  return assertNot(`(ROW_COUNT() <> ${Math.trunc(count)})`);
}

/**
 * Stops the text with "out of range" when the condition holds: the cheapest assertion that both MySQL and
 * MariaDB have outside of stored programs. As a SET it answers with no rows.
 */
export function assertNot(condition: string): string {
  return `SET @fault = 9223372036854775807 + ${condition}`;
}

function partsOf(sql: string): readonly string[] {
  let parts = split.get(sql);
  if (parts === undefined) {
    parts = sql.split("?");
    split.set(sql, parts);
  }
  return parts;
}
