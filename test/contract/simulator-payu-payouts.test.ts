import { randomUUID } from "node:crypto";
import { type Marketplace, openMarketplace } from "../support/payu-simulator";
import { bootSimulator, type TestSimulator } from "../support/simulator";

const day = 24 * 60 * 60 * 1000;

describe("payouts at the simulated PayU", () => {
  let simulator: TestSimulator;
  let market: Marketplace;
  let seller: string;

  beforeAll(async () => {
    simulator = await bootSimulator();
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    const settings = { payoutStepMs: null, payoutLimitMinor: 1_000_000_00 };
    await simulator.payu.control("POST", "/settings", settings);
    market = await openMarketplace(simulator.payu);
    seller = await simulator.payu.seller(market.pos, { grantMinor: 5000 });
  });

  const refused = (status: number, codeLiteral: string) => ({
    status,
    body: { status: { codeLiteral } },
  });
  const change = (extra: Record<string, unknown>) =>
    simulator.payu.control("POST", `/sellers/${seller}`, { pos: market.pos.posId, ...extra });
  const make = async (amount = 1000): Promise<string> =>
    (await market.payout(seller, amount)).body.payout.payoutId;
  const statusOf = async (id: string) => (await market.get(`/payouts/${id}`)).body.payout.status;

  it("take the money at once and are PENDING", async () => {
    const extra = { extPayoutId: "p-1", description: "Week 7" };
    const answer = await market.payout(seller, 1000, extra);
    expect(answer.status).toBe(201);
    const payoutId = answer.body.payout.payoutId;
    expect(payoutId).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.body).toEqual({
      payout: { payoutId, extPayoutId: "p-1", extCustomerId: seller, status: "PENDING" },
      status: { statusCode: "SUCCESS" },
    });
    expect((await market.get(`/payouts/${payoutId}`)).body).toEqual({
      payout: {
        payoutId,
        extPayoutId: "p-1",
        amount: "1000",
        description: "Week 7",
        status: "PENDING",
      },
      status: { statusCode: "SUCCESS" },
    });
    expect(await market.balance(seller)).toEqual({ total: 4000, available: 4000 });
    const { operations } = await market.operations(seller, { type: "PAYOUT" });
    expect(operations).toMatchObject([
      { amount: "1000", status: "PENDING", details: { payoutId, extPayoutId: "p-1" } },
    ]);
  });

  it("finish in two steps by themselves", async () => {
    await simulator.payu.control("POST", "/settings", { payoutStepMs: 60_000 });
    const id = await make();
    await simulator.payu.advance(119_000);
    expect(await statusOf(id)).toBe("PENDING");
    await simulator.payu.advance(2_000);
    expect(await statusOf(id)).toBe("REALIZED");
    const { operations } = await market.operations(seller, { type: "PAYOUT" });
    expect(operations).toMatchObject([{ status: "COMPLETED" }]);
  });

  it.each([
    [1, "PENDING", 4000],
    [2, "PENDING", 4000],
    [3, "CANCELLED", 5000],
    [4, "WAITING", 4000],
    [5, "REALIZED", 4000],
    [6, "CANCELLED", 5000],
    [7, "WAITING", 4000],
  ])("can be moved to %d, which is %s and leaves %d", async (code, status, total) => {
    const id = await make();
    await simulator.payu.movePayout(id, code);
    expect(await statusOf(id)).toBe(status);
    expect((await market.balance(seller)).total).toBe(total);
  });

  it("can come back after they were finished, once, and leave both operations", async () => {
    const id = await make();
    await simulator.payu.movePayout(id, 5);
    await simulator.payu.movePayout(id, 6);
    await expect(simulator.payu.movePayout(id, 6)).rejects.toThrow("from 6 to 6");
    expect((await market.balance(seller)).total).toBe(5000);
    const { operations } = await market.operations(seller, { type: "PAYOUT,RETURN" });
    const shown = operations.map(({ type, status }: { type: string; status: string }) => [
      type,
      status,
    ]);
    expect(shown).toEqual([
      ["RETURN", "COMPLETED"],
      ["PAYOUT", "COMPLETED"],
    ]);
    const path = `/summary?externalReference=${(await market.ledger()).at(-1)?.extPayoutId}`;
    expect(await simulator.payu.control("GET", path)).toMatchObject({
      payouts: 1,
      payoutsReturned: 1,
      paidOutTotalMinor: 0,
    });
  });

  it("go on from 7, which is not final", async () => {
    const id = await make();
    await simulator.payu.movePayout(id, 7);
    await simulator.payu.movePayout(id, 5);
    expect(await statusOf(id)).toBe("REALIZED");
    await expect(simulator.payu.movePayout(id, 3)).rejects.toThrow("from 5 to 3");
  });

  it("are unique by the shop's id, also when the money has gone since", async () => {
    expect((await market.payout(seller, 5000, { extPayoutId: "p-1" })).status).toBe(201);
    expect(await market.payout(seller, 5000, { extPayoutId: "p-1" })).toMatchObject(
      refused(400, "PAYOUT_ALREADY_EXISTS"),
    );
    expect((await market.totals()).paidOutMinor).toBe(5000);
  });

  it("can be read for two weeks, by their own shop", async () => {
    const id = await make();
    const other = await openMarketplace(simulator.payu);
    expect(await other.get(`/payouts/${id}`)).toMatchObject(refused(404, "INCORRECT_PAYOUT"));
    await simulator.payu.advance(14 * day - 60_000);
    await market.renewToken();
    expect((await market.get(`/payouts/${id}`)).status).toBe(200);
    await simulator.payu.advance(60_000);
    expect(await market.get(`/payouts/${id}`)).toMatchObject(refused(404, "INCORRECT_PAYOUT"));
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ["who is closed", { active: false }, "9104", "MARKETPLACE_CUSTOMER_IS_NOT_ACTIVE"],
    ["who is locked", { locked: true }, "9106", "MARKETPLACE_CUSTOMER_IS_LOCKED"],
    ["who is not verified", { verified: false }, "9132", "MARKETPLACE_CUSTOMER_NOT_VERIFIED"],
  ])("are refused for a seller %s", async (_case, state, code, codeLiteral) => {
    await change(state);
    expect(await market.payout(seller, 1)).toMatchObject({
      status: 400,
      body: { status: { code, codeLiteral } },
    });
  });

  it("are refused for strangers, other shops and other accounts", async () => {
    expect(await market.payout("nobody", 1)).toMatchObject({
      status: 404,
      body: { status: { code: "9999", codeLiteral: "CUSTOMER_NOT_FOUND" } },
    });
    const body = {
      shopId: market.pos.shopId,
      account: { extCustomerId: seller },
      payout: { amount: 1, currencyCode: "PLN", extPayoutId: "p-1" },
    };
    const elsewhere = await market.post("/payouts", { ...body, shopId: "demoShop" });
    expect(elsewhere).toMatchObject(refused(403, "UNKOWN_MERCHANT"));
    const account = { extCustomerId: seller, accountNumber: "PL61109010140000071219812874" };
    expect(await market.post("/payouts", { ...body, account })).toMatchObject({
      status: 400,
      body: { status: { code: "9133" } },
    });
  });

  it("are refused for more than there is, or more than is allowed at once", async () => {
    expect(await market.payout(seller, 5001)).toMatchObject(refused(400, "NOT_ENOUGH_FUNDS"));
    await simulator.payu.control("POST", "/settings", { payoutLimitMinor: 4000 });
    expect(await market.payout(seller, 4001)).toMatchObject({
      status: 400,
      body: { status: { code: "9103", codeLiteral: "AMOUNT_TO_BIG" } },
    });
    expect((await market.payout(seller, 4000)).status).toBe(201);
  });

  it.each([
    ["no amount", { amount: undefined }],
    ["an amount of nothing", { amount: 0 }],
    ["another currency", { currencyCode: "EUR" }],
    ["no id", { extPayoutId: undefined }],
    ["an id that is too long", { extPayoutId: "x".repeat(65) }],
  ])("are refused with %s", async (_case, extra) => {
    expect((await market.payout(seller, 1, extra)).status).toBe(400);
  });

  it("wait for money that is blocked after a sale", async () => {
    const { payu } = simulator;
    await payu.control("POST", "/settings", { blockMs: 60_000 });
    const [first] = market.sellers;
    await market.pay(market.splitBody([{ seller: first, amount: 1000 }]));
    await payu.control("POST", "/settings", { blockMs: 0 });
    expect(await market.balance(first)).toEqual({ total: 1000, available: 0 });
    expect(await market.payout(first, 1)).toMatchObject(refused(400, "NOT_ENOUGH_FUNDS"));
    await payu.advance(60_000);
    expect(await market.balance(first)).toEqual({ total: 1000, available: 1000 });
  });

  it("pay the marketplace's own money, by its name or as a whole", async () => {
    await market.pay(market.splitBody([{ seller, amount: 1000, fee: 300 }]));
    expect((await market.payout(market.pos.feeAccount, 100)).status).toBe(201);
    const { shopId } = market.pos;
    expect((await market.get(`/shops/${shopId}`)).body).toEqual({
      shopId,
      name: expect.any(String),
      currencyCode: "PLN",
      balance: { currencyCode: "PLN", total: "200", available: "200" },
    });
    const whole = await market.post("/payouts", { shopId });
    expect(whole.status).toBe(201);
    expect((await market.balance(market.pos.feeAccount)).total).toBe(0);
    const nothing = await market.post("/payouts", { shopId });
    expect(nothing).toMatchObject(refused(400, "NOT_ENOUGH_FUNDS"));
    expect((await market.get("/shops/demoShop")).status).toBe(404);
  });

  describe("in another currency", () => {
    const table = async () => (await market.get("/mcp-partners/partner-1/fx-table")).body;
    const pay = async (fxData: Record<string, unknown>) =>
      market.post("/payouts", {
        shopId: market.pos.shopId,
        account: { extCustomerId: seller },
        payout: { amount: 1000, currencyCode: "PLN", extPayoutId: randomUUID() },
        fxData: { partnerId: "partner-1", currencyCode: "EUR", ...fxData },
      });
    const inEuro = async () => {
      const { id, currencyPairs } = await table();
      const { exchangeRate: rate } = currencyPairs.find(
        (pair: Record<string, unknown>) =>
          pair.baseCurrency === "PLN" && pair.termCurrency === "EUR",
      );
      return { tableId: id, rate, amount: Math.round(1000 * rate) };
    };

    it("keep to the table of rates that is valid now", async () => {
      const fxData = await inEuro();
      const answer = await pay(fxData);
      expect(answer.status).toBe(201);
      expect(answer.body.payout.fxData).toMatchObject({ currencyCode: "EUR", ...fxData });
      expect((await market.balance(seller)).total).toBe(4000);
    });

    it("are refused with another rate, amount, table or currency", async () => {
      const fxData = await inEuro();
      const wrong = [
        { rate: 1 },
        { amount: fxData.amount + 3 },
        { tableId: "1" },
        { currencyCode: "USD" },
      ];
      for (const extra of wrong) expect((await pay({ ...fxData, ...extra })).status).toBe(400);
      const { validTo } = await table();
      await simulator.payu.control("POST", "/clock", { set: validTo });
      expect((await pay(fxData)).status).toBe(400);
      expect((await market.balance(seller)).total).toBe(5000);
    });
  });
});
