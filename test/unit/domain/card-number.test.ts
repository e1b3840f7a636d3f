import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { containsCardNumber } from "../../../src/domain/card-number";

/** Mercado Pago's test cards. */
const cards = ["5031755734530604", "4509953566233704", "371180303257522", "5067766783888311"];

describe("a card number in text", () => {
  test.each(cards)("%s is found however it is written", (card) => {
    const grouped = card.replace(/(.{4})(?=.)/g, "$1 ");
    const writings = [
      card,
      grouped,
      grouped.replaceAll(" ", "-"),
      grouped.replaceAll(" ", "\u00a0"),
      grouped.replaceAll(" ", "\u2013"),
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
      fc.property(digits, fc.constantFrom("", " ", "-", ".", "  "), (middle, separator) => {
        const body = `4${middle.join("")}`;
        const card = [...`${body}${checkDigit(body)}`];
        const text = `paid with ${card.join(separator)}.`;
        expect(containsCardNumber(text)).toBe(true);
      }),
    );
  });

  test("is not seen in what only looks alike", () => {
    const harmless = [
      "order 12345",
      "2026-01-31T12:00:00.000Z",
      "+54 11 4321-5678",
      "1763700000000",
      "4509953566233705",
      "pay_01KAJ3W7Q2M5T6Y8Z9ABCDEFGH",
      "",
    ];
    for (const text of harmless) expect([text, containsCardNumber(text)]).toEqual([text, false]);
  });

  test("is never seen in a UUID or a hash", () => {
    for (let i = 0; i < 20_000; i++) expect(containsCardNumber(randomUUID())).toBe(false);
    expect(containsCardNumber("a4509953566233704b")).toBe(false);
  });
});

function checkDigit(body: string): number {
  const sum = [...body].reverse().reduce((total, text, i) => {
    const doubled = Number(text) * (i % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return (10 - (sum % 10)) % 10;
}
