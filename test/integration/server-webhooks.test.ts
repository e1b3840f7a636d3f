import { Refusal } from "../../src/domain/errors";
import type { IncomingWebhook, WebhookVerdict } from "../../src/server/dependencies";
import { startServer, type TestServer } from "./server-support";

let gateway: TestServer;
let verdict: () => Promise<WebhookVerdict>;
let received: { source: string; request: IncomingWebhook }[];

beforeAll(async () => {
  gateway = await startServer({
    receiveWebhook: (source, request) => {
      received.push({ source, request });
      return verdict();
    },
  });
});
afterAll(() => gateway.stop());
beforeEach(() => {
  received = [];
  verdict = async () => "stored";
});

const send = (path: string, init: RequestInit = {}) =>
  fetch(`${gateway.url}${path}`, { method: "POST", ...init });

it("hands on the very bytes, the headers, and the last of repeated query values", async () => {
  const body = '{ "id" : 1,\n"ünïcode":"\\u00fc" }';
  const response = await send("/webhooks/mercadopago?data.id=123&type=a&type=payment", {
    body,
    headers: { "content-type": "application/json", "x-signature": "ts=1,v1=abc" },
  });
  expect([response.status, await response.json()]).toEqual([200, { status: "stored" }]);
  expect(received).toHaveLength(1);
  expect(received[0]?.source).toBe("mercadopago");
  expect(received[0]?.request.rawBody.toString()).toBe(body);
  expect(received[0]?.request.query).toEqual({ "data.id": "123", type: "payment" });
  expect(received[0]?.request.headers["x-signature"]).toBe("ts=1,v1=abc");
});

it.each([
  ["no body", {}],
  ["no JSON", { body: "not json", headers: { "content-type": "application/json" } }],
  ["a form", { body: "a=1", headers: { "content-type": "application/x-www-form-urlencoded" } }],
  ["no type", { body: Buffer.from("bytes") }],
])("does not care about the body: %s", async (_what, init: RequestInit) => {
  const response = await send("/webhooks/payu/brazil_2", init);
  expect(response.status).toBe(200);
  expect(received[0]?.source).toBe("payu/brazil_2");
  expect(received[0]?.request.rawBody.toString()).toBe(String(init.body ?? ""));
});

it.each<[WebhookVerdict, number]>([
  ["stored", 200],
  ["duplicate", 200],
  ["unsigned", 200],
  ["forged", 401],
  ["unknown-provider", 404],
])("answers %s with %d", async (given, status) => {
  verdict = async () => given;
  expect((await send("/webhooks/mercadopago")).status).toBe(status);
});

it("asks for the notification again when it could not be stored", async () => {
  verdict = async () => {
    throw new Error("secret of the database");
  };
  const response = await send("/webhooks/mercadopago?data.id=secret-query");
  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "30"]);
  expect(await response.text()).not.toContain("secret");
  expect(gateway.log()).toContain("secret of the database");
  expect(gateway.log()).not.toContain("secret-query");
});

it("says when to come again where the notification was one too many", async () => {
  verdict = async () => {
    throw new Refusal({ code: "RATE_LIMITED", message: "too many", path: [], retryAfter: 17 });
  };
  const response = await send("/webhooks/mercadopago");
  expect([response.status, response.headers.get("retry-after")]).toEqual([429, "17"]);
});

it("refuses large bodies and senseless addresses without handing them on", async () => {
  expect((await send("/webhooks/mercadopago", { body: "x".repeat(70_000) })).status).toBe(413);
  expect((await send("/webhooks/..%2f..%2fetc")).status).toBe(404);
  expect((await send("/webhooks/")).status).toBe(404);
  expect((await fetch(`${gateway.url}/webhooks/mercadopago`)).status).toBe(404);
  expect(received).toEqual([]);
});
