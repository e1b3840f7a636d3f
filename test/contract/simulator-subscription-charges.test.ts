import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootSimulator, type Json, type TestSimulator } from "../support/simulator";
import { buyer, Club, day, hour, minute } from "../support/subscriptions";

describe("charges of simulated subscriptions", () => {
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

  /** To the second, as `2027-01-15T12:26:00`; the clock of the simulator runs on while a test does. */
  const toSecond = (dates: string[]) => dates.map((date) => date.slice(0, 19));
  const toMinute = (dates: string[]) => dates.map((date) => date.slice(0, 16));
  const amounts = async () => (await club.ledger("charge")).map(({ amount }: Json) => amount);
  const payment = async ({ payment: { id } }: Json) =>
    (await club.call("GET", `/v1/payments/${id}`)).body;
  const daily = { frequency_type: "days" };

  /** A subscription by the day, that has been charged once at noon. */
  async function dailySubscription(extra: Json = {}): Promise<Json> {
    await club.moveTo("2027-01-15T12:00:00-04:00");
    const subscription = await club.authorized(daily, extra);
    await club.moveTo("2027-01-15T12:30:00-04:00");
    return subscription;
  }

  describe("the first one", () => {
    it("follows after 26 minutes, as an invoice and a payment like any other", async () => {
      await club.moveTo("2027-01-15T12:00:00-04:00");
      const { id, payer_id, next_payment_date } = await club.authorized();
      expect(toMinute([next_payment_date])).toEqual(["2027-01-15T12:00"]);
      await club.advance(25 * minute);
      expect(await club.invoices(id)).toEqual([]);
      await club.advance(2 * minute);
      const [invoice] = await club.invoices(id);
      expect(invoice).toEqual({
        id: expect.any(Number),
        type: "scheduled",
        preapproval_id: id,
        reason: "Gym, monthly",
        external_reference: "SUB-9",
        payer_id,
        currency_id: "ARS",
        transaction_amount: 1500,
        debit_date: invoice.date_created,
        retry_attempt: 1,
        status: "processed",
        summarized: "done",
        payment_method_id: "visa",
        date_created: expect.stringMatching(/^2027-01-15T12:26:00\.\d+-04:00$/),
        last_modified: expect.stringMatching(/-04:00$/),
        payment: { id: expect.any(Number), status: "approved", status_detail: "accredited" },
      });
      expect(await payment(invoice)).toMatchObject({
        operation_type: "recurring_payment",
        status: "approved",
        external_reference: "SUB-9",
        description: "Gym, monthly",
        transaction_amount: 1500,
        metadata: { preapproval_id: id },
        payer: { email: buyer },
        point_of_interaction: {
          type: "SUBSCRIPTIONS",
          transaction_data: {
            subscription_id: id,
            invoice_id: String(invoice.id),
            first_time_use: true,
            billing_date: "2027-01-15",
          },
        },
      });
      const subscription = await club.read(id);
      expect(toMinute([subscription.next_payment_date])).toEqual(["2027-02-15T12:00"]);
      expect(subscription.summarized).toMatchObject({
        charged_quantity: 1,
        charged_amount: 1500,
        last_charged_amount: 1500,
        semaphore: "green",
      });
      expect(toMinute([subscription.summarized.last_charged_date])).toEqual(["2027-01-15T12:26"]);
      const refund = await simulator.call(
        "POST",
        `/v1/payments/${invoice.payment.id}/refunds`,
        { amount: 500 },
        { token: club.seller.accessToken },
      );
      expect(refund.status).toBe(201);
      const summary = await simulator.control("GET", "/summary?externalReference=SUB-9");
      expect(summary).toMatchObject({ charges: 1, chargedTotal: 1500, refundedTotal: 500 });
    });

    it("can come at once, as for test users", async () => {
      await club.settings({ firstChargeDelayMs: 0 });
      const { id } = await club.authorized();
      expect(await club.invoices(id)).toMatchObject([{ payment: { status: "approved" } }]);
    });

    it("waits for the end of a trial, which the third subscription does not get", async () => {
      await club.moveTo("2027-01-15T12:00:00-04:00");
      const free_trial = { frequency: 1, frequency_type: "months" };
      const plan = await club.plan({ free_trial });
      const first = await club.join(plan.id);
      expect(first).toMatchObject({
        first_invoice_offset: 31,
        auto_recurring: { free_trial: { ...free_trial, first_invoice_offset: 31 } },
      });
      expect(toMinute([first.next_payment_date])).toEqual(["2027-02-15T12:00"]);
      await club.join(plan.id);
      const third = await club.join(plan.id);
      expect(third.auto_recurring.free_trial).toBeNull();
      await club.moveTo("2027-02-15T12:01:00-04:00");
      expect(await amounts()).toEqual([1500]);
      expect(await club.invoices(first.id)).toEqual([]);
      await club.moveTo("2027-02-15T12:03:00-04:00");
      const [invoice] = await club.invoices(first.id);
      expect(toSecond([invoice.date_created])).toEqual(["2027-02-15T12:02:00"]);
    });

    it("waits for a start, which is told as a trial", async () => {
      await club.moveTo("2027-01-15T12:00:00-04:00");
      const { id } = await club.authorized({ start_date: "2027-01-20T08:30:00.000-04:00" });
      expect((await club.read(id)).auto_recurring).toMatchObject({
        start_date: "2027-01-20T08:30:00.000-04:00",
        free_trial: { frequency: 5, frequency_type: "days", first_invoice_offset: 5 },
      });
      await club.moveTo("2027-01-20T09:03:00-04:00");
      const [invoice] = await club.invoices(id);
      expect(toSecond([invoice.date_created])).toEqual(["2027-01-20T09:02:00"]);
    });

    it.each<[string, string, boolean, number[], string[]]>([
      ["a share", "2027-01-25", true, [800, 1500], ["2027-02-10T12:00", "2027-03-10T12:00"]],
      ["the whole", "2027-01-25", false, [1500, 1500], ["2027-02-10T12:00", "2027-03-10T12:00"]],
      [
        "the whole on the day itself",
        "2027-02-10",
        true,
        [1500, 1500],
        ["2027-03-10T12:00", "2027-04-10T12:00"],
      ],
      [
        "all thirty days and no more",
        "2027-01-11",
        true,
        [1500, 1500],
        ["2027-02-10T12:00", "2027-03-10T12:00"],
      ],
    ])(
      "asks for %s until a billing day",
      async (_name, from, billing_day_proportional, charged, due) => {
        await club.moveTo(`${from}T12:00:00-04:00`);
        const plan = await club.plan({ billing_day: 10, billing_day_proportional });
        const { id } = await club.join(plan.id);
        const dates: string[] = [];
        await club.advance(hour);
        dates.push((await club.read(id)).next_payment_date);
        await club.advance(31 * day);
        dates.push((await club.read(id)).next_payment_date);
        expect(toMinute(dates)).toEqual(due);
        expect(await amounts()).toEqual(charged);
      },
    );

    it("that is declined ends the subscription within minutes, and says so nowhere else", async () => {
      await club.moveTo("2027-01-15T12:00:00-04:00");
      await club.decide({ statusDetail: "cc_rejected_high_risk" });
      const { id } = await club.authorized();
      await club.moveTo("2027-01-15T12:27:00-04:00");
      const declined = {
        status: "recycling",
        summarized: "pending",
        retry_attempt: 1,
        payment: { status: "rejected", status_detail: "cc_rejected_high_risk" },
      };
      expect(await club.invoices(id)).toMatchObject([declined]);
      expect((await club.read(id)).status).toBe("authorized");
      await club.advance(30_000);
      expect(await club.read(id)).toMatchObject({
        status: "cancelled",
        summarized: {
          charged_quantity: 1,
          charged_amount: 0,
          last_charged_amount: 1500,
          semaphore: "red",
        },
      });
      expect(await club.invoices(id)).toMatchObject([declined]);
      await club.advance(60 * day);
      expect(await club.invoices(id)).toHaveLength(1);
      expect(await amounts()).toEqual([]);
    });
  });

  describe("those that follow", () => {
    it.each<[string, string, Json, string[]]>([
      [
        "the last day of each month",
        "2027-01-31T12:00:00-04:00",
        {},
        ["2027-02-28T12:00", "2027-03-31T12:00", "2027-04-30T12:00"],
      ],
      [
        "the last day of a leap year's February",
        "2028-01-30T12:00:00-04:00",
        {},
        ["2028-02-29T12:00", "2028-03-30T12:00", "2028-04-30T12:00"],
      ],
      [
        "a leap day, by the year",
        "2028-02-29T12:00:00-04:00",
        { frequency: 12 },
        ["2029-02-28T12:00", "2030-02-28T12:00", "2031-02-28T12:00", "2032-02-29T12:00"],
      ],
      [
        "the last day where it is the first one in Greenwich",
        "2027-01-31T23:30:00-04:00",
        {},
        ["2027-02-28T23:30", "2027-03-31T23:30", "2027-04-30T23:30"],
      ],
      [
        "every ten days",
        "2027-02-20T12:00:00-04:00",
        { frequency: 10, frequency_type: "days" },
        ["2027-03-02T12:00", "2027-03-12T12:00"],
      ],
    ])("fall due on %s", async (_name, from, recurring, dates) => {
      await club.moveTo(from);
      const { id } = await club.authorized(recurring);
      const seen: string[] = [];
      await club.advance(hour);
      for (const _ of dates) {
        const { next_payment_date } = await club.read(id);
        seen.push(next_payment_date);
        await club.moveTo(new Date(Date.parse(next_payment_date) + hour).toISOString());
      }
      expect(toMinute(seen)).toEqual(dates);
      expect(await amounts()).toHaveLength(dates.length + 1);
    });

    it("are made in batches, and the next date moves with them and not before", async () => {
      const { id } = await dailySubscription();
      await club.moveTo("2027-01-16T12:01:00-04:00");
      expect(toMinute([(await club.read(id)).next_payment_date])).toEqual(["2027-01-16T12:00"]);
      await club.moveTo("2027-01-16T12:03:00-04:00");
      expect(toMinute([(await club.read(id)).next_payment_date])).toEqual(["2027-01-17T12:00"]);
      const [, invoice] = await club.invoices(id);
      expect(toSecond([invoice.date_created, invoice.expire_date])).toEqual([
        "2027-01-16T12:02:00",
        "2027-01-17T12:02:00",
      ]);
    });

    it("take the amount that is valid then, the plan's too", async () => {
      await club.moveTo("2027-01-15T12:00:00-04:00");
      const plan = await club.plan(daily);
      const { id } = await club.join(plan.id);
      await club.advance(hour);
      await club.put(id, { auto_recurring: { transaction_amount: 1600, currency_id: "ARS" } });
      await club.advance(day);
      const auto_recurring = { transaction_amount: 1700 };
      await club.call("PUT", `/preapproval_plan/${plan.id}`, { auto_recurring });
      await club.advance(day);
      expect(await amounts()).toEqual([1500, 1600, 1700]);
    });

    it("leave out what is paused: the calendar goes on, and nothing is made up for", async () => {
      const { id } = await dailySubscription();
      await club.put(id, { status: "paused" });
      await club.moveTo("2027-01-17T12:30:00-04:00");
      expect(await club.invoices(id)).toHaveLength(1);
      expect(toMinute([(await club.read(id)).next_payment_date])).toEqual(["2027-01-18T12:00"]);
      await club.put(id, { status: "authorized" });
      await club.moveTo("2027-01-18T12:30:00-04:00");
      expect(await club.invoices(id)).toHaveLength(2);
    });

    it("end with the repetitions, and with the end date", async () => {
      await club.moveTo("2027-01-15T12:00:00-04:00");
      const plan = await club.plan({ ...daily, repetitions: 2 });
      const counted = await club.join(plan.id);
      expect(counted.summarized).toMatchObject({ quotas: 2, pending_charge_amount: 3000 });
      const dated = await club.authorized({ ...daily, end_date: "2027-01-16T18:00:00.000-04:00" });
      expect(dated.summarized).toMatchObject({ quotas: 2, pending_charge_quantity: 2 });
      await club.moveTo("2027-01-17T11:00:00-04:00");
      expect((await club.read(dated.id)).status).toBe("cancelled");
      expect((await club.read(counted.id)).status).toBe("authorized");
      await club.moveTo("2027-01-20T12:00:00-04:00");
      expect((await club.read(counted.id)).status).toBe("cancelled");
      expect(await amounts()).toHaveLength(4);
    });
  });

  describe("one that is declined", () => {
    it("is tried three times more, and the end of its cycle pauses the subscription", async () => {
      const { id } = await dailySubscription();
      await club.decide({ times: "always" });
      await club.moveTo("2027-01-16T12:03:00-04:00");
      const open = (await club.invoices(id))[1];
      expect(open).toMatchObject({
        status: "scheduled",
        summarized: "pending",
        retry_attempt: 1,
        payment: { status: "rejected", status_detail: "cc_rejected_insufficient_amount" },
      });
      expect(toSecond([open.next_retry_date, open.expire_date])).toEqual([
        "2027-01-16T18:02:00",
        "2027-01-17T12:02:00",
      ]);
      expect((await club.read(id)).summarized.semaphore).toBe("yellow");
      await club.moveTo("2027-01-17T11:59:00-04:00");
      const tried = (await club.invoices(id))[1];
      expect(tried).toMatchObject({ id: open.id, status: "scheduled", retry_attempt: 4 });
      expect(tried.next_retry_date).toBeUndefined();
      const rejections = (await club.ledger("reject")).map(({ at }: Json) => at);
      expect(toSecond(rejections)).toEqual([
        "2027-01-16T16:02:00",
        "2027-01-16T22:02:00",
        "2027-01-17T04:02:00",
        "2027-01-17T10:02:00",
      ]);
      expect((await club.read(id)).status).toBe("authorized");
      await club.moveTo("2027-01-17T12:01:00-04:00");
      expect(await club.read(id)).toMatchObject({
        status: "paused",
        summarized: { charged_quantity: 2, charged_amount: 1500, semaphore: "red" },
      });
      const closed = (await club.invoices(id))[1];
      expect(closed).toMatchObject({ status: "processed", payment: { status: "rejected" } });
      await club.advance(3 * day);
      expect(await club.invoices(id)).toHaveLength(2);
    });

    it("that succeeds later is paid by the same invoice", async () => {
      const { id } = await dailySubscription();
      await club.decide({ times: 2 });
      await club.moveTo("2027-01-17T11:00:00-04:00");
      const invoices = await club.invoices(id);
      expect(invoices).toHaveLength(2);
      expect(invoices[1]).toMatchObject({ status: "processed", retry_attempt: 3 });
      expect(await payment(invoices[1])).toMatchObject({ status: "approved" });
      expect((await club.truth(id)).invoices[1].paymentIds).toHaveLength(3);
      await club.moveTo("2027-01-17T12:01:00-04:00");
      expect((await club.read(id)).status).toBe("authorized");
    });

    it("can take two cycles to pause", async () => {
      await club.settings({ failedCyclesBeforePause: 2 });
      const { id } = await dailySubscription();
      await club.decide({ times: "always" });
      await club.moveTo("2027-01-17T12:30:00-04:00");
      expect((await club.read(id)).status).toBe("authorized");
      expect(await club.invoices(id)).toHaveLength(3);
      await club.moveTo("2027-01-18T12:01:00-04:00");
      expect((await club.read(id)).status).toBe("paused");
    });

    it("has a month where the cycle is a month", async () => {
      await club.moveTo("2027-01-31T12:00:00-04:00");
      const { id } = await club.authorized();
      await club.advance(hour);
      await club.decide({ times: "always" });
      await club.moveTo("2027-02-28T12:03:00-04:00");
      const invoice = (await club.invoices(id))[1];
      expect(toSecond([invoice.next_retry_date, invoice.expire_date])).toEqual([
        "2027-03-08T06:02:00",
        "2027-03-31T12:02:00",
      ]);
    });

    it("is not recovered after a pause: the next cycle is charged, and pauses again", async () => {
      const { id } = await dailySubscription();
      await club.decide({ times: "always" });
      await club.moveTo("2027-01-17T12:01:00-04:00");
      await club.put(id, { status: "authorized" });
      await club.moveTo("2027-01-17T12:03:00-04:00");
      expect(await club.invoices(id)).toMatchObject([
        { status: "processed" },
        { status: "processed" },
        { status: "scheduled" },
      ]);
      await club.moveTo("2027-01-18T12:01:00-04:00");
      expect((await club.read(id)).status).toBe("paused");
    });

    it("is charged on the new card within minutes, and a bad one changes nothing", async () => {
      const { id } = await dailySubscription();
      await club.decide({});
      await club.moveTo("2027-01-16T12:10:00-04:00");
      await club.decide({ kind: "card_validation", statusDetail: "cc_rejected_high_risk" });
      const master = "5031755734530604";
      const bad = await club.put(id, { card_token_id: await club.token("APRO", master) });
      expect(bad).toMatchObject({ status: 402, body: { message: "Unknown error" } });
      await club.advance(5 * minute);
      expect((await club.invoices(id))[1]).toMatchObject({ status: "scheduled", retry_attempt: 1 });
      await club.put(id, { card_token_id: await club.token("APRO", master) });
      await club.advance(2 * minute);
      expect(await club.invoices(id)).toMatchObject([
        {},
        {
          status: "processed",
          retry_attempt: 2,
          payment_method_id: "master",
          payment: { status: "approved" },
        },
      ]);
      await club.moveTo("2027-01-17T12:01:00-04:00");
      expect(await amounts()).toEqual([1500, 1500]);
      expect((await club.read(id)).status).toBe("authorized");
    });

    it("is paid by the second method, where there is one", async () => {
      const { id } = await dailySubscription();
      await club.put(id, { payment_method_id_secondary: "account_money" });
      await club.decide({});
      await club.moveTo("2027-01-16T12:03:00-04:00");
      expect((await club.invoices(id))[1]).toMatchObject({
        status: "processed",
        retry_attempt: 1,
        payment_method_id: "account_money",
        payment: { status: "approved" },
      });
    });

    it("is tried no more when the subscription is cancelled, unless somebody does it by hand", async () => {
      const { id } = await dailySubscription();
      await club.decide({});
      await club.moveTo("2027-01-16T12:03:00-04:00");
      await club.put(id, { status: "cancelled" });
      await club.advance(3 * day);
      expect((await club.invoices(id))[1]).toMatchObject({ status: "cancelled", retry_attempt: 1 });
      expect(await amounts()).toEqual([1500]);
      await simulator.control("POST", `/subscriptions/${id}/attempt`);
      expect(await amounts()).toEqual([1500, 1500]);
    });

    it.each(["approved", "rejected"])(
      "or reviewed, and %s in the end, follows its payment",
      async (status) => {
        await club.moveTo("2027-01-15T12:00:00-04:00");
        await club.decide({ status: "in_process" });
        const { id } = await club.authorized();
        await club.moveTo("2027-01-15T12:27:00-04:00");
        const [open] = await club.invoices(id);
        expect(open).toMatchObject({ status: "scheduled", payment: { status: "in_process" } });
        await simulator.control("POST", `/payments/${open.payment.id}`, { status });
        const [decided] = await club.invoices(id);
        expect(decided.status).toBe(status === "approved" ? "processed" : "recycling");
        await club.advance(2 * minute);
        expect((await club.read(id)).status).toBe(
          status === "approved" ? "authorized" : "cancelled",
        );
      },
    );
  });

  it("are found by subscription, payment and payer, minutes late, and only with a filter", async () => {
    const { id, payer_id } = await dailySubscription();
    await club.moveTo("2027-01-16T12:03:00-04:00");
    const [first, second] = await club.invoices(id);
    const found = async (query: string) => {
      const { body } = await club.call("GET", `/authorized_payments/search?${query}`);
      return body.results.map((one: Json) => one.id);
    };
    expect(await found(`preapproval_id=${id}`)).toEqual([first.id]);
    await club.advance(2 * minute);
    expect(await found(`preapproval_id=${id}&external_reference=nonsense`)).toEqual([
      second.id,
      first.id,
    ]);
    expect(await found(`payment_id=${second.payment.id}`)).toEqual([second.id]);
    expect(await found(`payer_id=${payer_id}&limit=1`)).toEqual([second.id]);
    expect(await found(`id=${first.id}`)).toEqual([first.id]);
    const all = await club.call("GET", "/authorized_payments/search?external_reference=SUB-9");
    expect(all.status).toBe(400);
    const other = await Club.open(simulator);
    expect(await other.call("GET", `/authorized_payments/${first.id}`)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining("not valid for callerId") },
    });
    expect(await club.call("GET", "/authorized_payments/1")).toMatchObject({ status: 404 });
  });

  it("make the story of a year: a trial, a failed card, a new one, a pause, another amount", async () => {
    await club.moveTo("2027-12-31T12:00:00-04:00");
    const free_trial = { frequency: 1, frequency_type: "months" };
    const plan = await club.plan({ free_trial });
    const { id } = await club.join(plan.id);
    await club.moveTo("2028-02-15T12:00:00-04:00");
    await club.decide({ statusDetail: "cc_rejected_card_disabled", times: 2 });
    await club.moveTo("2028-03-10T12:00:00-04:00");
    await club.put(id, { card_token_id: await club.token("APRO", "5031755734530604") });
    await club.moveTo("2028-04-15T12:00:00-04:00");
    await club.put(id, { status: "paused" });
    await club.moveTo("2028-07-15T12:00:00-04:00");
    await club.put(id, { status: "authorized" });
    await club.put(id, { auto_recurring: { transaction_amount: 1800, currency_id: "ARS" } });
    await club.moveTo("2028-12-31T11:00:00-04:00");
    const { invoices, status } = await club.truth(id);
    expect(status).toBe("authorized");
    const told = invoices.map(({ createdAt, amountMinor, attempts, paymentStatus }: Json) =>
      [createdAt.slice(0, 10), amountMinor / 100, attempts, paymentStatus].join(" "),
    );
    expect(told).toEqual([
      "2028-01-31 1500 1 approved",
      "2028-02-29 1500 3 approved",
      "2028-03-31 1500 1 approved",
      "2028-07-31 1800 1 approved",
      "2028-08-31 1800 1 approved",
      "2028-09-30 1800 1 approved",
      "2028-10-31 1800 1 approved",
      "2028-11-30 1800 1 approved",
    ]);
    expect((await club.ledger("reject")).length).toBe(2);
    expect((await amounts()).length).toBe(8);
  });

  it("go on after a restart", async () => {
    const folder = await mkdtemp(join(tmpdir(), "simulator-"));
    const dataFile = join(folder, "state.json");
    try {
      const before = await bootSimulator({ dataFile });
      const there = await Club.open(before);
      await there.moveTo("2027-01-15T12:00:00-04:00");
      const { id } = await there.authorized(daily);
      await there.advance(hour);
      await there.decide({ times: 2 });
      await there.moveTo("2027-01-16T12:03:00-04:00");
      await before.close();

      const after = await bootSimulator({ dataFile });
      const back = new Club(after, there.seller);
      expect((await back.invoices(id))[1]).toMatchObject({ status: "scheduled", retry_attempt: 1 });
      await back.moveTo("2027-01-17T12:30:00-04:00");
      expect(await back.invoices(id)).toMatchObject([
        { status: "processed" },
        { status: "processed", retry_attempt: 3, payment: { status: "approved" } },
        { status: "processed", retry_attempt: 1, payment: { status: "approved" } },
      ]);
      await after.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
