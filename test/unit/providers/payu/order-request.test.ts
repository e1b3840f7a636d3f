import fc from "fast-check";
import type { Money } from "../../../../src/domain/money";
import type { PayWith } from "../../../../src/domain/pay-with";
import {
  orderBody,
  orderOfPayment,
  orderRefusal,
  orderRefusals,
} from "../../../../src/providers/payu/order-request";
import { orderCommand, paymentCommand, pln, reference, shop } from "./fixtures";

// biome-ignore lint/suspicious/noExplicitAny: JSON as it goes out
const sent = (...args: Parameters<typeof orderBody>): any =>
  JSON.parse(JSON.stringify(orderBody(...args)));

test("the documented order at three sellers goes out as it is documented", () => {
  expect(sent(orderCommand, shop)).toEqual({
    merchantPosId: "300746",
    customerIp: "203.0.113.7",
    description: "Three shops",
    currencyCode: "PLN",
    totalAmount: "5000",
    extOrderId: reference,
    notifyUrl: "https://pay.example/webhooks/payu/pl",
    continueUrl: "https://shop.example/back",
    validityTime: "600",
    buyer: {
      extCustomerId: "buyer-9",
      email: "ada@shop.example",
      phone: "+48 123",
      firstName: "Ada",
      lastName: "Nowak",
      language: "pl",
    },
    shoppingCarts: [
      {
        extCustomerId: "ext-customer-1",
        amount: 200,
        fee: "20",
        products: [{ name: "Pencil", unitPrice: "100", quantity: "2" }],
      },
      {
        extCustomerId: "ext-customer-2",
        amount: 1300,
        fee: "0",
        products: [
          { name: "Mug", unitPrice: "200", quantity: "2" },
          { name: "Song", unitPrice: "300", quantity: "3", virtual: true },
        ],
      },
      {
        extCustomerId: "ext-customer-3",
        amount: 3500,
        fee: "350",
        products: [
          {
            name: "Print",
            unitPrice: "2000",
            quantity: "1",
            virtual: false,
            listingDate: "2026-01-10T10:00:00.000Z",
          },
        ],
        shippingMethods: [{ country: "PL", name: "Courier", price: "1500" }],
      },
    ],
  });
});

const card = { kind: "CARD", token: "TOK_1", threeDSecure: false } as const;

test.each<[PayWith, boolean, object]>([
  [{ kind: "PAY_BY_LINK", value: "m" }, true, { type: "PBL", value: "m" }],
  [card, true, { type: "CARD_TOKEN", value: "TOK_1" }],
  [card, false, { type: "CARD_TOKEN", value: "TOK_1", authorizationType: "PRE_AUTHORIZATION" }],
  [
    { kind: "BLIK", code: "777123" },
    true,
    { type: "PBL", value: "blik", authorizationCode: "777123" },
  ],
])("%j with capture %p pays the whole of it", (payWith, capture, payMethod) => {
  const { payMethods } = sent({ ...orderCommand, payWith, capture }, shop);
  expect(payMethods).toEqual({ payMethod: { ...payMethod, amount: "5000" } });
});

test("what is not known is left out", () => {
  const buyer = { ...orderCommand.buyer, ...{ phone: null, firstName: null, lastName: null } };
  const nothing = { continueUrl: null, notificationUrl: null, validForSeconds: null };
  const body = sent({ ...orderCommand, ...nothing, buyer: { ...buyer, language: null } }, shop);
  expect(body.buyer).toEqual({ extCustomerId: "buyer-9", email: "ada@shop.example" });
  for (const name of ["continueUrl", "notifyUrl", "validityTime", "payMethods"]) {
    expect(body).not.toHaveProperty(name);
  }
});

test.each([
  ["no address", { ipAddress: "" }, "ipAddress"],
  ["the address of nobody", { ipAddress: "0.0.0.0" }, "ipAddress"],
  ["held on PayU's page", { capture: false }, "capture"],
  [
    "held by a bank's link",
    { capture: false, payWith: { kind: "PAY_BY_LINK", value: "m" } as const },
    "capture",
  ],
])("is refused before it is sent: %s", (_, changes, field) => {
  expect(orderRefusal({ ...orderCommand, ...changes })).toMatchObject({
    code: "INVALID_INPUT",
    field,
    retryable: false,
  });
});

