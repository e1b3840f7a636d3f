import type { SellerId } from "../../../src/domain/ids";
import { createCursors } from "../../../src/events/cursor";

const place = { streamId: "sel_01KAJ3W7Q2M5T6Y8Z9ABCDEFGH" as SellerId, seq: 12_345n };

describe("a cursor", () => {
  const cursors = createCursors("a secret of the gateway");

  test("is read as it was written", () => {
    expect(cursors.read(cursors.write(place), ["after"])).toEqual(place);
  });

  test("that was made up, changed, or made under another secret is refused", () => {
    const other = createCursors("another secret").write(place);
    const cursor = cursors.write(place);
    const changed = `${cursor.slice(0, -2)}${cursor.endsWith("A") ? "B" : "A"}A`;
    for (const text of ["", "x", "bm9uc2Vuc2U", other, changed]) {
      expect(() => cursors.read(text, ["after"])).toThrow("no cursor");
    }
  });
});
