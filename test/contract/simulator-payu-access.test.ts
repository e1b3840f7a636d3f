import { request } from "undici";
import type { Json } from "../support/http";
import { type Marketplace, openMarketplace } from "../support/payu-simulator";
import { bootSimulator, type TestSimulator } from "../support/simulator";

describe("access to the simulated PayU", () => {
  let simulator: TestSimulator;
  let market: Marketplace;

  beforeAll(async () => {
    simulator = await bootSimulator();
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    market = await openMarketplace(simulator.payu);
  });

  const ask = async (form: Record<string, string>, type?: string) => {
    const response = await fetch(`${simulator.payu.url}/pl/standard/user/oauth/authorize`, {
      method: "POST",
      body: new URLSearchParams(form).toString(),
      headers: { "content-type": type ?? "application/x-www-form-urlencoded" },
    });
    return { status: response.status, body: (await response.json()) as Json };
  };
  const grant = (more: Record<string, string> = {}) => ({
    grant_type: "client_credentials",
    client_id: market.pos.posId,
    client_secret: market.pos.clientSecret,
    ...more,
  });

  it("is granted for twelve hours, also to the demo POS", async () => {
    expect(await ask(grant())).toEqual({
      status: 200,
      body: {
        access_token: expect.any(String),
        token_type: "bearer",
        expires_in: 43199,
        grant_type: "client_credentials",
      },
    });
    const demo = { client_id: "900100", client_secret: "payu-demo-secret" };
    expect((await ask(grant(demo))).status).toBe(200);
  });

  it.each<[string, Record<string, string>, number, string]>([
    ["a wrong secret", { client_secret: "wrong" }, 401, "invalid_client"],
    ["an unknown POS", { client_id: "1" }, 401, "invalid_client"],
    ["a missing secret", { client_secret: "" }, 400, "invalid_request"],
    ["a grant of buyers", { grant_type: "trusted_merchant" }, 400, "unsupported_grant_type"],
  ])("is refused for %s", async (_case, more, status, error) => {
    expect(await ask(grant(more))).toMatchObject({ status, body: { error } });
  });

  it("is refused when it is not asked for by a form", async () => {
    expect((await ask(grant(), "application/json")).status).toBe(401);
  });

  const invalidToken = {
    status: {
      statusCode: "UNAUTHORIZED",
      code: "401",
      codeLiteral: "INVALID_OR_MISSING_ACCESS_TOKEN",
      statusDesc: "Incorrect authentication",
    },
  };

  it("ends by time and by the switch, which spares other POS", async () => {
    const { payu } = simulator;
    const other = await openMarketplace(payu);
    await payu.control("POST", "/tokens/expire", { posId: market.pos.posId });
    expect(await market.post("/orders", market.orderBody())).toMatchObject({
      status: 401,
      body: invalidToken,
    });
    expect((await other.post("/orders", other.orderBody())).status).toBe(302);
    await payu.advance(43_198_000);
    expect((await other.get("/paymethods")).status).toBe(200);
    await payu.advance(2_000);
    expect((await other.get("/paymethods")).status).toBe(401);
  });

  it("is refused by payouts and shops in the words of OAuth", async () => {
    await simulator.payu.control("POST", "/tokens/expire");
    const error = { error: "invalid_token", error_description: expect.any(String) };
    expect((await market.payout(market.sellers[0], 1)).body).toEqual(error);
    expect((await market.get(`/shops/${market.pos.shopId}`)).body).toEqual(error);
    expect((await market.get("/customers/ext/x/status")).body).toEqual(invalidToken);
  });

  it("is bound to the POS, for new orders and for old ones", async () => {
    const other = await openMarketplace(simulator.payu);
    const refused = { status: 403, body: { status: { code: "8062" } } };
    expect(await market.post("/orders", other.orderBody())).toMatchObject(refused);
    const { orderId } = await other.pay(other.orderBody());
    expect(await market.get(`/orders/${orderId}`)).toMatchObject(refused);
    expect((await market.post(`/orders/${orderId}/refunds`, {})).status).toBe(403);
  });

  it("marks every answer for support", async () => {
    const { orderId } = await market.pay(market.orderBody());
    const answers = [
      await market.get(`/orders/${orderId}`),
      await market.get("/orders/unknown"),
      await simulator.payu.call("GET", "/nowhere"),
    ];
    const ids = answers.map(({ headers }) => headers.get("correlation-id"));
    expect(ids).toEqual(ids.map(() => expect.stringMatching(/^[0-9a-f-]{36}$/)));
    expect(new Set(ids).size).toBe(3);
  });

  it("answers 403 to a GET that has a body", async () => {
    const { orderId } = await market.pay(market.orderBody());
    const answer = await request(`${simulator.payu.url}/api/v2_1/orders/${orderId}`, {
      method: "GET",
      headers: { authorization: `Bearer ${market.token}`, "content-type": "application/json" },
      body: "{}",
    });
    expect(answer.statusCode).toBe(403);
    expect(await answer.body.text()).toContain("<h1>403 Forbidden</h1>");
  });

  it("answers 415 to a body that is no JSON by its type, and 400 to one that is none in truth", async () => {
    const send = (type: string | undefined, body: string | Buffer) =>
      fetch(`${simulator.payu.url}/api/v2_1/orders`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${market.token}`,
          ...(type === undefined ? {} : { "content-type": type }),
        },
        body,
      });
    expect((await send("text/plain", "{}")).status).toBe(415);
    expect((await send(undefined, Buffer.from("{}"))).status).toBe(415);
    const broken = await send("application/json", "{");
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ status: { statusCode: "ERROR_SYNTAX" } });
  });
});
