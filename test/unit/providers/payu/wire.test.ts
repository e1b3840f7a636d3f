import fc from "fast-check";
import {
  readAttempts,
  readCreated,
  readEnvelope,
  readOrder,
  readRefund,
  readRefunds,
} from "../../../../src/providers/payu/wire";
import { golden, goldenOrder, orderId, pln, reference } from "./fixtures";

describe("an order", () => {
  test("as it is documented", () => {
    expect(readOrder(golden("order"))).toEqual({
      providerOrderId: orderId,
      status: "COMPLETED",
      providerStatus: "COMPLETED",
      providerStatusDetail: null,
      total: pln(5000n),
      reference,
      carts: [{ providerAccountId: "customer1", amount: pln(5000n), fee: pln(1000n) }],
      method: {
        ...{ methodId: null, typeId: "PBL", issuerId: null, installments: null },
        ...{ cardFirstSix: null, cardLastFour: null },
      },
      nextAction: undefined,
      completedAt: null,
    });
  });

  test("with the least", () => {
    const least = { orderId: "O1", status: "NEW", currencyCode: "HUF", totalAmount: 1000 };
    expect(readOrder({ orders: [least] })).toMatchObject({
      status: "PENDING",
      total: { minor: 1000n, currency: "HUF" },
      ...{ reference: null, carts: null, method: null },
    });
  });

  test("an unknown status keeps its word and has none of ours", () => {
    expect(readOrder(goldenOrder({ status: "LEVITATING" }))).toMatchObject({
      status: null,
      providerStatus: "LEVITATING",
    });
  });

  test.each([
    ["numbers as numbers", { totalAmount: 5000 }, { total: pln(5000n) }],
    [
      "a cart without a fee",
      { shoppingCarts: [{ extCustomerId: "c", amount: 5 }] },
      { carts: [{ fee: pln(0n) }] },
    ],
    ["no carts", { shoppingCarts: null }, { carts: null }],
    ["a way to pay without a type", { payMethod: { amount: "5000" } }, { method: null }],
    ["a way to pay that is text", { payMethod: "PBL" }, { method: null }],
    ["an empty reference", { extOrderId: "" }, { reference: null }],
  ])("may have %s", (_, changes, expected) => {
    expect(readOrder(goldenOrder(changes))).toMatchObject(expected);
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["a list", [golden("order")]],
    ["text", "{}"],
    ["no order", golden("order", { orders: [] })],
    ["two orders", golden("order", { orders: [{}, {}] })],
    ["an order that is a list", golden("order", { orders: [[]] })],
    ["no id", goldenOrder({ orderId: undefined })],
    ["an id that is a number", goldenOrder({ orderId: 7 })],
    ["no status", goldenOrder({ status: null })],
    ["a status longer than any", goldenOrder({ status: "X".repeat(65) })],
    ["an id longer than any", goldenOrder({ orderId: "X".repeat(65) })],
    ["no currency", goldenOrder({ currencyCode: "" })],
    ["an unknown currency", goldenOrder({ currencyCode: "XXX" })],
    ["no total", goldenOrder({ totalAmount: null })],
    ["a total in major units", goldenOrder({ totalAmount: "50.00" })],
    ["a total beyond bounds", goldenOrder({ totalAmount: "9".repeat(16) })],
    ["carts that are no list", goldenOrder({ shoppingCarts: {} })],
    ["a cart of nobody", goldenOrder({ shoppingCarts: [{ amount: "5" }] })],
    ["a cart without an amount", goldenOrder({ shoppingCarts: [{ extCustomerId: "c" }] })],
    [
      "a fee that is no amount",
      goldenOrder({ shoppingCarts: [{ extCustomerId: "c", amount: 5, fee: "x" }] }),
    ],
    ["a cart that is null", goldenOrder({ shoppingCarts: [null] })],
  ])("cannot be read with %s", (_, json) => {
    expect(readOrder(json)).toBeUndefined();
  });
});

describe("the answer to a new order", () => {
  test.each([
    [
      "order-created",
      "https://secure.snd.payu.com/pay/?orderId=T1TEST00000000GUEST000P01&token=abc",
    ],
    // The error names the order that is there, and not where its buyer was to go on.
    ["order-not-unique", null],
  ])("%s names it", (name, redirectUri) => {
    const iframeAllowed = false;
    expect(readCreated(golden(name))).toEqual({ orderId, reference, redirectUri, iframeAllowed });
  });

  test.each(["javascript:alert(1)", "/pay/", "data:text/html,x", "http:", "", 7, null])(
    "leads nowhere by %p",
    (redirectUri) => {
      const created = readCreated(golden("order-created", { redirectUri }));
      expect(created).toMatchObject({ orderId, reference, redirectUri: null });
    },
  );

  test.each([
    [true, true],
    ["true", false],
  ])("says by %p whether its page may be framed", (iframeAllowed, expected) => {
    const created = readCreated(golden("order-created", { iframeAllowed }));
    expect(created?.iframeAllowed).toBe(expected);
  });
});

