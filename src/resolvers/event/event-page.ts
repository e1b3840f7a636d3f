import { refuse } from "../../domain/errors";
import type { StreamId } from "../../domain/ids";
import type { EventEntity } from "../../entities/event.entity";
import type { Cursors } from "../../events/cursor";
import type { Connection } from "../../schema/connection";
import type { EventTypeObject } from "../../schema/event.type";
import type { EventPageArgs } from "../../schema/page.args";
import { isGiven } from "../given";
import { sizeOf, toForwardConnection } from "../paging";
import { toEvent } from "./event.mapper";

/** A page of a thing's timeline, which stands in this log. `read` gives so many events after a place. */
export async function pageOfEvents(
  cursors: Cursors,
  page: EventPageArgs,
  logId: StreamId,
  read: (after: bigint, limit: number) => Promise<readonly EventEntity[]>,
): Promise<Connection<EventTypeObject>> {
  const size = sizeOf(page);
  const place = isGiven(page.after) ? cursors.read(page.after, ["after"]) : undefined;
  if (place !== undefined && place.streamId !== logId) {
    throw refuse("CURSOR_INVALID", "this cursor belongs to another log", ["after"]);
  }
  return toForwardConnection(
    await read(place?.seq ?? 0n, size + 1),
    size,
    (event) => toEvent(event, cursors),
    (event) => cursors.write(event),
    place !== undefined,
  );
}
