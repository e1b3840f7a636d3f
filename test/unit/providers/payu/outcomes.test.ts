import fc from "fast-check";
import { systemClock } from "../../../../src/domain/clock";
import { PayuBalances } from "../../../../src/providers/payu/balances";
import { PayuPayouts } from "../../../../src/providers/payu/payouts";
import type { Outcome } from "../../../../src/providers/provider";
import { response, ScriptedHttp } from "../scripted-http";
import {
  call,
  golden,
  goldenOrder,
  orderCommand,
  orderId,
  paymentCommand,
  payuAnswering,
  payuOver,
  pln,
} from "./fixtures";

type Payu = ReturnType<typeof payuAnswering>;
const answered = (status: number, body: unknown) => ({ status, body });
const atShop = { shop: "pl" };
const refund = { providerPaymentId: orderId, amount: pln(1000n) };
const payout = { amount: pln(1000n), description: null, exchange: null };
const transfer = {
  direction: "SELLER_TO_MARKETPLACE" as const,
  amount: pln(25n),
  description: "Fee",
};
const when = new Date("2026-01-15T10:00:00.000Z");
const page = { currency: null, from: when, to: when, offset: 0, limit: 10 };

const effects: Record<string, (payu: Payu) => Promise<Outcome<unknown>>> = {
  createOrder: ({ orders }) => orders.create(orderCommand, atShop),
  captureOrder: ({ orders }) => orders.capture(orderId, atShop),
  cancelOrder: ({ orders }) => orders.cancel(orderId, atShop),
  createPayment: ({ payments }) => payments.create(paymentCommand, call),
  capturePart: ({ payments }) => payments.capture(orderId, pln(5n), call),
  createRefund: ({ refunds }) => refunds.create(refund, call),
  createPayout: ({ payouts }) => payouts.create(payout, call),
  createTransfer: ({ transfers }) => transfers.create(transfer, call),
};
const reads: typeof effects = {
  getOrder: ({ orders }) => orders.get(orderId, atShop),
  getPayment: ({ payments }) => payments.get(orderId, call),
  listRefunds: ({ refunds }) => refunds.list(orderId, "PLN", call),
  getBalance: ({ balances }) => balances.balance("PLN", call),
  getMovements: ({ balances }) => balances.movements(page, call),
  getPayout: ({ payouts }) => payouts.get("p", when, "PLN", call),
  findPayout: ({ payouts }) => payouts.findByReference("r", when, "PLN", call),
};
const all = Object.entries({ ...effects, ...reads });

/** No list of refunds, which is the one answer that a bare list is. */
const surprises = fc
  .oneof(
    fc.jsonValue(),
    fc.constantFrom(
      ...[{ orders: null }, { orders: [null] }, { orders: [{ status: {} }] }, { refund: [] }],
      ...[{ orderId: 7 }, { refunds: 7 }, { payout: "p" }, { balance: [] }, { operations: {} }],
      ...[
        { operations: [], pageResponse: { records: "" } },
        { operations: [], pageResponse: [] },
      ],
    ),
  )
  .filter((json) => !Array.isArray(json));

test.each(all)("%s: a success of surprising shape is an unknown outcome", async (_, act) => {
  await fc.assert(
    fc.asyncProperty(surprises, fc.constantFrom(200, 201, 302), async (json, status) => {
      expect((await act(payuAnswering(answered(status, json)))).kind).toBe("unknown");
    }),
  );
});

test.each(all)("%s: no answer of any status and text makes it throw", async (_, act) => {
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom("<html>", '{"orders":[', "\u0000", "null", '{"__proto__":{"orderId":"x"}}'),
  );
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 100, max: 599 }), async (text, status) => {
      const { kind } = await act(payuAnswering(answered(status, text)));
      expect(["accepted", "refused", "unknown"]).toContain(kind);
    }),
  );
});

test.each([
  ...all,
  ["createTransfer", ({ transfers }: Payu) => transfers.create(transfer, call)] as const,
])("%s: a page instead of an answer is no no", async (_, act) => {
  for (const status of [200, 201, 302, 400, 401, 403, 404, 408, 413, 429, 500, 502, 503]) {
    const payu = payuAnswering(answered(status, "<html>Bad gateway</html>"));
    expect((await act(payu)).kind).toBe("unknown");
    // A page that says 401 is no reason to ask for another token.
    expect(payu.asked).toHaveLength(1);
  }
});

