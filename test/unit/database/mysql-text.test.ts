import fc from "fast-check";
import { bind, literal } from "../../../src/database/mysql-text";
import type { SqlValue } from "../../../src/database/statement";

test.each([
  ["pay_01ABC", "'pay_01ABC'"],
  ["it's", "'it''s'"],
  ["'", "''''"],
  ['{"a":"b"}', `'{"a":"b"}'`],
  ["back\\slash", "_utf8mb4 x'6261636b5c736c617368'"],
  ["ñ", "_utf8mb4 x'c3b1'"],
  ["a\nb", "_utf8mb4 x'610a62'"],
  ["", "''"],
  [null, "NULL"],
  [-5, "-5"],
  [9_007_199_254_740_993n, "9007199254740993"],
])("%j is written %s", (value, text) => {
  expect(literal(value)).toBe(text);
});

test("no text ends its literal, nor hangs on a mode or a character set", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      expect(literal(value)).toMatch(/^(_utf8mb4 x'[0-9a-f]*'|'([ -&(-[\]-~]|'')*')$/);
    }),
  );
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, undefined, true, ["a", "b"], { a: 1 }])(
  "%p is no value",
  (value) => {
    expect(() => literal(value as unknown as SqlValue)).toThrow(TypeError);
  },
);

test("a value's question mark is no marker", () => {
  expect(bind("a = ? AND b = ?", ["?", "it's ?"])).toBe("a = '?' AND b = 'it''s ?'");
});