test("every reason against an order is told at once", () => {
  const terms = { ipAddress: "", capture: false, payWith: { kind: "PIX" } as const };
  const fields = orderRefusals(terms).map(({ field }) => field);
  expect(fields).toEqual(["payWith.pix", "ipAddress", "capture"]);
});

test.each([
  ["as it is", {}],
  ["held by card", { capture: false, payWith: card }],
  ["from an address of six", { ipAddress: "2001:db8::1" }],
])("is not refused %s", (_, changes) => {
  expect(orderRefusal({ ...orderCommand, ...changes })).toBeUndefined();
});

describe("a payment", () => {
  const orderOf = (changes: object = {}) =>
    orderOfPayment({ ...paymentCommand, ...changes }, "customer1");

  test("is an order of one cart, of its seller", () => {
    expect(orderOf({ applicationFee: pln(100n) })).toMatchObject({
      reference,
      total: pln(1234n),
      carts: [
        {
          providerAccountId: "customer1",
          amount: pln(1234n),
          fee: pln(100n),
          products: [{ name: "Payment", unitPrice: pln(1234n), quantity: 1 }],
        },
      ],
      payWith: null,
    });
  });

  test("is paid with the card where there is one, else by the named method", () => {
    expect(orderOf({ cardToken: "TOK_1", methodId: "visa" }).payWith).toEqual(card);
    expect(orderOf({ methodId: "blik" }).payWith).toEqual({ kind: "PAY_BY_LINK", value: "blik" });
  });

  test("names the same buyer for the same address, and does not tell it", () => {
    const referenceOf = (email: string) => orderOf({ payer: { email } }).buyer.reference;
    expect(referenceOf("ada@shop.example")).toBe(referenceOf("Ada@Shop.example"));
    expect(referenceOf("ada@shop.example")).not.toBe(referenceOf("bea@shop.example"));
    expect(referenceOf("ada@shop.example")).toMatch(/^[0-9a-f]{32}$/);
  });

  test("names no thing longer than PayU takes, and cuts no character in half", () => {
    const title = "😀".repeat(200);
    const namesOf = (changes: object) => sent(orderOf(changes), shop).shoppingCarts[0].products;
    const item = { title, unitPrice: pln(1234n), quantity: 1 };
    for (const changes of [{ description: title }, { items: [item] }]) {
      expect(namesOf(changes)).toEqual([expect.objectContaining({ name: "😀".repeat(127) })]);
    }
  });

  test("adds up, whatever its items come to", () => {
    const minor = fc.bigInt({ min: 0n, max: 10_000_000n });
    const item = fc.record({
      title: fc.string({ minLength: 1, maxLength: 400 }),
      unitPrice: minor.map(pln),
      quantity: fc.integer({ min: 1, max: 99 }),
    });
    const sumOf = (all: readonly { unitPrice: Money; quantity: number }[]) =>
      all.reduce((sum, { unitPrice, quantity }) => sum + unitPrice.minor * BigInt(quantity), 0n);
    const described = fc.record({
      items: fc.array(item, { maxLength: 5 }),
      other: minor,
      fits: fc.boolean(),
      description: fc.option(fc.string({ minLength: 1, maxLength: 400 })),
    });
    fc.assert(
      fc.property(described, ({ items, other, fits, description }) => {
        const amount = pln(fits ? sumOf(items) : other);
        const body = sent(orderOf({ amount, items, description }), shop);
        const [cart] = body.shoppingCarts;
        const sum = cart.products.reduce(
          (all: bigint, { unitPrice, quantity }: Record<string, string>) =>
            all + BigInt(unitPrice ?? "") * BigInt(quantity ?? ""),
          0n,
        );
        expect([sum, BigInt(cart.amount), BigInt(body.totalAmount)]).toEqual(
          Array(3).fill(amount.minor),
        );
        for (const { name } of cart.products) {
          expect(name.length).toBeLessThanOrEqual(255);
        }
      }),
    );
  });
});
