import { randomUUID } from "node:crypto";
import { describeEachDatabase } from "../support/databases";
import { leavingNothing } from "../support/footprint";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { orderComesTo } from "../support/orders";
import { eventually, type Json } from "../support/simulator";

const fields =
  "id status total { amount } allocation { marketplaceFee { amount } shares { net { amount } seller { id } } } payments { id status seller { id } refundedAmount { amount } } availableActions { action available } events(first: 20) { edges { node { to } } }";
const shown = `replayed order { ${fields} }`;

/** An order at a provider that pays one seller at a time: every cart is paid with a card of its own, or none is. */
describeEachDatabase("an order that is paid cart by cart", (database) => {
  let gateway: TestGateway;
  let clock: MovableClock;
  let sellers: [ConnectedSeller, ConnectedSeller, ConnectedSeller];
  beforeAll(async () => {
    clock = new MovableClock();
    gateway = await TestGateway.start({ database, clock });
    const connect = () => gateway.connectSeller();
    sellers = [await connect(), await connect(), await connect()];
  });
  afterAll(() => gateway.stop());

  const order = async (holders: string[], extra: Record<string, unknown> = {}) => ({
    idempotencyKey: randomUUID(),
    provider: "MERCADO_PAGO",
    currency: "ARS",
    description: "Three shops, one buyer",
    buyer: { reference: `buyer-${randomUUID().slice(0, 8)}`, email: "ana.paz@testuser.com" },
    carts: await Promise.all(
      holders.map(async (holder, index) => ({
        sellerId: sellers[index]?.id,
        fee: "1.00",
        products: [{ name: "Book", unitPrice: "10.00", quantity: index + 1 }],
        cardToken: await sellers[index]?.cardToken(holder),
        methodId: "visa",
      })),
    ),
    ...extra,
  });
  const create = (input: Json) => gateway.mutate("createMarketplaceOrder", input, shown);
  const ledgerOf = async ({ id }: Json): Promise<Json[]> =>
    (await gateway.simulator.control("GET", `/ledger?externalReference=${id}`)).entries;
  const effects = async ({ payments }: Json): Promise<string[][]> =>
    Promise.all(
      payments.map(async (payment: Json) =>
        (await ledgerOf(payment)).map(({ type }: Json) => type),
      ),
    );
  /** What the provider makes of a cart's payment by itself. */
  const becomesThere = async (payment: Json, status: string, detail: string) => {
    const [first] = await ledgerOf(payment);
    await gateway.simulator.control("POST", `/payments/${first.paymentId}`, {
      status,
      status_detail: detail,
    });
  };
  const comesTo = (id: string, status: string) => orderComesTo(gateway, clock, id, status);

  test("holds every cart and then takes them all, each for its own seller", async () => {
    const input = await order(["APRO", "APRO", "APRO"]);
    const { order: made, userErrors } = await create(input);
    expect(userErrors).toEqual([]);
    expect(made).toMatchObject({ status: "COMPLETED", total: { amount: "60.00" } });
    expect(made.allocation.marketplaceFee.amount).toBe("3.00");
    expect(made.allocation.shares.map(({ net, seller }: Json) => [seller.id, net.amount])).toEqual([
      [sellers[0].id, "9.00"],
      [sellers[1].id, "19.00"],
      [sellers[2].id, "29.00"],
    ]);
    expect(await effects(made)).toEqual(Array(3).fill(["authorize", "capture"]));
    expect(made.events.edges.map(({ node }: Json) => node.to)).toEqual([
      "PROCESSING",
      "AUTHORIZED",
      "COMPLETED",
    ]);
    expect(await create(input)).toMatchObject({ replayed: true, order: { id: made.id } });
    expect(await effects(made)).toEqual(Array(3).fill(["authorize", "capture"]));
  });

  test("is refused, and leaves nothing, where a cart cannot be sent at all", async () => {
    const input = await order(["APRO", "APRO"]);
    Object.assign(input.carts[1] as Json, {
      fee: "0",
      products: [{ name: "Island", unitPrice: "70368744177664.00", quantity: 1 }],
    });
    const refused = await leavingNothing(gateway, () => create(input));
    expect(refused).toMatchObject({
      order: null,
      userErrors: [
        {
          code: "INVALID_AMOUNT",
          provider: "MERCADO_PAGO",
          path: ["input", "carts", "1", "amount"],
        },
      ],
    });
  });

  test("lets all carts go when one card is declined", async () => {
    const { order: made } = await create(await order(["APRO", "FUND", "APRO"]));
    expect(made.status).toBe("REJECTED");
    expect(made.payments.map(({ status }: Json) => status)).toEqual([
      "CANCELLED",
      "REJECTED",
      "CANCELLED",
    ]);
    expect(await effects(made)).toEqual([
      ["authorize", "cancel"],
      ["reject"],
      ["authorize", "cancel"],
    ]);
  });

  test("lets all carts go when the provider refuses one, and says at which", async () => {
    const input = await order(["APRO", "APRO"]);
    input.carts[1] = { ...(input.carts[1] as Json), cardToken: "of-nobody" };
    const { order: made, userErrors } = await create(input);
    expect(made.status).toBe("FAILED");
    expect(userErrors).toEqual([
      expect.objectContaining({ path: ["input", "carts", "1", "cardToken"] }),
    ]);
    expect(await effects(made)).toEqual([["authorize", "cancel"], []]);
  });

  test("holds all carts until they are captured, or lets them go", async () => {
    const { order: held } = await create(await order(["APRO", "APRO"], { capture: false }));
    expect(held.status).toBe("AUTHORIZED");
    expect(await effects(held)).toEqual([["authorize"], ["authorize"]]);
    const captured = await gateway.mutate(
      "captureMarketplaceOrder",
      { idempotencyKey: randomUUID(), orderId: held.id },
      shown,
    );
    expect(captured).toMatchObject({ userErrors: [], order: { status: "COMPLETED" } });

    const { order: other } = await create(await order(["APRO", "APRO"], { capture: false }));
    const cancelled = await gateway.mutate(
      "cancelMarketplaceOrder",
      { idempotencyKey: randomUUID(), orderId: other.id },
      shown,
    );
    expect(cancelled).toMatchObject({ userErrors: [], order: { status: "CANCELLED" } });
    expect(await effects(other)).toEqual(Array(2).fill(["authorize", "cancel"]));
  });

  test("cannot be captured or cancelled by a part", async () => {
    const { order: held } = await create(await order(["APRO", "APRO"], { capture: false }));
    const { userErrors } = await gateway.mutate(
      "capturePayment",
      { idempotencyKey: randomUUID(), paymentId: held.payments[0].id },
      "payment { id }",
    );
    expect(userErrors).toMatchObject([{ code: "ACTION_NOT_AVAILABLE" }]);
  });

  test("is refunded cart by cart, and shows it", async () => {
    const { order: paid } = await create(await order(["APRO", "APRO"]));
    const refund = (extra: Record<string, unknown>) =>
      gateway.mutate(
        "refundMarketplaceOrder",
        { idempotencyKey: randomUUID(), orderId: paid.id, ...extra },
        "refunds { status amount { amount } } order { status }",
      );
    expect(await refund({ sellerId: sellers[1].id, amount: "5.00" })).toMatchObject({
      userErrors: [],
      refunds: [{ status: "COMPLETED", amount: { amount: "5.00" } }],
      order: { status: "PARTIALLY_REFUNDED" },
    });
    expect(await refund({ sellerId: sellers[1].id, amount: "15.01" })).toMatchObject({
      refunds: null,
      userErrors: [{ code: "REFUND_EXCEEDS_REMAINING", path: ["input", "amount"] }],
    });
    const { refunds, order: done } = await refund({});
    expect(refunds.map(({ amount }: Json) => amount.amount)).toEqual(["10.00", "15.00"]);
    expect(done.status).toBe("REFUNDED");
    expect(await refund({})).toMatchObject({ userErrors: [{ code: "ACTION_NOT_AVAILABLE" }] });
  });

  test("never gives back more than a cart came to, however many ask at once", async () => {
    const { order: paid } = await create(await order(["APRO"]));
    const refund = () =>
      gateway.mutate(
        "refundMarketplaceOrder",
        { idempotencyKey: randomUUID(), orderId: paid.id, sellerId: sellers[0].id, amount: "3.00" },
        "refunds { status }",
      );
    const answers = await Promise.all(Array.from({ length: 12 }, refund));
    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(3);
    const [effect] = await effects(paid);
    expect(effect?.filter((type) => type === "refund")).toHaveLength(3);
  });

  test.each(["effect-then-drop", "effect-then-500", "garbage"])(
    "is found again when an authorization's answer is lost (%s)",
    async (effect) => {
      const [, seller] = sellers;
      await gateway.simulator.control("POST", "/faults", {
        match: {
          method: "POST",
          path: "^/v1/payments$",
          account: String(seller.shop.seller.userId),
        },
        effect,
      });
      const { order: made } = await create(await order(["APRO", "APRO", "APRO"]));
      expect(made.status).toBe("UNKNOWN");
      await comesTo(made.id, "COMPLETED");
      expect(await effects(made)).toEqual(Array(3).fill(["authorize", "capture"]));
    },
  );

  /** Plans what becomes of the next requests in a seller's name, the first one's unless told otherwise. */
  const plan = (
    method: string,
    path: string,
    effect: unknown,
    times: number | "always" = 1,
    { shop } = sellers[0],
  ) =>
    gateway.simulator.control("POST", "/faults", {
      match: { method, path, account: String(shop.seller.userId) },
      effect,
      times,
    });
  const notTaken = { kind: "status", code: 401 };

  test("learns nothing of a cart from a look that was not let in, however late", async () => {
    await plan("POST", "^/v1/payments$", "effect-then-drop");
    await plan("GET", "^/v1/payments/search$", notTaken, "always");
    const { order: made } = await create(await order(["APRO", "APRO"]));
    expect(made.status).toBe("UNKNOWN");
    clock.advance(11 * 60_000);
    await eventually(async () => {
      clock.advance(20_000);
      gateway.app.wakeJobs();
      const [row] = await gateway.app.database.read(
        "SELECT attempts FROM operation WHERE subject_id = ?",
        [made.id],
      );
      return Number(row?.attempts) >= 2;
    });
    await gateway.simulator.control("DELETE", "/faults");
    await comesTo(made.id, "COMPLETED");
    expect(await effects(made)).toEqual(Array(2).fill(["authorize", "capture"]));
  });

  test("learns nothing of a refund from a repetition that was not let in", async () => {
    const { order: paid } = await create(await order(["APRO"]));
    await plan("POST", "^/v1/payments/.*/refunds$", "effect-then-drop");
    await plan("POST", "^/v1/payments/.*/refunds$", notTaken, 2);
    const { refunds } = await gateway.mutate(
      "refundMarketplaceOrder",
      { idempotencyKey: randomUUID(), orderId: paid.id },
      "refunds { id status }",
    );
    expect(refunds).toMatchObject([{ status: "UNKNOWN" }]);
    await comesTo(paid.id, "REFUNDED");
    expect(await effects(paid)).toEqual([["authorize", "capture", "refund"]]);
  });

  const cancel = (orderId: string) =>
    gateway.mutate(
      "cancelMarketplaceOrder",
      { idempotencyKey: randomUUID(), orderId },
      "order { status }",
    );

  test("is not let go any more while its carts are captured", async () => {
    await plan("PUT", "^/v1/payments/", { kind: "effect-then-latency", ms: 1_500 });
    const buyer = { reference: `buyer-${randomUUID().slice(0, 8)}`, email: "eva@testuser.com" };
    const creating = create(await order(["APRO", "APRO"], { buyer }));
    let id = "";
    await eventually(async () => {
      const [row] = await gateway.app.database.read(
        "SELECT id FROM marketplace_order WHERE buyer LIKE ? AND status = 'AUTHORIZED'",
        [`%${buyer.reference}%`],
      );
      id = String(row?.id);
      return row !== undefined;
    });
    expect(await cancel(id)).toMatchObject({ userErrors: [{ code: "ACTION_IN_PROGRESS" }] });
    const { order: made } = await creating;
    expect(made.status).toBe("COMPLETED");
    expect(await effects(made)).toEqual(Array(2).fill(["authorize", "capture"]));
    expect(await cancel(id)).toMatchObject({ userErrors: [{ code: "ACTION_NOT_AVAILABLE" }] });
  });

  test("shows what a cart was given back while another one was still being captured", async () => {
    const { order: held } = await create(await order(["APRO", "APRO"], { capture: false }));
    await plan("PUT", "^/v1/payments/", "drop-before", 2, sellers[1]);
    const capturing = await gateway.mutate(
      "captureMarketplaceOrder",
      { idempotencyKey: randomUUID(), orderId: held.id },
      "order { status }",
    );
    expect(capturing).toMatchObject({ userErrors: [], order: { status: "AUTHORIZED" } });
    const refunded = await gateway.mutate(
      "refundPayment",
      { idempotencyKey: randomUUID(), paymentId: held.payments[0].id, amount: "4.00" },
      "refund { status }",
    );
    expect(refunded).toMatchObject({ userErrors: [], refund: { status: "COMPLETED" } });
    await comesTo(held.id, "PARTIALLY_REFUNDED");
    const document = `query ($id: ID!) { marketplaceOrder(id: $id) { ${fields} } }`;
    const { events } = (await gateway.data(document, { id: held.id })).marketplaceOrder;
    const statuses = events.edges.map(({ node }: Json) => node.to);
    expect(statuses.slice(-2)).toEqual(["COMPLETED", "PARTIALLY_REFUNDED"]);
  });

  test("that fails half captured gives back what is left, whatever was given back at the provider", async () => {
    const { order: held } = await create(await order(["APRO", "APRO"], { capture: false }));
    await plan("PUT", "^/v1/payments/", "drop-before", 2, sellers[1]);
    const input = { idempotencyKey: randomUUID(), orderId: held.id };
    await gateway.mutate("captureMarketplaceOrder", input, "order { status }");
    const [captured] = await ledgerOf(held.payments[0]);
    await sellers[0].shop.refund(Number(captured.paymentId), { amount: 3 });
    await becomesThere(held.payments[1], "cancelled", "by_admin");
    await comesTo(held.id, "CANCELLED");
    const refunds = (await ledgerOf(held.payments[0])).filter(({ type }) => type === "refund");
    expect(refunds.map(({ amount }) => amount)).toEqual([3, 7]);
    const document = "query ($id: ID!) { payment(id: $id) { status refunds { status } } }";
    const { payment } = await gateway.data(document, { id: held.payments[0].id });
    expect(payment).toEqual({
      status: "REFUNDED",
      refunds: Array(2).fill({ status: "COMPLETED" }),
    });
  });

  test("shows what is left of a cart whose refund is refused", async () => {
    const { order: paid } = await create(await order(["APRO", "APRO"]));
    const [charged] = await ledgerOf(paid.payments[0]);
    await sellers[0].shop.refund(Number(charged.paymentId), { amount: 3 });
    const refused = await gateway.mutate(
      "refundMarketplaceOrder",
      { idempotencyKey: randomUUID(), orderId: paid.id, sellerId: sellers[0].id },
      "refunds { status } order { status carts { refundableAmount { amount } } }",
    );
    expect(refused).toMatchObject({
      userErrors: [{ code: "REFUND_EXCEEDS_REMAINING", providerCode: "2017" }],
      refunds: [{ status: "FAILED" }],
      order: {
        status: "PARTIALLY_REFUNDED",
        carts: [
          { refundableAmount: { amount: "7.00" } },
          { refundableAmount: { amount: "20.00" } },
        ],
      },
    });
  });

  test("is not captured any more while it is being let go", async () => {
    const { order: made } = await create(await order(["APRO", "CONT"]));
    expect(made.status).toBe("PENDING");
    // Both attempts to let go are lost, also the one that runs when the provider's yes is seen.
    await plan("PUT", "^/v1/payments/", "drop-before", 2, sellers[0]);
    await plan("PUT", "^/v1/payments/", "drop-before", 2, sellers[1]);
    expect(await cancel(made.id)).toMatchObject({ userErrors: [], order: { status: "PENDING" } });
    await becomesThere(made.payments[1], "authorized", "pending_capture");
    const { payments } = gateway.app.services;
    await payments.lookUp(await payments.read(made.payments[1].id), "WEBHOOK");
    await comesTo(made.id, "CANCELLED");
    expect(await effects(made)).toEqual([
      ["authorize", "cancel"],
      ["pend", "authorize", "cancel"],
    ]);
  });

  test("goes on when the provider has looked at a cart that it was not sure of", async () => {
    const { order: made } = await create(await order(["APRO", "CONT"]));
    expect(made.status).toBe("PENDING");
    await becomesThere(made.payments[1], "rejected", "cc_rejected_other_reason");
    await comesTo(made.id, "REJECTED");
    expect((await effects(made))[0]).toEqual(["authorize", "cancel"]);
  });

  test("lets the held carts go when one of them ends at the provider", async () => {
    const { order: held } = await create(await order(["APRO", "APRO"], { capture: false }));
    await becomesThere(held.payments[0], "cancelled", "expired");
    await comesTo(held.id, "CANCELLED");
    expect((await effects(held))[1]).toEqual(["authorize", "cancel"]);
  });

  test("needs a card for each cart, and says at once at which it lacks", async () => {
    const input = await order(["APRO", "APRO"]);
    const carts = input.carts.map(({ cardToken: _, ...cart }: Json) => cart);
    const total = "31.00";
    const { userErrors, order: none } = await create({ ...input, carts, total });
    expect(none).toBeNull();
    expect(userErrors.map(({ path }: Json) => path.join("."))).toEqual([
      "input.total",
      "input.carts.0.cardToken",
      "input.carts.1.cardToken",
    ]);
  });
});
