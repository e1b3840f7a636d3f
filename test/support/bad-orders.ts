import { randomUUID } from "node:crypto";
import { demoSubmerchants } from "../../src/demo";
import { card, nobodys, x } from "./bad-inputs";
import { someBuyer } from "./orders";

/** Things that are there, for inputs that are bad in one place only. */
export interface OrderKit {
  /** A seller of the marketplace that PayU does not know. */
  readonly unlinkedId: string;
  /** A seller of another marketplace. */
  readonly foreignId: string;
  /** An order of 10.00 and 5.00, paid. */
  readonly paidId: string;
  readonly waitingId: string;
}

const [warszawa, krakow, gdansk] = demoSubmerchants;
const nobodysOrder = "ord_7ZZZZZZZZZZZZZZZZZZZZZZZZZ";

const product = { name: "Book", unitPrice: "5.00", quantity: 1 };
const shipping = { country: "PL", name: "Courier", price: "3.00" };
const [first, second] = [
  { sellerId: warszawa.id, products: [product, product] },
  { sellerId: krakow.id, products: [product] },
];

/** An order that is good but for what is changed. */
export function orderBut(changes: object) {
  return {
    idempotencyKey: randomUUID(),
    currency: "PLN",
    description: "Books from two shops",
    ipAddress: "127.0.0.1",
    buyer: someBuyer(),
    carts: [first, second],
    ...changes,
  };
}

export const cart = (changes: object) => ({ carts: [first, { ...second, ...changes }] });
const products = (...changes: object[]) =>
  cart({ products: changes.map((change) => ({ ...product, ...change })) });
const shippings = (...changes: object[]) =>
  cart({ shippingMethods: changes.map((change) => ({ ...shipping, ...change })) });
const buyer = (changes: Record<string, unknown>) => ({ buyer: someBuyer(changes) });
const of =
  (field: string) =>
  (value: unknown): object => ({ [field]: value });

type BadOrder = [code: string, path: string, changes: object];

/** Changes that are each refused with one code at one place. */
function refused(code: string, byPath: Record<string, readonly object[]>): BadOrder[] {
  return Object.entries(byPath).flatMap(([path, changes]) =>
    changes.map((change): BadOrder => [code, `input.${path}`, change]),
  );
}

const many = (count: number, thing: object) => Array.from({ length: count }, () => thing);
const tooLarge = "90071992547409.92";

/** What a preview refuses as well, for the same reasons. */
export const badSplits = [
  ...refused("INVALID_AMOUNT", {
    total: ["0", "-15.00", "1e20"].map(of("total")),
    "carts.1.amount": ["0", "-5.00", tooLarge].map((amount) => cart({ amount })),
    "carts.1.fee": ["-0.01", "-1e2"].map((fee) => cart({ fee })),
    "carts.1.products.1.unitPrice": ["-0.01", tooLarge].map((unitPrice) =>
      products({}, { unitPrice }),
    ),
    "carts.1.shippingMethods.0.price": ["-1", "1e30"].map((price) => shippings({ price })),
  }),
  // Nothing that is sold for nothing.
  ...refused("INVALID_AMOUNT", { "carts.1.amount": [products({ unitPrice: "0" })] }),
  ...refused("TOO_MANY_DECIMALS", {
    total: ["15.001", "1e-3"].map(of("total")),
    "carts.1.amount": [cart({ amount: "5.005" })],
    "carts.1.fee": [cart({ fee: "0.001" })],
    "carts.1.products.0.unitPrice": [products({ unitPrice: "4.999" })],
    "carts.1.shippingMethods.1.price": [shippings({}, { price: "0.999" })],
  }),
  ...refused("SPLIT_SUM_MISMATCH", {
    total: ["15.01", "14.99"].map(of("total")),
    "carts.1.amount": [{ total: "15.01", ...cart({ amount: "5.01" }) }],
  }),
  ...refused("FEE_EXCEEDS_AMOUNT", { "carts.1.fee": [cart({ fee: "5.01" })] }),
  ...refused("SPLIT_SELLER_REPEATED", { "carts.1.sellerId": [cart({ sellerId: warszawa.id })] }),
  ...refused("UNSUPPORTED_CURRENCY", { currency: ["XXX", "XTS"].map(of("currency")) }),
  ...refused("WRONG_ID_KIND", {
    "carts.1.sellerId": ["", "sel_1", nobodys.payment, `${nobodys.seller} `, "' OR 1=1 --"].map(
      (sellerId) => cart({ sellerId }),
    ),
  }),
  ...refused("NOT_FOUND", { "carts.1.sellerId": [cart({ sellerId: nobodys.seller })] }),
  ...refused("INVALID_INPUT", {
    carts: [{ carts: [] }, { carts: many(51, second) }],
    "carts.1.products": [cart({ products: [] }), cart({ products: many(101, product) })],
    "carts.1.products.0.quantity": [0, -1, -2_147_483_648].map((quantity) =>
      products({ quantity }),
    ),
    "carts.1.products.1.quantity": [{ total: "15.00", ...products({}, { quantity: 0 }) }],
    "carts.1.products.0.name": ["", x(256)].map((name) => products({ name })),
    "carts.1.shippingMethods": [cart({ shippingMethods: many(11, shipping) })],
    "carts.1.shippingMethods.0.country": ["XX", "", "POL", "Poland"].map((country) =>
      shippings({ country }),
    ),
    "carts.1.shippingMethods.0.name": ["", x(256)].map((name) => shippings({ name })),
  }),
  ...refused("CARD_DATA_NOT_ACCEPTED", {
    "carts.1.products.0.name": [
      card,
      "4509 9535 6623 3704",
      "４５０９９５３５６６２３３７０４",
      `for ${card}`,
    ].map((name) => products({ name })),
    "carts.1.shippingMethods.0.name": [shippings({ name: card })],
    "carts.1.methodId": [cart({ methodId: card })],
    "carts.1.cardToken": [card, "4509-9535-6623-3704"].map((cardToken) => cart({ cardToken })),
  }),
];

