import { refuse } from "../domain/errors";
import { type Id, type IdKind, isId } from "../domain/ids";
import type { Connection } from "../schema/shared/connection";
import type { PageArgs } from "../schema/shared/page.args";
import {
  type IdPlace,
  type Page,
  type PageRequest,
  readPlaces,
} from "../services/reading/list-page";

/** GraphQL knows null and absent; inside, both are absent. */
export function toPageRequest({ first, after, last, before }: PageArgs): PageRequest {
  return {
    first: first ?? undefined,
    after: after ?? undefined,
    last: last ?? undefined,
    before: before ?? undefined,
  };
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

/** A list in the order of its ids. */
interface ListById<K extends IdKind, T, N> {
  readonly kind: K;
  /** What it is a list of, for those who come with another list's cursor. */
  readonly plural: string;
  read(request: PageRequest<IdPlace<Id<K>>>): Promise<Page<T>>;
  toNode(item: T): N;
}

/** A page of a list in the order of its ids. A place is an id, in a form that nobody takes for one. */
export async function pageById<K extends IdKind, T extends { readonly id: Id<K> }, N>(
  page: PageArgs,
  { kind, plural, read, toNode }: ListById<K, T, N>,
): Promise<Connection<N>> {
  const request = readPlaces(toPageRequest(page), (cursor, argument) => {
    const id = Buffer.from(cursor, "base64url").toString();
    if (isId(kind, id)) return { id };
    throw refuse("CURSOR_INVALID", `this cursor is not from a list of ${plural}`, [argument]);
  });
  const { items, hasNext, hasPrevious } = await read(request);
  const cursorOf = ({ id }: T) => Buffer.from(id).toString("base64url");
  return toConnection(items, toNode, cursorOf, { next: hasNext, previous: hasPrevious });
}
