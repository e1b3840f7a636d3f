import type { EventEntity } from "../../entities/event.entity";
import type { Cursors } from "../../events/cursor";
import { ActorTypeObject, EventTypeObject } from "../../schema/shared/event.type";

const prefix = "evt_";

export function toEvent(event: EventEntity, cursors: Cursors): EventTypeObject {
  return Object.assign(new EventTypeObject(), {
    id: eventIdOf(event.subjectId, event.subjectVersion),
    cursor: cursors.write(event),
    sequence: event.seq.toString(),
    type: event.type,
    subjectId: event.subjectId,
    occurredAt: event.occurredAt,
    recordedAt: event.recordedAt,
    from: event.fromStatus,
    to: event.toStatus,
    source: event.source,
    // `visibility.ts` says who sees which key, and needs to know whose it is.
    actor: event.actor && Object.assign(new ActorTypeObject(), event.actor),
  } satisfies EventTypeObject);
}

/** The id of the event that made a version of a subject. */
export function eventIdOf(subjectId: string, version: number): string {
  return `${prefix}${subjectId}_${version}`;
}

/** What an event's id names: a subject and one of its versions. Undefined for other texts. */
export function readEventId(id: string): { subjectId: string; version: number } | undefined {
  const match = /^evt_([a-z]{3}_[0-9A-HJKMNP-TV-Z]{26})_(\d{1,9})$/.exec(id);
  if (match?.[1] === undefined) return undefined;
  return { subjectId: match[1], version: Number(match[2]) };
}
