import { randomUUID } from "node:crypto";
import { alertLogger, toldOf } from "../support/alerts";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { orderComesTo } from "../support/orders";
import type { Json } from "../support/simulator";

const fields =
  "id status payments { id status refundedAmount { amount } availableActions { action available } } availableActions { action available }";

/** What the provider shows of carts only after their order has ended, or differently from what was asked for. */
describeEachDatabase("a cart of an order that is paid cart by cart", (database) => {
  let gateway: TestGateway;
  let sellers: [ConnectedSeller, ConnectedSeller];
  const clock = new MovableClock();
  const { alerts, logger } = alertLogger();
  beforeAll(async () => {
    gateway = await TestGateway.start({ database, clock, logger });
    sellers = [await gateway.connectSeller(), await gateway.connectSeller()];
  });
  afterAll(() => gateway.stop());
  beforeEach(() => {
    alerts.length = 0;
  });

  const create = async (holders: string[], extra: Json = {}): Promise<Json> => {
    const input = {
      idempotencyKey: randomUUID(),
      provider: "MERCADO_PAGO",
      currency: "ARS",
      description: "Two shops, one buyer",
      buyer: { reference: `buyer-${randomUUID().slice(0, 8)}`, email: "ana.paz@testuser.com" },
      carts: await Promise.all(
        holders.map(async (holder, index) => ({
          sellerId: sellers[index]?.id,
          products: [{ name: "Book", unitPrice: "10.00", quantity: 1 }],
          cardToken: await sellers[index]?.cardToken(holder),
          methodId: "visa",
        })),
      ),
      ...extra,
    };
    return (await gateway.mutate("createMarketplaceOrder", input, `order { ${fields} }`)).order;
  };
  const read = async ({ id }: Json): Promise<Json> => {
    const document = `query ($id: ID!) { marketplaceOrder(id: $id) { ${fields} } }`;
    return (await gateway.data(document, { id })).marketplaceOrder;
  };
  const act = (mutation: string, input: Json, selection: string, credential?: string) =>
    gateway.mutate(mutation, { idempotencyKey: randomUUID(), ...input }, selection, credential);
  const ledgerOf = async ({ id }: Json): Promise<Json[]> =>
    (await gateway.simulator.control("GET", `/ledger?externalReference=${id}`)).entries;
  const effects = async (payment: Json): Promise<string[]> =>
    (await ledgerOf(payment)).map(({ type }) => type);
  /** The provider shows something else of the payment from now on, and the gateway has seen that. */
  const turnsOut = async (payment: Json, status: string, detail: string): Promise<void> => {
    const [first] = await ledgerOf(payment);
    const path = `/payments/${first?.paymentId}`;
    await gateway.simulator.control("POST", path, { status, status_detail: detail });
    const { payments } = gateway.app.services;
    await payments.lookUp(await payments.read(payment.id), "WEBHOOK");
  };
  const possible = ({ availableActions }: Json): string[] =>
    availableActions.filter(({ available }: Json) => available).map(({ action }: Json) => action);
  /** The second card is declined, and the first cart let go: and yet the first one is held, or paid, later. */
  const lateCart = async (status: string, detail: string): Promise<{ order: Json; cart: Json }> => {
    const order = await create(["APRO", "FUND"]);
    expect(order.status).toBe("REJECTED");
    expect(possible(order)).toEqual([]);
    await turnsOut(order.payments[0], status, detail);
    const seen = await read(order);
    expect(seen.status).toBe("REJECTED");
    return { order: seen, cart: seen.payments[0] };
  };

  test("that is held after its order has ended is told to a person, and let go with the order", async () => {
    const { order, cart } = await lateCart("authorized", "pending_capture");
    expect(cart.status).toBe("AUTHORIZED");
    await toldOf(
      alerts,
      expect.objectContaining({
        msg: "a cart of an order that came to nothing has money",
        orderId: order.id,
        orderStatus: "REJECTED",
        paymentId: cart.id,
        status: "AUTHORIZED",
      }),
    );
    expect(possible(order)).toEqual(["CANCEL"]);
    const answer = await act(
      "cancelMarketplaceOrder",
      { orderId: order.id },
      `order { ${fields} }`,
    );
    expect(answer).toMatchObject({
      userErrors: [],
      order: { status: "REJECTED", payments: [{ status: "CANCELLED" }, { status: "REJECTED" }] },
    });
    expect(possible(answer.order)).toEqual([]);
    expect((await effects(cart)).at(-1)).toBe("cancel");
  });

  test("that is held after its order has ended can be let go by its seller, and not captured", async () => {
    const { cart } = await lateCart("authorized", "pending_capture");
    expect(possible(cart)).toEqual(["CANCEL"]);
    const byItself = (mutation: string) =>
      act(mutation, { paymentId: cart.id }, "payment { status }", sellers[0].key);
    expect(await byItself("capturePayment")).toMatchObject({
      userErrors: [
        {
          code: "ACTION_NOT_AVAILABLE",
          message: "it is a cart of a marketplace order that is REJECTED; it can only be cancelled",
        },
      ],
    });
    expect(await byItself("cancelPayment")).toMatchObject({
      userErrors: [],
      payment: { status: "CANCELLED" },
    });
    expect((await effects(cart)).at(-1)).toBe("cancel");
  });

  test.each(["refundMarketplaceOrder", "refundPayment"])(
    "that was paid after its order has ended is given back by %s",
    async (mutation) => {
      const { order, cart } = await lateCart("approved", "accredited");
      expect(cart.status).toBe("APPROVED");
      expect(possible(order)).toEqual(["REFUND"]);
      expect(possible(cart)).toEqual(["REFUND"]);
      const target = mutation === "refundPayment" ? { paymentId: cart.id } : { orderId: order.id };
      expect(await act(mutation, target, "replayed")).toMatchObject({ userErrors: [] });
      const after = await read(order);
      expect(after).toMatchObject({ status: "REJECTED", payments: [{ status: "REFUNDED" }, {}] });
      expect(possible(after)).toEqual([]);
      expect((await effects(cart)).at(-1)).toBe("refund");
    },
  );

  test("that is open cannot be acted on by itself", async () => {
    const held = await create(["APRO", "APRO"], { capture: false });
    for (const payment of held.payments) expect(possible(payment)).toEqual([]);
    expect(possible(held)).toEqual(["CAPTURE", "CANCEL"]);
  });

  /** Both carts are held; the second one's capture is not answered. */
  const halfCaptured = async (): Promise<Json> => {
    const held = await create(["APRO", "APRO"], { capture: false });
    await gateway.simulator.control("POST", "/faults", {
      match: {
        method: "PUT",
        path: "^/v1/payments/",
        account: String(sellers[1].shop.seller.userId),
      },
      effect: "drop-before",
      times: 2,
    });
    await act("captureMarketplaceOrder", { orderId: held.id }, "order { status }");
    const seen = await read(held);
    expect(seen.payments.map(({ status }: Json) => status)).toEqual(["APPROVED", "AUTHORIZED"]);
    return seen;
  };

  test.each([
    ["in_mediation", "pending"],
    ["charged_back", "in_process"],
  ])(
    "that is %s while others are still captured keeps no order from its end",
    async (status, detail) => {
      const order = await halfCaptured();
      await turnsOut(order.payments[0], status, detail);
      await orderComesTo(gateway, clock, order.id, "COMPLETED");
    },
  );

  test("that is disputed when its order is let go is told to a person, and the order ends", async () => {
    const order = await halfCaptured();
    await turnsOut(order.payments[0], "charged_back", "in_process");
    await turnsOut(order.payments[1], "cancelled", "by_collector");
    await orderComesTo(gateway, clock, order.id, "CANCELLED");
    await toldOf(
      alerts,
      expect.objectContaining({
        msg: "a cart of an order that is let go is disputed",
        paymentId: order.payments[0].id,
        status: "CHARGED_BACK",
      }),
    );
    // Won after all: the seller has money of an order that came to nothing.
    alerts.length = 0;
    await turnsOut(order.payments[0], "charged_back", "reimbursed");
    expect((await read(order)).payments[0].status).toBe("APPROVED");
    await toldOf(alerts, expect.objectContaining({ orderId: order.id, status: "APPROVED" }));
  });
});
