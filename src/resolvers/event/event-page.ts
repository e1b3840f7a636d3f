import type { StreamId } from "../../domain/ids";
import type { Connection } from "../../schema/shared/connection";
import type { EventTypeObject } from "../../schema/shared/event.type";
import type { EventPageArgs } from "../../schema/shared/page.args";
import { pageSize } from "../../services/reading/list-page";
import type { RequestContext } from "../context";
import { isGiven } from "../given";
import { toConnection } from "../paging";
import { toEvent } from "./event.mapper";

/** A page of a thing's timeline, which stands in this log. The thing was read in scope before. */
export async function pageOfEvents(
  { loaders, services: { cursors } }: RequestContext,
  page: EventPageArgs,
  id: string,
  logId: StreamId,
): Promise<Connection<EventTypeObject>> {
  const size = pageSize(page.first);
  const place = isGiven(page.after) ? cursors.seqIn(logId, page.after) : undefined;
  const after = place ?? 0n;
  // One more than asked for tells whether there are further ones.
  const events = await loaders.timelines.load({ id, after, limit: size + 1 });
  return toConnection(
    events.slice(0, size),
    (event) => toEvent(event, cursors),
    (event) => cursors.write(event),
    { next: events.length > size, previous: place !== undefined },
  );
}
