import { randomUUID } from "node:crypto";
import { demoCredentials, demoMarketplaceId, demoSubmerchants } from "../../src/demo";
import type { SellerId } from "../../src/domain/ids";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { makeOrder, orderComesTo, payMethod, someBuyer, threeCarts } from "../support/orders";
import type { Json } from "../support/simulator";
import {
  closedByStop,
  refusalOf,
  untilSeen,
  type Watched,
  watch as watchWith,
} from "../support/watch";

const [warszawa, krakow] = demoSubmerchants;

const updates = `subscription ($id: ID, $sellerId: ID, $after: Cursor) {
  marketplaceOrderUpdated(id: $id, sellerId: $sellerId, after: $after) {
    cursor sequence status event { from to type }
    order { id status completedAt carts { seller { id } refundedAmount { amount } } }
  }
}`;

/** Statuses that a watcher is shown one after the other. */
async function statuses(watched: Watched, count: number): Promise<string[]> {
  const seen: string[] = [];
  for (let each = 0; each < count; each++) seen.push((await watched.next()).status);
  return seen;
}

describeEachDatabase("marketplaceOrderUpdated", (database) => {
  let gateway: TestGateway;
  let clock: MovableClock;
  beforeAll(async () => {
    clock = new MovableClock();
    gateway = await TestGateway.start({ database, clock, notifications: { mode: "on" } });
  });
  afterAll(() => gateway.stop());

  const watch = (variables: Record<string, unknown>, credential?: string) =>
    watchWith(gateway, updates, variables, credential);
  const make = (extra: Record<string, unknown> = {}): Promise<Json> =>
    makeOrder(
      gateway,
      threeCarts(extra),
      "id providerOrderId payments { id } events { edges { node { cursor } } }",
    );
  const comesTo = (id: string, status: string) => orderComesTo(gateway, clock, id, status);
  /** What the buyer does on PayU's page, and what the gateway makes of it. */
  const pay = async ({ id, providerOrderId }: Json) => {
    await gateway.simulator.payu.moveOrder(providerOrderId, "COMPLETED");
    await comesTo(id, "COMPLETED");
  };
  const paid = async (): Promise<Json> => {
    const order = await make({ payMethod });
    await comesTo(order.id, "COMPLETED");
    return order;
  };
  const refund = async (orderId: string, status: string, extra: Record<string, unknown> = {}) => {
    const input = { idempotencyKey: randomUUID(), orderId, ...extra };
    const { userErrors } = await gateway.mutate("refundMarketplaceOrder", input, "order { id }");
    expect(userErrors).toEqual([]);
    await comesTo(orderId, status);
  };
  const keyOf = async (sellerId: SellerId) =>
    (await gateway.app.services.access.issueKey(demoMarketplaceId, { role: "SELLER", sellerId }))
      .credential;

  test("of one order begins with its present state and goes on live, refunds of carts included", async () => {
    const order = await make();
    const watched = watch({ id: order.id });
    expect(await watched.next()).toMatchObject({
      status: "PENDING",
      event: { from: "PROCESSING", to: "PENDING", type: "ORDER_STATUS_CHANGED" },
      order: { id: order.id, status: "PENDING", completedAt: null },
    });
    await pay(order);
    expect(await watched.next()).toMatchObject({
      status: "COMPLETED",
      order: { status: "COMPLETED", completedAt: expect.any(String) },
    });
    const sellerId = krakow.id;
    await refund(order.id, "PARTIALLY_REFUNDED", { sellerId, amount: "3.00" });
    const first = await watched.next();
    expect(first).toMatchObject({
      status: "PARTIALLY_REFUNDED",
      event: { from: "COMPLETED", type: "ORDER_STATUS_CHANGED" },
    });
    const refundedOf = ({ carts }: Json) =>
      carts.find(({ seller }: Json) => seller.id === sellerId).refundedAmount.amount;
    expect(refundedOf(first.order)).toBe("3.00");
    await refund(order.id, "PARTIALLY_REFUNDED", { sellerId, amount: "4.00" });
    const second = await watched.next();
    expect(second).toMatchObject({
      status: "PARTIALLY_REFUNDED",
      event: { from: "PARTIALLY_REFUNDED", type: "ORDER_UPDATED" },
    });
    expect(refundedOf(second.order)).toBe("7.00");
    await refund(order.id, "REFUNDED");
    let last = await watched.next();
    while (last.status !== "REFUNDED") last = await watched.next();
    watched.end();
  });

  test("shows each status once, in order, also to who comes late", async () => {
    const order = await paid();
    const [created] = order.events.edges;
    const watched = watch({ id: order.id, after: created.node.cursor });
    const seen = [await watched.next(), await watched.next()];
    expect(
      seen.map(({ status, order: of }) => [status, of.status, of.completedAt !== null]),
    ).toEqual([
      ["PENDING", "PENDING", false],
      ["COMPLETED", "COMPLETED", true],
    ]);
    const live = watched.next();
    await refund(order.id, "PARTIALLY_REFUNDED", { sellerId: warszawa.id });
    expect((await live).status).toBe("PARTIALLY_REFUNDED");
    watched.end();
  });

  test("of an order that is paid cart by cart shows it being held, and then taken", async () => {
    const sellers = [await gateway.connectSeller(), await gateway.connectSeller()];
    const cartOf = async (seller: ConnectedSeller) => ({
      sellerId: seller.id,
      products: [{ name: "Book", unitPrice: "10.00", quantity: 1 }],
      cardToken: await seller.cardToken(),
      methodId: "visa",
    });
    const order = await makeOrder(
      gateway,
      {
        ...{ idempotencyKey: randomUUID(), provider: "MERCADO_PAGO", currency: "ARS" },
        ...{ description: "Two shops", buyer: someBuyer() },
        carts: await Promise.all(sellers.map(cartOf)),
      },
      "id events { edges { node { cursor } } }",
    );
    const [created] = order.events.edges;
    const watched = watch({ id: order.id, after: created.node.cursor });
    expect(await statuses(watched, 2)).toEqual(["AUTHORIZED", "COMPLETED"]);
    // A seller gives back its own cart, which the order shows.
    const [seller] = sellers;
    const document = "query ($id: ID!) { marketplaceOrder(id: $id) { payments { id } } }";
    const { marketplaceOrder } = await gateway.data(document, { id: order.id }, seller?.key);
    const input = { idempotencyKey: randomUUID(), paymentId: marketplaceOrder.payments[0].id };
    await gateway.mutate("refundPayment", input, "refund { id }", seller?.key);
    expect((await watched.next()).status).toBe("PARTIALLY_REFUNDED");
    watched.end();
  });

  test("resumed from a cursor has seen every change once, in order", async () => {
    const order = await make();
    const watched = watch({ id: order.id });
    const first = await watched.next();
    // The socket dies without a word; meanwhile things go on.
    watched.client.terminate();
    await pay(order);
    await refund(order.id, "PARTIALLY_REFUNDED", { sellerId: krakow.id, amount: "1.00" });

    const resumed = watch({ id: order.id, after: first.cursor });
    const rest = [await resumed.next(), await resumed.next()];
    await refund(order.id, "PARTIALLY_REFUNDED", { sellerId: krakow.id, amount: "2.00" });
    rest.push(await resumed.next());
    expect([first, ...rest].map(({ status }) => status)).toEqual([
      "PENDING",
      "COMPLETED",
      "PARTIALLY_REFUNDED",
      "PARTIALLY_REFUNDED",
    ]);
    // An order's log is its own: nothing else counts in it.
    const from = Number(first.sequence);
    expect(rest.map(({ sequence }) => Number(sequence))).toEqual([from + 1, from + 2, from + 3]);
    resumed.end();
  });

  test("goes on over a restart of the server: closed with 1001, resumed, nothing missed", async () => {
    const order = await make();
    const watched = watch({ id: order.id });
    const first = await watched.next();
    expect(await closedByStop(gateway, watched)).toBe(1001);

    // The buyer pays while nobody is there to be told.
    await gateway.simulator.payu.moveOrder(order.providerOrderId, "COMPLETED");
    await gateway.startApp();
    const resumed = watch({ id: order.id, after: first.cursor });
    await comesTo(order.id, "COMPLETED");
    expect(await resumed.next()).toMatchObject({
      status: "COMPLETED",
      event: { from: "PENDING" },
    });
    resumed.end();
  });

  test("of a seller shows its own carts of all orders that it is in", async () => {
    const key = await keyOf(krakow.id);
    const watched = watch({}, key);
    // The subscription stands once its first update arrives, so the first order only opens the way.
    const opening = watched.next();
    await untilSeen(opening, () => make());
    const without = await make({
      total: undefined,
      carts: threeCarts().carts.filter(({ sellerId }) => sellerId !== krakow.id),
    });
    const order = await make();
    await pay(order);
    await refund(order.id, "PARTIALLY_REFUNDED", { sellerId: warszawa.id });
    await refund(order.id, "PARTIALLY_REFUNDED", { sellerId: krakow.id, amount: "1.00" });
    const seen: Json[] = [];
    while (!seen.some((one) => one.order.id === order.id && one.status === "PARTIALLY_REFUNDED")) {
      seen.push(await watched.next());
    }
    // Of its own cart: what was given back from another one is not told.
    const own = seen.filter((one) => one.order.id === order.id);
    expect(own.map(({ status }) => status)).toEqual([
      "PROCESSING",
      "PENDING",
      "COMPLETED",
      "PARTIALLY_REFUNDED",
    ]);
    for (const { order: shown } of own) {
      expect(shown.carts.map(({ seller }: Json) => seller.id)).toEqual([krakow.id]);
    }
    expect(seen.map((one) => one.order.id)).not.toContain(without.id);
    const [first] = own;
    watched.client.terminate();
    const resumed = watch({ sellerId: krakow.id, after: first.cursor });
    expect(await statuses(resumed, 3)).toEqual(["PENDING", "COMPLETED", "PARTIALLY_REFUNDED"]);
    resumed.end();
  });

  test("of what the caller may not see, and of what is not there, is refused alike", async () => {
    const order = await make();
    const other = await make();
    const { key } = await gateway.connectSeller();
    const refusal = (variables: Record<string, unknown>, credential: string) =>
      refusalOf(gateway, updates, variables, credential);
    const unknown = { id: "ord_7ZZZZZZZZZZZZZZZZZZZZZZZZZ" };
    const noSeller = { sellerId: "sel_7ZZZZZZZZZZZZZZZZZZZZZZZZZ" };
    const { credential: token } = await gateway.mutate(
      "createWatchToken",
      { paymentId: order.payments[0].id },
      "credential",
    );
    for (const credential of [key, demoCredentials.partner, token]) {
      const foreign = await refusal({ id: order.id }, credential);
      expect(foreign).toMatchObject([{ extensions: { code: "NOT_FOUND" } }]);
      expect(foreign).toEqual(await refusal(unknown, credential));
      const ofSeller = await refusal({ sellerId: krakow.id }, credential);
      expect(ofSeller).toMatchObject([{ extensions: { code: "NOT_FOUND" } }]);
      expect(ofSeller).toEqual(await refusal(noSeller, credential));
    }

    const { marketplace } = demoCredentials;
    const [ofOther] = other.events.edges;
    const codeOf = async (variables: Record<string, unknown>) =>
      (await refusal(variables, marketplace))[0].extensions.code;
    expect(await codeOf({})).toBe("INVALID_INPUT");
    expect(await codeOf({ id: krakow.id })).toBe("WRONG_ID_KIND");
    expect(await codeOf({ id: order.id, after: "bm9uc2Vuc2U" })).toBe("CURSOR_INVALID");
    expect(await codeOf({ id: order.id, after: ofOther.node.cursor })).toBe("CURSOR_INVALID");
    expect(await codeOf({ sellerId: krakow.id, after: ofOther.node.cursor })).toBe(
      "CURSOR_INVALID",
    );
    expect((await refusal({}, token))[0].extensions.code).toBe("INVALID_INPUT");
  });
});
