import fc from "fast-check";
import { type GraphQLScalarType, parseValue as parseLiteralText } from "graphql";
import {
  CurrencyCodeScalar,
  CursorScalar,
  DateTimeScalar,
  DecimalScalar,
  EmailAddressScalar,
  JsonObjectScalar,
  UrlScalar,
} from "../../../src/schema/shared/scalars";

const literal = (scalar: GraphQLScalarType<unknown, unknown>, text: string) =>
  scalar.parseLiteral(parseLiteralText(text, { noLocation: true }), {});

/** A decimal with few enough digits for any client's numbers. */
const decimals = fc
  .tuple(fc.integer({ min: 0, max: 9_999_999_999 }), fc.integer({ min: 0, max: 99_999 }))
  .map(([whole, part]) => `${whole}.${String(part).padStart(5, "0")}`);

describe("Decimal", () => {
  test("keeps text as it was written, whatever its size", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 30n }), fc.nat(9999), (whole, part) => {
        const text = `${whole}.${part}`;
        expect(DecimalScalar.parseValue(text)).toBe(text);
        expect(literal(DecimalScalar, `"${text}"`)).toBe(text);
        expect(literal(DecimalScalar, text)).toBe(text);
      }),
    );
  });

  test("reads a number as the digits that a client wrote", () => {
    fc.assert(
      fc.property(decimals, (text) => {
        const read = DecimalScalar.parseValue(JSON.parse(text.replace(/^0+(?=\d)/, "")));
        expect(Number(read)).toBe(Number(text));
        expect(read).toBe(String(Number(text)));
      }),
    );
  });

  test("takes numbers in documents as they stand", () => {
    expect(literal(DecimalScalar, "100.50")).toBe("100.50");
    expect(literal(DecimalScalar, "15000")).toBe("15000");
    expect(literal(DecimalScalar, "90071992547409.93")).toBe("90071992547409.93");
  });

  test.each([
    Number.NaN,
    Infinity,
    -Infinity,
    2 ** 53,
    0.1 + 0.2,
    true,
    null,
    {},
    ["1"],
    "",
    "NaN",
    "Infinity",
    "1,50",
    "0x10",
    " 1",
    "1 ",
    "1e9999",
    "1_000",
    "١٢٣",
    `1${"0".repeat(40)}`,
  ])("refuses %p", (value) => {
    expect(() => DecimalScalar.parseValue(value)).toThrow("Decimal must be");
  });

  test.each(["true", "null", "{ a: 1 }", "[1]", "WORD", '"NaN"'])("refuses %s", (text) => {
    expect(() => literal(DecimalScalar, text)).toThrow("Decimal must be");
  });

  test("answers text", () => {
    expect(DecimalScalar.serialize("100.50")).toBe("100.50");
  });
});

describe("CurrencyCode", () => {
  test("takes three capital letters and leaves it to the mutation which are known", () => {
    expect(CurrencyCodeScalar.parseValue("XXX")).toBe("XXX");
    for (const text of ["ars", "AR", "ARSX", "", "AR1", "ARS\n"]) {
      expect(() => CurrencyCodeScalar.parseValue(text)).toThrow("CurrencyCode must be");
    }
  });
});

describe("Cursor", () => {
  test("takes what cursors are written in", () => {
    expect(CursorScalar.parseValue("aZ0_-")).toBe("aZ0_-");
    for (const text of ["", "a b", "a=", "x".repeat(201)]) {
      expect(() => CursorScalar.parseValue(text)).toThrow("Cursor must be");
    }
  });
});

describe("EmailAddress", () => {
  test("leaves a typing mistake to the mutation, which names its place", () => {
    expect(EmailAddressScalar.parseValue("not an address")).toBe("not an address");
    expect(() => EmailAddressScalar.parseValue(7)).toThrow("EmailAddress must be");
  });
});

describe("URL", () => {
  test("takes absolute http and https", () => {
    expect(UrlScalar.parseValue("https://shop.example/a?b=1")).toBe("https://shop.example/a?b=1");
    expect(literal(UrlScalar, '"http://shop.example"')).toBe("http://shop.example/");
    for (const text of [
      "/a",
      "shop.example",
      "javascript:alert(1)",
      "ftp://a.example",
      "https://",
    ]) {
      expect(() => UrlScalar.parseValue(text)).toThrow("URL must be");
    }
    expect(() => UrlScalar.parseValue(`https://a.example/${"x".repeat(2048)}`)).toThrow();
  });
});

describe("DateTime", () => {
  test("answers UTC with milliseconds", () => {
    expect(DateTimeScalar.serialize(new Date(0))).toBe("1970-01-01T00:00:00.000Z");
  });

  test("reads other offsets as the same moment", () => {
    const read = DateTimeScalar.parseValue("2026-01-31T09:00:00.500-03:00");
    expect(read).toEqual(new Date("2026-01-31T12:00:00.500Z"));
  });

  test.each(["yesterday", "2026-01-31", "2026-02-30T12:00:00Z", "", 0, null])(
    "refuses %p",
    (value) => {
      expect(() => DateTimeScalar.parseValue(value)).toThrow("DateTime must be");
    },
  );
});

describe("JSONObject", () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

  test("takes objects of up to eight levels", () => {
    expect(JsonObjectScalar.parseValue(nested(8))).toEqual(nested(8));
    expect(() => JsonObjectScalar.parseValue(nested(9))).toThrow("JSONObject must be");
    expect(() => JsonObjectScalar.parseValue({ a: [[[[[[[[1]]]]]]]] })).toThrow();
  });

  test("takes them in documents too, and looks before it reads deeper", () => {
    expect(literal(JsonObjectScalar, '{ cart: "c-1", lines: [1, 2.5, true, null] }')).toEqual({
      cart: "c-1",
      lines: [1, 2.5, true, null],
    });
    expect(() => literal(JsonObjectScalar, `${"{ a: ".repeat(9)}1${" }".repeat(9)}`)).toThrow();
  });

  test.each([[[1]], ["text"], [7], [null]])("refuses %p", (value) => {
    expect(() => JsonObjectScalar.parseValue(value)).toThrow("JSONObject must be");
  });
});

test("no error repeats what was given", () => {
  const secret = "4509953566233704";
  for (const scalar of [DecimalScalar, CurrencyCodeScalar, UrlScalar, DateTimeScalar]) {
    const read = () => scalar.parseValue(`${secret}-${secret}-${secret}`);
    expect(read).toThrow(scalar.name);
    expect(read).not.toThrow(secret);
  }
});
