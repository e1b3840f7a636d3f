import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { containsCardNumber } from "../../../src/domain/card-number";

/** Mercado Pago's test cards. */
const mercadoPagos = [
  "5031755734530604",
  "4509953566233704",
  "371180303257522",
  "5067766783888311",
];

/** Of each scheme; most are published for tests. */
const others = [
  "4111111111111111",
  "4222222222222",
  "5555555555554444",
  "2223003122003222",
  "378282246310005",
  "30569309025904",
  "38520000023237",
  "6011111111111117",
  "3530111333300000",
  "6200000000000005",
  "6759649826438453",
  "6362970000457013",
  "6062826786276634",
  "5895627823453003",
  "2201382000000013",
];
const cards = [...mercadoPagos, ...others];

describe("a card number in text", () => {
  test.each(cards)("%s is found however it is written", (card) => {
    const grouped = card.replace(/(.{4})(?=.)/g, "$1 ");
    const writings = [
      card,
      grouped,
      grouped.replaceAll(" ", "-"),
      grouped.replaceAll(" ", "\u00a0"),
      grouped.replaceAll(" ", "\u2013"),
      grouped.replaceAll(" ", " - "),
      grouped.replaceAll(" ", "  /  "),
      grouped.replaceAll(" ", "\n"),
      grouped.replaceAll(" ", "\u200b"),
      `nro${card}`,
      `TARJETA${card}.`,
      `card: ${grouped} 11/30 123`,
      `"${card}"`,
      [...card].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join(""),
      [...card].map((digit) => String.fromCodePoint(0x0660 + Number(digit))).join(""),
    ];
    for (const text of writings) expect([text, containsCardNumber(text)]).toEqual([text, true]);
  });

  test("is found for every number that passes the check", () => {
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 14, maxLength: 14 });
    fc.assert(
      fc.property(
        digits,
        fc.constantFrom("", " ", "-", ".", "  ", " - ", " / ", "  -  "),
        (middle, separator) => {
          const body = `4${middle.join("")}`;
          const card = [...`${body}${checkDigit(body)}`];
          const text = `paid with ${card.join(separator)}.`;
          expect(containsCardNumber(text)).toBe(true);
        },
      ),
    );
  });

  test("is not seen in what only looks alike", () => {
    const harmless = [
      "order 12345",
      "2026-01-31T12:00:00.000Z",
      "+54 11 4321-5678",
      "+5491122334455 / +5491122334456",
      "1763700000000",
      // Good Luhn digits, with lengths that no issuer of such first digits has.
      "5491122334457",
      "2063700000009",
      "20260131120004",
      "61186888000091",
      "7000000000000005",
      "4111  --  --  1111 1111 1111",
      "4509953566233705",
      "pay_01KAJ3W7Q2M5T6Y8Z9ABCDEFGH",
      "",
    ];
    for (const text of harmless) expect([text, containsCardNumber(text)]).toEqual([text, false]);
  });

  test("is never seen in a UUID or a hash", () => {
    for (let i = 0; i < 20_000; i++) expect(containsCardNumber(randomUUID())).toBe(false);
    for (const id of ["a4509953566233704b", "4509953566233704b", "0a4509953566233704"]) {
      expect([id, containsCardNumber(id)]).toEqual([id, false]);
    }
  });
});

function checkDigit(body: string): number {
  const sum = [...body].reverse().reduce((total, text, i) => {
    const doubled = Number(text) * (i % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return (10 - (sum % 10)) % 10;
}