test.each([400, 401, 404])(
  "%i with a page at the token endpoint refuses no shop",
  async (status) => {
    const page = new ScriptedHttp(() => response(status, "<html>Not here</html>"));
    expect(await payuOver(page).get("pl", "getOrder", "/x")).toMatchObject({
      kind: "refused",
      refusal: { code: "PROVIDER_UNAVAILABLE", retryable: true },
    });
  },
);

test("a payout that could not be asked about is not taken for one that is not shown", async () => {
  const http = new ScriptedHttp(({ operation }) =>
    operation === "authorizeShop"
      ? response(200, { access_token: "token" })
      : { kind: "not-sent", reason: "too many calls failed lately" },
  );
  const client = payuOver(http);
  const balances = new PayuBalances(client);
  const longAgo = new Date("2020-01-01T00:00:00Z");
  const seen = await new PayuPayouts(client, balances, systemClock).get("p", longAgo, "PLN", call);
  expect(seen.kind).toBe("unknown");
  expect(http.requests.map(({ operation }) => operation)).toEqual(["authorizeShop", "getPayout"]);
});

test("a transfer that was answered with the word for success is made, whatever else is said", async () => {
  const answer = answered(200, { status: { statusCode: "SUCCESS" } });
  const { transfers, asked } = payuAnswering(answer);
  expect(await transfers.create(transfer, call)).toEqual({ kind: "accepted", value: null });
  expect(JSON.parse(asked[0]?.body ?? "")).toEqual({
    ...{ amount: 25, currencyCode: "PLN", description: "Fee" },
    extTransferId: call.idempotencyKey,
  });
  // An answer without the word says nothing of the transfer.
  const mute = payuAnswering(answered(200, { extTransferId: "debit-1" }));
  expect((await mute.transfers.create(transfer, call)).kind).toBe("unknown");
  // The status of the answer and the word in it contradict each other: it may be made, or not.
  const odd = payuAnswering(answered(200, { status: { statusCode: "ERROR_INTERNAL" } }));
  expect((await odd.transfers.create(transfer, call)).kind).toBe("unknown");
});

