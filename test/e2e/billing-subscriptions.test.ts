import {
  joinOf,
  readSubscription,
  subscribe,
  subscriptionFields,
  subscriptionOf,
  subscriptionsThere,
} from "../support/billing";
import { describeEachDatabase } from "../support/databases";
import { leavingNothing } from "../support/footprint";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { makePlan } from "../support/plans";
import { eventually, type Json } from "../support/simulator";
import { statementsDuring } from "../support/statements";
import { watch } from "../support/watch";

const shown = `replayed subscription { ${subscriptionFields} }`;

describeEachDatabase("a subscription", (database) => {
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
  afterEach(async () => {
    await gateway.simulator.control("POST", "/notifications", { mode: "off" });
  });

  const create = (input: Json, credential?: string): Promise<Json> =>
    gateway.mutate("createBillingSubscription", input, shown, credential);
  const read = (id: string) => readSubscription(gateway, id);
  const notify = () => gateway.simulator.control("POST", "/notifications", { mode: "on" });
  const fail = (effect: unknown, method: string, path: string) =>
    gateway.simulator.control("POST", "/faults", { match: { method, path }, effect });
  const types = ({ events }: Json) => events.edges.map(({ node }: Json) => node.type);
  const withCard = async (extra: Json = {}) =>
    subscriptionOf(seller, { cardToken: await seller.cardToken(), ...extra });

  test("without a card waits for its payer at a link that works", async () => {
    const input = subscriptionOf(seller, { externalReference: "member-7" });
    const { subscription, userErrors } = await create(input, seller.key);
    expect(userErrors).toEqual([]);
    expect(subscription).toMatchObject({
      status: "PENDING",
      billingMode: "PROVIDER_SCHEDULED",
      externalReference: "member-7",
      payerEmail: input.payerEmail,
      recurrence: { amount: { amount: "1500.00" }, frequency: 1, frequencyType: "MONTHS" },
      nextChargeAt: null,
      methodId: null,
      plan: null,
      seller: { id: seller.id },
    });
    expect(subscription.checkoutUrl).toContain(subscription.providerSubscriptionId);
    expect(subscription.checkoutUrl).not.toContain("activation");
    expect(types(subscription)).toEqual(["SUBSCRIPTION_CREATED", "SUBSCRIPTION_STATUS_CHANGED"]);
    expect(await create(input, seller.key)).toMatchObject({
      replayed: true,
      subscription: { id: subscription.id },
    });
    expect(await subscriptionsThere(gateway, subscription.id)).toBe(1);
  });

  test("with a card is authorized, with what the payer was told", async () => {
    const startDate = new Date(clock.now().getTime() + 10 * 86_400_000).toISOString();
    const subscription = await subscribe(gateway, await withCard({ startDate }));
    expect(subscription).toMatchObject({ status: "AUTHORIZED", methodId: "visa" });
    expect(subscription.recurrence.freeTrial).toEqual({ frequency: 10, frequencyType: "DAYS" });
    expect(new Date(subscription.nextChargeAt).getTime()).toBeCloseTo(Date.parse(startDate), -4);
  });

  test("of a plan has the plan's terms", async () => {
    const plan = await makePlan(gateway, seller);
    const input = await joinOf(seller, plan.id, { amount: "1500" });
    const subscription = await subscribe(gateway, input);
    expect(subscription).toMatchObject({
      status: "AUTHORIZED",
      plan: { id: plan.id },
      reason: plan.reason,
      recurrence: { amount: { amount: "1500.00" } },
    });
  });

  test.each<[string, (plan: Json) => Promise<Json>, string, string[]]>([
    [
      "weeks",
      async () => subscriptionOf(seller, { recurrence: { frequencyType: "WEEKS" } }),
      "INVALID_INPUT",
      ["recurrence", "frequencyType"],
    ],
    [
      "an amount below the floor",
      async () => subscriptionOf(seller, { recurrence: { amount: "1" } }),
      "INVALID_AMOUNT",
      ["recurrence", "amount"],
    ],
    [
      "another currency",
      async () => subscriptionOf(seller, { recurrence: { currency: "BRL" } }),
      "NO_CAPABLE_ACCOUNT",
      ["recurrence", "currency"],
    ],
    [
      "a local back URL",
      async () => subscriptionOf(seller, { backUrl: "http://localhost/" }),
      "INVALID_INPUT",
      ["backUrl"],
    ],
    [
      "no e-mail",
      async () => subscriptionOf(seller, { payerEmail: "nobody" }),
      "INVALID_INPUT",
      ["payerEmail"],
    ],
    [
      "a start in the past",
      async () => subscriptionOf(seller, { startDate: "2020-01-01T00:00:00Z" }),
      "INVALID_INPUT",
      ["startDate"],
    ],
    [
      "an end in the past",
      async () => subscriptionOf(seller, { endDate: "2020-01-01T00:00:00Z" }),
      "INVALID_INPUT",
      ["endDate"],
    ],
    [
      "neither plan nor terms",
      async () => ({ ...subscriptionOf(seller), recurrence: null }),
      "INVALID_INPUT",
      ["recurrence"],
    ],
    [
      "both plan and terms",
      async ({ id }) => joinOf(seller, id, { recurrence: subscriptionOf(seller).recurrence }),
      "INVALID_INPUT",
      ["recurrence"],
    ],
    [
      "a plan and no card",
      async ({ id }) => joinOf(seller, id, { cardToken: null }),
      "INVALID_INPUT",
      ["cardToken"],
    ],
    [
      "another amount than the plan's",
      async ({ id }) => joinOf(seller, id, { amount: "1499.00" }),
      "INVALID_AMOUNT",
      ["amount"],
    ],
    [
      "somebody else's plan",
      async () => joinOf(seller, (await makePlan(gateway, await gateway.connectSeller())).id),
      "NOT_FOUND",
      ["planId"],
    ],
  ])("with %s is refused at its place, and nothing is written", async (_, make, code, path) => {
    const input = await make(await makePlan(gateway, seller));
    const answer = await leavingNothing(gateway, () => create(input));
    expect(answer.subscription).toBeNull();
    expect(answer.userErrors).toMatchObject([{ code, path: ["input", ...path] }]);
  });

  test("with a spent token, or one without a security code, is FAILED and names the token", async () => {
    const cardToken = await seller.cardToken();
    await subscribe(gateway, subscriptionOf(seller, { cardToken }));
    const { id: bare } = await gateway.simulator.control("POST", "/card-tokens", {
      userId: seller.shop.seller.userId,
      securityCode: false,
    });
    for (const bad of [cardToken, bare]) {
      const { subscription, userErrors } = await create(subscriptionOf(seller, { cardToken: bad }));
      expect(userErrors).toMatchObject([
        { code: "CARD_TOKEN_INVALID", path: ["input", "cardToken"] },
      ]);
      expect(subscription).toMatchObject({
        status: "FAILED",
        failure: { code: "CARD_TOKEN_INVALID" },
      });
    }
  });

  test("whose card fails its check is FAILED", async () => {
    const cardToken = await seller.cardToken("FUND");
    const { subscription, userErrors } = await create(subscriptionOf(seller, { cardToken }));
    expect(userErrors).toMatchObject([{ code: "PROVIDER_REFUSED", path: ["input", "cardToken"] }]);
    expect(subscription.status).toBe("FAILED");
    expect(await subscriptionsThere(gateway, subscription.id)).toBe(0);
  });

  test("whose answer is lost is found among the payer's, and was sent once", async () => {
    await fail("effect-then-drop", "POST", "^/preapproval$");
    const input = await withCard();
    const { subscription, userErrors } = await create(input);
    expect(userErrors).toEqual([]);
    expect(subscription.status).toBe("UNKNOWN");
    await eventually(async () => {
      clock.advance(20_000);
      gateway.app.wakeJobs();
      return (await read(subscription.id)).status === "AUTHORIZED";
    });
    expect(await subscriptionsThere(gateway, subscription.id)).toBe(1);
    expect(await create(input)).toMatchObject({
      replayed: true,
      subscription: { status: "AUTHORIZED" },
    });
  });

  test("whose answer is lost is found by a notification that does not say whose it is", async () => {
    await notify();
    await fail("effect-then-drop", "POST", "^/preapproval$");
    const { subscription } = await create(await withCard());
    await eventually(async () => (await read(subscription.id)).status === "AUTHORIZED");
    expect(await subscriptionsThere(gateway, subscription.id)).toBe(1);
  });

  test("that never reached the provider stays UNKNOWN, says so, and is not sent again", async () => {
    await fail("drop-before", "POST", "^/preapproval$");
    const input = await withCard();
    const { subscription } = await create(input);
    expect(subscription.status).toBe("UNKNOWN");
    for (const ms of [20_000, 70_000, 400_000, 1_000_000]) {
      clock.advance(ms);
      gateway.app.wakeJobs();
      await eventually(async () => {
        const [row] = await gateway.app.database.read(
          "SELECT due_at FROM operation WHERE subject_id = ?",
          [subscription.id],
        );
        return Number(row?.due_at) > clock.now().getTime();
      });
    }
    expect(await create(input)).toMatchObject({
      replayed: true,
      subscription: { status: "UNKNOWN" },
    });
    expect(await subscriptionsThere(gateway, subscription.id)).toBe(0);
  });

  test("that is changed at the provider is followed live, each change once", async () => {
    await notify();
    const { id, providerSubscriptionId } = await subscribe(gateway, await withCard());
    const document = `subscription ($id: ID!) { billingSubscriptionUpdated(id: $id) { status event { type source } subscription { status } } }`;
    const updates = watch(gateway, document, { id });
    expect(await updates.next()).toMatchObject({ status: "AUTHORIZED" });
    const move = (status: string) =>
      gateway.simulator.control("POST", `/subscriptions/${providerSubscriptionId}`, { status });
    await move("paused");
    expect(await updates.next()).toMatchObject({
      status: "PAUSED",
      event: { type: "SUBSCRIPTION_STATUS_CHANGED", source: "WEBHOOK" },
      subscription: { status: "PAUSED" },
    });
    await move("authorized");
    expect(await updates.next()).toMatchObject({ status: "AUTHORIZED" });
    await move("cancelled");
    expect(await updates.next()).toMatchObject({ status: "CANCELLED" });
    expect((await read(id)).nextChargeAt).toBeNull();
    updates.end();
  });

  test("that nobody told of is looked up by schedule", async () => {
    const { id, providerSubscriptionId } = await subscribe(gateway, await withCard());
    await gateway.simulator.control("POST", `/subscriptions/${providerSubscriptionId}`, {
      ...{ status: "paused", announce: false },
    });
    await eventually(async () => {
      clock.advance(6 * 3_600_000);
      gateway.app.wakeJobs();
      return (await read(id)).status === "PAUSED";
    });
    const { events } = await read(id);
    expect(events.edges.at(-1).node).toMatchObject({ to: "PAUSED", source: "SCHEDULE" });
  });

  test("stands in lists by status, plan, payer, reference and next charge; a page costs the same", async () => {
    const other = await gateway.connectSeller();
    const plan = await makePlan(gateway, other);
    const [first, second] = [
      await subscribe(gateway, subscriptionOf(other, { externalReference: "m-1" })),
      await subscribe(gateway, await joinOf(other, plan.id)),
    ];
    const list = async (filter: Json): Promise<string[]> => {
      const document = `query ($filter: BillingSubscriptionFilter) { billingSubscriptions(filter: $filter) { edges { node { id plan { id } } } } }`;
      const { billingSubscriptions } = await gateway.data(document, { filter });
      return billingSubscriptions.edges.map(({ node }: Json) => node.id);
    };
    const sellerId = other.id;
    expect(await list({ sellerId })).toEqual([second.id, first.id]);
    expect(await list({ sellerId, status: ["PENDING"] })).toEqual([first.id]);
    expect(await list({ planId: plan.id })).toEqual([second.id]);
    expect(await list({ payerEmail: first.payerEmail })).toEqual([first.id]);
    expect(await list({ sellerId, externalReference: "m-1" })).toEqual([first.id]);
    const at = second.nextChargeAt;
    expect(await list({ sellerId, nextChargeFrom: at })).toEqual([second.id]);
    expect(await list({ sellerId, nextChargeTo: at })).toEqual([]);

    const few = await statementsDuring(gateway, () => list({ sellerId }));
    for (let i = 0; i < 3; i++) await subscribe(gateway, await joinOf(other, plan.id));
    expect((await statementsDuring(gateway, () => list({ sellerId }))).length).toBe(few.length);
  });

  test("of another seller is not there", async () => {
    const { id } = await subscribe(gateway, subscriptionOf(seller));
    const other = await gateway.connectSeller();
    const document = `query ($id: ID!) { billingSubscription(id: $id) { id } }`;
    expect(await gateway.data(document, { id }, other.key)).toEqual({ billingSubscription: null });
    const answer = await create(subscriptionOf(seller), other.key);
    expect(answer).toMatchObject({ subscription: null, userErrors: [{ code: "NOT_FOUND" }] });
  });
});
