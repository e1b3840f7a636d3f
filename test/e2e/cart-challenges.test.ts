import { randomUUID } from "node:crypto";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { nextAction, readAction } from "../support/next-actions";
import { eventually, type Json } from "../support/simulator";
import { watch } from "../support/watch";

const fiveMinutes = 5 * 60_000;
const shown = `id status redirectUrl ${nextAction} payments { id status ${nextAction} } availableActions { action available }`;
const updates = `subscription ($id: ID!, $after: Cursor) {
  marketplaceOrderUpdated(id: $id, after: $after) { status event { type } cursor order { ${shown} } }
}`;

/** A cart's card may be asked for: the other carts are held until then, and all are paid or none. */
describeEachDatabase("a challenge in a cart", (database) => {
  const clock = new MovableClock();
  let gateway: TestGateway;
  let sellers: ConnectedSeller[];
  beforeAll(async () => {
    gateway = await TestGateway.start({ database, clock, notifications: { mode: "on" } });
    const connect = () => gateway.connectSeller();
    sellers = [await connect(), await connect(), await connect()];
  });
  afterAll(() => gateway.stop());

  const order = async (holders: readonly string[], extra: object = {}): Promise<Json> => {
    const input = {
      ...{ idempotencyKey: randomUUID(), provider: "MERCADO_PAGO", currency: "ARS" },
      description: "Three shops, one buyer",
      buyer: { reference: `buyer-${randomUUID().slice(0, 8)}`, email: "ana.paz@testuser.com" },
      carts: await Promise.all(
        holders.map(async (holder, index) => ({
          sellerId: sellers[index]?.id,
          products: [{ name: "Book", unitPrice: "10.00", quantity: index + 1 }],
          payWith: {
            card: {
              token: await sellers[index]?.cardToken(holder),
              ...{ methodId: "visa", installments: 1, threeDSecure: true },
            },
          },
        })),
      ),
      ...extra,
    };
    const made = await gateway.mutate("createMarketplaceOrder", input, `order { ${shown} }`);
    expect(made.userErrors).toEqual([]);
    return made.order;
  };
  const read = async (id: string): Promise<Json> =>
    (await gateway.data(`query ($id: ID!) { marketplaceOrder(id: $id) { ${shown} } }`, { id }))
      .marketplaceOrder;
  /** Time passes slowly, so that no challenge ends by that: a wake-up may meet its operation at work, and is then missed. */
  const comesTo = (id: string, status: string): Promise<void> => {
    let looks = 0;
    return eventually(async () => {
      if (++looks % 100 === 0) await passTime(20_000);
      gateway.app.wakeJobs();
      return (await read(id)).status === status;
    });
  };
  const answer = (action: Json, choice: "confirm" | "refuse"): Promise<Response> =>
    fetch(action.url, {
      method: "POST",
      body: new URLSearchParams({ creq: action.creq, answer: choice }),
    });
  const passTime = async (ms: number): Promise<void> => {
    await gateway.simulator.control("POST", "/clock", { advanceMs: ms });
    clock.advance(ms);
  };
  const effects = ({ payments }: Json): Promise<string[][]> =>
    Promise.all(
      payments.map(async ({ id }: Json) => {
        const path = `/ledger?externalReference=${id}`;
        const { entries } = await gateway.simulator.control("GET", path);
        return entries.map(({ type }: Json) => type);
      }),
    );
  const statuses = async ({ id }: Json): Promise<string[]> =>
    (await read(id)).payments.map(({ status }: Json) => status);

  test("is the order's next action, and the other carts are held until it is passed", async () => {
    const made = await order(["APRO", "CHAL", "APRO"]);
    const [before, asked, after] = made.payments;
    expect(made).toMatchObject({
      status: "PENDING",
      nextAction: { __typename: "CardChallenge", creq: expect.stringMatching(/^[\w-]{40,}$/) },
      redirectUrl: made.nextAction.url,
    });
    expect(asked).toMatchObject({ status: "PENDING", nextAction: made.nextAction });
    for (const held of [before, after]) {
      expect(held).toMatchObject({ status: "AUTHORIZED", nextAction: null });
    }
    expect((await effects(made)).flat()).not.toContain("capture");
    await answer(made.nextAction, "confirm");
    await comesTo(made.id, "COMPLETED");
    expect(await read(made.id)).toMatchObject({ nextAction: null, redirectUrl: null });
    expect((await effects(made)).map((types) => types.slice(-2))).toEqual(
      Array(3).fill(["authorize", "capture"]),
    );
  });

  test("is shown to the cart's watch token, and to no other cart's", async () => {
    const made = await order(["APRO", "CHAL"]);
    const tokenOf = async ({ id }: Json): Promise<string> =>
      (await gateway.mutate("createWatchToken", { paymentId: id }, "credential")).credential;
    const [held, asked] = made.payments;
    expect(await readAction(gateway, asked.id, await tokenOf(asked))).toMatchObject({
      nextAction: made.nextAction,
    });
    expect(await readAction(gateway, asked.id, await tokenOf(held))).toBeNull();
    // A seller sees its own cart's, and nothing of the other's.
    const document = `query ($id: ID!) { marketplaceOrder(id: $id) { ${shown} } }`;
    for (const [seller, action] of [
      [sellers[0], null],
      [sellers[1], made.nextAction],
    ] as const) {
      const { marketplaceOrder } = await gateway.data(document, { id: made.id }, seller?.key);
      expect(marketplaceOrder).toMatchObject({ status: "PENDING", nextAction: action });
    }
    await answer(made.nextAction, "refuse");
    await comesTo(made.id, "REJECTED");
  });

  test("of several comes after the other, live", async () => {
    const made = await order(["CHAL", "APRO", "CHAL"]);
    const watched = watch(gateway, updates, { id: made.id });
    expect((await watched.next()).order.nextAction).toEqual(made.payments[0].nextAction);
    await answer(made.payments[0].nextAction, "confirm");
    const next = await watched.next();
    expect(next).toMatchObject({
      ...{ status: "PENDING", event: { type: "ORDER_UPDATED" } },
      order: { nextAction: made.payments[2].nextAction },
    });
    await answer(made.payments[2].nextAction, "confirm");
    expect(await watched.next()).toMatchObject({
      status: "AUTHORIZED",
      order: { nextAction: null },
    });
    expect((await watched.next()).status).toBe("COMPLETED");
    watched.end();
  });

  test.each([
    ["that the buyer refuses", "CHAL", "refuse"],
    ["that fails", "CHFA", "confirm"],
  ] as const)("%s lets all carts go", async (_what, holder, choice) => {
    const made = await order(["APRO", holder]);
    await answer(made.nextAction, choice);
    await comesTo(made.id, "REJECTED");
    expect(await statuses(made)).toEqual(["CANCELLED", "REJECTED"]);
    expect(await effects(made)).toMatchObject([
      ["authorize", "cancel"],
      expect.not.arrayContaining(["authorize"]),
    ]);
  });

  test("that nobody answers lets all carts go when its time is over", async () => {
    await gateway.simulator.control("POST", "/notifications", { mode: "off" });
    const made = await order(["APRO", "CHAL"]);
    await passTime(fiveMinutes + 3_000);
    await comesTo(made.id, "REJECTED");
    expect(await statuses(made)).toEqual(["CANCELLED", "REJECTED"]);
    await gateway.simulator.control("POST", "/notifications", { mode: "on" });
  });

  test("that the provider leaves open is ended when its time is over, and all carts with it", async () => {
    const made = await order(["APRO", "CHEX"]);
    await passTime(fiveMinutes - 10_000);
    gateway.app.wakeJobs();
    expect(await read(made.id)).toMatchObject({ status: "PENDING", nextAction: made.nextAction });
    await passTime(13_000);
    await comesTo(made.id, "CANCELLED");
    expect(await statuses(made)).toEqual(["CANCELLED", "CANCELLED"]);
    expect((await effects(made))[0]).toEqual(["authorize", "cancel"]);
  });

  test("that was passed at the last moment counts, although nobody has told us", async () => {
    await gateway.simulator.control("POST", "/notifications", { mode: "off" });
    const made = await order(["APRO", "CHAL"]);
    await answer(made.nextAction, "confirm");
    await passTime(fiveMinutes + 3_000);
    await comesTo(made.id, "COMPLETED");
    await gateway.simulator.control("POST", "/notifications", { mode: "on" });
  });

  test("ends with its order, which is cancelled meanwhile", async () => {
    const made = await order(["APRO", "CHAL"]);
    const { userErrors, order: ended } = await gateway.mutate(
      "cancelMarketplaceOrder",
      { idempotencyKey: randomUUID(), orderId: made.id },
      `order { ${shown} }`,
    );
    expect(userErrors).toEqual([]);
    expect(ended).toMatchObject({ status: "CANCELLED", nextAction: null });
    await answer(made.nextAction, "confirm");
    expect(await statuses(made)).toEqual(["CANCELLED", "CANCELLED"]);
  });

  test("holds all carts where they are captured later", async () => {
    const made = await order(["APRO", "CHAL"], { capture: false });
    expect(made.status).toBe("PENDING");
    await answer(made.nextAction, "confirm");
    await comesTo(made.id, "AUTHORIZED");
    expect((await effects(made)).flat()).not.toContain("capture");
  });

  test("whose answer is lost is brought back by a look, and paid once", async () => {
    await gateway.simulator.control("POST", "/notifications", { mode: "off" });
    await gateway.simulator.control("POST", "/faults", {
      match: { method: "POST", path: "^/v1/payments$", account: sellers[1]?.shop.seller.userId },
      effect: "effect-then-drop",
    });
    const made = await order(["CHAL", "CHAL"]);
    // What is known of the other cart is shown at once.
    expect(made).toMatchObject({ status: "UNKNOWN", nextAction: made.payments[0].nextAction });
    expect(made.nextAction.__typename).toBe("CardChallenge");
    await passTime(20_000);
    await comesTo(made.id, "PENDING");
    const [first, found] = (await read(made.id)).payments;
    expect(found.nextAction.__typename).toBe("CardChallenge");
    await gateway.simulator.control("POST", "/notifications", { mode: "on" });
    await answer(first.nextAction, "confirm");
    await answer(found.nextAction, "confirm");
    await comesTo(made.id, "COMPLETED");
    expect((await effects(made)).map((types) => types.slice(-2))).toEqual(
      Array(2).fill(["authorize", "capture"]),
    );
  });
});
