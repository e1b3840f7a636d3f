import { systemClock } from "../../../../src/domain/clock";
import { PayuOrders } from "../../../../src/providers/payu/orders";
import type { Scripted } from "./fixtures";
import { call, goldenOrder, orderCommand, orderId, reference, scriptedPayu } from "./fixtures";

const { credentials } = call;
const created = (extra: object) =>
  new PayuOrders(
    scriptedPayu(() => ({
      status: 302,
      body: { status: { statusCode: "SUCCESS" }, orderId: "WZHF5FFDRJ140731GUEST000P01", ...extra },
    })),
    systemClock,
  ).create(orderCommand, credentials);

test("a new order is accepted by its id, with our reference or without", async () => {
  for (const extra of [{}, { extOrderId: reference }]) {
    expect(await created(extra)).toMatchObject({ kind: "accepted", value: { status: "PENDING" } });
  }
});

test("an answer that names another order's reference is no answer to ours", async () => {
  expect(await created({ extOrderId: "ord_of_somebody_else" })).toEqual({
    kind: "unknown",
    reason: "the answer is about another order",
  });
});

describe("an order that has ended", () => {
  const clock = { nowMs: Date.UTC(2026, 0, 1), offsetMs: 0, now: () => new Date(clock.nowMs) };
  const ended = (transactions: () => Scripted, deed: Scripted = { status: 500, body: "" }) =>
    new PayuOrders(
      scriptedPayu(({ method, path }) => {
        if (method !== "GET") return deed;
        if (path.endsWith("/transactions")) return transactions();
        return { body: goldenOrder({ status: "CANCELED" }) };
      }),
      clock,
    );
  const declined = { transactions: [{ resultCode: "AUT_ERROR_NO_AUTHORIZATION" }] };
  const notFound = { status: 404, body: { status: { statusCode: "DATA_NOT_FOUND" } } };

  test.each<[string, Scripted, string]>([
    ["a reason", { body: declined }, "REJECTED"],
    ["transactions without one", { body: { transactions: [{ payMethod: {} }] } }, "CANCELLED"],
    ["that there are none", notFound, "CANCELLED"],
  ])("is told by %s", async (_, answer, status) => {
    const seen = await ended(() => answer).get(orderId, credentials);
    expect(seen).toMatchObject({ kind: "accepted", value: { status } });
  });

  test.each<[string, Scripted]>([
    ["403", { status: 403, body: { status: { statusCode: "UNAUTHORIZED_REQUEST" } } }],
    ["403 with a page", { status: 403, body: "<h1>Forbidden</h1>" }],
    ["404 with a page", { status: 404, body: "<h1>Not Found</h1>" }],
    ["400", { status: 400, body: { status: { statusCode: "ERROR_VALUE_INVALID" } } }],
    ["nothing that is known", { body: {} }],
    ["a list that is none", { body: { transactions: null } }],
    ["an empty list", { body: { transactions: [] } }],
    ["a transaction that cannot be read", { body: { transactions: [null] } }],
    ["a reason that cannot be read", { body: { transactions: [{ resultCode: "a b" }] } }],
    ["a reason of another kind", { body: { transactions: [{ resultCode: 7 }] } }],
  ])("is looked at again where its transactions are answered with %s", async (_, answer) => {
    let current = answer;
    const orders = ended(() => current);
    expect((await orders.get(orderId, credentials)).kind).toBe("unknown");
    current = { body: declined };
    expect(await orders.get(orderId, credentials)).toMatchObject({
      kind: "accepted",
      value: { status: "REJECTED", providerStatusDetail: "AUT_ERROR_NO_AUTHORIZATION" },
    });
  });

  test("is cancelled once its list of transactions has stayed empty for ten minutes", async () => {
    const orders = ended(() => ({ body: { transactions: [] } }));
    for (const minutes of [0, 5, 4]) {
      clock.nowMs += minutes * 60_000;
      expect((await orders.get(orderId, credentials)).kind).toBe("unknown");
    }
    clock.nowMs += 60_000;
    expect(await orders.get(orderId, credentials)).toMatchObject({
      kind: "accepted",
      value: { status: "CANCELLED" },
    });
  });

  test("is cancelled without another reason where PayU has just cancelled it for us", async () => {
    const done = { body: { orderId, status: { statusCode: "SUCCESS" } } };
    const orders = ended(() => ({ body: { transactions: [] } }), done);
    expect(await orders.cancel(orderId, credentials)).toMatchObject({
      kind: "accepted",
      value: { status: "CANCELLED" },
    });
    // It had ended before, whatever for.
    const state = { statusCode: "ERROR_VALUE_INVALID", codeLiteral: "ERROR_VALUE_INVALID" };
    const late = ended(() => ({ body: {} }), { status: 400, body: { status: state } });
    expect((await late.cancel(orderId, credentials)).kind).toBe("unknown");
  });
});
