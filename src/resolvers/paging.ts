import { refuse } from "../domain/errors";
import { type Id, type IdKind, isId } from "../domain/ids";
import type { Connection } from "../schema/connection";
import type { ForwardPageArgs, PageArgs } from "../schema/page.args";
import type { PageRequest } from "../services/payment/payment-reader";
import { isGiven } from "./given";

const sizeDefault = 20;
const sizeLimit = 100;

/** GraphQL knows null and absent; inside, both are absent. */
export function toPageRequest({ first, after, last, before }: PageArgs): PageRequest {
  const given = Object.entries({ first, after, last, before }).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return Object.fromEntries(given) as PageRequest;
}

/** The size of a forward page. @throws Refusal INVALID_INPUT */
export function sizeOf({ first }: ForwardPageArgs): number {
  const size = first ?? sizeDefault;
  if (size >= 1 && size <= sizeLimit) return size;
  throw refuse("INVALID_INPUT", `a page has 1 to ${sizeLimit} items`, ["first"]);
}

/** A connection of items that stand in order. */
export function toConnection<T, N>(
  items: readonly T[],
  toNode: (item: T) => N,
  cursorOf: (item: T) => string,
  more: { readonly next: boolean; readonly previous: boolean },
): Connection<N> {
  const edges = items.map((item) => ({ cursor: cursorOf(item), node: toNode(item) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: more.next,
      hasPreviousPage: more.previous,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** A forward page of rows that were read with one row too many, which tells of further ones. */
export function toForwardConnection<T, N>(
  rows: readonly T[],
  size: number,
  toNode: (item: T) => N,
  cursorOf: (item: T) => string,
  hasPrevious: boolean,
): Connection<N> {
  const more = { next: rows.length > size, previous: hasPrevious };
  return toConnection(rows.slice(0, size), toNode, cursorOf, more);
}

/** A list in the order of its ids. */
interface ListById<K extends IdKind, T, N> {
  readonly kind: K;
  /** What it is a list of, for those who come with another list's cursor. */
  readonly plural: string;
  /** So many behind a place. */
  read(place: Id<K> | undefined, limit: number): Promise<readonly T[]>;
  toNode(item: T): N;
}

/** A forward page of a list in the order of its ids. A place is an id, in a form that nobody takes for one. */
export async function pageById<K extends IdKind, T extends { readonly id: Id<K> }, N>(
  page: ForwardPageArgs,
  list: ListById<K, T, N>,
): Promise<Connection<N>> {
  const size = sizeOf(page);
  const place = isGiven(page.after) ? readPlace(list, page.after) : undefined;
  const rows = await list.read(place, size + 1);
  const cursorOf = ({ id }: T) => Buffer.from(id).toString("base64url");
  return toForwardConnection(rows, size, list.toNode, cursorOf, place !== undefined);
}

function readPlace<K extends IdKind>(
  { kind, plural }: { readonly kind: K; readonly plural: string },
  cursor: string,
): Id<K> {
  const id = Buffer.from(cursor, "base64url").toString();
  if (isId(kind, id)) return id;
  throw refuse("CURSOR_INVALID", `this cursor is not from a list of ${plural}`, ["after"]);
}
