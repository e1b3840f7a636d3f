import { randomUUID } from "node:crypto";

/** A number that passes for a card's; one of Mercado Pago's test cards. */
export const card = "4509953566233704";

/** Ids of the right form, of nothing. */
export const nobodys = {
  seller: "sel_7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
  payment: "pay_7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
  key: "key_7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
  account: "acc_7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
};

/** Things that are there, for inputs that are bad in one place only. */
export interface Kit {
  readonly sellerId: string;
  readonly paidId: string;
  readonly heldId: string;
}

/** A payment's input that is good but for what is changed. Its card token is good for nothing. */
export function paymentBut({ sellerId }: Kit, changes: object) {
  return {
    idempotencyKey: randomUUID(),
    sellerId,
    amount: "100.50",
    currency: "ARS",
    cardToken: `token-${randomUUID()}`,
    methodId: "visa",
    installments: 1,
    payer: { email: `buyer-${randomUUID()}@testuser.com` },
    ...changes,
  };
}

type BadPayment = [code: string, path: string, changes: object];

/** Changes that are each refused with one code at one place. */
function refused(code: string, byPath: Record<string, readonly object[]>): BadPayment[] {
  return Object.entries(byPath).flatMap(([path, changes]) =>
    changes.map((change): BadPayment => [code, `input.${path}`, change]),
  );
}

export const x = (length: number) => "x".repeat(length);
const of =
  (field: string) =>
  (value: unknown): object => ({ [field]: value });
export const payer = (changes: object) => ({
  payer: { email: "ana.of.cases@testuser.com", ...changes },
});
const item = { title: "Book", quantity: 1, unitPrice: "10.00" };
export const items = (...changes: object[]) => ({
  additionalInfo: { items: changes.map((change) => ({ ...item, ...change })) },
});
export const buyer = (changes: object) => ({ additionalInfo: { payer: changes } });
const document = (number: string) => payer({ identification: { type: "DNI", number } });

/** Longer than the largest amount that is held, by a cent. */
const tooLarge = "90071992547409.92";
/** As large as a number of Mercado Pago's must not be: above it, two amounts would look the same. */
const tooLargeToSend = "70368744177664.00";

const amounts = [
  ...refused("INVALID_AMOUNT", {
    amount: [
      "0",
      "0.00",
      0,
      "-0",
      "0e5",
      "-1",
      "-0.01",
      -100,
      "-1e2",
      tooLarge,
      tooLargeToSend,
      "1e20",
      "1e999",
      "-1e999",
      1e21,
    ].map(of("amount")),
    applicationFee: ["-0.01", "-1e3"].map(of("applicationFee")),
    "additionalInfo.items.1.unitPrice": ["-0.01", "1e20"].map((unitPrice) =>
      items({}, { unitPrice }),
    ),
  }),
  ...refused("TOO_MANY_DECIMALS", {
    amount: ["100.505", "0.001", "1e-3", "1e-999", "123.4567e1", ".001", 1e-7].map(of("amount")),
    applicationFee: [{ applicationFee: "1.005" }],
    "additionalInfo.items.0.unitPrice": [items({ unitPrice: "1.005" })],
  }),
  ...refused("FEE_EXCEEDS_AMOUNT", { applicationFee: [{ applicationFee: "100.51" }] }),
  ...refused("UNSUPPORTED_CURRENCY", { currency: ["XXX", "XTS"].map(of("currency")) }),
  ...refused("NO_CAPABLE_ACCOUNT", {
    currency: [{ currency: "BRL" }],
    provider: [{ provider: "PAYU" }],
  }),
];

const ids = [
  ...refused("WRONG_ID_KIND", {
    sellerId: [
      "",
      "sel_",
      "sel_1",
      nobodys.payment,
      nobodys.seller.toLowerCase(),
      `${nobodys.seller}0`,
      `${nobodys.seller} `,
      `${nobodys.seller}\n`,
      5,
      "' OR 1=1 --",
    ].map(of("sellerId")),
  }),
  ...refused("NOT_FOUND", { sellerId: [{ sellerId: nobodys.seller }] }),
  // The marketplace's key names no seller.
  ...refused("INVALID_INPUT", { sellerId: [{ sellerId: null }] }),
];

const writings = [
  card,
  "4509 9535 6623 3704",
  "4509-9535-6623-3704",
  "4509 - 9535 - 6623 - 3704",
  "nro4509953566233704",
  "4509.9535.6623.3704",
  "４５０９９５３５６６２３３７０４",
  "٤٥٠٩٩٥٣٥٦٦٢٣٣٧٠٤",
  `please charge ${card}, thanks`,
  "378282246310005",
];

