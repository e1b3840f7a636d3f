import { marks } from "../../database/table";
import { refuse } from "../../domain/errors";
import { all, both, type Condition } from "./scope-sql";

/** A page: so many from one end of what stands between two places. */
export interface PageRequest<P = string> {
  readonly first?: number | undefined;
  readonly after?: P | undefined;
  readonly last?: number | undefined;
  readonly before?: P | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

/** An order of rows. Places in it are a row's own values, so that rows added meanwhile shift nothing. */
export interface Order<P> {
  readonly sql: string;
  /** What stands behind a place. */
  behind(place: P): Condition;
}

/** A place in an order by ids. */
export interface IdPlace<I extends string = string> {
  readonly id: I;
}

/** Rows of a table. */
interface Rows {
  readonly table: string;
  readonly alias: string;
  /** Which rows, whatever their status. */
  readonly where: Condition;
  /** With one of these statuses; with any when left out. */
  readonly statuses?: readonly string[] | undefined;
  /** Whether an index of the table gives the rows of one status in the list's order. */
  readonly indexedByStatus?: boolean;
}

/** Rows that are read a page at a time. */
export interface List<P> extends Rows {
  /** The list's order, or the same from the end. */
  orderOf(backward: boolean): Order<P>;
}

const sizeDefault = 20;
const sizeLimit = 100;

/** How many a page has. @throws Refusal INVALID_INPUT */
export function pageSize(
  asked: number | null | undefined,
  argument: "first" | "last" = "first",
): number {
  const size = asked ?? sizeDefault;
  if (Number.isInteger(size) && size >= 1 && size <= sizeLimit) return size;
  throw refuse("INVALID_INPUT", `a page has 1 to ${sizeLimit} items`, [argument]);
}

/** The same request with its cursors read. */
export function readPlaces<P>(
  { first, after, last, before }: PageRequest,
  read: (cursor: string, argument: "after" | "before") => P,
): PageRequest<P> {
  return {
    first,
    after: after === undefined ? undefined : read(after, "after"),
    last,
    before: before === undefined ? undefined : read(before, "before"),
  };
}

/** The order of the ids, which are made in time order. */
export function orderById(alias: string, isRising: boolean): Order<IdPlace> {
  return {
    sql: `${alias}.id ${isRising ? "ASC" : "DESC"}`,
    behind: ({ id }) => ({ sql: `${alias}.id ${isRising ? ">" : "<"} ?`, values: [id] }),
  };
}

/**
 * Reads a page of a list. `read` gives the rows of a SELECT that goes on like this behind its FROM, and undefined for
 * those that cannot be read: the page goes on behind them.
 * @throws Refusal INVALID_INPUT for a page request that makes no sense.
 */
export async function readPage<P, T>(
  list: List<P>,
  { first, after, last, before }: PageRequest<P>,
  read: (rest: Condition) => Promise<readonly (T | undefined)[]>,
): Promise<Page<T>> {
  if (first !== undefined && last !== undefined) {
    throw refuse("INVALID_INPUT", "give first or last, not both", ["last"]);
  }
  // Without a size, a page lies next to the only place that it has.
  const onlyBefore = first === undefined && after === undefined && before !== undefined;
  const backward = last !== undefined || onlyBefore;
  const size = pageSize(first ?? last, backward ? "last" : "first");
  const where = all([
    list.where,
    ...(after === undefined ? [] : [list.orderOf(false).behind(after)]),
    ...(before === undefined ? [] : [list.orderOf(true).behind(before)]),
  ]);
  // One more than asked for tells whether there are further ones.
  const rows = await readableRows(size + 1, (limit) => {
    const tail = `ORDER BY ${list.orderOf(backward).sql} LIMIT ${limit}`;
    const chosen = withStatus({ ...list, where }, tail);
    return read({ sql: `WHERE ${chosen.sql} ${tail}`, values: chosen.values });
  });
  const more = rows.length > size;
  const items = rows.slice(0, size);
  return {
    items: backward ? items.reverse() : items,
    hasNext: before !== undefined || (more && !backward),
    hasPrevious: after !== undefined || (more && backward),
  };
}

/** So many rows that can be read, or all that there are. Rows that cannot are rare: then more are read. */
async function readableRows<T>(
  count: number,
  read: (limit: number) => Promise<readonly (T | undefined)[]>,
): Promise<T[]> {
  for (let limit = count; ; ) {
    const rows = await read(limit);
    const readable = rows.filter((row) => row !== undefined);
    if (readable.length >= count || rows.length < limit) return readable.slice(0, count);
    limit += rows.length - readable.length;
  }
}

/**
 * The list's rows with their statuses. Several are looked for one by one where there is an index for it: it gives each
 * of them in the list's order, and all of them in no order. Read together, the list would be walked until enough are
 * found, which for rare statuses is all of it.
 */
function withStatus(
  { table, alias, where, statuses, indexedByStatus }: Rows,
  tail: string,
): Condition {
  if (statuses === undefined) return where;
  const different = [...new Set(statuses)];
  if (different.length < 2 || !indexedByStatus) return both(where, hasStatus(alias, different));
  const parts = different.map((status) => both(where, hasStatus(alias, [status])));
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
    sql: `${alias}.status IN (${marks(statuses)})`,
    values: statuses,
  };
}
