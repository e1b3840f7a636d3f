import fc from "fast-check";
import { type Currency, currencies, type Money } from "../../../../src/domain/money";
import {
  amountFault,
  amountLiteral,
  ExactNumber,
  readAmount,
  takenDecimals,
  toJson,
} from "../../../../src/providers/mercado-pago/amounts";

const money = (minor: bigint, currency: Currency): Money => ({ minor, currency });

describe("writing", () => {
  test.each<[bigint, Currency, string]>([
    [10050n, "ARS", "100.50"],
    [1n, "BRL", "0.01"],
    [99999999999999n, "MXN", "999999999999.99"],
    [15000n, "CLP", "15000"],
    [10000n, "COP", "100"],
    [1500000n, "COP", "15000"],
    [70n, "PEN", "0.70"],
    [100n, "UYU", "1.00"],
  ])("%p minor units of %s are %s", (minor, currency, text) => {
    expect(amountLiteral(money(minor, currency)).text).toBe(text);
  });

  test.each<[bigint, Currency, string | undefined]>([
    [1n, "ARS", undefined],
    [0n, "ARS", "INVALID_AMOUNT"],
    [-1n, "ARS", "INVALID_AMOUNT"],
    [10001n, "COP", "TOO_MANY_DECIMALS"],
    [10050n, "COP", "TOO_MANY_DECIMALS"],
    [10000n, "COP", undefined],
    [1n, "CLP", undefined],
    [100n, "PLN", "UNSUPPORTED_CURRENCY"],
    [2n ** 46n * 100n - 1n, "ARS", undefined],
    [2n ** 46n * 100n, "ARS", "INVALID_AMOUNT"],
  ])("%p minor units of %s: %s", (minor, currency, fault) => {
    expect(amountFault(money(minor, currency))).toBe(fault);
  });

  test("a currency is settled exactly when it has decimals of its own here", () => {
    for (const currency of currencies) {
      const isRefused = amountFault(money(100n, currency)) === "UNSUPPORTED_CURRENCY";
      expect(isRefused).toBe(!takenDecimals.has(currency));
    }
  });
});

describe("reading", () => {
  test.each<[unknown, Currency, bigint | undefined]>([
    [100.5, "ARS", 10050n],
    [0.1 + 0.2, "ARS", 30n],
    [33.300000000000004, "ARS", 3330n],
    ["33.300000000000004", "ARS", 3330n],
    [-29.970000000000002, "BRL", -2997n],
    [99.99999999999999, "CLP", 100n],
    [1e-7, "ARS", 0n],
    // A tenth and a hundredth of a centavo may be meant.
    [33.301, "ARS", undefined],
    [33.3001, "ARS", undefined],
    [33.30001, "ARS", undefined],
    [0.1, "CLP", undefined],
    [0.3, "ARS", 30n],
    [19.99, "BRL", 1999n],
    [1.005, "ARS", undefined],
    [100, "COP", 10000n],
    [100, "CLP", 100n],
    [100.5, "CLP", undefined],
    [0, "ARS", 0n],
    [-4.5, "ARS", -450n],
    ["100.50", "ARS", 10050n],
    ["1e2", "ARS", 10000n],
    ["", "ARS", undefined],
    ["abc", "ARS", undefined],
    [Number.NaN, "ARS", undefined],
    [Number.POSITIVE_INFINITY, "ARS", undefined],
    [2 ** 46, "ARS", undefined],
    [1e21, "ARS", undefined],
    [null, "ARS", undefined],
    [undefined, "ARS", undefined],
    [[100], "ARS", undefined],
    [{}, "ARS", undefined],
    [true, "ARS", undefined],
  ])("%p in %s is %p minor units", (value, currency, minor) => {
    const expected = minor === undefined ? undefined : money(minor, currency);
    expect(readAmount(value, currency)).toEqual(expected);
  });
});

test("what sums in doubles come to is read as the amount that they mean", () => {
  const cents = fc.array(fc.integer({ min: 1, max: 10_000_000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(cents, (parts) => {
      const sum = parts.reduce((all, part) => all + part / 100, 0);
      const minor = BigInt(parts.reduce((all, part) => all + part, 0));
      expect(readAmount(sum, "BRL")).toEqual(money(minor, "BRL"));
    }),
  );
});

test("every amount that may be sent comes back from JSON unchanged", () => {
  const settled = fc.constantFrom(...takenDecimals.keys());
  const amounts = fc
    .tuple(fc.bigInt({ min: 1n, max: 2n ** 46n * 100n - 1n }), settled)
    .map(([minor, currency]) => money(minor, currency))
    .map((amount) =>
      amount.currency === "COP" ? { ...amount, minor: amount.minor * 100n } : amount,
    )
    .filter((amount) => amountFault(amount) === undefined);
  fc.assert(
    fc.property(amounts, (amount) => {
      const json = toJson({ transaction_amount: amountLiteral(amount) });
      expect(readAmount(JSON.parse(json).transaction_amount, amount.currency)).toEqual(amount);
    }),
    {
      numRuns: 2_000,
      // The largest sums, where doubles are the farthest apart.
      examples: [1n, 2n, 3n, 50n, 99n].map((less) => [money(2n ** 46n * 100n - less, "ARS")]),
    },
  );
});

describe("JSON", () => {
  test("is what JSON.stringify writes", () => {
    const json = fc.jsonValue();
    fc.assert(fc.property(json, (value) => expect(toJson(value)).toBe(JSON.stringify(value))));
  });

  test("leaves out what is undefined", () => {
    expect(toJson({ a: undefined, b: null, c: [undefined] })).toBe('{"b":null,"c":[null]}');
  });

  test("keeps every digit of an exact number", () => {
    expect(
      toJson({ a: [new ExactNumber("100.50")], b: { c: new ExactNumber("9007199254740993") } }),
    ).toBe('{"a":[100.50],"b":{"c":9007199254740993}}');
  });
});
