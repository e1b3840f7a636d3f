import type { Json } from "./simulator";

export type Way = "forward" | "backward";

/** What any connection is asked for here. */
export const connection =
  "edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";

/**
 * Walks through a list, page by page, until it says that there are no more, and answers the ids in the
 * list's own order. Checks what each page says of itself. `between` runs after each page.
 */
export async function walk(
  read: (place: string | null) => Promise<Json>,
  way: Way,
  between: (page: Json, number: number) => Promise<void> = async () => {},
): Promise<string[]> {
  const seen: string[] = [];
  let place: string | null = null;
  for (let number = 1; ; number++) {
    const page = await read(place);
    const { edges, pageInfo } = page;
    const ids = edges.map(({ node }: Json) => node.id);
    if (way === "forward") seen.push(...ids);
    else seen.unshift(...ids);
    const [goesOn, came] = inTheWay(pageInfo, way);
    expect(came).toBe(number > 1);
    expect(pageInfo.startCursor).toBe(edges[0].cursor);
    expect(pageInfo.endCursor).toBe(edges.at(-1).cursor);
    if (!goesOn) return seen;
    place = way === "forward" ? pageInfo.endCursor : pageInfo.startCursor;
    await between(page, number);
  }
}

/** Whether there is more where one goes, and where one came from. */
function inTheWay({ hasNextPage, hasPreviousPage }: Json, way: Way): [boolean, boolean] {
  return way === "forward" ? [hasNextPage, hasPreviousPage] : [hasPreviousPage, hasNextPage];
}
