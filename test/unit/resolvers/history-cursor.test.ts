import fc from "fast-check";
import {
  type HistoryRange,
  historyCursor,
  movedTo,
  readHistory,
} from "../../../src/resolvers/balance/history-cursor";

const range: HistoryRange = {
  from: new Date("2026-01-01T00:00:00Z"),
  to: new Date("2026-02-01T00:00:00Z"),
  currency: "PLN",
};
const place = { offset: 20, total: 45 };
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (fault) {
    return (fault as { code: string }).code;
  }
  return "none";
};

describe("a place in a balance's history", () => {
  test("reads back as it was written, in its own range only", () => {
    const cursor = historyCursor(range, place);
    expect(readHistory(range, cursor)).toEqual(place);
    const others: HistoryRange[] = [
      { ...range, currency: null },
      { ...range, currency: "EUR" },
      { ...range, from: new Date("2026-01-02T00:00:00Z") },
      { ...range, to: new Date("2026-01-31T00:00:00Z") },
    ];
    for (const other of others) {
      expect(codeOf(() => readHistory(other, cursor))).toBe("CURSOR_INVALID");
    }
  });

  test("is at the beginning where none is given", () => {
    expect(readHistory(range, undefined)).toBeUndefined();
    expect(readHistory(range, null)).toBeUndefined();
  });

  test("is nothing else that somebody might give", () => {
    const key = JSON.parse(
      Buffer.from(historyCursor(range, place), "base64url").toString(),
    )[0] as string;
    const notCounts = [-1, 0, 1.5, 1e9, "20", null];
    const given = [
      ...notCounts.flatMap((count) => [[key, count, 45] as unknown, [key, 20, count] as unknown]),
      [],
      {},
      null,
    ];
    for (const parts of given) {
      const cursor = Buffer.from(JSON.stringify(parts)).toString("base64url");
      expect([parts, codeOf(() => readHistory(range, cursor))]).toEqual([parts, "CURSOR_INVALID"]);
    }
    fc.assert(
      fc.property(fc.string(), (text) => codeOf(() => readHistory(range, text)) !== "none"),
    );
  });

  test("stays behind the same movement when newer ones have come", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { minLength: 1 }),
        fc.array(fc.integer()),
        fc.nat(),
        (old, added, at) => {
          const offset = 1 + (at % old.length);
          const now = [...added, ...old];
          const moved = movedTo({ offset, total: old.length }, now.length);
          expect(now.slice(moved)).toEqual(old.slice(offset));
        },
      ),
    );
  });
});
