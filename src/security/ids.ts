import { decodeTime, encodeTime, monotonicFactory } from "ulid";
import type { Clock } from "../domain/clock";
import { type Id, type IdFactory, type IdKind, idPrefixes } from "../domain/ids";
import { randomPart } from "./random-pool";

/**
 * How far the clock may be set back without the ids following it. Well below the minute by which lists that are
 * narrowed to a time allow an id to differ from the row's own time.
 */
const setBackMs = 10_000;

/**
 * Ids in time order; within one process strictly so, also inside a millisecond. Only where the clock was wrong by
 * more and is set right do they begin anew, as a process that is started then would: ids of a time to come would be
 * looked for in vain among what was made now.
 */
export function createIdFactory(clock: Clock): IdFactory {
  const begin = () => monotonicFactory(() => randomPart(4).readUInt32LE() / 2 ** 32);
  let next = begin();
  let latest = 0;
  return {
    next: <K extends IdKind>(kind: K): Id<K> => {
      const now = clock.now().getTime();
      if (now < latest - setBackMs) {
        next = begin();
        latest = now;
      }
      latest = Math.max(latest, now);
      return `${idPrefixes[kind]}_${next(now)}` as Id<K>;
    },
  };
}

/** The beginning of every id made at this time: no id made before it is greater. Ids follow the clock of who made them. */
export function idsFrom(kind: IdKind, time: Date): string {
  return `${idPrefixes[kind]}_${encodeTime(Math.max(0, time.getTime()), 10)}`;
}

/** When an id was made, by the clock of who made it. */
export function timeOfId(id: Id<IdKind>): Date {
  return new Date(decodeTime(id.slice(id.indexOf("_") + 1)));
}
