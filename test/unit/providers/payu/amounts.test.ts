import fc from "fast-check";
import { currencies, type Money, maxMinor, parseAmount } from "../../../../src/domain/money";
import {
  minorNumber,
  minorText,
  readMoney,
  takenDecimals,
} from "../../../../src/providers/payu/amounts";

const settled = fc.constantFrom(...takenDecimals.keys());
const amounts = fc.record({ minor: fc.bigInt({ min: 0n, max: maxMinor }), currency: settled });
const theLargest: [Money][] = [[{ minor: maxMinor, currency: "HUF" }]];

test("every amount that may be sent comes back from JSON unchanged, as text and as a number", () => {
  fc.assert(
    fc.property(amounts, (amount) => {
      const json = JSON.stringify({ text: minorText(amount), number: minorNumber(amount) });
      const { text, number } = JSON.parse(json);
      expect(text).toMatch(/^\d+$/);
      expect(readMoney(text, amount.currency)).toEqual(amount);
      expect(readMoney(number, amount.currency)).toEqual(amount);
    }),
    { numRuns: 1_000, examples: theLargest },
  );
});

test("amounts are hundredths in every currency, also in those that others count whole", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), settled, (whole, currency) => {
      const amount = parseAmount(`${whole}.25`, currency) as Money;
      expect(minorText(amount)).toBe(`${BigInt(whole) * 100n + 25n}`);
    }),
  );
});

test.each([
  ["10", "PLN", "1000"],
  ["10", "HUF", "1000"],
  ["12.50", "PLN", "1250"],
  ["0.01", "CZK", "1"],
] as const)("%s %s is sent as %s", (text, currency, minor) => {
  const amount = parseAmount(text, currency) as Money;
  expect([minorText(amount), minorNumber(amount)]).toEqual([minor, Number(minor)]);
});

test("settles in no currency of Latin America", () => {
  const not = currencies.filter((currency) => !takenDecimals.has(currency));
  expect(not).toEqual(["ARS", "BRL", "CLP", "COP", "MXN", "PEN", "UYU"]);
});

test.each([
  ["1250", 1250n],
  [1250, 1250n],
  ["0", 0n],
  [0, 0n],
  [-0, 0n],
  // Of a balance that was taken below nothing.
  ["-500", -500n],
  [-500, -500n],
  ["0012", 12n],
  [String(maxMinor), maxMinor],
])("%p is %p hundredths", (value, minor) => {
  expect(readMoney(value, "PLN")).toEqual({ minor, currency: "PLN" });
});

test.each([
  "12.50",
  "12,50",
  "1 250",
  "1e3",
  "0x10",
  "+5",
  "--5",
  "-",
  "",
  " 5",
  "5\n",
  "١٢",
  "PLN 5",
  12.5,
  1e21,
  2 ** 53,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  // More than any layer below passes on unharmed.
  String(maxMinor + 1n),
  "9999999999999999",
  "-9999999999999999",
  "1".repeat(400),
  null,
  undefined,
  true,
  [5],
  { amount: "5" },
  5n,
])("%p is no amount", (value) => {
  expect(readMoney(value, "PLN")).toBeUndefined();
});

test("nothing is read that is not exact and within bounds, and nothing throws", () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const read = readMoney(value, "EUR");
      if (read === undefined) return;
      expect(read.currency).toBe("EUR");
      expect(read.minor).toBe(BigInt(value as string | number));
      expect(read.minor <= maxMinor && read.minor >= -maxMinor).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});
