import fc from "fast-check";
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
        expect(cursors.read(cursor, ["after"])).toEqual(any);
        expect(cursors.write({ ...any })).toBe(cursor);
      }),
    );
  });

  test("that was made up, changed, or made under another secret is refused", () => {
    const other = createCursors("another secret").write(place);
    for (const text of ["", "x", "bm9uc2Vuc2U", other, `${cursors.write(place)}AA`]) {
      expect(() => cursors.read(text, ["after"])).toThrow("no cursor");
    }
    fc.assert(
      fc.property(
        places,
        fc.nat({ max: 49 }),
        fc.integer({ min: 1, max: 255 }),
        (any, at, flip) => {
          const bytes = Buffer.from(cursors.write(any), "base64url");
          bytes[at] = (bytes[at] ?? 0) ^ flip;
          expect(() => cursors.read(bytes.toString("base64url"), ["after"])).toThrow("no cursor");
        },
      ),
    );
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
