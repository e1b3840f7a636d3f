import { monotonicFactory } from "ulid";
import type { Clock } from "../domain/clock";
import { type Id, type IdFactory, type IdKind, idPrefixes } from "../domain/ids";
import { randomPart } from "./random-pool";

/** Ids in time order; within one process strictly so, also inside a millisecond. */
export function createIdFactory(clock: Clock): IdFactory {
  const next = monotonicFactory(() => randomPart(4).readUInt32LE() / 2 ** 32);
  return {
    next: <K extends IdKind>(kind: K): Id<K> =>
      `${idPrefixes[kind]}_${next(clock.now().getTime())}` as Id<K>,
  };
}
