import {
  bootSimulator,
  type Json,
  openShop,
  type Shop,
  type TestSimulator,
} from "../support/simulator";

const day = 24 * 60 * 60 * 1000;

describe("simulated refunds", () => {
  let simulator: TestSimulator;
  let shop: Shop;

  beforeAll(async () => {
    simulator = await bootSimulator();
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    shop = await openShop(simulator);
  });
  const advance = (ms: number) => simulator.control("POST", "/clock", { advanceMs: ms });
  const codeOf = (answer: { body: Json }) => answer.body.cause[0].code;

  it("return everything that is left when no amount is named", async () => {
    const { id } = await shop.pay();
    const answer = await shop.refund(id);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ payment_id: id, amount: 100.5, status: "approved" });
    expect(await shop.payment(id)).toMatchObject({
      status: "refunded",
      status_detail: "refunded",
      transaction_amount_refunded: 100.5,
    });
  });

  it("measure each part against what is left", async () => {
    const { id } = await shop.pay();
    await shop.refund(id, { amount: 60 });
    expect(await shop.payment(id)).toMatchObject({
      status: "approved",
      status_detail: "partially_refunded",
      transaction_amount_refunded: 60,
    });
    expect(codeOf(await shop.refund(id, { amount: 60 }))).toBe(2017);
    expect((await shop.refund(id, { amount: 40.5 })).status).toBe(201);
    const payment = await shop.payment(id);
    expect(payment).toMatchObject({ status: "refunded", transaction_amount_refunded: 100.5 });
    expect(payment.refunds.map(({ amount }: Json) => amount)).toEqual([60, 40.5]);
    expect(codeOf(await shop.refund(id))).toBe(2063);
  });

  it("are made once under one key; the repetition is answered without a body", async () => {
    const { id } = await shop.pay();
    expect((await shop.refund(id, { amount: 10 }, "refund-key")).status).toBe(201);
    const again = await shop.refund(id, { amount: 10 }, "refund-key");
    expect([again.status, again.body]).toEqual([200, undefined]);
    expect((await shop.refund(id, { amount: 11 }, "refund-key")).status).toBe(409);
    expect((await shop.ledger()).map(({ type }) => type)).toEqual(["charge", "refund"]);
  });

  it("take the absent body and the empty object for the same wish", async () => {
    const { id } = await shop.pay();
    expect((await shop.refund(id, undefined, "whole")).status).toBe(201);
    expect((await shop.refund(id, {}, "whole")).status).toBe(200);
  });

  it.each([
    [4040, { amount: 0 }],
    [4040, { amount: -5 }],
    [4041, { amount: "ten" }],
    [4041, { amount: 10.005 }],
  ])("are refused with cause %d for %j", async (code, body) => {
    const { id } = await shop.pay();
    const answer = await shop.refund(id, body);
    expect([answer.status, codeOf(answer)]).toEqual([400, code]);
    expect(await shop.ledger()).toHaveLength(1);
  });

  it("need a key and a payment of the caller", async () => {
    const { id } = await shop.pay();
    expect(codeOf(await shop.refund(id, {}, null))).toBe(4292);
    expect(codeOf(await shop.refund(1))).toBe(2000);
    const other = await openShop(simulator);
    const theirs = await other.refund(id);
    expect([theirs.status, codeOf(theirs)]).toEqual([403, 4]);
    expect(codeOf(await shop.get(`/v1/payments/${id}/refunds/1`))).toBe(2032);
  });

  it("need an approved payment", async () => {
    const waiting = await shop.pay({}, "CONT");
    expect(codeOf(await shop.refund(waiting.id))).toBe(2063);
    const disputed = await shop.pay();
    await simulator.control("POST", `/payments/${disputed.id}`, { status: "in_mediation" });
    expect(codeOf(await shop.refund(disputed.id))).toBe(2063);
  });

  it.each([
    ["MLA", 180],
    ["MPE", 90],
  ])("are possible in %s for %d days after the approval", async (siteId, days) => {
    const local = await openShop(simulator, siteId);
    const { id } = await local.pay();
    await advance(days * day - 60_000);
    expect((await local.refund(id, { amount: 1 })).status).toBe(201);
    await advance(120_000);
    expect(codeOf(await local.refund(id, { amount: 1 }))).toBe(2024);
  });

  it("need money on the seller's side", async () => {
    const { id } = await shop.pay();
    const account = `/accounts/${shop.seller.userId}`;
    await simulator.control("POST", account, { lacksBalance: true });
    expect(codeOf(await shop.refund(id))).toBe(990_001);
    await simulator.control("POST", account, { lacksBalance: false });
    expect((await shop.refund(id)).status).toBe(201);
  });

  describe("in process", () => {
    const header = { "x-render-in-process-refunds": "true" };
    const refund = (id: number, headers: Record<string, string>) =>
      simulator.call(
        "POST",
        `/v1/payments/${id}/refunds`,
        { amount: 40 },
        {
          ...{ token: shop.seller.accessToken, key: "in-process" },
          headers,
        },
      );
    const list = (id: number, headers: Record<string, string>) => {
      const { accessToken: token } = shop.seller;
      return simulator.call("GET", `/v1/payments/${id}/refunds`, undefined, { token, headers });
    };
    beforeEach(() =>
      simulator.control("POST", `/accounts/${shop.seller.userId}`, { refundsInProcess: true }),
    );

    it("are told as a 400 without a cause to who does not ask for them, and go on", async () => {
      const { id } = await shop.pay();
      expect(await refund(id, {})).toMatchObject({ status: 400, body: { cause: [] } });
      expect((await list(id, {})).status).toBe(400);
      const { status, body } = await list(id, header);
      expect([status, body.length, body[0].status]).toEqual([200, 1, "in_process"]);
      expect(await shop.payment(id)).toMatchObject({
        status_detail: "accredited",
        transaction_amount_refunded: 0,
        refunds: [],
      });
      expect(codeOf(await shop.refund(id, { amount: 60.6 }))).toBe(2017);
    });

    it.each([
      ["approved", "partially_refunded", 40, ["charge", "refund"]],
      ["rejected", "accredited", 0, ["charge", "refund-failed"]],
    ])("end as they are told to: %s", async (end, detail, refunded, ledger) => {
      const { id } = await shop.pay();
      const { status, body } = await refund(id, header);
      expect([status, body.status]).toEqual([201, "in_process"]);
      await simulator.control("POST", `/refunds/${body.id}`, { status: end });
      expect((await list(id, {})).body).toMatchObject([{ id: body.id, status: end }]);
      expect(await shop.payment(id)).toMatchObject({
        status_detail: detail,
        transaction_amount_refunded: refunded,
      });
      expect((await shop.ledger()).map(({ type }) => type)).toEqual(ledger);
    });
  });

  it("return their share of the fees", async () => {
    const { id } = await shop.pay({ transaction_amount: 200, application_fee: 20 });
    await shop.refund(id, { amount: 50 });
    const amounts = (await shop.payment(id)).charges_details.map(({ amounts }: Json) => amounts);
    expect(amounts).toEqual([
      { original: 9, refunded: 2.25 },
      { original: 20, refunded: 5 },
    ]);
  });
});
