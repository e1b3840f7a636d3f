import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { byBlik, type Marketplace, openMarketplace } from "../support/payu-simulator";
import { bootSimulator, type TestSimulator } from "../support/simulator";

describe("the faults of the simulated PayU", () => {
  let simulator: TestSimulator;
  let market: Marketplace;

  beforeAll(async () => {
    simulator = await bootSimulator();
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    await simulator.payu.control("DELETE", "/faults");
    market = await openMarketplace(simulator.payu);
  });
  const plan = (effect: unknown, path = "^/api/v2_1/orders$", method = "POST") =>
    simulator.payu.control("POST", "/faults", {
      match: { method, path, account: market.pos.posId },
      effect,
    });
  const charges = async () =>
    (await market.ledger()).filter(({ type }) => type === "charge").length;

  it.each([
    ["drop-before", 0],
    ["effect-then-drop", 1],
    ["garbage", 1],
    ["truncate", 1],
  ])(
    "lose the answer with %s after %d charges, and the same request finds out",
    async (effect, made) => {
      await plan(effect);
      const body = market.orderBody(byBlik());
      await expect(market.post("/orders", body)).rejects.toThrow();
      expect(await charges()).toBe(made);
      expect((await market.post("/orders", body)).status).toBe(made === 1 ? 400 : 201);
      expect(await charges()).toBe(1);
    },
  );

  it("leave one refund, one payout and one transfer behind a lost answer", async () => {
    const [seller] = market.sellers;
    const { orderId } = await market.pay(market.splitBody([{ seller, amount: 1000 }]));
    const refund = { extRefundId: "r-1", extCustomerId: seller, amount: 100 };
    await plan("effect-then-drop", "^/api/v2_1/orders/[^/]+/refunds$");
    await expect(market.refund(orderId, refund)).rejects.toThrow();
    expect((await market.refund(orderId, refund)).status).toBe(200);

    await plan("effect-then-drop", "/api/v2_1/payouts");
    await expect(market.payout(seller, 200, { extPayoutId: "p-1" })).rejects.toThrow();
    expect((await market.payout(seller, 200, { extPayoutId: "p-1" })).status).toBe(400);

    const path = `/customers/ext/${seller}/feeDebitTransfer`;
    const transfer = { amount: 300, currencyCode: "PLN", description: "x", extTransferId: "t-1" };
    await plan("effect-then-drop", `/api/v2_1${path}`);
    await expect(market.post(path, transfer)).rejects.toThrow();
    expect((await market.post(path, transfer)).status).toBe(400);
    expect(await market.balance(seller)).toEqual({ total: 400, available: 400 });
  });

  it.each([
    [408, "TIMEOUT"],
    [500, "GENERAL_ERROR"],
    [503, "SERVICE_NOT_AVAILABLE"],
  ])("answer %d in PayU's words", async (code, statusCode) => {
    await plan({ kind: "status", code });
    const answer = await market.post("/orders", market.orderBody(byBlik()));
    expect(answer).toMatchObject({ status: code, body: { status: { statusCode } } });
    expect(answer.headers.get("correlation-id")).toEqual(expect.any(String));
    expect(await charges()).toBe(0);
  });

  it("answer 429 with a page, and 500 although the order was paid", async () => {
    const headers = { "content-type": "text/html" };
    await plan({ kind: "status", code: 429, body: "<h1>Too much traffic</h1>", headers });
    await expect(market.post("/orders", market.orderBody())).rejects.toThrow("JSON");
    await plan("effect-then-500");
    const answer = await market.post("/orders", market.orderBody(byBlik()));
    expect(answer).toMatchObject({
      status: 500,
      body: { status: { statusCode: "ERROR_INTERNAL" } },
    });
    expect(await charges()).toBe(1);
  });

  it("strike one POS and spare the others", async () => {
    const other = await openMarketplace(simulator.payu);
    await plan({ kind: "status", code: 503 });
    expect((await other.post("/orders", other.orderBody())).status).toBe(302);
    expect((await market.post("/orders", market.orderBody())).status).toBe(503);
  });
});

describe("the state file of the simulated PayU", () => {
  it("brings orders, refunds, payouts, tokens, balances and the ledger back", async () => {
    const folder = await mkdtemp(join(tmpdir(), "simulator-"));
    const dataFile = join(folder, "simulator.json");
    const first = await bootSimulator({ dataFile });
    const slow = { settleMs: 60_000, refundMs: 60_000, payoutStepMs: 60_000 };
    const market = await openMarketplace(first.payu);
    const [seller] = market.sellers;
    const paid = await market.pay(market.splitBody([{ seller, amount: 1000, fee: 100 }]));
    await first.payu.control("POST", "/settings", slow);
    const waiting = await market.pay(market.orderBody());
    const refund = await market.refund(paid.orderId, { extRefundId: "r-1", amount: 200 });
    const { payoutId } = (await market.payout(seller, 300)).body.payout;
    const shop = await first.control("POST", "/accounts", { siteId: "MLA" });
    await first.close();

    const second = await bootSimulator({ dataFile });
    const call = (path: string) =>
      second.payu.call("GET", `/api/v2_1${path}`, undefined, { token: market.token });
    const balances = await second.payu.control("GET", `/balances?pos=${market.pos.posId}`);
    expect(balances).toMatchObject({ capturedMinor: 1000, refundedMinor: 200, paidOutMinor: 300 });
    await second.payu.advance(60_000);
    expect((await call(`/orders/${waiting.orderId}`)).body.orders[0].status).toBe("COMPLETED");
    const { refundId } = refund.body.refund;
    const refunds = `/orders/${paid.orderId}/refunds/${refundId}`;
    expect((await call(refunds)).body.status).toBe("FINALIZED");
    await second.payu.advance(60_000);
    expect((await call(`/payouts/${payoutId}`)).body.payout.status).toBe("REALIZED");
    const path = `/summary?externalReference=${paid.extOrderId}`;
    expect(await second.payu.control("GET", path)).toMatchObject({ charges: 1, refunds: 1 });
    // The other half of the file is still there.
    const { accounts } = await second.control("GET", "/accounts");
    expect(accounts).toContainEqual(expect.objectContaining({ userId: shop.userId }));

    await second.payu.control("POST", "/reset");
    expect((await call(`/orders/${paid.orderId}`)).status).toBe(401);
    const demo = { posId: "900100", clientSecret: "payu-demo-secret" };
    expect(await second.payu.token(demo)).toEqual(expect.any(String));
    await second.close();
    await rm(folder, { recursive: true });
  });
});
