import {
  bootSimulator,
  type Json,
  openShop,
  type Shop,
  type TestSimulator,
} from "../support/simulator";

const day = 24 * 60 * 60 * 1000;

describe("the life of a simulated payment", () => {
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

  it("takes its own fee first and the application's from the rest", async () => {
    const payment = await shop.pay({ transaction_amount: 200, application_fee: 20 });
    expect(payment.fee_details).toEqual([
      { type: "mercadopago_fee", amount: 9, fee_payer: "collector" },
      { type: "application_fee", amount: 20, fee_payer: "collector" },
    ]);
    expect(payment.transaction_details.net_received_amount).toBe(171);
  });

  it("leaves a transfer pending until the payer pays on the linked page", async () => {
    shop = await openShop(simulator, "MLB");
    const payment = await shop.pay({
      token: undefined,
      installments: undefined,
      payment_method_id: "pix",
    });
    expect(payment).toMatchObject({
      status: "pending",
      status_detail: "pending_waiting_transfer",
      payment_type_id: "bank_transfer",
    });
    const page = payment.transaction_details.external_resource_url;
    const response = await fetch(page, { method: "POST" });
    expect(await response.text()).toContain("approved");
    expect((await shop.get(`/v1/payments/${payment.id}`)).body).toMatchObject({
      status: "approved",
    });
  });

  it("captures within the authorized amount, once", async () => {
    const { id } = await shop.pay({ capture: false, application_fee: 10.05 });
    expect(
      (await shop.put(id, { capture: true, transaction_amount: 101 })).body.cause[0].code,
    ).toBe(2078);
    expect((await shop.put(id, { capture: true, transaction_amount: -1 })).body.cause[0].code).toBe(
      2079,
    );
    const captured = await shop.put(
      id,
      { capture: true, transaction_amount: 50.25 },
      "capture-key",
    );
    expect(captured.body).toMatchObject({ status: "approved", transaction_amount: 50.25 });
    expect(captured.body.fee_details[1].amount).toBe(5.02);
    const again = await shop.put(id, { capture: true, transaction_amount: 50.25 }, "capture-key");
    expect(again.status).toBe(200);
    expect((await shop.put(id, { capture: true })).body.cause[0].code).toBe(2018);
    expect((await shop.ledger()).map(({ type }) => type)).toEqual(["authorize", "capture"]);
  });

  it("cancels what is open and nothing else", async () => {
    const open = await shop.pay({}, "CONT");
    const cancelled = await shop.put(open.id, { status: "cancelled" });
    expect(cancelled.body).toMatchObject({ status: "cancelled", status_detail: "by_collector" });
    const done = await shop.pay();
    expect((await shop.put(done.id, { status: "cancelled" })).body.cause[0].code).toBe(2018);
    expect((await shop.put(done.id, { nonsense: 1 })).body.cause[0].code).toBe(8);
  });

  it("moves date_last_updated forward with every change", async () => {
    const { id, date_last_updated: created } = await shop.pay({}, "CONT");
    const edited = (await shop.put(id, { metadata: { order: 1 } })).body;
    const cancelled = (await shop.put(id, { status: "cancelled" })).body;
    const dates = [created, edited.date_last_updated, cancelled.date_last_updated];
    expect([...new Set(dates)].sort()).toEqual(dates);
    expect(cancelled.metadata).toEqual({ order: 1 });
  });

  it("lets payments expire: open ones after 30 days, authorized ones after 7, others on their date", async () => {
    const waiting = await shop.pay({}, "CONT");
    const held = await shop.pay({ capture: false });
    const { now } = await simulator.control("GET", "/clock");
    const expiration = new Date(Date.parse(now) + 8 * day).toISOString();
    const dated = await shop.pay({
      token: undefined,
      payment_method_id: "rapipago",
      date_of_expiration: expiration,
    });
    const statusOf = async ({ id }: Json) =>
      (await shop.get(`/v1/payments/${id}`)).body.status_detail;

    await advance(7 * day);
    expect(await Promise.all([waiting, held, dated].map(statusOf))).toEqual([
      "pending_contingency",
      "expired",
      "pending_waiting_payment",
    ]);
    await advance(day);
    expect(await statusOf(dated)).toBe("expired");
    await advance(22 * day);
    expect(await statusOf(waiting)).toBe("expired");
  });

  it("searches by reference and status, sorted and in pages", async () => {
    const ids: number[] = [];
    for (let index = 0; index < 3; index += 1)
      ids.push((await shop.pay({ external_reference: "many" })).id);
    await shop.pay({ external_reference: "other" });
    const search = async (query: string) => (await shop.get(`/v1/payments/search?${query}`)).body;
    const idsOf = (page: Json) => page.results.map((payment: Json) => payment.id);

    const all = await search("external_reference=many&sort=date_created&criteria=asc");
    expect(all.paging).toEqual({ total: 3, limit: 30, offset: 0 });
    expect(idsOf(all)).toEqual(ids);
    const second = await search("external_reference=many&criteria=asc&limit=1&offset=1");
    expect(idsOf(second)).toEqual([ids[1]]);
    expect((await search("external_reference=many&status=rejected")).paging.total).toBe(0);
    expect(
      (await search("range=date_created&begin_date=NOW-1HOURS&end_date=NOW")).paging.total,
    ).toBe(4);
    expect((await search("limit=500")).paging.limit).toBe(100);
    expect((await search("sort=amount")).cause[0].code).toBe(1003);
    expect((await search("criteria=up")).cause[0].code).toBe(1004);
    expect((await search("begin_date=yesterday")).cause[0].code).toBe(1001);
  });

  it("hides an account's payments from the others", async () => {
    const other = await simulator.seller("MLA");
    const { id } = await shop.pay();
    const theirs = await simulator.call("GET", `/v1/payments/${id}`, undefined, {
      token: other.accessToken,
    });
    expect([theirs.status, theirs.body.cause[0].code]).toEqual([403, 4]);
    const missing = await shop.get("/v1/payments/1");
    expect([missing.status, missing.body.cause[0].code]).toEqual([404, 2000]);
  });
});
