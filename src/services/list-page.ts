import { both, type Condition } from "./scope-sql";

/** Rows of a table that may be read a page at a time. */
export interface List {
  readonly table: string;
  readonly alias: string;
  /** Which rows, whatever their status. */
  readonly where: Condition;
  /** With one of these statuses; with any when left out. */
  readonly statuses?: readonly string[] | undefined;
  /** Whether an index of the table gives the rows of one status in the page's order. */
  readonly indexedByStatus: boolean;
}

/** What follows FROM: which of the list's rows, in which order, and how many at most. */
export function pageSql(list: List, order: string, limit: number): Condition {
  const tail = `ORDER BY ${order} LIMIT ${Math.trunc(limit)}`;
  const { sql, values } = chosen(list, [...new Set(list.statuses)], tail);
  return { sql: `WHERE ${sql} ${tail}`, values };
}

/**
 * Several statuses are looked for one by one where there is an index for it. It gives each of them in the page's
 * order, and all of them in no order: read together, the list would be walked until enough are found, which for
 * rare statuses is all of it.
 */
function chosen(list: List, statuses: readonly string[], tail: string): Condition {
  const { table, alias, where } = list;
  if (list.statuses === undefined) return where;
  if (statuses.length < 2 || !list.indexedByStatus) {
    return both(where, hasStatus(alias, statuses));
  }
  const parts = statuses.map((status) => both(where, hasStatus(alias, [status])));
  const lists = parts.map(
    ({ sql }) =>
      `SELECT id FROM (SELECT ${alias}.id FROM ${table} ${alias} WHERE ${sql} ${tail}) AS one`,
  );
  return {
    sql: `${alias}.id IN (SELECT id FROM (${lists.join(" UNION ALL ")}) AS each_status)`,
    values: parts.flatMap(({ values }) => values),
  };
}

function hasStatus(alias: string, statuses: readonly string[]): Condition {
  if (statuses.length === 0) return { sql: "1 = 0", values: [] };
  return {
    sql: `${alias}.status IN (${statuses.map(() => "?").join(", ")})`,
    values: statuses,
  };
}