/** What is wrong with the rest of an order. */
export const badOrders = [
  ...refused("CARD_DATA_NOT_ACCEPTED", {
    description: [card, "4509.9535.6623.3704", `charge ${card}`].map(of("description")),
    externalReference: [card, `order_${card}`].map(of("externalReference")),
    "buyer.reference": [card, "4509-9535-6623-3704"].map((reference) => buyer({ reference })),
    "buyer.email": [buyer({ email: `${card}@example.com` })],
    "buyer.firstName": [buyer({ firstName: card })],
    "buyer.lastName": [buyer({ lastName: `Nowak ${card}` })],
    "buyer.phone": ["378282246310005", "+3782 822463 10005"].map((phone) => buyer({ phone })),
    "payMethod.cardToken": [{ payMethod: { cardToken: card } }],
    "payMethod.payByLink": [{ payMethod: { payByLink: card } }],
    continueUrl: [{ continueUrl: `https://shop.example/back?card=${card}` }],
  }),
  ...refused("INVALID_INPUT", {
    idempotencyKey: ["", x(15), x(129), "has a space in the key"].map(of("idempotencyKey")),
    description: ["", x(601)].map(of("description")),
    externalReference: ["", x(65), "a b", "a/b"].map(of("externalReference")),
    ipAddress: ["", "localhost", "1.2.3"].map(of("ipAddress")),
    deviceId: ["", x(257), "line\r\nbreak: 1"].map(of("deviceId")),
    validForSeconds: [0, -1, 59, 2_592_001].map(of("validForSeconds")),
    "buyer.reference": ["", x(65), "a b", "a@b"].map((reference) => buyer({ reference })),
    "buyer.email": ["", "ada", "ada@", "a b@example.com"].map((email) => buyer({ email })),
    "buyer.firstName": ["", x(101)].map((firstName) => buyer({ firstName })),
    "buyer.phone": ["12", "+48 5x", card, "+48 500 600 700 800 900"].map((phone) =>
      buyer({ phone }),
    ),
    "buyer.language": ["", "PL", "pol"].map((language) => buyer({ language })),
    "payMethod.blikCode": ["", "77712", "7771234", "77712a", "777 123"].map((blikCode) => ({
      payMethod: { blikCode },
    })),
    "payMethod.payByLink": ["", x(33), "../p"].map((payByLink) => ({ payMethod: { payByLink } })),
    "payMethod.cardToken": ["", x(201), "has space"].map((cardToken) => ({
      payMethod: { cardToken },
    })),
    payMethod: [
      { payMethod: {} },
      { payMethod: { blikCode: "777123", payByLink: "m" } },
      { payMethod: { blikCode: "777123", payByLink: "m", cardToken: "TOK_approve_1" } },
    ],
    capture: [{ capture: false }, { capture: false, payMethod: { blikCode: "777123" } }],
    "carts.1.cardToken": [cart({ cardToken: "a-card-token" })],
    "carts.1.installments": [0, 61].map((installments) => cart({ installments })),
  }),
  // PayU wants to know from where the buyer buys.
  ...refused("INVALID_INPUT", { ipAddress: [{ ipAddress: undefined }] }),
  ...refused("NO_CAPABLE_ACCOUNT", { currency: [{ currency: "ARS" }] }),
];

