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

describe("a value that PayU refuses without naming it", () => {
  const value = { statusCode: "ERROR_VALUE_INVALID", codeLiteral: "ERROR_VALUE_INVALID" };
  const card = { kind: "CARD", token: "TOK_used", threeDSecure: false } as const;
  /** Nothing but how it is paid is PayU's alone to judge. */
  const bare = {
    ...orderCommand,
    ...{ payWith: card, continueUrl: null, validForSeconds: null },
    buyer: { ...orderCommand.buyer, phone: null, language: null },
    carts: orderCommand.carts.map((cart) => ({ ...cart, shippingMethods: [] })),
  };
  const answered = async (command: typeof orderCommand, status: object, code = 400) => {
    const payu = scriptedPayu(() => ({ status: code, body: { status } }));
    const outcome = await new PayuOrders(payu, systemClock).create(command, credentials);
    return outcome.kind === "refused" ? outcome.refusal : outcome;
  };

  test.each([
    [card, "CARD_TOKEN_INVALID", "payWith.card.token"],
    [{ kind: "PAY_BY_LINK", value: "zz" } as const, "INVALID_INPUT", "payWith.payByLink.value"],
    [{ kind: "BLIK", code: "777123" } as const, "INVALID_INPUT", "payWith.blik.code"],
  ])("can only be %j where nothing else is doubtful", async (payWith, code, field) => {
    expect(await answered({ ...bare, payWith }, value)).toMatchObject({
      ...{ code, field, retryable: false, providerCode: "ERROR_VALUE_INVALID" },
    });
  });

  test.each<[string, object]>([
    ["the buyer chooses on PayU's page", { payWith: null }],
    ["a page to come back to", { continueUrl: "https://shop.example/back" }],
    ["a time to pay", { validForSeconds: 600 }],
    ["a telephone", { buyer: { ...bare.buyer, phone: "+48 123" } }],
    ["shipping", { carts: orderCommand.carts }],
  ])("may be another one: %s", async (_name, changes) => {
    const refusal = await answered({ ...bare, ...changes }, value);
    expect(refusal).toMatchObject({ code: "PROVIDER_REFUSED" });
    expect(refusal).not.toHaveProperty("field");
  });

  test.each<[string, object, number]>([
    ["PayU's antifraud", { ...value, statusCode: "BUSINESS_ERROR" }, 400],
    ["credentials that are not let in", value, 403],
    ["something that it names", { ...value, codeLiteral: "SINGLE_CLICK_DISABLED" }, 400],
  ])("is not meant by %s", async (_name, status, code) => {
    expect(await answered(bare, status, code)).not.toHaveProperty("field");
  });
});