describe("the documented answers", () => {
  test("an order is accepted, and not more than that", async () => {
    const { orders } = payuAnswering(answered(302, golden("order-created")));
    expect(await orders.create(orderCommand, atShop)).toMatchObject({
      kind: "accepted",
      value: {
        ...{ providerOrderId: orderId, status: "PENDING" },
        nextAction: { kind: "GO_TO_PAGE", url: expect.any(String), mayBeFramed: false },
      },
    });
  });

  test("an order that is there already is looked at", async () => {
    const taken = answered(400, golden("order-not-unique"));
    const { orders, asked } = payuAnswering(taken, answered(200, golden("order")));
    expect(await orders.create(orderCommand, atShop)).toMatchObject({
      kind: "accepted",
      value: { providerOrderId: orderId, status: "COMPLETED" },
    });
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /api/v2_1/orders",
      `GET /api/v2_1/orders/${orderId}`,
    ]);
  });

  test("an order in a status of tomorrow is read, and has none of ours", async () => {
    const { payments } = payuAnswering(answered(200, goldenOrder({ status: "LEVITATING" })));
    expect(await payments.get(orderId, call)).toMatchObject({
      kind: "accepted",
      value: { status: null, providerStatus: "LEVITATING" },
    });
  });

  test("another order than was asked for is none", async () => {
    const { orders } = payuAnswering(answered(200, golden("order")));
    expect((await orders.get("ANOTHER", atShop)).kind).toBe("unknown");
  });

  test.each([
    ["refund-created", { providerRefundId: "5000000142", status: "PENDING" }],
    // Without amount and status: it is what was asked for.
    ["refund-created-marketplace", { providerRefundId: "R84FWMHX6K150901abjtwtchP01" }],
  ])("%s is a refund of what was asked for", async (name, value) => {
    const { refunds } = payuAnswering(answered(200, golden(name)));
    expect(await refunds.create(refund, call)).toMatchObject({
      kind: "accepted",
      value: { ...value, amount: pln(1000n) },
    });
  });

  test("a payout is pending, under both ids", async () => {
    const { payouts } = payuAnswering(answered(201, golden("payout-created")));
    expect(await payouts.create(payout, call)).toMatchObject({
      kind: "accepted",
      value: {
        providerPayoutId: "b3e4fc98c6894239864a9d6941f0fe76",
        status: "PENDING",
        reference: call.idempotencyKey,
      },
    });
  });

  test("a balance has what is free and all of it", async () => {
    const { balances } = payuAnswering(answered(200, golden("balance")));
    expect(await balances.balance("PLN", call)).toEqual({
      kind: "accepted",
      value: { available: pln(5494n), total: pln(5500n) },
    });
  });

  test("a seller's history has its payments", async () => {
    const { balances } = payuAnswering(answered(200, golden("operations")));
    expect(await balances.movements(page, call)).toEqual({
      kind: "accepted",
      value: {
        total: 1,
        items: [
          {
            ...{ kind: "PAYMENT", type: "PAYMENT_RECEIVED", status: "COMPLETED" },
            ...{ amount: pln(1500n), fee: null, net: pln(1500n) },
            ...{ description: "Order 77", providerId: "CWDBL3KD6G170110GUEST000P01" },
            reference: "105877825874b0c0b47a0",
            order: {
              providerId: "CWDBL3KD6G170110GUEST000P01",
              reference: "105877825874b0c0b47a0",
            },
            requestedAt: new Date("2016-04-20T09:05:54.000Z"),
            finishedAt: new Date("2016-04-20T10:05:54.000Z"),
          },
        ],
      },
    });
  });

  const movementOf = async (extra: object) => {
    const operation = { type: "PAYMENT_RECEIVED", amount: "1500", currencyCode: "PLN", ...extra };
    const list = { operations: [operation], pageResponse: { records: "1" } };
    const { balances } = payuAnswering(answered(200, JSON.stringify(list)));
    const outcome = await balances.movements(page, call);
    return outcome.kind === "accepted" ? outcome.value.items[0] : outcome.kind;
  };

  test.each([
    [
      "a sale's fee is taken off",
      { details: { feeAmount: "150" } },
      ["PAYMENT", 1500n, 150n, 1350n],
    ],
    ["a fee may be a number", { details: { feeAmount: 150 } }, ["PAYMENT", 1500n, 150n, 1350n]],
    ["a refund goes out", { type: "REFUND_SENT" }, ["REFUND", -1500n, undefined, -1500n]],
    [
      "its sign is believed",
      { type: "REFUND_SENT", amount: "-5" },
      ["REFUND", -5n, undefined, -5n],
    ],
    [
      "on its way, it has left",
      { type: "PAYOUT", status: "PENDING" },
      ["PAYOUT", -1500n, undefined, -1500n],
    ],
    [
      "called off, it is back",
      { type: "PAYOUT", status: "CANCELLED" },
      ["PAYOUT", -1500n, undefined, 0n],
    ],
    ["a charge-back goes out", { type: "CHARGEBACK" }, ["CHARGEBACK", -1500n, undefined, -1500n]],
    [
      "a correction has its sign",
      { type: "ADMIN_CORRECTION", amount: "-7" },
      ["CORRECTION", -7n, undefined, -7n],
    ],
    ["what is new comes in", { type: "BONUS" }, ["OTHER", 1500n, undefined, 1500n]],
  ])("of a seller's history: %s", async (_, extra, [kind, amount, fee, net]) => {
    const seen = await movementOf(extra);
    if (typeof seen !== "object") throw new Error(seen);
    expect([seen.kind, seen.amount.minor, seen.fee?.minor, seen.net.minor]).toEqual([
      kind,
      amount,
      fee,
      net,
    ]);
  });

  test.each(["1.5", "", "x", {}])("a fee of %j makes no sum that is wrong", async (feeAmount) => {
    expect(await movementOf({ details: { feeAmount } })).toBe("unknown");
  });
});
