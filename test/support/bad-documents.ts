import { buyer, card, items, type Kit, payer, paymentBut } from "./bad-inputs";
import type { Json } from "./simulator";

const mutation =
  "mutation ($input: CreatePaymentInput!) { createPayment(input: $input) { replayed } }";
type BadDocument = [
  what: string,
  body: (kit: Kit) => { query: string; variables?: Json },
  expected: string,
];

const requiredTypes: Record<string, string> = {
  amount: "Decimal!",
  currency: "CurrencyCode!",
  payer: "PayerInput!",
  idempotencyKey: "String!",
};

/** A payment whose variables do not have the schema's types. */
function illTyped(what: string, changes: object, expected: string): BadDocument {
  return [
    what,
    (kit) => ({ query: mutation, variables: { input: paymentBut(kit, changes) } }),
    `BAD_REQUEST Variable "$input" got invalid value${expected}`,
  ];
}

/** One document for each value of a field. */
function illTypedEach(field: string, values: readonly unknown[], reason: string): BadDocument[] {
  return values.map((value) =>
    illTyped(
      `with the ${field} ${JSON.stringify(value)?.slice(0, 30)}`,
      { [field]: value },
      ` at "input.${field}"; ${reason}`,
    ),
  );
}

const nested = (levels: number): object => (levels === 0 ? {} : { a: nested(levels - 1) });
const sixteenDigits = Number("1234567890123456");
const inItem = (changes: object, place: string, reason: string) =>
  illTyped(
    `with an item of ${JSON.stringify(changes)}`,
    items(changes),
    ` at "input.additionalInfo.items[0].${place}"; ${reason}`,
  );

export const badDocuments: BadDocument[] = [
  ...illTypedEach(
    "amount",
    [
      " 100",
      "100 ",
      "1,00",
      "NaN",
      "Infinity",
      "abcdef",
      "",
      "0x10",
      "1e1000",
      "1_000",
      "١٠٠",
      "1".repeat(41),
      true,
      [100],
      { amount: 100 },
      sixteenDigits,
    ],
    "Decimal must be a number in plain digits, or a string with one.",
  ),
  ...illTypedEach("amount", [null], 'Expected non-nullable type "Decimal!" not to be null.'),
  ...illTypedEach(
    "currency",
    ["ars", "AR", "ARSX", "A1S", "", 32],
    "CurrencyCode must be three capital letters.",
  ),
  ...illTypedEach("installments", [1.5, "1", 2_147_483_648, true], "it is no Int."),
  ...illTypedEach("capture", ["yes", 1], "it is no Boolean."),
  ...illTypedEach("provider", ["STRIPE", "mercado_pago", 1], "it is no Provider."),
  ...illTypedEach("sellerId", [{}, 1.5, true], "it is no ID."),
  ...illTypedEach("description", [5, ["text"], { text: "text" }], "it is no String."),
  ...illTypedEach(
    "metadata",
    ["text", 5, ["text"], nested(8)],
    "JSONObject must be an object, at most 8 levels deep.",
  ),
  ...illTypedEach("payer", ["ana.paz@testuser.com", 5], "it is no PayerInput."),
  inItem({ quantity: 1.5 }, "quantity", "it is no Int."),
  inItem(
    { pictureUrl: "javascript:alert(1)" },
    "pictureUrl",
    "URL must be an absolute http or https URL of at most 2048 characters.",
  ),
  illTyped(
    "with a moment that is none",
    buyer({ registeredAt: "yesterday" }),
    ' at "input.additionalInfo.payer.registeredAt"; DateTime must be a moment such as 2026-01-31T12:00:00.000Z.',
  ),
  illTyped(
    "with a field for card numbers",
    { cardNumber: card },
    '; Field "cardNumber" is not defined by type "CreatePaymentInput". Did you mean "cardToken"?',
  ),
  illTyped(
    "with a field for security codes",
    payer({ securityCode: "123456" }),
    ' at "input.payer"; Field "securityCode" is not defined by type "PayerInput".',
  ),
  illTyped("with a card number as a field", { [card]: 1 }, "; it is not valid."),
  ...["amount", "currency", "payer", "idempotencyKey"].map((field) =>
    illTyped(
      `without ${field}`,
      { [field]: undefined },
      `; Field "${field}" of required type "${requiredTypes[field]}" was not provided.`,
    ),
  ),
  illTyped(
    "without the payer's e-mail",
    { payer: {} },
    ' at "input.payer"; Field "email" of required type "EmailAddress!" was not provided.',
  ),
  [
    "without its variable",
    () => ({ query: mutation, variables: {} }),
    'BAD_REQUEST Variable "$input" of required type "CreatePaymentInput!" was not provided.',
  ],
  [
    "of a mutation that is not there",
    () => ({ query: 'mutation { chargeCard(number: "5") { id } }' }),
    'BAD_REQUEST Cannot query field "chargeCard" on type "Mutation".',
  ],
];
