import { type Id, kindOfId } from "../../domain/ids";
import type { EventTypeObject } from "../../schema/shared/event.type";
import type { NodeType } from "../../schema/shared/shared.type";
import type { RequestContext } from "../context";
import { readEventId, toEvent } from "../event/event.mapper";
import { isNodeKind, kindOf, type NodeKind, type NodeKindName, type RowOf } from "../kinds";
import { loaderOf } from "../loaders";

/** Anything by its id. What is malformed, missing or foreign is null, all alike. */
export async function loadNode(id: string, context: RequestContext): Promise<NodeType | null> {
  const eventId = readEventId(id);
  if (eventId !== undefined) return loadEvent(eventId, context);
  const found = await find(id, context);
  return found === undefined ? null : found.kind.show(found.row, context.services);
}

/** An event is in sight when what it belongs to is. */
async function loadEvent(
  { subjectId, version }: { subjectId: string; version: number },
  context: RequestContext,
): Promise<EventTypeObject | null> {
  const { rights, services } = context;
  if (!rights.seeDetails) return null;
  // Asked first: nothing is read of a stranger's event, which takes as long as one that does not exist.
  if ((await find(subjectId, context)) === undefined) return null;
  const event = await services.events.find(subjectId, version);
  if (event === undefined) return null;
  const topic = await find(event.topicId, context);
  // What happened to an account before it moved to another seller stays its former seller's.
  return topic?.kind.logOf?.(topic.row) === event.streamId
    ? toEvent(event, services.cursors)
    : null;
}

type Found<K extends NodeKindName> = { kind: NodeKind<K, RowOf<K>>; row: RowOf<K> };

/** What an id names, with its kind; undefined where it is not in sight. */
async function find(
  id: string,
  { loaders, rights }: RequestContext,
): Promise<Found<NodeKindName> | undefined> {
  const name = kindOfId(id);
  if (name === undefined || !isNodeKind(name)) return undefined;
  const kind = kindOf(name);
  if (!rights.seeDetails && kind.seenByWatchers !== true) return undefined;
  const row = await loaderOf(loaders, name).load(id as Id<NodeKindName>);
  return row === undefined ? undefined : { kind, row };
}
