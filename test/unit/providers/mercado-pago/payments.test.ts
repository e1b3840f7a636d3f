import { MercadoPagoClient } from "../../../../src/providers/mercado-pago/client";
import { MercadoPagoPayments } from "../../../../src/providers/mercado-pago/payments";
import { answering, type ScriptedHttp } from "../scripted-http";
import { call, reference } from "./fixtures";
import { golden } from "./golden";

const over = (http: ScriptedHttp) => new MercadoPagoPayments(new MercadoPagoClient(http));
const approved = golden("payment-approved");

describe("get", () => {
  test("reads by id, without a key and a body", async () => {
    const http = answering(200, approved);
    expect(await over(http).get("9000000001", call)).toMatchObject({
      kind: "accepted",
      value: { providerPaymentId: "9000000001" },
    });
    expect(http.only).toMatchObject({ method: "GET", path: "/v1/payments/9000000001" });
    expect(http.only.body).toBeUndefined();
    expect(http.only.headers).not.toHaveProperty("x-idempotency-key");
  });

  test("believes in absence from Mercado Pago itself", async () => {
    const http = answering(404, golden("error-payment-not-found"));
    expect(await over(http).get("9000000001", call)).toEqual({ kind: "accepted", value: null });
  });

  test("does not believe in absence from a page on the way", async () => {
    const http = answering(404, "<html>no route</html>");
    expect((await over(http).get("9000000001", call)).kind).toBe("unknown");
  });

  test("does not take another payment for it", async () => {
    expect((await over(answering(200, approved)).get("9000000002", call)).kind).toBe("unknown");
  });

  test.each(["", "abc", "1/refunds", "../users/me", "0", "1".repeat(20)])(
    "does not ask for %p, which is no id",
    async (id) => {
      const http = answering(200, approved);
      expect(await over(http).get(id, call)).toEqual({ kind: "accepted", value: null });
      expect(http.requests).toEqual([]);
    },
  );

  test("passes refused credentials on", async () => {
    const http = answering(401, golden("error-invalid-token"));
    expect(await over(http).get("9000000001", call)).toMatchObject({
      kind: "refused",
      refusal: { credentialsRefused: true },
    });
  });
});

describe("list", () => {
  const range = { from: new Date("2026-03-01T00:00:00Z"), to: new Date("2026-03-02T00:00:00Z") };

  test("asks for a time, oldest first, and goes on behind what it got", async () => {
    const http = answering(200, golden("payment-search"));
    const page = await over(http).list({ ...range, offset: 30 }, call);
    const query = new URL(http.only.path, "http://provider").searchParams;
    expect(Object.fromEntries(query)).toEqual({
      sort: "date_created",
      criteria: "asc",
      range: "date_created",
      begin_date: "2026-03-01T00:00:00.000Z",
      end_date: "2026-03-01T23:59:59.999Z",
      limit: "30",
      offset: "30",
    });
    const results = golden("payment-search").results as unknown[];
    expect(page).toMatchObject({ kind: "accepted", value: { next: 30 + results.length } });
  });

  test("ends where nothing is left", async () => {
    const http = answering(200, golden("payment-search-empty"));
    const page = await over(http).list({ ...range, offset: 0 }, call);
    expect(page).toEqual({ kind: "accepted", value: { items: [], next: null } });
  });

  test("takes no page on the way for an empty list", async () => {
    const http = answering(200, "<html>hello</html>");
    expect((await over(http).list({ ...range, offset: 0 }, call)).kind).toBe("unknown");
  });
});

describe("findByReference", () => {
  test("asks for the newest first and takes it", async () => {
    const http = answering(200, golden("payment-search"));
    expect(await over(http).findByReference(reference, call)).toMatchObject({
      kind: "accepted",
      value: { providerPaymentId: "9000000009" },
    });
    expect(http.only.path).toBe(
      `/v1/payments/search?external_reference=${reference}&sort=date_created&criteria=desc`,
    );
  });

  test("shows none where there is none", async () => {
    const http = answering(200, golden("payment-search-empty"));
    expect(await over(http).findByReference(reference, call)).toEqual({
      kind: "accepted",
      value: null,
    });
  });

  test("passes over payments with another reference", async () => {
    const http = answering(200, golden("payment-search"));
    expect(await over(http).findByReference("pay_other", call)).toEqual({
      kind: "accepted",
      value: null,
    });
  });

  test("does not take a payment that it cannot read for absence", async () => {
    const http = answering(200, { results: [{ external_reference: reference }] });
    expect((await over(http).findByReference(reference, call)).kind).toBe("unknown");
  });

  test.each<[string, unknown]>([
    ["no list", { paging: {} }],
    ["no object", []],
    ["no JSON", "?"],
  ])("does not take %s for absence", async (_name, body) => {
    expect((await over(answering(200, body)).findByReference(reference, call)).kind).toBe(
      "unknown",
    );
  });

  test("does not take 404 for absence", async () => {
    const http = answering(404, golden("error-payment-not-found"));
    expect((await over(http).findByReference(reference, call)).kind).toBe("refused");
  });
});

describe("capture and cancel", () => {
  test("capture of all", async () => {
    const http = answering(200, approved);
    expect((await over(http).capture("9000000001", null, call)).kind).toBe("accepted");
    expect(http.only).toMatchObject({
      operation: "capturePayment",
      method: "PUT",
      path: "/v1/payments/9000000001",
      body: '{"capture":true}',
    });
    expect(http.only.headers["x-idempotency-key"]).toBe(call.idempotencyKey);
  });

  test("capture of a part", async () => {
    const http = answering(200, approved);
    await over(http).capture("9000000001", { minor: 7_010n, currency: "ARS" }, call);
    expect(http.only.body).toBe('{"capture":true,"transaction_amount":70.10}');
  });

  test("capture of what cannot be sent", async () => {
    const http = answering(200, approved);
    const answer = await over(http).capture("1", { minor: 150n, currency: "COP" }, call);
    expect(answer).toMatchObject({ kind: "refused", refusal: { code: "TOO_MANY_DECIMALS" } });
    expect(http.requests).toEqual([]);
  });

  test("cancel", async () => {
    const http = answering(200, golden("payment-approved", { status: "cancelled" }));
    expect(await over(http).cancel("9000000001", call)).toMatchObject({
      kind: "accepted",
      value: { status: "CANCELLED" },
    });
    expect(http.only).toMatchObject({
      operation: "cancelPayment",
      method: "PUT",
      body: '{"status":"cancelled"}',
    });
  });

  test("not in this state", async () => {
    const http = answering(400, { cause: [{ code: 2018 }] });
    expect(await over(http).cancel("9000000001", call)).toMatchObject({
      kind: "refused",
      refusal: { code: "ACTION_NOT_AVAILABLE", providerCode: "2018" },
    });
  });

  test("an answer about another payment, or about none, is unknown", async () => {
    expect((await over(answering(200, approved)).cancel("9000000002", call)).kind).toBe("unknown");
    expect((await over(answering(200, "")).cancel("9000000001", call)).kind).toBe("unknown");
  });
});
