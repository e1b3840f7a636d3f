import type { JsonObject } from "../../core/json-body";
import { invalid } from "./errors";

const defaultLimit = 20;
/** Choice: the highest limit, as that of payments. */
const highestLimit = 100;

export function isWanted(query: JsonObject, name: string, value: unknown): boolean {
  return query[name] === undefined || query[name] === String(value);
}

/** The part that is asked for, and the view of no more than that. */
export function pageOf<Row>(
  rows: readonly Row[],
  query: JsonObject,
  view: (row: Row) => JsonObject,
): JsonObject {
  const limit = Math.min(readCount(query, "limit") ?? defaultLimit, highestLimit);
  const offset = readCount(query, "offset") ?? 0;
  return {
    paging: { total: rows.length, limit, offset },
    results: rows.slice(offset, offset + limit).map(view),
  };
}

/** Newest first, unless `criteria` or the sort's suffix asks for the other way round. Choice: dates of making only. */
export function sorted<Row extends { createdAt: number }>(
  rows: readonly Row[],
  query: JsonObject,
): Row[] {
  const isAscending = query.criteria === "asc" || /:asc$/.test(String(query.sort ?? ""));
  return isAscending ? [...rows] : rows.toReversed();
}

function readCount(query: JsonObject, name: string): number | undefined {
  if (query[name] === undefined) return undefined;
  const count = Number(query[name]);
  if (!Number.isInteger(count) || count < 0) throw invalid(name);
  return count;
}
