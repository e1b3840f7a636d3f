import fc from "fast-check";
import {
  type Currency,
  currencies,
  decimalsOf,
  formatAmount,
  isCurrency,
  maxMinor,
  parseAmount,
  sumMoney,
} from "../../../src/domain/money";

const currency = fc.constantFrom(...currencies);
const minor = fc.bigInt({ min: -maxMinor, max: maxMinor });

describe("money", () => {
  test("is the same after being written and read", () => {
    fc.assert(
      fc.property(currency, minor, (code, amount) => {
        const money = { minor: amount, currency: code };
        expect(parseAmount(formatAmount(money), code)).toEqual(money);
      }),
    );
  });

  test("is never rounded: one decimal too many is refused", () => {
    fc.assert(
      fc.property(currency, minor, fc.integer({ min: 1, max: 9 }), (code, amount, digit) => {
        const text = formatAmount({ minor: amount, currency: code });
        const longer = decimalsOf(code) === 0 ? `${text}.${digit}` : `${text}${digit}`;
        expect(parseAmount(longer, code)).toBe("TOO_MANY_DECIMALS");
      }),
    );
  });

  test.each([
    ["100.5", "ARS", 10050n],
    ["100.50", "ARS", 10050n],
    ["0.01", "ARS", 1n],
    [".5", "EUR", 50n],
    ["1e2", "PLN", 10000n],
    ["-3.10", "BRL", -310n],
    ["15000", "CLP", 15000n],
    ["15000.00", "CLP", 15000n],
    ["15000", "COP", 1500000n],
  ] as const)("reads %s %s as %s minor units", (text, code, expected) => {
    expect(parseAmount(text, code)).toEqual({ minor: expected, currency: code });
  });

  test.each([
    ["", "NOT_A_NUMBER"],
    ["abc", "NOT_A_NUMBER"],
    ["NaN", "NOT_A_NUMBER"],
    ["Infinity", "NOT_A_NUMBER"],
    ["1,5", "NOT_A_NUMBER"],
    ["0x10", "NOT_A_NUMBER"],
    ["1.001", "TOO_MANY_DECIMALS"],
    ["1e-3", "TOO_MANY_DECIMALS"],
    ["90071992547409.92", "TOO_LARGE"],
    ["1e99", "TOO_LARGE"],
  ])("refuses %p as %s", (text, fault) => {
    expect(parseAmount(text, "ARS")).toBe(fault);
  });

  test("reads what is plainly written as the library reads it", () => {
    const digits = (min: number, max: number) =>
      fc.string({ unit: fc.constantFrom(..."0012345"), minLength: min, maxLength: max });
    const decimals = fc.integer({ min: 0, max: 3 });
    const fraction = fc.option(digits(1, 4), { nil: undefined });
    fc.assert(
      fc.property(currency, decimals, digits(1, 14), fraction, (code, allowed, whole, rest) => {
        const text = rest === undefined ? whole : `${whole}.${rest}`;
        // A sign is not plain.
        expect(parseAmount(text, code, allowed)).toEqual(parseAmount(`+${text}`, code, allowed));
      }),
    );
  });

  test("takes no more decimals than the provider does", () => {
    expect(parseAmount("10.50", "COP", 0)).toBe("TOO_MANY_DECIMALS");
    expect(parseAmount("10.00", "COP", 0)).toEqual({ minor: 1000n, currency: "COP" });
  });

  test("adds up in one currency only", () => {
    const ars = (amount: bigint) => ({ minor: amount, currency: "ARS" as Currency });
    expect(sumMoney("ARS", [ars(1n), ars(2n)])).toEqual(ars(3n));
    expect(() => sumMoney("BRL", [ars(1n)])).toThrow("BRL and ARS");
  });

  test("knows its currencies, and nothing that an object inherits", () => {
    expect(isCurrency("ARS")).toBe(true);
    expect(isCurrency("XXX")).toBe(false);
    expect(isCurrency("toString")).toBe(false);
  });
});
