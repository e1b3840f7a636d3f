import { randomUUID } from "node:crypto";
import { createLogger } from "../../src/logging/logger";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { actionFields, nextAction, paymentBy, readAction } from "../support/next-actions";
import { eventually, type Json } from "../support/simulator";
import { watch } from "../support/watch";

const fiveMinutes = 5 * 60_000;
const updates = `subscription ($id: ID!, $after: Cursor) {
  paymentUpdated(id: $id, after: $after) { status cursor payment { status rejection { code } ${nextAction} } }
}`;

describeEachDatabase("a card's challenge", (database) => {
  const clock = new MovableClock();
  const log: string[] = [];
  let gateway: TestGateway;
  let seller: ConnectedSeller;
  beforeAll(async () => {
    gateway = await TestGateway.start({
      ...{ database, clock, notifications: { mode: "on" } },
      logger: createLogger("trace", { write: (line) => log.push(line) }),
    });
    seller = await gateway.connectSeller("MLA");
  });
  afterAll(() => gateway.stop());

  const pay = async (holder: string, changes: object = {}): Promise<Json> => {
    const token = await seller.cardToken(holder);
    const card = { token, methodId: "visa", installments: 1, threeDSecure: true };
    const { payment, userErrors } = await gateway.mutate(
      "createPayment",
      paymentBy(seller, { payWith: { card }, ...changes }),
      `payment { ${actionFields} createdAt }`,
    );
    expect(userErrors).toEqual([]);
    return payment;
  };
  /** What the page's frame does: posts the form, and then what the payer presses. */
  const answer = (action: Json, choice?: "confirm" | "refuse"): Promise<Response> =>
    fetch(action.url, {
      method: "POST",
      body: new URLSearchParams({
        ...{ creq: action.creq },
        ...(choice === undefined ? {} : { answer: choice }),
      }),
    });
  const comesTo = (id: string, status: string): Promise<void> =>
    eventually(async () => {
      gateway.app.wakeJobs();
      return (await readAction(gateway, id)).status === status;
    });
  const passTime = async (ms: number): Promise<void> => {
    await gateway.simulator.control("POST", "/clock", { advanceMs: ms });
    clock.advance(ms);
  };
  const rowOf = async (id: string): Promise<Json> => {
    const [row] = await gateway.app.database.read("SELECT * FROM payment WHERE id = ?", [id]);
    return row;
  };

  test("is shown, answered, and told live to who watches", async () => {
    const made = await pay("CHAL");
    expect(made).toMatchObject({
      status: "PENDING",
      redirectUrl: made.nextAction.url,
      nextAction: { __typename: "CardChallenge", creq: expect.stringMatching(/^[\w-]{40,}$/) },
    });
    // The deadline is ours; the provider tells none.
    const end = Date.parse(made.expiresAt) - Date.parse(made.createdAt);
    expect(Math.abs(end - fiveMinutes)).toBeLessThan(5_000);
    expect(made.nextAction.expiresAt).toBe(made.expiresAt);

    const { credential } = await gateway.mutate(
      "createWatchToken",
      { paymentId: made.id },
      "credential",
    );
    const watched = watch(gateway, updates, { id: made.id }, credential);
    expect(await watched.next()).toMatchObject({
      status: "PENDING",
      payment: { nextAction: made.nextAction },
    });
    expect(await (await answer(made.nextAction)).text()).toContain("Is it you?");
    expect(await (await answer(made.nextAction, "confirm")).text()).toContain("COMPLETE");
    expect(await watched.next()).toMatchObject({
      status: "APPROVED",
      payment: { status: "APPROVED", nextAction: null },
    });
    watched.end();
    const { payment } = await gateway.data(
      `query ($id: ID!) { payment(id: $id) { events { edges { node { from to } } } } }`,
      { id: made.id },
    );
    expect(payment.events.edges.map(({ node }: Json) => `${node.from} ${node.to}`)).toEqual([
      ...["null PROCESSING", "PROCESSING PENDING", "PENDING APPROVED"],
    ]);
  });

  test("is sealed while it waits, gone afterwards, and never in the log", async () => {
    const made = await pay("CHAL");
    const { creq } = made.nextAction;
    const waiting = await rowOf(made.id);
    expect(JSON.stringify(waiting)).not.toContain(creq);
    expect(waiting.creq_sealed).toMatch(/^v1\./);
    await answer(made.nextAction, "confirm");
    await comesTo(made.id, "APPROVED");
    expect(await rowOf(made.id)).toMatchObject({
      ...{ creq_sealed: null, next_action: null, redirect_url: null },
    });
    expect(log.join("")).not.toContain(creq);
  });

  test.each([
    ["that the payer refuses", "CHAL", "refuse"],
    ["that fails", "CHFA", "confirm"],
  ] as const)("%s ends in a rejection that says so", async (_what, holder, choice) => {
    const made = await pay(holder);
    await answer(made.nextAction, choice);
    await comesTo(made.id, "REJECTED");
    const watched = watch(gateway, updates, { id: made.id });
    expect((await watched.next()).payment).toMatchObject({
      ...{ rejection: { code: "cc_rejected_3ds_challenge" }, nextAction: null },
    });
    watched.end();
  });

  test("that nobody answers is asked about when its time is over", async () => {
    await gateway.simulator.control("POST", "/notifications", { mode: "off" });
    const made = await pay("CHAL");
    await passTime(fiveMinutes + 3_000);
    await comesTo(made.id, "REJECTED");
    await gateway.simulator.control("POST", "/notifications", { mode: "on" });
  });

  test("that the provider leaves open is not shown any more, and can be cancelled", async () => {
    const made = await pay("CHEX");
    await answer(made.nextAction, "confirm");
    await passTime(fiveMinutes + 3_000);
    gateway.app.wakeJobs();
    expect(await readAction(gateway, made.id)).toMatchObject({
      ...{ status: "PENDING", nextAction: null, redirectUrl: null },
    });
    const { payment } = await gateway.mutate(
      "cancelPayment",
      { idempotencyKey: randomUUID(), paymentId: made.id },
      "payment { status }",
    );
    expect(payment.status).toBe("CANCELLED");
  });

  test("whose answer is lost is brought back by a look", async () => {
    await gateway.simulator.control("POST", "/notifications", { mode: "off" });
    await gateway.simulator.control("POST", "/faults", {
      match: { method: "POST", path: "^/v1/payments$", account: seller.shop.seller.userId },
      effect: "effect-then-drop",
    });
    const lost = await pay("CHAL");
    expect(lost).toMatchObject({ status: "UNKNOWN", nextAction: null });
    await passTime(20_000);
    await comesTo(lost.id, "PENDING");
    const found = await readAction(gateway, lost.id);
    expect(found.nextAction).toMatchObject({ __typename: "CardChallenge" });
    await gateway.simulator.control("POST", "/notifications", { mode: "on" });
    await answer(found.nextAction, "confirm");
    await comesTo(lost.id, "APPROVED");
  });

  test("holds the funds where they are captured later", async () => {
    const made = await pay("CHAL", { capture: false });
    await answer(made.nextAction, "confirm");
    await comesTo(made.id, "AUTHORIZED");
  });

  test("comes where it was asked for, and where the bank wants it", async () => {
    const token = await seller.cardToken("CHAL");
    const card = { token, methodId: "visa", installments: 1 };
    const { payment } = await gateway.mutate(
      "createPayment",
      paymentBy(seller, { payWith: { card } }),
      `payment { ${actionFields} }`,
    );
    expect(payment).toMatchObject({ status: "APPROVED", nextAction: null });
    expect(await pay("APRO")).toMatchObject({ status: "APPROVED", nextAction: null });
  });
});
