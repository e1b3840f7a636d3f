import { randomUUID } from "node:crypto";
import { type InPersonShop, openInPersonShop, pointOrder } from "../support/in-person";
import { bootSimulator, type Json, type TestSimulator } from "../support/simulator";

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;
const ulid = "[0-9A-HJKMNP-TV-Z]{26}";

describe("simulated orders for card readers", () => {
  let simulator: TestSimulator;
  let shop: InPersonShop;

  beforeAll(async () => {
    simulator = await bootSimulator();
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    shop = await openInPersonShop(simulator);
    // Somebody presses Refresh, so that no test depends on how fast a reader is.
    await shop.set({ pickUpMs: null });
  });
  const advance = (ms: number) => simulator.control("POST", "/clock", { advanceMs: ms });
  const codesOf = (answer: Json) => [
    answer.status,
    answer.body.errors.map((one: Json) => one.code),
  ];
  const create = (extra?: Json, options?: Json) =>
    shop.call("POST", "/v1/orders", pointOrder(shop.reader.id, extra), options);
  const cancel = (id: string, header?: string) =>
    shop.call("POST", `/v1/orders/${id}/cancel`, undefined, {
      headers: header === undefined ? {} : { "x-allow-cancelable-status": header },
    });
  const refund = (id: string, body?: Json, key?: string) =>
    shop.call("POST", `/v1/orders/${id}/refund`, body, { key });

  it("are created as the documents show them", async () => {
    const extra = {
      external_reference: "sale-0001",
      description: "Till 3",
      expiration_time: "PT16M",
      integration_data: { platform_id: "dev_1", sponsor: { id: "5550000" } },
    };
    const answer = await create(extra);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.stringMatching(`^ORD${ulid}$`),
      type: "point",
      user_id: String(shop.seller.userId),
      external_reference: "sale-0001",
      description: "Till 3",
      expiration_time: "PT16M",
      processing_mode: "automatic",
      country_code: "BRA",
      currency: "BRL",
      integration_data: {
        application_id: "1010101010101010",
        platform_id: "dev_1",
        sponsor: { id: "5550000" },
      },
      status: "created",
      status_detail: "created",
      created_date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/),
      last_updated_date: expect.any(String),
      config: { point: { terminal_id: shop.reader.id, print_on_terminal: "seller_ticket" } },
      transactions: {
        payments: [
          { id: expect.stringMatching(`^PAY${ulid}$`), amount: "50.00", status: "created" },
        ],
      },
    });
  });

  it("go from the till to the reader and end with a payment like any other", async () => {
    const { id, external_reference } = await shop.order();
    await shop.at("refresh");
    expect(await shop.read(id)).toMatchObject({
      status: "at_terminal",
      transactions: { payments: [{ status: "at_terminal", status_detail: "at_terminal" }] },
    });
    await shop.at("tap", { methodId: "master", installments: 3 });
    const paid = await shop.read(id);
    expect(paid).toMatchObject({ status: "processed", status_detail: "accredited" });
    const [transaction] = paid.transactions.payments;
    expect(transaction).toMatchObject({
      status: "processed",
      status_detail: "accredited",
      amount: "50.00",
      paid_amount: "50.00",
      payment_method: { type: "credit_card", id: "master", installments: 3 },
      card: { first_digits: "503175", last_digits: "0604" },
    });
    const payment = await shop.call("GET", `/v1/payments/${transaction.reference_id}`);
    expect(payment.body).toMatchObject({
      status: "approved",
      transaction_amount: 50,
      external_reference,
      installments: 3,
    });
    expect(await shop.ledger()).toMatchObject([{ type: "charge", amountMinor: 5000 }]);
  });

  it("are fetched by the reader itself, and wait for one that is off", async () => {
    await shop.at("unplug");
    await shop.set({ pickUpMs: 0 });
    const { id } = await shop.order();
    await advance(1);
    expect(await shop.read(id)).toMatchObject({ status: "created" });
    await shop.at("plug");
    expect(await shop.read(id)).toMatchObject({ status: "at_terminal" });
  });

  describe("answer everything that is wrong with a body at once", () => {
    it.each([
      ["title", { title: "Coffee" }, ["unsupported_properties"]],
      ["amount as a number", { transactions: { payments: [{ amount: 50 }] } }, ["property_type"]],
      [
        "two payments",
        { transactions: { payments: [{ amount: "1.00" }, { amount: "1.00" }] } },
        ["maximum_items"],
      ],
      ["no payment", { transactions: { payments: [] } }, ["minimum_items"]],
      ["three decimals", { transactions: { payments: [{ amount: "1.005" }] } }, ["property_value"]],
      ["nothing to pay", { transactions: { payments: [{ amount: "0.00" }] } }, ["property_value"]],
      ["a long description", { description: "x".repeat(151) }, ["property_value"]],
      ["too short a life", { expiration_time: "PT29S" }, ["property_value"]],
      ["too long a life", { expiration_time: "PT3H1S" }, ["property_value"]],
      ["a reference with blanks", { external_reference: "sale 1" }, ["property_value"]],
      ["no reference", { external_reference: undefined }, ["required_properties"]],
      [
        "an unknown sponsor",
        { integration_data: { sponsor: { id: "1" } } },
        ["order_invalid_sponsor_id"],
      ],
      [
        "several",
        { external_reference: undefined, title: "x", description: 1 },
        ["required_properties", "property_type", "unsupported_properties"],
      ],
    ])("%s", async (_name, extra, codes) => {
      const answer = await create(extra);
      expect(codesOf(answer)).toEqual([400, expect.arrayContaining(codes)]);
      expect(answer.body.errors).toHaveLength(codes.length);
    });
  });

  it("have the other envelope in front of them", async () => {
    const answer = await create({}, { token: "nobody" });
    expect([answer.status, answer.body]).toEqual([
      401,
      { code: "unauthorized", message: "user not found" },
    ]);
  });

  it("have a minimum in Mexico, and whole numbers in Chile", async () => {
    const mexico = await openInPersonShop(simulator, "MLM");
    const small = { transactions: { payments: [{ amount: "4.99" }] } };
    const body = pointOrder(mexico.reader.id, small);
    expect(codesOf(await mexico.call("POST", "/v1/orders", body))).toEqual([
      400,
      ["property_value"],
    ]);
    const chile = await openInPersonShop(simulator, "MLC");
    const whole = await chile.order({ transactions: { payments: [{ amount: "1500.00" }] } });
    expect(whole.transactions.payments[0].amount).toBe("1500");
    await expect(
      chile.order({ transactions: { payments: [{ amount: "10.50" }] } }),
    ).rejects.toThrow("property_value");
  });

  describe("are made once under one key", () => {
    it("and the repetition gets the first answer, for 24 hours", async () => {
      const key = randomUUID();
      const body = pointOrder(shop.reader.id);
      const first = await shop.call("POST", "/v1/orders", body, { key });
      await shop.at("refresh");
      await shop.at("tap");
      const again = await shop.call("POST", "/v1/orders", body, { key });
      expect([again.status, again.body]).toEqual([201, first.body]);
      const other = await shop.call("POST", "/v1/orders", { ...body, description: "x" }, { key });
      expect(codesOf(other)).toEqual([409, ["idempotency_key_already_used"]]);
      await advance(day);
      const later = await shop.call("POST", "/v1/orders", body, { key });
      expect(later.body.id).not.toBe(first.body.id);
      expect(await shop.ledger()).toHaveLength(1);
    });

    it("which must be there, and not too long", async () => {
      expect(codesOf(await create({}, { key: null }))).toEqual([400, ["empty_required_header"]]);
      const long = await create({}, { key: "k".repeat(129) });
      expect(codesOf(long)).toEqual([400, ["invalid_idempotency_key_length"]]);
    });
  });

  it("come one at a time", async () => {
    const { id } = await shop.order();
    expect(codesOf(await create())).toEqual([409, ["already_queued_order_for_terminal"]]);
    await cancel(id);
    expect((await create()).status).toBe(201);
  });

  it("need a reader of the caller, with a place, and one that listens", async () => {
    const other = await openInPersonShop(simulator);
    for (const id of [other.reader.id, "NEWLAND_N950__NOBODY"]) {
      const answer = await shop.call("POST", "/v1/orders", pointOrder(id));
      expect(codesOf(answer)).toEqual([403, ["forbidden_checking_terminal_owner"]]);
    }
    await shop.set({ posId: null });
    expect(codesOf(await create())).toEqual([403, ["store_pos_not_found"]]);

    // A reader on its own is given the order, and never shows it.
    await other.set({ mode: "STANDALONE" });
    const { id } = await other.ring();
    expect(await other.read(id)).toMatchObject({ status: "created" });

    await simulator.control("DELETE", `/readers/${other.reader.id}`);
    const gone = await other.call("POST", "/v1/orders", pointOrder(other.reader.id));
    expect(gone.status).toBe(403);
  });

  describe("end in other ways", () => {
    it("declined, with the classic payment behind it", async () => {
      const { id } = await shop.ring();
      await shop.at("tap", { outcome: "insufficient_amount" });
      const order = await shop.read(id);
      expect(order).toMatchObject({ status: "failed", status_detail: "failed" });
      const [transaction] = order.transactions.payments;
      expect(transaction).toMatchObject({ status: "failed", status_detail: "insufficient_amount" });
      expect(transaction.paid_amount).toBeUndefined();
      const payment = await shop.call("GET", `/v1/payments/${transaction.reference_id}`);
      expect(payment.body).toMatchObject({
        status: "rejected",
        status_detail: "cc_rejected_insufficient_amount",
      });
    });

    it("failed without any payment, when the reader breaks", async () => {
      const { id } = await shop.ring();
      await shop.at("tap", { outcome: "processing_error" });
      expect(await shop.read(id)).toMatchObject({ status: "failed" });
      expect(await shop.ledger()).toEqual([]);
    });

    it("canceled by the button Back", async () => {
      const { id } = await shop.ring();
      await shop.at("back");
      const order = await shop.read(id);
      expect(order.status).toBe("canceled");
      expect(order.transactions.payments[0].status_detail).toBe("canceled_on_terminal");
    });

    it("expired, in the till and at the reader", async () => {
      const waiting = await shop.order({ expiration_time: "PT30S" });
      await advance(29 * second);
      expect(await shop.read(waiting.id)).toMatchObject({ status: "created" });
      await advance(2 * second);
      expect(await shop.read(waiting.id)).toMatchObject({ status: "expired" });
      const shown = await shop.ring();
      await advance(15 * minute);
      expect(await shop.read(shown.id)).toMatchObject({ status: "expired" });
      await expect(shop.at("tap")).rejects.toThrow("shows nothing");
    });

    it("in review, until somebody decides", async () => {
      const { id } = await shop.ring();
      await shop.at("tap", { outcome: "in_review" });
      const order = await shop.read(id);
      expect(order).toMatchObject({ status: "processing", status_detail: "in_review" });
      const { reference_id } = order.transactions.payments[0];
      await simulator.control("POST", `/payments/${reference_id}`, { status: "approved" });
      expect(await shop.read(id)).toMatchObject({ status: "processed" });
    });
  });

  it("keep a tip apart", async () => {
    const { id } = await shop.ring();
    await shop.at("tip", { tipMinor: 500 });
    await shop.at("tap");
    const order = await shop.read(id);
    expect(order.transactions.payments[0]).toMatchObject({
      amount: "50.00",
      paid_amount: "55.00",
      tip_amount: "5.00",
    });
    const part = { transactions: [{ id: order.transactions.payments[0].id, amount: "1.00" }] };
    expect(codesOf(await refund(id, part))).toEqual([403, ["partial_refund_forbidden_with_tips"]]);
    expect((await refund(id)).status).toBe(201);
    expect((await shop.ledger()).map(({ amountMinor }) => amountMinor)).toEqual([5500, 5500]);
  });

  describe("are canceled", () => {
    it("at once in the till, and not twice", async () => {
      const { id } = await shop.order();
      const answer = await cancel(id);
      expect([answer.status, answer.body.status]).toEqual([200, "canceled"]);
      expect(codesOf(await cancel(id))).toEqual([409, ["order_already_canceled"]]);
    });

    it("at the reader only when asked for in the header, and by a reader that can", async () => {
      const { id } = await shop.ring();
      expect(codesOf(await cancel(id))).toEqual([409, ["cannot_cancel_order"]]);
      await shop.set({ canBeAskedToCancel: false });
      expect(codesOf(await cancel(id, "at_terminal"))).toEqual([409, ["cannot_cancel_order"]]);
      await shop.set({ canBeAskedToCancel: true });
      const answer = await cancel(id, "at_terminal");
      expect([answer.status, answer.body.status]).toEqual([202, "at_terminal"]);
      expect(answer.body.transactions.payments[0].status_detail).toBe("cancellation_requested");
      await advance(1);
      expect(await shop.read(id)).toMatchObject({ status: "canceled" });
    });

    it("by no reader that ignores it: the card is still charged", async () => {
      await shop.set({ honoursCancel: false });
      const { id } = await shop.ring();
      expect((await cancel(id, "at_terminal")).status).toBe(202);
      await advance(minute);
      expect(await shop.read(id)).toMatchObject({ status: "at_terminal" });
      await shop.at("tap");
      expect(await shop.read(id)).toMatchObject({ status: "processed" });
    });

    it("by no reader that charges a card just then", async () => {
      const { id } = await shop.ring();
      await shop.at("tap", { processingMs: 5 * second });
      expect((await cancel(id, "at_terminal")).status).toBe(202);
      await expect(shop.at("back")).rejects.toThrow();
      await advance(5 * second);
      expect(await shop.read(id)).toMatchObject({ status: "processed" });
      expect(await shop.ledger()).toHaveLength(1);
    });

    it("by a reader without network once it is back", async () => {
      const { id } = await shop.ring();
      await shop.at("lose-network");
      expect((await cancel(id, "at_terminal")).status).toBe(202);
      await advance(second);
      expect(await shop.read(id)).toMatchObject({ status: "at_terminal" });
      await shop.at("find-network");
      expect(await shop.read(id)).toMatchObject({ status: "canceled" });
    });
  });

  describe("need a person after 40 seconds without an answer", () => {
    const loseAnswer = async (ending = "lose-network") => {
      const { id, external_reference } = await shop.ring();
      await shop.at("tap", { processingMs: 5 * second });
      await shop.at(ending);
      await advance(39 * second);
      expect(await shop.read(id)).toMatchObject({ status: "at_terminal" });
      await advance(2 * second);
      const order = await shop.read(id);
      expect(order).toMatchObject({ status: "action_required", status_detail: "action_required" });
      expect(order.transactions.payments[0].status_detail).toBe("check_on_terminal");
      return { id, external_reference };
    };

    it.each(["lose-network", "unplug"])("the card was charged before %s", async (ending) => {
      const { id, external_reference } = await loseAnswer(ending);
      expect(await shop.ledger()).toMatchObject([{ type: "charge" }]);
      // The classic payment is there to be found.
      const found = await shop.call(
        "GET",
        `/v1/payments/search?external_reference=${external_reference}`,
      );
      expect(found.body.results).toMatchObject([{ status: "approved" }]);
      expect((await shop.truth(id)).unseenPaymentId).toBe(found.body.results[0].id);
      // A reader that comes back says nothing by itself.
      await shop.at(ending === "unplug" ? "plug" : "find-network");
      expect(await shop.read(id)).toMatchObject({ status: "action_required" });
      await simulator.control("POST", `/in-person-orders/${id}`, {});
      expect(await shop.read(id)).toMatchObject({ status: "processed" });
      expect(await shop.ledger()).toHaveLength(1);
    });

    it("nothing was charged", async () => {
      const { id } = await shop.ring();
      await shop.at("lose-network");
      await shop.at("tap");
      await advance(41 * second);
      expect(await shop.read(id)).toMatchObject({ status: "action_required" });
      expect(await shop.ledger()).toEqual([]);
      await simulator.control("POST", `/in-person-orders/${id}`, { outcome: "processing_error" });
      expect(await shop.read(id)).toMatchObject({ status: "failed" });
    });

    it("and the reader is free for the next order", async () => {
      await loseAnswer();
      expect((await create()).status).toBe(201);
    });

    it("or the provider finds out late", async () => {
      await shop.set({ tellsLate: true });
      const { id } = await loseAnswer();
      await shop.at("find-network");
      expect(await shop.read(id)).toMatchObject({ status: "processed" });
    });
  });

  describe("are refunded", () => {
    const pay = async (tap: Json = {}) => {
      const { id } = await shop.ring();
      await shop.at("tap", tap);
      const order = await shop.read(id);
      return { id, transaction: order.transactions.payments[0] };
    };

    it("in part and then the rest", async () => {
      const { id, transaction } = await pay();
      const part = { transactions: [{ id: transaction.id, amount: "20.00" }] };
      const first = await refund(id, part, "part");
      expect(first.status).toBe(201);
      expect(first.body).toMatchObject({
        status: "processed",
        status_detail: "partially_refunded",
        transactions: {
          payments: [{ refunded_amount: "20.00" }],
          refunds: [
            {
              id: expect.stringMatching(`^REF${ulid}$`),
              transaction_id: transaction.id,
              amount: "20.00",
              status: "processed",
            },
          ],
        },
      });
      expect((await refund(id, part, "part")).status).toBe(201);
      const more = { transactions: [{ id: transaction.id, amount: "30.01" }] };
      expect(codesOf(await refund(id, more))).toEqual([400, ["refund_amount_exceeds"]]);
      const rest = await refund(id);
      expect(rest.body).toMatchObject({ status: "refunded", status_detail: "refunded" });
      expect(codesOf(await refund(id))).toEqual([409, ["order_already_refunded"]]);
      expect((await shop.ledger()).map(({ type, amountMinor }) => [type, amountMinor])).toEqual([
        ["charge", 5000],
        ["refund", 2000],
        ["refund", 3000],
      ]);
    });

    it("behind the order's back, through the payment", async () => {
      const { id, transaction } = await pay();
      const path = `/v1/payments/${transaction.reference_id}/refunds`;
      expect((await shop.call("POST", path)).status).toBe(201);
      expect(await shop.read(id)).toMatchObject({ status: "refunded" });
    });

    it("never without reason", async () => {
      const { id } = await shop.ring();
      expect(codesOf(await refund(id))).toEqual([409, ["cannot_refund_order"]]);
      await shop.at("tap");
      const wrong = { transactions: [{ id: "PAY01", amount: "1.00" }] };
      expect(codesOf(await refund(id, wrong))).toEqual([404, ["transaction_not_found"]]);
      const account = `/accounts/${shop.seller.userId}`;
      await simulator.control("POST", account, { lacksBalance: true });
      expect(codesOf(await refund(id))).toEqual([428, ["insufficient_money_for_refund"]]);
      await simulator.control("POST", account, { lacksBalance: false, refundsInProcess: true });
      expect((await refund(id)).body.transactions.refunds).toMatchObject([
        { status: "processing" },
      ]);
      expect(codesOf(await refund(id))).toEqual([409, ["refund_in_progress"]]);
    });

    it("for 90 days", async () => {
      const { id } = await pay();
      await advance(90 * day + minute);
      expect(codesOf(await refund(id))).toEqual([409, ["refund_period_exceeded"]]);
    });
  });

  it("are read for three months, by their own seller, under a true id", async () => {
    const { id } = await shop.order();
    const other = await openInPersonShop(simulator);
    expect(codesOf(await other.call("GET", `/v1/orders/${id}`))).toEqual([
      404,
      ["order_not_found"],
    ]);
    const wrong = await shop.call("GET", "/v1/orders/1234");
    expect(codesOf(wrong)).toEqual([400, ["bad_request"]]);
    await advance(92 * day);
    expect(codesOf(await shop.call("GET", `/v1/orders/${id}`))).toEqual([404, ["order_not_found"]]);
  });

  it("are found by reference, between dates only", async () => {
    const { id, external_reference } = await shop.order();
    const none = await shop.call("GET", `/v1/orders?external_reference=${external_reference}`);
    expect(codesOf(none)).toEqual([400, ["required_search_params"]]);
    const clock = await simulator.control("GET", "/clock");
    const dates = `begin_date=2020-01-01T00:00:00Z&end_date=${clock.now}`;
    const found = await shop.call(
      "GET",
      `/v1/orders?${dates}&external_reference=${external_reference}`,
    );
    expect(found.body).toMatchObject({ data: [{ id }], paging: { total: "1", limit: "20" } });
  });

  describe("of test readers have events", () => {
    beforeEach(async () => {
      const { userId } = shop.seller;
      const id = `NEWLAND_N950__SBX${userId}`;
      const { posId } = shop.reader;
      shop.reader = await simulator.control("POST", "/readers", { userId, id, posId });
    });
    const happen = (id: string, body: Json) => shop.call("POST", `/v1/orders/${id}/events`, body);

    it.each([
      [{ status: "processed", payment_method_id: "visa" }, "processed", 1],
      [{ status: "failed", status_detail: "high_risk" }, "failed", 1],
      [{ status: "canceled" }, "canceled", 0],
      [{ status: "expired" }, "expired", 0],
      [{ status: "action_required" }, "action_required", 0],
    ])("%j", async (event, status, entries) => {
      const { id } = await shop.order();
      expect(id).toMatch(/^ORDTST/);
      expect((await happen(id, event)).status).toBe(204);
      expect(await shop.read(id)).toMatchObject({ status: "at_terminal" });
      await advance(40 * second);
      expect(await shop.read(id)).toMatchObject({ status });
      expect(await shop.ledger()).toHaveLength(entries);
    });

    it("in an order that makes sense, and for no real reader", async () => {
      const { id } = await shop.order();
      expect(codesOf(await happen(id, { status: "refunded" }))).toEqual([400, ["bad_request"]]);
      await happen(id, { status: "processed" });
      await advance(10 * second);
      await happen(id, { status: "refunded" });
      await advance(10 * second);
      expect(await shop.read(id)).toMatchObject({ status: "refunded" });
      const other = await openInPersonShop(simulator);
      const real = await other.order();
      const answer = await other.call("POST", `/v1/orders/${real.id}/events`, {
        status: "processed",
      });
      expect(codesOf(answer)).toEqual([403, ["forbidden"]]);
    });
  });

  it("meet the faults that other routes meet", async () => {
    const fault = (effect: unknown, times = 1) =>
      simulator.control("POST", "/faults", {
        match: { method: "POST", path: "^/v1/orders$", account: String(shop.seller.userId) },
        effect,
        times,
      });
    await fault("drop-before");
    await expect(create()).rejects.toThrow();
    expect((await simulator.control("GET", `/readers/${shop.reader.id}`)).order).toBeNull();
    await fault({ kind: "status", code: 502, body: "<html>bad gateway</html>" });
    // A proxy's page is no JSON.
    await expect(create()).rejects.toThrow(SyntaxError);
    await fault({ kind: "status", code: 429, headers: { "retry-after": "1" } });
    expect((await create()).status).toBe(429);
    await fault("effect-then-drop");
    await expect(create()).rejects.toThrow();
    expect((await simulator.control("GET", `/readers/${shop.reader.id}`)).order).not.toBeNull();
  });

  it("are refused to an account that uses another generation, but served as long as they are there", async () => {
    const { id } = await shop.order();
    const path = `/accounts/${shop.seller.userId}/in-person`;
    await simulator.control("POST", path, { api: "intents" });
    const answer = await create();
    expect([answer.status, answer.body.code]).toEqual([403, "forbidden"]);
    expect((await shop.call("GET", "/terminals/v1/list")).status).toBe(403);
    expect(await shop.read(id)).toMatchObject({ status: "created" });
    expect((await cancel(id)).status).toBe(200);
  });
});