const cardNumbers = refused("CARD_DATA_NOT_ACCEPTED", {
  description: writings.map(of("description")),
  externalReference: [card, "4509-9535-6623-3704", `order_${card}`].map(of("externalReference")),
  cardToken: [card, "4509-9535-6623-3704"].map(of("cardToken")),
  idempotencyKey: [card, "4509-9535-6623-3704", `${card}-1`].map(of("idempotencyKey")),
  statementDescriptor: [{ statementDescriptor: "4222222222222" }],
  issuerId: [{ issuerId: card }],
  methodId: [{ methodId: card }],
  metadata: [{ metadata: { [card]: true } }, { metadata: { a: 1, "4509 9535 6623 3704": 1 } }],
  "metadata.a": [{ a: card }, { a: Number(card) }, { a: { [card]: 1 } }].map(of("metadata")),
  "metadata.a.0.b": [{ metadata: { a: [{ b: `x ${card}` }] } }],
  "payer.firstName": [payer({ firstName: card })],
  "payer.lastName": [payer({ lastName: `Paz 4509 9535 6623 3704` })],
  "payer.email": [payer({ email: `${card}@testuser.com` })],
  "payer.identification.number": [document(card)],
  "payer.address.street": [payer({ address: { street: card } })],
  "additionalInfo.items.1.title": [items({}, { title: card })],
  "additionalInfo.items.0.description": [items({ description: card })],
  "additionalInfo.payer.lastName": [buyer({ lastName: card })],
});

const shapes = refused("INVALID_INPUT", {
  idempotencyKey: [
    "",
    x(15),
    x(129),
    "has a space in the key",
    "has-a-tab\tin-the-key",
    "has-a-zero\u0000in-the-key",
    "größer-als-ascii-key",
    `${x(16)}\n`,
  ].map(of("idempotencyKey")),
  "payer.email": [
    "",
    "ana",
    "ana@",
    "@testuser.com",
    "ana@testuser",
    "a b@testuser.com",
    "ana@testuser.com\n",
    "ana@testuser.com,bob@testuser.com",
    "\ud800",
  ].map((email) => payer({ email })),
  description: [x(601), "x\ufe0f".repeat(301), "\u{1F4DA}".repeat(601)].map(of("description")),
  externalReference: ["", x(65), "a b", "a/b", "größe"].map(of("externalReference")),
  statementDescriptor: [{ statementDescriptor: x(14) }],
  methodId: ["", x(33), "vi sa", "../visa"].map(of("methodId")),
  issuerId: ["", x(33), "1;2"].map(of("issuerId")),
  cardToken: ["", x(201), "has space", "line\r\nbreak"].map(of("cardToken")),
  deviceId: ["", x(257), "line\r\nbreak: 1", "ä"].map(of("deviceId")),
  "payer.firstName": ["", x(101), "x\ufe0f".repeat(51), "half \ud83d"].map((firstName) =>
    payer({ firstName }),
  ),
  "payer.identification.number": ["", x(21), "1 2"].map(document),
  "payer.phone.number": ["12", "1234567890123", "11-22"].map((number) =>
    payer({ phone: { number } }),
  ),
  "payer.address.zipCode": ["", x(21)].map((zipCode) => payer({ address: { zipCode } })),
  "additionalInfo.ipAddress": ["", "localhost", "1.2.3", "1.2.3.4.5"].map((ipAddress) => ({
    additionalInfo: { ipAddress },
  })),
  // 4097 bytes, and more bytes than letters.
  metadata: [{ a: x(4_089) }, { a: "ä".repeat(2_045) }].map(of("metadata")),
  installments: [0, -1, 61, 2_147_483_647].map(of("installments")),
  "additionalInfo.items": [items(...Array.from({ length: 51 }, () => ({})))],
  "additionalInfo.items.0.quantity": [0, -1, 100_001].map((quantity) => items({ quantity })),
  "additionalInfo.items.0.title": ["", x(201)].map((title) => items({ title })),
});

export const badPayments = [...amounts, ...ids, ...cardNumbers, ...shapes];

export const manyFaults: [what: string, changes: object, expected: string[]][] = [
  [
    "all of the shape",
    {
      idempotencyKey: "short",
      sellerId: nobodys.payment,
      installments: 0,
      description: x(601),
      ...payer({ email: "ana", firstName: "" }),
      additionalInfo: {
        ipAddress: "here",
        items: [
          { ...item, title: "" },
          { ...item, quantity: 0 },
        ],
      },
    },
    [
      "INVALID_INPUT input.additionalInfo.ipAddress",
      "INVALID_INPUT input.additionalInfo.items.0.title",
      "INVALID_INPUT input.additionalInfo.items.1.quantity",
      "INVALID_INPUT input.description",
      "INVALID_INPUT input.idempotencyKey",
      "INVALID_INPUT input.installments",
      "INVALID_INPUT input.payer.email",
      "INVALID_INPUT input.payer.firstName",
      "WRONG_ID_KIND input.sellerId",
    ],
  ],
  [
    "all of the amounts",
    { amount: "0", applicationFee: "-1", ...items({ unitPrice: "1.005" }, { unitPrice: "-1" }) },
    [
      "INVALID_AMOUNT input.amount",
      "INVALID_AMOUNT input.applicationFee",
      "TOO_MANY_DECIMALS input.additionalInfo.items.0.unitPrice",
      "INVALID_AMOUNT input.additionalInfo.items.1.unitPrice",
    ],
  ],
  [
    "all of the texts",
    { description: card, cardToken: card, metadata: { a: card, b: x(5_000), c: { d: card } } },
    [
      "CARD_DATA_NOT_ACCEPTED input.cardToken",
      "CARD_DATA_NOT_ACCEPTED input.description",
      "INVALID_INPUT input.metadata",
    ],
  ],
  [
    "two of one field",
    payer({ email: `${x(64)}@${x(63)}.${x(63)}.${x(63)}.com` }),
    ["INVALID_INPUT input.payer.email", "INVALID_INPUT input.payer.email"],
  ],
];