type BadRefund = [what: string, input: (kit: OrderKit) => object, ...expected: string[]];

const ofOrder = (id: (kit: OrderKit) => string, changes: object) => (kit: OrderKit) => ({
  idempotencyKey: randomUUID(),
  orderId: id(kit),
  ...changes,
});
const ofPaid = (changes: object) => ofOrder(({ paidId }) => paidId, changes);
const partOf = (amount: unknown) => ofPaid({ sellerId: warszawa.id, amount });

export const badRefunds: BadRefund[] = [
  ["nothing", partOf("0"), "INVALID_AMOUNT input.amount"],
  ["less than nothing", partOf("-1"), "INVALID_AMOUNT input.amount"],
  ["decimals", partOf("1.005"), "TOO_MANY_DECIMALS input.amount"],
  ["more than the cart", partOf("10.01"), "REFUND_EXCEEDS_REMAINING input.amount"],
  ["far more than the cart", partOf("1e30"), "INVALID_AMOUNT input.amount"],
  ["an amount of nobody's cart", ofPaid({ amount: "1.00" }), "INVALID_INPUT input.sellerId"],
  ["from a seller without a cart", ofPaid({ sellerId: gdansk.id }), "NOT_FOUND input.sellerId"],
  ["from nobody", ofPaid({ sellerId: nobodys.seller }), "NOT_FOUND input.sellerId"],
  [
    "from another marketplace's seller",
    (kit) => ofPaid({ sellerId: kit.foreignId })(kit),
    "NOT_FOUND input.sellerId",
  ],
  ["from a payment", ofPaid({ sellerId: nobodys.payment }), "WRONG_ID_KIND input.sellerId"],
  [
    "what is not paid",
    ofOrder(({ waitingId }) => waitingId, {}),
    "ACTION_NOT_AVAILABLE input.orderId",
  ],
  ["nobody's order", ofOrder(() => nobodysOrder, {}), "NOT_FOUND input.orderId"],
  ["a payment", ofOrder(() => nobodys.payment, {}), "WRONG_ID_KIND input.orderId"],
  ["a card number", ofPaid({ reason: `to ${card}` }), "CARD_DATA_NOT_ACCEPTED input.reason"],
  ["a long reason", ofPaid({ reason: x(201) }), "INVALID_INPUT input.reason"],
  ["a short key", ofPaid({ idempotencyKey: "short" }), "INVALID_INPUT input.idempotencyKey"],
  [
    "all of it wrong",
    ofOrder(() => "", { idempotencyKey: "", sellerId: "sel_1", reason: x(201) }),
    "WRONG_ID_KIND input.orderId",
    "WRONG_ID_KIND input.sellerId",
    "INVALID_INPUT input.reason",
    "INVALID_INPUT input.idempotencyKey",
  ],
];

/** Values of the wrong type: the document is refused as a whole, with the place. */
export const illTypedOrders: [what: string, changes: object, expected: string][] = [
  ["an amount that is no number", { total: "NaN" }, ' at "input.total"; Decimal must be'],
  ["an endless amount", cart({ fee: "Infinity" }), ' at "input.carts[1].fee"; Decimal must be'],
  [
    "half a thing",
    products({ quantity: 2.5 }),
    ' at "input.carts[1].products[0].quantity"; it is no Int',
  ],
  ["a bad URL", { continueUrl: "shop.example/back" }, ' at "input.continueUrl"; URL must be'],
  ["a script for a URL", { continueUrl: "javascript:alert(1)" }, ' at "input.continueUrl"; URL'],
  ["a provider that is none", { provider: "PAYPAL" }, ' at "input.provider"; '],
  ["an unknown field", { cardNumber: card }, "; Field "],
  ["no buyer", { buyer: undefined }, "; Field "],
];
