import { bootSimulator, type Json, type TestSimulator } from "../support/simulator";
import { buyer, Club, day } from "../support/subscriptions";

describe("simulated plans and subscriptions", () => {
  let simulator: TestSimulator;
  let club: Club;

  beforeAll(async () => {
    simulator = await bootSimulator();
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    await simulator.control("POST", "/reset");
    club = await Club.open(simulator);
  });

  describe("plans", () => {
    const whole = {
      repetitions: 12,
      billing_day: 10,
      billing_day_proportional: true,
      free_trial: { frequency: 7, frequency_type: "days" },
    };

    it("come back as they were sent, with an id, a link and the days of the trial", async () => {
      const payment_methods_allowed = {
        payment_types: [{ id: "credit_card" }],
        payment_methods: [],
      };
      const plan = await club.plan(whole, { payment_methods_allowed });
      expect(plan).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        back_url: "https://shop.example/back",
        collector_id: club.seller.userId,
        application_id: 1010101010101010,
        reason: "Yoga, monthly",
        external_reference: null,
        status: "active",
        date_created: expect.stringMatching(/-04:00$/),
        last_modified: plan.date_created,
        init_point: `${simulator.url}/subscriptions/checkout?preapproval_plan_id=${plan.id}`,
        auto_recurring: {
          frequency: 1,
          frequency_type: "months",
          transaction_amount: 1500,
          currency_id: "ARS",
          ...whole,
          free_trial: { ...whole.free_trial, first_invoice_offset: 7 },
        },
        payment_methods_allowed,
      });
      expect((await club.call("GET", `/preapproval_plan/${plan.id}`)).body).toEqual(plan);
    });

    it("are found by status and text, a page at a time", async () => {
      const first = await club.plan();
      const second = await club.plan({}, { reason: "Gym" });
      await club.call("PUT", `/preapproval_plan/${first.id}`, { status: "inactive" });
      const found = async (query: string) => {
        const { body } = await club.call("GET", `/preapproval_plan/search?${query}`);
        return [body.paging, body.results.map(({ id }: Json) => id)];
      };
      expect(await found("")).toEqual([{ total: 2, limit: 20, offset: 0 }, [second.id, first.id]]);
      expect(await found("limit=1&offset=1")).toEqual([
        { total: 2, limit: 1, offset: 1 },
        [first.id],
      ]);
      expect(await found("status=cancelled")).toMatchObject([{ total: 1 }, [first.id]]);
      expect(await found("q=Gym")).toMatchObject([{ total: 1 }, [second.id]]);
      expect(await found("status=nonsense")).toMatchObject([{ total: 0 }, []]);
    });

    it("are switched off and on again, and take no subscriptions in between", async () => {
      const plan = await club.plan();
      const off = await club.call("PUT", `/preapproval_plan/${plan.id}`, { status: "inactive" });
      expect(off).toMatchObject({
        status: 200,
        body: { status: "cancelled", reason: plan.reason },
      });
      await expect(club.join(plan.id)).rejects.toThrow("cancelled or inactive");
      await club.call("PUT", `/preapproval_plan/${plan.id}`, { status: "active" });
      expect(await club.join(plan.id)).toMatchObject({ status: "authorized" });
    });

    it("pass on a new amount and text to subscribers, and keep a new frequency to themselves", async () => {
      const plan = await club.plan();
      const { id } = await club.join(plan.id, { reason: "not this one" });
      expect(await club.read(id)).toMatchObject({
        reason: "Yoga, monthly",
        preapproval_plan_id: plan.id,
      });
      const auto_recurring = { frequency: 2, frequency_type: "months", transaction_amount: 1700 };
      await club.call("PUT", `/preapproval_plan/${plan.id}`, { reason: "Yoga", auto_recurring });
      expect(await club.read(id)).toMatchObject({
        reason: "Yoga",
        auto_recurring: { frequency: 1, transaction_amount: 1700 },
      });
    });

    it("want their trial said again when the frequency changes", async () => {
      const plan = await club.plan(whole);
      const put = (auto_recurring: Json) =>
        club.call("PUT", `/preapproval_plan/${plan.id}`, { auto_recurring });
      expect(await put({ frequency: 2 })).toMatchObject({
        status: 400,
        body: { message: "The free trial property must be sent", status: 400 },
      });
      const { free_trial } = whole;
      expect(await put({ frequency: 2, free_trial })).toMatchObject({
        status: 200,
        body: { auto_recurring: { frequency: 2, billing_day: 10, repetitions: 12 } },
      });
    });

    const onlyMonthly = "Only monthly frequencies are able to receive billing day or proportional";
    it.each<[string, Json, string]>([
      ["weeks", { frequency_type: "weeks" }, "Invalid field -> auto_recurring.frequency_type"],
      ["years", { frequency_type: "years" }, "Invalid field -> auto_recurring.frequency_type"],
      ["no frequency", { frequency: undefined }, "frequency is required"],
      ["half a month", { frequency: 0.5 }, "Invalid field -> auto_recurring.frequency"],
      [
        "a billing day of days",
        { frequency_type: "days", billing_day: 3 },
        `${onlyMonthly}, the only valid frequency is months`,
      ],
      ["a share of days", { frequency_type: "days", billing_day_proportional: true }, onlyMonthly],
      ["billing day 31", { billing_day: 31 }, "Invalid field -> auto_recurring.billing_day"],
      ["no repetitions", { repetitions: 0 }, "Invalid field -> auto_recurring.repetitions"],
      [
        "too little, and another currency",
        { transaction_amount: 14.99, currency_id: "BRL" },
        "Cannot pay an amount lower than $ 15.00",
      ],
      [
        "too much",
        { transaction_amount: 2_000_001 },
        "Cannot pay an amount greater than $ 2000000.00",
      ],
      [
        "less than nothing",
        { transaction_amount: -1 },
        "transaction_amount must be a positive number",
      ],
      [
        "three decimals",
        { transaction_amount: 15.001 },
        "transaction_amount cannot have more than 2 decimals",
      ],
      ["another currency", { currency_id: "BRL" }, "Invalid field -> auto_recurring.currency_id"],
    ])("are refused with %s", async (_name, recurring, message) => {
      const answer = await club.call("POST", "/preapproval_plan", club.planBody(recurring));
      expect(answer).toMatchObject({ status: 400, body: { message, status: 400 } });
      expect((await club.call("GET", "/preapproval_plan/search")).body.paging.total).toBe(0);
    });

    it.each<[string, Json, string]>([
      ["a list of prices", { auto_recurring: [{}] }, "Parameters passed are invalid"],
      ["no text", { reason: undefined }, "reason is required"],
      ["a long text", { reason: "x".repeat(256) }, "Invalid field -> reason"],
      ["no address", { back_url: undefined }, "back_url is required"],
      [
        "an address here",
        { back_url: "http://localhost:3000" },
        "Invalid value for back_url, must be a valid URL",
      ],
      [
        "an address in numbers",
        { back_url: "http://127.0.0.1" },
        "Invalid value for back_url, must be a valid URL",
      ],
    ])("are refused with %s", async (_name, extra, message) => {
      const answer = await club.call("POST", "/preapproval_plan", club.planBody({}, extra));
      expect(answer).toMatchObject({ status: 400, body: { message, status: 400 } });
    });
  });

  describe("subscriptions", () => {
    it("wait for their payer, with the keys that were measured", async () => {
      const start = new Date(Date.now() + 10 * day - 5_000).toISOString();
      const created = await club.pending({ start_date: start });
      expect(created).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        application_id: 1010101010101010,
        collector_id: club.seller.userId,
        owner: null,
        payer_id: expect.any(Number),
        payer_email: "",
        reason: "Gym, monthly",
        external_reference: "SUB-9",
        back_url: "https://shop.example/ok",
        subscription_id: null,
        init_point: `${simulator.url}/subscriptions/checkout?preapproval_id=${created.id}&activation=true`,
        auto_recurring: {
          frequency: 1,
          frequency_type: "months",
          transaction_amount: 1500,
          currency_id: "ARS",
          start_date: expect.stringMatching(/-04:00$/),
          end_date: null,
          free_trial: { frequency: 10, frequency_type: "days", first_invoice_offset: 10 },
        },
        first_invoice_offset: 10,
        card_id: null,
        payment_method_id: null,
        payment_method_id_secondary: null,
        next_payment_date: created.auto_recurring.start_date,
        date_created: expect.stringMatching(/-04:00$/),
        last_modified: created.date_created,
        status: "pending",
        summarized: {
          quotas: null,
          charged_quantity: null,
          charged_amount: null,
          pending_charge_quantity: null,
          pending_charge_amount: null,
          last_charged_date: null,
          last_charged_amount: null,
          semaphore: null,
        },
      });
      expect(await club.read(created.id)).toEqual(created);
    });

    it("count the cycles until their end", async () => {
      const end_date = new Date(Date.now() + 366 * day).toISOString();
      const { summarized } = await club.pending({ end_date });
      expect(summarized.quotas).toBeGreaterThanOrEqual(12);
      expect(summarized.pending_charge_amount).toBe(summarized.quotas * 1500);
    });

    it("drop what only plans have", async () => {
      const { auto_recurring } = await club.pending({ billing_day: 10, repetitions: 3 });
      expect(Object.keys(auto_recurring)).not.toEqual(
        expect.arrayContaining(["billing_day", "repetitions"]),
      );
    });

    it("are authorized by a card, which is checked without taking money", async () => {
      const created = await club.authorized();
      expect(created).toMatchObject({
        status: "authorized",
        payment_method_id: "visa",
        card_id: expect.stringMatching(/^\d+$/),
      });
      const { body } = await club.call("GET", "/v1/payments/search?external_reference=SUB-9");
      expect(body.results).toMatchObject([
        { operation_type: "card_validation", transaction_amount: 0, status: "approved" },
      ]);
      expect(await club.ledger("charge")).toEqual([]);
    });

    it("are made twice, and charged twice, by a call that is repeated", async () => {
      const body = async () =>
        club.body({}, { status: "authorized", card_token_id: await club.token() });
      const options = { token: club.seller.accessToken, key: "the same key" };
      const first = await simulator.call("POST", "/preapproval", await body(), options);
      const second = await simulator.call("POST", "/preapproval", await body(), options);
      expect(second.status).toBe(201);
      expect(second.body.id).not.toBe(first.body.id);
      await club.advance(27 * 60_000);
      expect(await club.ledger("charge")).toHaveLength(2);
    });

    it.each<[string, Json, string]>([
      ["no payer", { payer_email: undefined }, "payer_email is required"],
      ["no e-mail", { payer_email: "buyer" }, "Invalid field -> payer_email"],
      ["no text", { reason: undefined }, "reason is required"],
      ["no address", { back_url: undefined }, "back_url is required"],
      ["no card", { status: "authorized" }, "card_token_id is required"],
      ["a state", { status: "paused" }, "status must be pending or authorized"],
      [
        "a past start",
        { auto_recurring: { start_date: "2020-06-02T13:07:14.260Z" } },
        "auto_recurring.start_date cannot be in the past",
      ],
      [
        "a past end",
        { auto_recurring: { end_date: "2022-07-20T15:59:52.581Z" } },
        "auto_recurring.end_date cannot be in the past",
      ],
      [
        "an end before the start",
        {
          auto_recurring: {
            start_date: "2040-01-02T00:00:00.000Z",
            end_date: "2040-01-01T00:00:00.000Z",
          },
        },
        "auto_recurring.end_date must be after auto_recurring.start_date",
      ],
      [
        "no date",
        { auto_recurring: { end_date: "tomorrow" } },
        "Invalid field -> auto_recurring.end_date",
      ],
      [
        "a long reference",
        { external_reference: "x".repeat(256) },
        "Invalid field -> external_reference",
      ],
    ])("are refused with %s", async (_name, { auto_recurring, ...extra }, message) => {
      const answer = await club.call("POST", "/preapproval", club.body(auto_recurring, extra));
      expect(answer).toMatchObject({ status: 400, body: { message, status: 400 } });
      expect((await club.call("GET", "/preapproval/search")).body.paging.total).toBe(0);
    });

    it("are refused with a card that fails, is spent, unknown or without a code", async () => {
      const send = (card_token_id: string, at = club) =>
        at.call("POST", "/preapproval", at.body({}, { card_token_id, status: "authorized" }));
      const failing = await club.token("FUND");
      expect(await send(failing)).toEqual({
        status: 400,
        headers: expect.anything(),
        body: { message: "CC_VAL_433 Credit card validation has failed", status: 400 },
      });
      const used = "Card token was used, please generate new";
      expect(await send(failing)).toMatchObject({ status: 400, body: { message: used } });
      const unknown = { message: "Card token service not found", status: 404 };
      expect(await send("0".repeat(32))).toMatchObject({ status: 404, body: unknown });
      const { id } = await simulator.control("POST", "/card-tokens", {
        userId: club.seller.userId,
        securityCode: false,
      });
      const codeless = "Card token was generated without cvv validation";
      expect(await send(id)).toMatchObject({ status: 400, body: { message: codeless } });
      const peru = await Club.open(simulator, "MPE");
      expect(await send(await peru.token("OTHE"), peru)).toMatchObject({
        status: 400,
        body: { code: "cc_rejected_other_reason", status: 401 },
      });
      expect((await club.call("GET", "/preapproval/search")).body.paging.total).toBe(0);
    });

    it("can be told to want the payer's device", async () => {
      await club.settings({ needsDeviceId: true });
      await expect(club.authorized()).rejects.toThrow("CC_VAL_433");
      const answer = await simulator.call(
        "POST",
        "/preapproval",
        club.body({}, { status: "authorized", card_token_id: await club.token() }),
        { token: club.seller.accessToken, headers: { "x-meli-session-id": "device-1" } },
      );
      expect(answer.status).toBe(201);
    });

    it("want their plan's amount and one of its cards", async () => {
      const plan = await club.plan(
        {},
        {
          payment_methods_allowed: { payment_types: [{}], payment_methods: [{ id: "master" }] },
        },
      );
      const amount = { auto_recurring: club.recurring({ transaction_amount: 1501 }) };
      const same = "The transaction_amount must be the same as preapproval_plan";
      await expect(club.join(plan.id, amount)).rejects.toThrow(same);
      await expect(club.join(plan.id)).rejects.toThrow("Invalid field -> payment_method_id");
      await expect(club.join(plan.id, { card_token_id: undefined })).rejects.toThrow(
        "card_token_id is required",
      );
      const card_token_id = await club.token("APRO", "5031755734530604");
      expect(await club.join(plan.id, { card_token_id })).toMatchObject({ status: "authorized" });
    });

    it("are nobody else's", async () => {
      const plan = await club.plan();
      const { id } = await club.pending();
      const other = await Club.open(simulator);
      for (const path of [`/preapproval/${id}`, `/preapproval_plan/${plan.id}`]) {
        expect(await other.call("GET", path)).toMatchObject({
          status: 400,
          body: { message: expect.stringContaining("not valid for callerId") },
        });
      }
      expect(await other.put(id, { status: "cancelled" })).toMatchObject({ status: 400 });
      await expect(other.join(plan.id)).rejects.toThrow("not valid for callerId");
      expect((await other.call("GET", "/preapproval/search")).body.results).toEqual([]);
      expect(await club.call("GET", `/preapproval/${"0".repeat(32)}`)).toMatchObject({
        status: 404,
      });
      expect(await simulator.call("GET", `/preapproval/${id}`)).toMatchObject({ status: 401 });
    });
  });

  describe("changes", () => {
    it("to what is read-only are answered with 200 and dropped", async () => {
      const before = await club.authorized();
      const answer = await club.put(before.id, {
        payer_email: "other@testuser.com",
        preapproval_plan_id: "0".repeat(32),
        notification_url: "https://shop.example/hook",
        next_payment_date: "2040-01-01T00:00:00.000Z",
        auto_recurring: {
          frequency: 3,
          frequency_type: "days",
          start_date: "2040-01-01T00:00:00.000Z",
          end_date: "2041-01-01T00:00:00.000Z",
          billing_day: 3,
          repetitions: 2,
          currency_id: "BRL",
          free_trial: { frequency: 1, frequency_type: "days" },
        },
      });
      expect(answer).toMatchObject({ status: 200, body: before });
      expect(await club.read(before.id)).toEqual(before);
    });

    it("of both kinds are applied in part", async () => {
      const before = await club.authorized();
      const auto_recurring = { transaction_amount: 1600, currency_id: "ARS", frequency: 6 };
      await club.put(before.id, { reason: "Gym", payer_email: "x@testuser.com", auto_recurring });
      const after = await club.read(before.id);
      expect(after).toMatchObject({
        reason: "Gym",
        auto_recurring: { transaction_amount: 1600, frequency: 1 },
      });
      expect(after.last_modified).not.toBe(before.last_modified);
    });

    it.each<[string, Json, string]>([
      [
        "a wrong amount",
        { auto_recurring: { transaction_amount: 1 } },
        "Cannot pay an amount lower than $ 15.00",
      ],
      [
        "an amount of another country",
        { auto_recurring: { transaction_amount: 20, currency_id: "BRL" } },
        "Invalid field -> auto_recurring.currency_id",
      ],
      [
        "an address here",
        { back_url: "http://localhost" },
        "Invalid value for back_url, must be a valid URL",
      ],
      [
        "going back to waiting",
        { status: "pending" },
        "Invalid transition from authorized to pending",
      ],
      ["a word of one's own", { status: "canceled" }, "Invalid field -> status"],
    ])("are refused with %s, and nothing is half done", async (_name, wrong, message) => {
      const before = await club.authorized();
      const answer = await club.put(before.id, { reason: "Gym", ...wrong });
      expect(answer).toMatchObject({ status: 400, body: { message, status: 400 } });
      expect(await club.read(before.id)).toEqual(before);
    });

    it("pause and resume, and a paused one takes no other edit", async () => {
      const { id } = await club.authorized();
      expect((await club.put(id, { status: "paused" })).body.status).toBe("paused");
      const closed = { status: 400, body: { message: "You can not modify a paused preapproval." } };
      expect(await club.put(id, { reason: "Gym" })).toMatchObject(closed);
      expect(await club.put(id, { status: "paused" })).toMatchObject(closed);
      const end_date = "2040-01-01T00:00:00.000Z";
      const resumed = await club.put(id, { status: "authorized", auto_recurring: { end_date } });
      expect(resumed.body).toMatchObject({
        status: "authorized",
        auto_recurring: { end_date: null },
      });
    });

    it("cancel for good, and leave the next date as it was", async () => {
      const { id, next_payment_date } = await club.authorized();
      const cancelled = await club.put(id, { status: "cancelled" });
      expect(cancelled.body).toMatchObject({ status: "cancelled", next_payment_date });
      expect(await club.put(id, { status: "authorized" })).toMatchObject({
        status: 400,
        body: { message: "Invalid transition from cancelled to authorized" },
      });
    });

    it("of the card complete a subscription that waits, and tell no reason when they fail", async () => {
      const { id } = await club.pending();
      expect(await club.put(id, { status: "authorized" })).toMatchObject({
        status: 400,
        body: { message: "card_token_id is required" },
      });
      const failed = await club.put(id, { card_token_id: await club.token("FUND") });
      expect(failed).toEqual({
        status: 402,
        headers: expect.anything(),
        body: { message: "Unknown error", error: null, cause: null },
      });
      const { body } = await club.call("GET", "/v1/payments/search?external_reference=SUB-9");
      expect(body.results).toMatchObject([
        {
          operation_type: "card_validation",
          status: "rejected",
          status_detail: "cc_rejected_insufficient_amount",
          metadata: { preapproval_id: id },
          point_of_interaction: { transaction_data: { subscription_id: id } },
        },
      ]);
      const done = await club.put(id, { card_token_id: await club.token() });
      expect(done).toMatchObject({
        status: 200,
        body: { status: "authorized", payment_method_id: "visa" },
      });
    });

    it("of the card show the new one, and the same one again shows nothing", async () => {
      const before = await club.authorized();
      const master = await club.token("APRO", "5031755734530604");
      const { body } = await club.put(before.id, { card_token_id: master });
      expect(body.payment_method_id).toBe("master");
      expect(body.card_id).not.toBe(before.card_id);
      const again = await club.token("APRO", "5031755734530604");
      expect((await club.put(before.id, { card_token_id: again })).body).toEqual(body);
    });

    it("add a second method", async () => {
      const { id } = await club.authorized();
      const money = { payment_method_id_secondary: "account_money" };
      expect((await club.put(id, money)).body).toMatchObject(money);
      const secondary = { payment_method_id_secondary: "master" };
      expect(await club.put(id, secondary)).toMatchObject({
        body: { message: "card_token_id_secondary is required" },
      });
      const card_token_id_secondary = await club.token("APRO", "5031755734530604");
      const card = await club.put(id, { ...secondary, card_token_id_secondary });
      expect(card.body).toMatchObject(secondary);
      expect(await club.put(id, { card_token_id: card_token_id_secondary })).toMatchObject({
        body: { message: "Card token was used, please generate new" },
      });
    });
  });

  it("that are cancelled can come back, as some were seen to", async () => {
    const { id } = await club.authorized();
    await club.put(id, { status: "cancelled" });
    await simulator.control("POST", `/subscriptions/${id}`, { status: "authorized" });
    expect((await club.read(id)).status).toBe("authorized");
    const { subscriptions } = await simulator.control(
      "GET",
      `/subscriptions?userId=${club.seller.userId}&externalReference=SUB-9`,
    );
    expect(subscriptions).toMatchObject([{ id, status: "authorized", amountMinor: 150_000 }]);
  });

  it("that came by a plan's link show no sums and no invoices in Chile", async () => {
    const chile = await Club.open(simulator, "MLC");
    const plan = await chile.plan();
    const form = { preapproval_plan_id: plan.id, payer_email: buyer, cardholder: "APRO" };
    const posted = await fetch(`${simulator.url}/subscriptions/checkout`, {
      method: "POST",
      body: new URLSearchParams({ ...form, card_number: "4168818844447115" }),
      redirect: "manual",
    });
    const back = new URL(posted.headers.get("location") ?? "");
    const id = back.searchParams.get("preapproval_id") ?? "";
    await chile.advance(day);
    expect(await chile.read(id)).toMatchObject({ external_reference: null, summarized: null });
    const found = await chile.call("GET", `/authorized_payments/search?preapproval_id=${id}`);
    expect(found.body.paging.total).toBe(0);
    expect(await chile.ledger("charge")).toMatchObject([{ amount: 1500, currency: "CLP" }]);
  });

  describe("a search", () => {
    const found = async (query: string) =>
      (await club.call("GET", `/preapproval/search?${query}`)).body;

    it("filters by payer and status, ignores references, and leaves things out of its rows", async () => {
      const first = await club.pending();
      const second = await club.pending(
        {},
        { payer_email: "other@testuser.com", external_reference: "B" },
      );
      expect((await found("external_reference=B")).paging.total).toBe(2);
      expect((await found("status=nonsense")).paging.total).toBe(0);
      expect((await found("status=pending")).paging.total).toBe(2);
      const { results } = await found(`payer_email=${buyer}`);
      expect(results).toMatchObject([{ id: first.id, next_payment_date: null, version: 0 }]);
      expect(results[0].summarized).toEqual({});
      expect((await found("limit=1&sort=date_created:asc")).results).toMatchObject([
        { id: first.id },
      ]);
      expect((await found("limit=1")).results).toMatchObject([{ id: second.id }]);
    });

    it("shows some of those that are cancelled", async () => {
      for (const _ of "123456") {
        const { id } = await club.pending();
        await club.put(id, { status: "cancelled" });
      }
      expect((await found("status=cancelled")).paging.total).toBe(2);
      expect((await found("")).paging.total).toBe(6);
    });

    it("lags behind when told to", async () => {
      await club.settings({ preapprovalSearchLagMs: 60_000 });
      await club.pending();
      expect((await found("")).paging.total).toBe(0);
      await club.advance(61_000);
      expect((await found("")).paging.total).toBe(1);
    });
  });

  describe("faults", () => {
    it.each<[string, number]>([
      ["drop-before", 0],
      ["effect-then-drop", 1],
      ["effect-then-500", 1],
    ])("of the kind %s leave %i subscriptions", async (effect, count) => {
      await simulator.control("POST", "/faults", {
        match: { method: "POST", path: "^/preapproval$", account: club.seller.userId },
        effect,
      });
      await club.pending().catch(() => undefined);
      expect((await club.call("GET", "/preapproval/search")).body.paging.total).toBe(count);
    });

    it("put a proxy's page in the place of an answer", async () => {
      const { id } = await club.authorized();
      const page = "<html>504 Gateway Time-out</html>";
      await simulator.control("POST", "/faults", {
        match: { method: "PUT", path: `/preapproval/${id}` },
        effect: { kind: "effect-then-status", code: 504, body: page },
      });
      await expect(club.put(id, { status: "paused" })).rejects.toThrow("is not valid JSON");
      expect((await club.read(id)).status).toBe("paused");
    });
  });
});
