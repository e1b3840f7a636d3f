import { MercadoPagoClient } from "../../../../src/providers/mercado-pago/client";
import { MercadoPagoRefunds } from "../../../../src/providers/mercado-pago/refunds";
import { answering, type ScriptedHttp } from "../scripted-http";
import { call } from "./fixtures";
import { golden, goldenText } from "./golden";

const over = (http: ScriptedHttp) => new MercadoPagoRefunds(new MercadoPagoClient(http));
const part = {
  providerPaymentId: "9000000001",
  amount: { minor: 2550n, currency: "ARS" as const },
};

describe("create", () => {
  test("of a part", async () => {
    const http = answering(201, golden("refund"));
    expect(await over(http).create(part, call)).toMatchObject({
      kind: "accepted",
      value: { providerRefundId: "7000000001", status: "COMPLETED" },
    });
    expect(http.only).toMatchObject({
      operation: "createRefund",
      method: "POST",
      path: "/v1/payments/9000000001/refunds",
      body: '{"amount":25.50}',
    });
    expect(http.only.headers).toMatchObject({
      "x-idempotency-key": call.idempotencyKey,
      "x-render-in-process-refunds": "true",
    });
  });

  test("of another amount than was asked for tells what was given back", async () => {
    const http = answering(201, golden("refund", { amount: 20 }));
    expect(await over(http).create(part, call)).toMatchObject({
      kind: "accepted",
      value: { amount: { minor: 2000n } },
    });
  });

  test.each([200, 204])("answered with %i and nothing shows no refund", async (status) => {
    expect(await over(answering(status, "")).create(part, call)).toEqual({
      kind: "accepted",
      value: null,
    });
  });

  test.each<[string, unknown, string]>([
    ["a page", "<html>", "the answer is no readable refund"],
    ["another thing", { id: 1 }, "the answer is no readable refund"],
    ["another payment", golden("refund", { payment_id: 1 }), "the answer is about another payment"],
  ])("answered with %s is unknown", async (_name, body, reason) => {
    expect(await over(answering(201, body)).create(part, call)).toEqual({
      kind: "unknown",
      reason,
    });
  });

  test.each([
    [400, 2017, "REFUND_EXCEEDS_REMAINING"],
    [400, 2063, "ACTION_NOT_AVAILABLE"],
    [400, 15016, "REFUND_WINDOW_CLOSED"],
    [401, 4040, "INVALID_AMOUNT"],
    [404, 2000, "PROVIDER_REFUSED"],
  ])("%i with code %i is refused: %s", async (status, code, expected) => {
    const http = answering(status, { cause: [{ code }] });
    expect(await over(http).create(part, call)).toMatchObject({
      kind: "refused",
      refusal: { code: expected, providerCode: String(code) },
    });
  });

  test("404 with code 2032 may mean that the key was used: unknown", async () => {
    const http = answering(404, { cause: [{ code: 2032 }] });
    expect((await over(http).create(part, call)).kind).toBe("unknown");
  });

  test("of what cannot be sent sends nothing", async () => {
    const http = answering(201, golden("refund"));
    const command = { ...part, amount: { minor: 150n, currency: "COP" as const } };
    expect(await over(http).create(command, call)).toMatchObject({
      kind: "refused",
      refusal: { code: "TOO_MANY_DECIMALS", field: "amount" },
    });
    expect(http.requests).toEqual([]);
  });
});

describe("list", () => {
  test("reads all", async () => {
    const http = answering(200, goldenText("refunds"));
    expect(await over(http).list("9000000001", "ARS", call)).toMatchObject({
      kind: "accepted",
      value: [
        { providerRefundId: "7000000001", status: "COMPLETED", amount: { minor: 2550n } },
        { providerRefundId: "7000000002", status: "PENDING", amount: { minor: 1000n } },
      ],
    });
    expect(http.only).toMatchObject({ method: "GET", path: "/v1/payments/9000000001/refunds" });
    expect(http.only.headers).toMatchObject({ "x-render-in-process-refunds": "true" });
  });

  test("is unknown where one cannot be read, or there is no list", async () => {
    const half = JSON.stringify([golden("refund"), { id: 7 }]);
    expect((await over(answering(200, half)).list("9000000001", "ARS", call)).kind).toBe("unknown");
    expect((await over(answering(200, {})).list("9000000001", "ARS", call)).kind).toBe("unknown");
  });
});

test.each([
  ["MPE", 90],
  ["PE", 90],
  ["MLA", 180],
  ["BR", 180],
  [null, 180],
])("refunds are taken in %s for %i days", (country, days) => {
  expect(over(answering(200, "")).windowDays(country)).toBe(days);
});
