import fc from "fast-check";
import { Refusal } from "../../../src/domain/errors";
import type { SellerId } from "../../../src/domain/ids";
import { createCursors } from "../../../src/events/cursor";

const place = { streamId: "sel_01KAJ3W7Q2M5T6Y8Z9ABCDEFGH" as SellerId, seq: 12_345n };
const places = fc.record({
  streamId: fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/).map((ulid) => `sel_${ulid}` as SellerId),
  seq: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
});

describe("a cursor", () => {
  const cursors = createCursors("a secret of the gateway");

  test("is read as it was written, and is the same for the same place", () => {
    fc.assert(
      fc.property(places, (any) => {
        const cursor = cursors.write(any);
        expect(cursors.seqIn(any.streamId, cursor)).toBe(any.seq);
        expect(cursors.write({ ...any })).toBe(cursor);
      }),
    );
  });

  test("that was made up, changed, or made under another secret is refused", () => {
    const other = createCursors("another secret").write(place);
    for (const text of ["", "x", "bm9uc2Vuc2U", other, `${cursors.write(place)}AA`]) {
      expect(() => cursors.seqIn(place.streamId, text)).toThrow("no cursor");
    }
    fc.assert(
      fc.property(
        places,
        fc.nat({ max: 49 }),
        fc.integer({ min: 1, max: 255 }),
        (any, at, flip) => {
          const bytes = Buffer.from(cursors.write(any), "base64url");
          bytes[at] = (bytes[at] ?? 0) ^ flip;
          const changed = bytes.toString("base64url");
          expect(() => cursors.seqIn(any.streamId, changed)).toThrow("no cursor");
        },
      ),
    );
  });

  test("of another log is refused as one that was made up is", () => {
    const foreign = cursors.write({
      ...place,
      streamId: "sel_01KAJ3W7Q2M5T6Y8Z9ABCDEFGX" as SellerId,
    });
    const refusalOf = (text: string) => {
      try {
        return cursors.seqIn(place.streamId, text);
      } catch (refusal) {
        return refusal;
      }
    };
    expect(refusalOf(foreign)).toBeInstanceOf(Refusal);
    expect(refusalOf(foreign)).toEqual(refusalOf("made-up"));
  });

  test("tells neither whose log it is of, nor how much has happened there", () => {
    const text = (cursor: string) => Buffer.from(cursor, "base64url").toString("latin1");
    const all = [0n, 1n, 2n, 9n, 10n, 2n ** 62n].map((seq) => cursors.write({ ...place, seq }));
    expect(new Set(all.map((cursor) => cursor.length)).size).toBe(1);
    for (const cursor of all) expect(text(cursor)).not.toContain(place.streamId.slice(4, 12));
    // Nothing of one is found in the next one, not even its beginning or its end.
    const parts = all.flatMap((cursor) => [
      cursor.slice(0, 5),
      cursor.slice(22, 27),
      cursor.slice(-6),
    ]);
    expect(new Set(parts).size).toBe(parts.length);
  });
});
