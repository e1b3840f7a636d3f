import "reflect-metadata";
import fc from "fast-check";
import type { SellerId } from "../../../src/domain/ids";
import { inOrderOfTime } from "../../../src/events/marketplace-log";

const place = (streamId: string, seq: number, recordedAt: number) => ({
  streamId: streamId as SellerId,
  seq: BigInt(seq),
  recordedAt,
});

test("events of several logs come by their time", () => {
  const places = [place("a", 1, 10), place("a", 2, 30), place("b", 7, 20), place("b", 8, 40)];
  expect(inOrderOfTime(places).map(({ recordedAt }) => recordedAt)).toEqual([10, 20, 30, 40]);
});

test("a log keeps its own order, also where the clocks of two processes differ", () => {
  const places = fc.array(
    fc.record({ log: fc.constantFrom("a", "b", "c"), recordedAt: fc.nat(50) }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(places, (drawn) => {
      const lengths = new Map<string, number>();
      const given = drawn.map(({ log, recordedAt }) => {
        const seq = (lengths.get(log) ?? 0) + 1;
        lengths.set(log, seq);
        return place(log, seq, recordedAt);
      });
      const ordered = inOrderOfTime(given);
      for (const [log, length] of lengths) {
        const seqs = ordered.filter(({ streamId }) => streamId === log).map(({ seq }) => seq);
        expect(seqs).toEqual(Array.from({ length }, (_, at) => BigInt(at + 1)));
      }
    }),
  );
});
