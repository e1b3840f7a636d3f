import { randomUUID } from "node:crypto";
import { describeEachDatabase } from "../support/databases";
import { leavingNothing } from "../support/footprint";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { makePlan, planFields, planOf } from "../support/plans";
import { eventually, type Json } from "../support/simulator";

const shown = `replayed plan { ${planFields} }`;

describeEachDatabase("a plan of subscriptions", (database) => {
  let gateway: TestGateway;
  let clock: MovableClock;
  let seller: ConnectedSeller;
  beforeAll(async () => {
    clock = new MovableClock();
    gateway = await TestGateway.start({
      database,
      clock,
      notifications: { mode: "off", delayMs: 5 },
    });
    await gateway.simulator.control("POST", "/notifications", {
      url: `${gateway.url}/webhooks/mercadopago`,
    });
    seller = await gateway.connectSeller();
  });
  afterAll(() => gateway.stop());

  const create = (input: Json, credential?: string): Promise<Json> =>
    gateway.mutate("createSubscriptionPlan", input, shown, credential);
  const update = (input: Json): Promise<Json> =>
    gateway.mutate(
      "updateSubscriptionPlan",
      { idempotencyKey: randomUUID(), ...input },
      `replayed plan { ${planFields} }`,
    );
  const read = async (id: string): Promise<Json> =>
    (await gateway.data(`query ($id: ID!) { subscriptionPlan(id: $id) { ${planFields} } }`, { id }))
      .subscriptionPlan;
  const timeline = ({ events }: Json) => events.edges.map(({ node }: Json) => node.type);
  const atProvider = (method: string, path: string, body?: unknown) =>
    gateway.simulator.call(method, path, body, { token: seller.shop.seller.accessToken });
  const fail = (effect: unknown, method: string, path: string) =>
    gateway.simulator.control("POST", "/faults", { match: { method, path }, effect });
  const plansThere = async (reason: string): Promise<number> => {
    const { body } = await atProvider("GET", `/preapproval_plan/search?q=${reason}&limit=100`);
    return body.results.length;
  };

  test("is made with all that it can say, and leads payers to the provider's page", async () => {
    const input = planOf(seller, {
      externalReference: "yoga",
      recurrence: {
        repetitions: 12,
        billingDay: 10,
        billingDayProportional: true,
        freeTrial: { frequency: 7, frequencyType: "DAYS" },
      },
      allowedMethods: { types: ["credit_card"], methods: ["visa", "master"] },
    });
    const { plan, replayed, userErrors } = await create(input, seller.key);
    expect(userErrors).toEqual([]);
    expect(replayed).toBe(false);
    expect(plan).toMatchObject({
      status: "ACTIVE",
      providerStatus: "active",
      externalReference: "yoga",
      reason: "Gym, monthly",
      recurrence: {
        ...{ frequency: 1, frequencyType: "MONTHS", repetitions: 12 },
        amount: { amount: "1500.00", currency: "ARS" },
        ...{ billingDay: 10, billingDayProportional: true },
        freeTrial: { frequency: 7, frequencyType: "DAYS" },
      },
      allowedMethods: { types: ["credit_card"], methods: ["visa", "master"] },
      backUrl: "https://gym.example/back",
      failure: null,
      seller: { id: seller.id },
    });
    expect(plan.checkoutUrl).toContain(`preapproval_plan_id=${plan.providerPlanId}`);
    expect(timeline(plan)).toEqual(["PLAN_CREATED", "PLAN_STATUS_CHANGED"]);
    expect(
      (await atProvider("GET", `/preapproval_plan/${plan.providerPlanId}`)).body,
    ).toMatchObject({
      external_reference: plan.id,
      auto_recurring: { transaction_amount: 1500, billing_day_proportional: true },
    });
    const again = await create(input, seller.key);
    expect(again).toMatchObject({ replayed: true, plan: { id: plan.id } });
    const node = `query ($id: ID!) { node(id: $id) { ... on SubscriptionPlan { status } } }`;
    expect((await gateway.data(node, { id: plan.id })).node).toEqual({ status: "ACTIVE" });
  });

  const trialOf = (frequency: number, frequencyType: string) => ({ frequency, frequencyType });
  test.each<[string, Json, string, string[]]>([
    ["weeks", { frequencyType: "WEEKS" }, "INVALID_INPUT", ["recurrence", "frequencyType"]],
    ["years", { frequencyType: "YEARS" }, "INVALID_INPUT", ["recurrence", "frequencyType"]],
    ["billing day 31", { billingDay: 31 }, "INVALID_INPUT", ["recurrence", "billingDay"]],
    [
      "a billing day by the day",
      { frequencyType: "DAYS", billingDay: 3 },
      "INVALID_INPUT",
      ["recurrence", "billingDay"],
    ],
    [
      "a share without a billing day",
      { billingDayProportional: true },
      "INVALID_INPUT",
      ["recurrence", "billingDayProportional"],
    ],
    [
      "a free trial longer than the plan",
      { repetitions: 2, freeTrial: trialOf(62, "DAYS") },
      "INVALID_INPUT",
      ["recurrence", "freeTrial"],
    ],
    [
      "a free trial in weeks",
      { freeTrial: trialOf(1, "WEEKS") },
      "INVALID_INPUT",
      ["recurrence", "freeTrial", "frequencyType"],
    ],
    ["an amount below the floor", { amount: "14.99" }, "INVALID_AMOUNT", ["recurrence", "amount"]],
    [
      "an amount above the most",
      { amount: "2000000.01" },
      "INVALID_AMOUNT",
      ["recurrence", "amount"],
    ],
    ["no amount", { amount: "0" }, "INVALID_AMOUNT", ["recurrence", "amount"]],
    ["decimals", { amount: "15.001" }, "TOO_MANY_DECIMALS", ["recurrence", "amount"]],
    [
      "the currency of another country",
      { currency: "BRL" },
      "NO_CAPABLE_ACCOUNT",
      ["recurrence", "currency"],
    ],
  ])(
    "with %s is refused at its place, and nothing is written",
    async (_, recurrence, code, path) => {
      const answer = await leavingNothing(gateway, () => create(planOf(seller, { recurrence })));
      expect(answer.plan).toBeNull();
      expect(answer.userErrors).toMatchObject([{ code, path: ["input", ...path] }]);
    },
  );

  test.each(["http://localhost:3000/back", "https://127.0.0.1/back", "https://shop.internal/"])(
    "that leads payers back to %s is refused at its place",
    async (backUrl) => {
      const answer = await leavingNothing(gateway, () => create(planOf(seller, { backUrl })));
      expect(answer.userErrors).toMatchObject([
        { code: "INVALID_INPUT", path: ["input", "backUrl"] },
      ]);
    },
  );

  test("whose answer is lost is found by its reference, and never sent twice", async () => {
    await fail("effect-then-drop", "POST", "^/preapproval_plan$");
    const input = planOf(seller, { reason: "Lost" });
    const { plan, userErrors } = await create(input);
    expect(userErrors).toEqual([]);
    expect(plan).toMatchObject({ status: "UNKNOWN", providerPlanId: null });
    await eventually(async () => {
      clock.advance(20_000);
      gateway.app.wakeJobs();
      return (await read(plan.id)).status === "ACTIVE";
    });
    expect(await plansThere("Lost")).toBe(1);
    expect(await create(input)).toMatchObject({ replayed: true, plan: { status: "ACTIVE" } });
  });

  test("that never reached the provider stays UNKNOWN, and is not sent again", async () => {
    await fail("drop-before", "POST", "^/preapproval_plan$");
    const { plan } = await create(planOf(seller, { reason: "Swallowed" }));
    expect(plan.status).toBe("UNKNOWN");
    for (const ms of [20_000, 70_000, 400_000, 1_000_000]) {
      clock.advance(ms);
      gateway.app.wakeJobs();
      await eventually(async () => {
        const [row] = await gateway.app.database.read(
          "SELECT due_at FROM operation WHERE subject_id = ?",
          [plan.id],
        );
        return Number(row?.due_at) > clock.now().getTime();
      });
    }
    expect(await read(plan.id)).toMatchObject({ status: "UNKNOWN" });
    expect(await plansThere("Swallowed")).toBe(0);
  });

  test("that the provider refuses is FAILED", async () => {
    await fail(
      { kind: "status", code: 400, body: { message: "Invalid value for back_url", status: 400 } },
      "POST",
      "^/preapproval_plan$",
    );
    const { plan, userErrors } = await create(planOf(seller));
    expect(userErrors).toMatchObject([{ code: "INVALID_INPUT", path: ["input", "backUrl"] }]);
    expect(plan).toMatchObject({ status: "FAILED", failure: { code: "INVALID_INPUT" } });
  });

  test("is changed, put off and on again, and read back each time", async () => {
    const plan = await makePlan(gateway, seller, {
      recurrence: { freeTrial: { frequency: 1, frequencyType: "MONTHS" } },
    });
    const changed = await update({
      planId: plan.id,
      reason: "Gym, dearer",
      recurrence: { amount: "1800.50", freeTrial: { frequency: 10, frequencyType: "DAYS" } },
      allowedMethods: { types: ["debit_card"] },
    });
    expect(changed.userErrors).toEqual([]);
    expect(changed.plan).toMatchObject({
      reason: "Gym, dearer",
      recurrence: {
        amount: { amount: "1800.50" },
        freeTrial: { frequency: 10, frequencyType: "DAYS" },
      },
      allowedMethods: { types: ["debit_card"], methods: [] },
    });
    const off = await update({ planId: plan.id, isActive: false });
    expect(off).toMatchObject({ userErrors: [], plan: { status: "INACTIVE" } });
    expect(off.plan.providerStatus).toBe("cancelled");
    const on = await update({ planId: plan.id, isActive: true });
    expect(on).toMatchObject({ userErrors: [], plan: { status: "ACTIVE" } });
    expect(timeline(on.plan)).toEqual([
      "PLAN_CREATED",
      "PLAN_STATUS_CHANGED",
      "PLAN_UPDATED",
      "PLAN_STATUS_CHANGED",
      "PLAN_STATUS_CHANGED",
    ]);
  });

  test("tells of what the provider said yes to and left as it was", async () => {
    const plan = await makePlan(gateway, seller);
    const { body } = await atProvider("GET", `/preapproval_plan/${plan.providerPlanId}`);
    await fail({ kind: "status", code: 200, body }, "PUT", `^/preapproval_plan/${body.id}$`);
    const answer = await update({ planId: plan.id, recurrence: { amount: "99.00" } });
    expect(answer.userErrors).toMatchObject([
      { code: "CHANGE_NOT_APPLIED", path: ["input", "recurrence", "amount"] },
    ]);
    expect(answer.plan.recurrence.amount.amount).toBe("1500.00");
    // The next change finds the place free.
    const next = await update({ planId: plan.id, recurrence: { amount: "99.00" } });
    expect(next).toMatchObject({
      userErrors: [],
      plan: { recurrence: { amount: { amount: "99.00" } } },
    });
  });

  test("whose change had no answer is found out to be changed", async () => {
    const plan = await makePlan(gateway, seller);
    await fail("effect-then-drop", "PUT", `^/preapproval_plan/${plan.providerPlanId}$`);
    const answer = await update({ planId: plan.id, recurrence: { amount: "77.00" } });
    expect(answer).toMatchObject({
      userErrors: [],
      plan: { recurrence: { amount: { amount: "1500.00" } } },
    });
    const second = await update({ planId: plan.id, reason: "Another" });
    expect(second.userErrors).toMatchObject([{ code: "ACTION_IN_PROGRESS" }]);
    await eventually(async () => {
      clock.advance(20_000);
      gateway.app.wakeJobs();
      return (await read(plan.id)).recurrence.amount.amount === "77.00";
    });
    expect(await update({ planId: plan.id, reason: "Another" })).toMatchObject({ userErrors: [] });
  });

  test("that is changed on the provider's own pages is so here as well", async () => {
    await gateway.simulator.control("POST", "/notifications", { mode: "on" });
    const plan = await makePlan(gateway, seller);
    await atProvider("PUT", `/preapproval_plan/${plan.providerPlanId}`, {
      auto_recurring: { transaction_amount: 2000 },
      status: "inactive",
    });
    await eventually(async () => (await read(plan.id)).status === "INACTIVE");
    const seen = await read(plan.id);
    expect(seen.recurrence.amount.amount).toBe("2000.00");
    expect(seen.events.edges.at(-1).node).toMatchObject({ source: "WEBHOOK" });
    await gateway.simulator.control("POST", "/notifications", { mode: "off" });
  });

  test("stands in lists, narrowed by status, seller and reference", async () => {
    const other = await gateway.connectSeller();
    const first = await makePlan(gateway, other, { externalReference: "a" });
    const second = await makePlan(gateway, other, { externalReference: "b" });
    await update({ planId: first.id, isActive: false });
    const list = async (filter: Json): Promise<string[]> => {
      const document = `query ($filter: SubscriptionPlanFilter) { subscriptionPlans(filter: $filter) { edges { node { id } } } }`;
      const { subscriptionPlans } = await gateway.data(document, { filter });
      return subscriptionPlans.edges.map(({ node }: Json) => node.id);
    };
    expect(await list({ sellerId: other.id })).toEqual([second.id, first.id]);
    expect(await list({ sellerId: other.id, status: ["INACTIVE"] })).toEqual([first.id]);
    expect(await list({ sellerId: other.id, externalReference: "b" })).toEqual([second.id]);
    const own = `query ($id: ID!) { seller(id: $id) { subscriptionPlans { edges { node { id } } } } }`;
    const ofSeller = (await gateway.data(own, { id: other.id })).seller.subscriptionPlans;
    expect(ofSeller.edges).toHaveLength(2);
  });

  test("of another seller is not there to be read or changed", async () => {
    const plan = await makePlan(gateway, seller);
    const other = await gateway.connectSeller();
    const answer = await gateway.mutate(
      "updateSubscriptionPlan",
      { idempotencyKey: randomUUID(), planId: plan.id, isActive: false },
      "plan { id }",
      other.key,
    );
    expect(answer).toMatchObject({ plan: null, userErrors: [{ code: "NOT_FOUND" }] });
    const made = await create(planOf(seller), other.key);
    expect(made).toMatchObject({ plan: null, userErrors: [{ code: "NOT_FOUND" }] });
  });
});
