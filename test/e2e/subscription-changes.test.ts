import { randomUUID } from "node:crypto";
import {
  readSubscription,
  subscribe,
  subscriptionFields,
  subscriptionOf,
} from "../support/billing";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { eventually, type Json } from "../support/simulator";

describeEachDatabase("a change of a subscription", (database) => {
  let gateway: TestGateway;
  let clock: MovableClock;
  let seller: ConnectedSeller;
  beforeAll(async () => {
    clock = new MovableClock();
    gateway = await TestGateway.start({ database, clock });
    seller = await gateway.connectSeller();
  });
  afterAll(() => gateway.stop());

  const agreed = async (extra: Json = {}): Promise<Json> =>
    subscribe(gateway, subscriptionOf(seller, { cardToken: await seller.cardToken(), ...extra }));
  const change = (name: string, subscriptionId: string, extra: Json = {}): Promise<Json> =>
    gateway.mutate(
      name,
      { idempotencyKey: randomUUID(), subscriptionId, ...extra },
      `replayed subscription { ${subscriptionFields} }`,
      seller.key,
    );
  const truth = ({ providerSubscriptionId }: Json): Promise<Json> =>
    gateway.simulator.control("GET", `/subscriptions/${providerSubscriptionId}`);
  const fail = (effect: unknown, { providerSubscriptionId }: Json, method = "PUT") =>
    gateway.simulator.control("POST", "/faults", {
      match: { method, path: `^/preapproval/${providerSubscriptionId}$` },
      effect,
    });
  const changes = ({ events }: Json) => events.edges.map(({ node }: Json) => [node.type, node.to]);

  test("of the amount is read back, and has its event although nobody is told of it", async () => {
    const { id } = await agreed();
    const input = { idempotencyKey: randomUUID(), subscriptionId: id, amount: "1750.50" };
    const shown = `replayed subscription { ${subscriptionFields} }`;
    const answer = await gateway.mutate("changeSubscriptionAmount", input, shown);
    expect(answer).toMatchObject({
      userErrors: [],
      subscription: { recurrence: { amount: { amount: "1750.50" } } },
    });
    expect(changes(answer.subscription).at(-1)).toEqual(["SUBSCRIPTION_UPDATED", "AUTHORIZED"]);
    expect((await truth(answer.subscription)).amountMinor).toBe(175_050);
    expect(await gateway.mutate("changeSubscriptionAmount", input, shown)).toMatchObject({
      replayed: true,
    });
  });

  test.each([
    ["below the floor", "14.99", "INVALID_AMOUNT"],
    ["of nothing", "0", "INVALID_AMOUNT"],
    ["of too many decimals", "20.001", "TOO_MANY_DECIMALS"],
  ])("to an amount %s is refused at its place", async (_, amount, code) => {
    const { id } = await agreed();
    const answer = await change("changeSubscriptionAmount", id, { amount });
    expect(answer).toMatchObject({
      subscription: null,
      userErrors: [{ code, path: ["input", "amount"] }],
    });
  });

  test("that pauses, resumes and cancels ends for good", async () => {
    const { id } = await agreed();
    const paused = await change("pauseSubscription", id);
    expect(paused).toMatchObject({ userErrors: [], subscription: { status: "PAUSED" } });
    const edit = await change("changeSubscriptionAmount", id, { amount: "99.00" });
    expect(edit.userErrors).toMatchObject([
      { code: "ACTION_NOT_AVAILABLE", path: ["input", "subscriptionId"] },
    ]);
    expect(edit.userErrors[0].message).toContain("resume it first");
    const resumed = await change("resumeSubscription", id);
    expect(resumed).toMatchObject({ userErrors: [], subscription: { status: "AUTHORIZED" } });
    const cancelled = await change("cancelSubscription", id);
    expect(cancelled).toMatchObject({
      userErrors: [],
      subscription: { status: "CANCELLED", nextChargeAt: null },
    });
    expect((await truth(cancelled.subscription)).status).toBe("cancelled");
    for (const name of ["cancelSubscription", "resumeSubscription", "pauseSubscription"]) {
      const answer = await change(name, id);
      expect(answer.userErrors).toMatchObject([{ code: "ACTION_NOT_AVAILABLE" }]);
    }
    expect(changes(cancelled.subscription).map(([, to]: string[]) => to)).toEqual([
      ...["PROCESSING", "AUTHORIZED", "PAUSED", "AUTHORIZED", "CANCELLED"],
    ]);
  });

  test("that the provider says yes to and drops is told", async () => {
    const subscription = await agreed();
    const { body } = await gateway.simulator.call(
      "GET",
      `/preapproval/${subscription.providerSubscriptionId}`,
      undefined,
      { token: seller.shop.seller.accessToken },
    );
    await fail({ kind: "status", code: 200, body }, subscription);
    const answer = await change("changeSubscriptionAmount", subscription.id, { amount: "99.00" });
    expect(answer.userErrors).toMatchObject([
      { code: "CHANGE_NOT_APPLIED", path: ["input", "amount"] },
    ]);
    expect(answer.subscription.recurrence.amount.amount).toBe("1500.00");
    await fail({ kind: "status", code: 200, body }, subscription);
    const pause = await change("pauseSubscription", subscription.id);
    expect(pause.userErrors).toMatchObject([{ code: "CHANGE_NOT_APPLIED" }]);
    expect(pause.subscription.status).toBe("AUTHORIZED");
  });

  test("of the card is shown; one that fails its check is refused with the reason", async () => {
    const subscription = await agreed();
    const { id } = subscription;
    const master = await gateway.simulator.cardToken(
      seller.shop.seller,
      "APRO",
      "5031755734530604",
    );
    const answer = await change("changeSubscriptionCard", id, { cardToken: master });
    expect(answer).toMatchObject({ userErrors: [], subscription: { methodId: "master" } });
    const bad = await seller.cardToken("FUND");
    const refused = await change("changeSubscriptionCard", id, { cardToken: bad });
    expect(refused.userErrors).toMatchObject([
      {
        code: "PROVIDER_REFUSED",
        path: ["input", "cardToken"],
        providerCode: "cc_rejected_insufficient_amount",
      },
    ]);
    expect(refused.subscription.methodId).toBe("master");
    const spent = await change("changeSubscriptionCard", id, { cardToken: master });
    expect(spent.userErrors).toMatchObject([{ code: "CARD_TOKEN_INVALID" }]);
  });

  test("of the card completes a pending one", async () => {
    const { id } = await subscribe(gateway, subscriptionOf(seller));
    const cardToken = await seller.cardToken();
    const answer = await change("changeSubscriptionCard", id, { cardToken });
    expect(answer).toMatchObject({ userErrors: [], subscription: { status: "AUTHORIZED" } });
  });

  test("of the second method takes a card with its token, and other methods by their name", async () => {
    const { id } = await agreed();
    const cardToken = await seller.cardToken();
    const card = await change("setSecondaryPaymentMethod", id, { methodId: "visa", cardToken });
    expect(card).toMatchObject({ userErrors: [], subscription: { secondaryMethodId: "visa" } });
    const other = await change("setSecondaryPaymentMethod", id, { methodId: "account_money" });
    expect(other.subscription.secondaryMethodId).toBe("account_money");
  });

  test.each([
    ["with its effect", "effect-then-drop"],
    ["without one", "drop-before"],
  ])("whose answer is lost %s is found out, and keeps others off until then", async (_, effect) => {
    const subscription = await agreed();
    await fail(effect, subscription);
    const answer = await change("cancelSubscription", subscription.id);
    expect(answer).toMatchObject({ userErrors: [], subscription: { status: "AUTHORIZED" } });
    const meanwhile = await change("pauseSubscription", subscription.id);
    expect(meanwhile.userErrors).toMatchObject([{ code: "ACTION_IN_PROGRESS" }]);
    await eventually(async () => {
      clock.advance(20_000);
      gateway.app.wakeJobs();
      return (await readSubscription(gateway, subscription.id)).status === "CANCELLED";
    });
    expect((await truth(subscription)).status).toBe("cancelled");
  });
});