describe("why an order was declined", () => {
  test("is the newest transaction's word", () => {
    const transactions = [
      { resultCode: "AUT_ERROR_ANTIFRAUD_DECLINED" },
      { resultCode: "AUT_ERROR_NO_AUTHORIZATION" },
      { paymentFlow: "CARD" },
    ];
    expect(readAttempts({ transactions })).toEqual({
      count: 3,
      resultCode: "AUT_ERROR_NO_AUTHORIZATION",
    });
  });

  test.each([
    [undefined],
    [{}],
    [{ transactions: false }],
    [{ transactions: [null] }],
    [{ transactions: [{ resultCode: "AUT_ERROR" }, { resultCode: "a b" }] }],
  ])("cannot be read from %j", (json) => {
    expect(readAttempts(json)).toBeUndefined();
  });

  test("is none where nothing was declined", () => {
    expect(readAttempts({ transactions: [] })).toEqual({ count: 0, resultCode: null });
    const transactions = [{ resultCode: null }, {}];
    expect(readAttempts({ transactions })).toEqual({ count: 2, resultCode: null });
  });
});

describe("a refund", () => {
  const read = (changes: object = {}) => {
    const { refund } = golden("refund-created") as { refund: object };
    return readRefund({ ...refund, ...changes }, "PLN");
  };

  test("as it is documented", () => {
    expect(read()).toEqual({
      providerRefundId: "5000000142",
      reference: "8a1f2d30-0000-4000-8000-000000000001",
      status: "PENDING",
      providerStatus: "PENDING",
      amount: pln(1000n),
      createdAt: new Date("2026-01-15T09:00:00.000Z"),
    });
  });

  test.each([
    ["done", { status: "FINALIZED" }, { status: "COMPLETED" }],
    ["taken back", { status: "CANCELED", statusError: { code: "X" } }, { status: "CANCELLED" }],
    ["in a state of tomorrow", { status: "SOON" }, { status: null, providerStatus: "SOON" }],
    ["in no state", { status: undefined }, { status: "PENDING" }],
    [
      "from a time without offset",
      { creationDateTime: "2026-01-15T10:00:00" },
      { createdAt: null },
    ],
    ["made in PayU's panel", { extRefundId: undefined }, { reference: null }],
  ])("may be %s", (_, changes, expected) => {
    expect(read(changes)).toMatchObject(expected);
  });

  test.each([{ refundId: null }, { refundId: 912128 }, { amount: null }, { amount: "10.00" }])(
    "cannot be read with %j",
    (changes) => {
      expect(read(changes)).toBeUndefined();
    },
  );

  const one = { refundId: "1", amount: "5" };
  test.each<[string, unknown, number]>([
    ["a bare list", [one, { ...one, refundId: "2" }], 2],
    ["a list that has it twice", [one, one], 1],
    ["a list in an object", { refunds: [one] }, 1],
    ["false for none", { refunds: false }, 0],
    ["an empty list", [], 0],
  ])("comes in %s", (_, json, count) => {
    expect(readRefunds(json, "PLN")).toHaveLength(count);
  });

  test.each<[string, unknown]>([
    ["no list", { refunds: {} }],
    ["true", { refunds: true }],
    ["nothing", undefined],
    // Half a list would give back what is not there to be given.
    ["one that cannot be read", [one, { refundId: "2" }]],
  ])("is not taken from %s", (_, json) => {
    expect(readRefunds(json, "PLN")).toBeUndefined();
  });
});

test.each<[string, unknown, object]>([
  [
    "the usual",
    { status: { statusCode: "BUSINESS_ERROR", code: "9102", codeLiteral: "NO_BALANCE" } },
    { statusCode: "BUSINESS_ERROR", code: "9102", codeLiteral: "NO_BALANCE" },
  ],
  [
    "the former name in front",
    { status: { statusCode: "OPENPAYU_SUCCESS" } },
    { statusCode: "SUCCESS", code: null, codeLiteral: null },
  ],
  [
    "tokens",
    { error: "invalid_client", error_description: "Bad client credentials" },
    { statusCode: "invalid_client", code: null, codeLiteral: null },
  ],
  [
    "onboarding",
    { status: { code: "409", message: "…" } },
    { statusCode: "409", code: "409", codeLiteral: null },
  ],
])("reads the envelope of %s", (_, json, envelope) => {
  expect(readEnvelope(json)).toMatchObject(envelope);
});

test("nothing throws, whatever is answered", () => {
  const readers = [
    ...[readOrder, readCreated, readAttempts, readEnvelope],
    ...[readRefund, readRefunds].map((read) => (json: unknown) => read(json, "PLN")),
  ];
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      for (const read of readers) expect(() => read(json)).not.toThrow();
    }),
    { numRuns: 500 },
  );
});
