import { refuse } from "../domain/errors";
import type { Connection } from "../schema/connection";
import type { ForwardPageArgs, PageArgs } from "../schema/page.args";
import type { PageRequest } from "../services/payment/payment-reader";

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
