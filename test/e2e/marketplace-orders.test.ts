import { randomUUID } from "node:crypto";
import { demoMarketplaceId, demoSubmerchants } from "../../src/demo";
import type { SellerId } from "../../src/domain/ids";
import { describeEachDatabase } from "../support/databases";
import { MovableClock, TestGateway } from "../support/gateway";
import { orderComesTo, orderStatusOf, payMethod, threeCarts } from "../support/orders";
import { loseOrders } from "../support/payu-simulator";
import { eventually, type Json } from "../support/simulator";

const [warszawa, krakow, gdansk] = demoSubmerchants;

const fields =
  "id status providerOrderId providerStatus redirectUrl total { amount currency } carts { seller { id } amount { amount } fee { amount } sellerNet { amount } refundedAmount { amount } refundableAmount { amount } products { name quantity unitPrice { amount } } shippingMethods { name price { amount } } } allocation { total { amount } marketplaceFee { amount } shares { seller { id } net { amount } refunded { amount } } } payments { id status amount { amount } order { id } rejection { code category } } refunds { id status amount { amount } } availableActions { action available } events(first: 20) { edges { node { from to source } } }";
const shown = `replayed order { ${fields} }`;

/** One buyer pays once, PayU splits between several sellers. */
describeEachDatabase("a marketplace order", (database) => {
  let gateway: TestGateway;
  let clock: MovableClock;
  beforeAll(async () => {
    clock = new MovableClock();
    gateway = await TestGateway.start({ database, clock, notifications: { mode: "on" } });
  });
  afterAll(() => gateway.stop());

  const create = (input: Json, credential?: string): Promise<Json> =>
    gateway.mutate("createMarketplaceOrder", input, shown, credential);
  const act = (name: string, orderId: string, extra: Record<string, unknown> = {}) =>
    gateway.mutate(name, { idempotencyKey: randomUUID(), orderId, ...extra }, shown);
  const read = async (id: string, credential?: string): Promise<Json> => {
    const document = `query ($id: ID!) { marketplaceOrder(id: $id) { ${fields} } }`;
    return (await gateway.data(document, { id }, credential)).marketplaceOrder;
  };
  const statusOf = (id: string) => orderStatusOf(gateway, id);
  const comesTo = (id: string, status: string) => orderComesTo(gateway, clock, id, status);
  const paid = async (extra: Record<string, unknown> = {}): Promise<Json> => {
    const { order: made, userErrors } = await create(threeCarts({ payMethod, ...extra }));
    expect(userErrors).toEqual([]);
    await comesTo(made.id, "COMPLETED");
    return read(made.id);
  };
  const keyOf = async (sellerId: SellerId) =>
    (await gateway.app.services.access.issueKey(demoMarketplaceId, { role: "SELLER", sellerId }))
      .credential;
  const effects = async (orderId: string): Promise<string[]> => {
    const { entries } = await gateway.simulator.payu.control(
      "GET",
      `/ledger?externalReference=${orderId}`,
    );
    return entries.map(({ type }: Json) => type);
  };

  test("sends the buyer to PayU's page, and is split as the documents' example says", async () => {
    const input = threeCarts();
    const { order: made, userErrors, replayed } = await create(input);
    expect(userErrors).toEqual([]);
    expect(replayed).toBe(false);
    expect(made).toMatchObject({ status: "PENDING", total: { amount: "50.00", currency: "PLN" } });
    expect(made.redirectUrl).toContain(gateway.simulator.payu.url);
    expect(made.allocation.marketplaceFee.amount).toBe("3.70");
    expect(made.allocation.shares.map(({ net }: Json) => net.amount)).toEqual([
      "1.80",
      "13.00",
      "31.50",
    ]);
    await gateway.simulator.payu.moveOrder(made.providerOrderId, "COMPLETED");
    await comesTo(made.id, "COMPLETED");
    const done = await read(made.id);
    expect(done.payments.map(({ status }: Json) => status)).toEqual(Array(3).fill("APPROVED"));
    expect(done.payments.every(({ order: of }: Json) => of.id === made.id)).toBe(true);
    expect(await create(input)).toMatchObject({ replayed: true, order: { id: made.id } });
  });

  test("is refused with all that is wrong at once, and sends nothing", async () => {
    const input = threeCarts({ total: "51.00", externalReference: "never-made" });
    input.carts[0] = { ...input.carts[0], amount: "2.01", fee: "2.02" } as never;
    input.carts[2] = { ...input.carts[2], sellerId: warszawa.id } as never;
    const { order: none, userErrors } = await gateway.mutate(
      "createMarketplaceOrder",
      input,
      "order { id } errors: userErrors { expected given }",
    );
    expect(none).toBeNull();
    expect(userErrors.map(({ code, path }: Json) => `${code} ${path.join(".")}`)).toEqual([
      "SPLIT_SUM_MISMATCH input.carts.0.amount",
      "FEE_EXCEEDS_AMOUNT input.carts.0.fee",
      "SPLIT_SELLER_REPEATED input.carts.2.sellerId",
      "SPLIT_SUM_MISMATCH input.total",
    ]);
    const document = 'query { marketplaceOrder(externalReference: "never-made") { id } }';
    expect(await gateway.data(document)).toEqual({ marketplaceOrder: null });
  });

  test("is told PayU's rules of how it is paid along with ours, before it is written down", async () => {
    const input = threeCarts({ total: "51.00", ipAddress: "0.0.0.0", capture: false });
    const { order: none, userErrors } = await create(input);
    expect(none).toBeNull();
    expect(userErrors.map(({ code, path }: Json) => `${code} ${path.join(".")}`)).toEqual([
      "SPLIT_SUM_MISMATCH input.total",
      "INVALID_INPUT input.ipAddress",
      "INVALID_INPUT input.capture",
    ]);
  });

  test("is previewed by the same rules, with the expected and the given", async () => {
    const preview = async (input: Json): Promise<Json> => {
      const document =
        "query ($input: SplitPreviewInput!) { splitPreview(input: $input) { valid allocation { marketplaceFee { amount } shares { seller { id } net { amount } } } violations { code path expected given } } }";
      const { currency, total, carts } = input;
      return (await gateway.data(document, { input: { currency, total, carts } })).splitPreview;
    };
    expect(await preview(threeCarts())).toMatchObject({
      valid: true,
      violations: [],
      allocation: { marketplaceFee: { amount: "3.70" } },
    });
    expect(await preview(threeCarts({ total: "50.01" }))).toEqual({
      valid: false,
      allocation: null,
      violations: [
        {
          code: "SPLIT_SUM_MISMATCH",
          path: ["input", "total"],
          expected: "50.00",
          given: "50.01",
        },
      ],
    });
    const { id } = await gateway.connectSeller();
    const unlinked = threeCarts();
    unlinked.carts[0] = { ...unlinked.carts[0], sellerId: id } as never;
    expect(await preview(unlinked)).toMatchObject({
      valid: false,
      allocation: { marketplaceFee: { amount: "3.70" } },
      violations: [{ code: "NO_CAPABLE_ACCOUNT", path: ["input", "carts", "0", "sellerId"] }],
    });
  });

  test.each([
    ["a BLIK code", () => payMethod],
    ["a card", async () => ({ cardToken: await gateway.simulator.payu.cardToken() })],
  ])("is paid at once with %s", async (_, method) => {
    const done = await paid({ payMethod: await method() });
    expect(done.payments.map(({ status }: Json) => status)).toEqual(Array(3).fill("APPROVED"));
    expect(await effects(done.id)).toContain("charge");
  });

  test.each([
    ["a BLIK code", () => ({ blikCode: "500500" }), "AUT_ERROR_NO_AUTHORIZATION"],
    [
      "a BLIK code that the buyer did not confirm",
      () => ({ blikCode: "700702" }),
      "REG_ERROR_AUTHENTICATION_REJECTED",
    ],
    [
      "a card",
      async () => ({ cardToken: await gateway.simulator.payu.cardToken("antifraud") }),
      "AUT_ERROR_ANTIFRAUD_DECLINED",
    ],
  ])("tells why %s was declined", async (_, method, code) => {
    const { order: made } = await create(threeCarts({ payMethod: await method() }));
    await comesTo(made.id, "REJECTED");
    const { payments } = await read(made.id);
    for (const payment of payments) {
      expect(payment).toMatchObject({ status: "REJECTED", rejection: { code } });
    }
  });

  test("sends the buyer to the bank's page where the card asks for it", async () => {
    const cardToken = await gateway.simulator.payu.cardToken("3ds");
    const { order: made } = await create(threeCarts({ payMethod: { cardToken } }));
    expect(made.status).toBe("PENDING");
    const { searchParams, origin, pathname } = new URL(made.redirectUrl);
    const form = new URLSearchParams([...searchParams, ["answer", "pay"]]);
    await fetch(`${origin}${pathname}`, { method: "POST", body: form, redirect: "manual" });
    await comesTo(made.id, "COMPLETED");
  });

  test("is held until it is captured, or let go", async () => {
    const hold = async () => {
      const cardToken = await gateway.simulator.payu.cardToken();
      const { order: made } = await create(
        threeCarts({ capture: false, payMethod: { cardToken } }),
      );
      await comesTo(made.id, "AUTHORIZED");
      return made.id;
    };
    const held = await hold();
    const [part] = (await read(held)).payments;
    for (const name of ["capturePayment", "cancelPayment"]) {
      const input = { idempotencyKey: randomUUID(), paymentId: part.id };
      expect(await gateway.mutate(name, input, "payment { id }")).toMatchObject({
        userErrors: [{ code: "ACTION_NOT_AVAILABLE" }],
      });
    }
    const captured = await act("captureMarketplaceOrder", held);
    expect(captured).toMatchObject({ userErrors: [], order: { status: "COMPLETED" } });
    const cancelled = await act("cancelMarketplaceOrder", await hold());
    expect(cancelled).toMatchObject({ userErrors: [], order: { status: "CANCELLED" } });
    expect(cancelled.order.payments.map(({ status }: Json) => status)).toEqual(
      Array(3).fill("CANCELLED"),
    );
    expect(await act("captureMarketplaceOrder", cancelled.order.id)).toMatchObject({
      userErrors: [{ code: "ACTION_NOT_AVAILABLE", path: ["input", "orderId"] }],
    });
  });

  test("is refunded for one seller in part, and then for all", async () => {
    const done = await paid();
    const refund = (extra: Record<string, unknown> = {}) =>
      gateway.mutate(
        "refundMarketplaceOrder",
        { idempotencyKey: randomUUID(), orderId: done.id, ...extra },
        `refunds { id status amount { amount } seller { id } } order { status }`,
      );
    const part = await refund({ sellerId: krakow.id, amount: "3.00" });
    expect(part).toMatchObject({
      userErrors: [],
      refunds: [{ status: "PENDING", amount: { amount: "3.00" }, seller: { id: krakow.id } }],
      order: { status: "COMPLETED" },
    });
    await comesTo(done.id, "PARTIALLY_REFUNDED");
    expect(await refund({ sellerId: krakow.id, amount: "10.01" })).toMatchObject({
      refunds: null,
      userErrors: [{ code: "REFUND_EXCEEDS_REMAINING", path: ["input", "amount"] }],
    });
    const rest = await refund();
    expect(rest.refunds.map(({ amount }: Json) => amount.amount)).toEqual([
      "2.00",
      "10.00",
      "35.00",
    ]);
    await comesTo(done.id, "REFUNDED");
    const { allocation } = await read(done.id);
    expect(allocation.shares.map(({ refunded }: Json) => refunded.amount)).toEqual([
      "2.00",
      "13.00",
      "35.00",
    ]);
  });

  test("is refunded by a seller for its own cart, with its own key", async () => {
    const done = await paid();
    const credential = await keyOf(gdansk.id);
    const [payment] = (await read(done.id, credential)).payments;
    const input = { idempotencyKey: randomUUID(), paymentId: payment.id, amount: "5.00" };
    const { refund, userErrors } = await gateway.mutate(
      "refundPayment",
      input,
      "refund { status }",
      credential,
    );
    expect([refund, userErrors]).toEqual([{ status: "PENDING" }, []]);
    await comesTo(done.id, "PARTIALLY_REFUNDED");
    const { allocation } = await read(done.id);
    expect(allocation.shares.map(({ refunded }: Json) => refunded.amount)).toEqual([
      "0.00",
      "0.00",
      "5.00",
    ]);
  });

  test("never gives back more than a cart came to, however many ask at once", async () => {
    const done = await paid();
    const refund = () =>
      gateway.mutate(
        "refundMarketplaceOrder",
        { idempotencyKey: randomUUID(), orderId: done.id, sellerId: krakow.id, amount: "5.00" },
        "refunds { id }",
      );
    const answers = await Promise.all(Array.from({ length: 10 }, refund));
    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(2);
    expect((await effects(done.id)).filter((type) => type === "refund")).toHaveLength(2);
  });

  test("shows a refund that the provider ended without giving money back", async () => {
    await gateway.simulator.payu.control("POST", "/settings", { refundMs: null });
    const done = await paid();
    const { refunds } = await gateway.mutate(
      "refundMarketplaceOrder",
      { idempotencyKey: randomUUID(), orderId: done.id, sellerId: krakow.id, amount: "3.00" },
      "refunds { id providerRefundId }",
    );
    await gateway.simulator.payu.moveRefund(refunds[0].providerRefundId, "CANCELED");
    await eventually(async () => {
      clock.advance(20_000);
      gateway.app.wakeJobs();
      const [refund] = (await read(done.id)).refunds;
      return refund.status === "CANCELLED";
    });
    const { carts } = await read(done.id);
    expect(carts[1].refundableAmount.amount).toBe("13.00");
    await gateway.simulator.payu.control("POST", "/settings", { refundMs: 0 });
  });

  test.each(["effect-then-drop", "effect-then-500", "garbage", "drop-before"])(
    "is found again, and made once, when the answer is lost (%s)",
    async (effect) => {
      const { payu } = gateway.simulator;
      await payu.control("POST", "/notifications", { mode: "off" });
      const match = { method: "POST", path: "^/api/v2_1/orders$" };
      await payu.control("POST", "/faults", { match, effect });
      const { order: made } = await create(threeCarts({ payMethod }));
      expect(made.status).toBe("UNKNOWN");
      await comesTo(made.id, "COMPLETED");
      expect((await effects(made.id)).filter((type) => type === "charge")).toHaveLength(1);
      await payu.control("POST", "/notifications", { mode: "on" });
    },
  );

  test("is found by its notification alone when the answer is lost", async () => {
    const { payu } = gateway.simulator;
    await loseOrders(payu);
    const { order: made } = await create(threeCarts({ payMethod }));
    // No time passes: its next attempt is not due yet.
    await eventually(async () => (await statusOf(made.id)) === "COMPLETED");
    await payu.control("DELETE", "/faults");
    expect((await effects(made.id)).filter((type) => type === "charge")).toHaveLength(1);
  });

  test("goes through with a new token where the shop's was refused", async () => {
    await gateway.simulator.payu.control("POST", "/tokens/expire", {});
    const { order: made, userErrors } = await create(threeCarts({ payMethod }));
    expect(userErrors).toEqual([]);
    await comesTo(made.id, "COMPLETED");
  });

  test("goes through when PayU is up again", async () => {
    await gateway.simulator.payu.control("POST", "/faults", {
      match: { method: "POST", path: "^/api/v2_1/orders$" },
      effect: { kind: "status", code: 503 },
    });
    const { order: made } = await create(threeCarts({ payMethod }));
    expect(made.status).toBe("UNKNOWN");
    await comesTo(made.id, "COMPLETED");
  });

  test("believes no stale look right after a notification", async () => {
    const { order: made } = await create(threeCarts());
    const { payu } = gateway.simulator;
    await payu.moveOrder(made.providerOrderId, "COMPLETED", { staleReads: 2 });
    await comesTo(made.id, "COMPLETED");
    expect((await read(made.id)).events.edges.map(({ node }: Json) => node.to)).toEqual([
      "PROCESSING",
      "PENDING",
      "COMPLETED",
    ]);
  });

  test("is told of each status once, however often and in whatever order PayU tells it", async () => {
    const { payu } = gateway.simulator;
    await payu.control("POST", "/notifications", { duplicate: 2, reorder: true, delayMs: 50 });
    const { order: made } = await create(threeCarts());
    await payu.moveOrder(made.providerOrderId, "PENDING");
    await payu.moveOrder(made.providerOrderId, "COMPLETED");
    await eventually(async () => {
      const { deliveries } = await payu.control(
        "GET",
        `/notifications?dataId=${made.providerOrderId}`,
      );
      return deliveries.length >= 6;
    });
    await comesTo(made.id, "COMPLETED");
    const { events, payments } = await read(made.id);
    expect(events.edges.map(({ node }: Json) => node.to)).toEqual([
      "PROCESSING",
      "PENDING",
      "COMPLETED",
    ]);
    const document =
      "query ($id: ID!) { payment(id: $id) { events(first: 20) { edges { node { to } } } } }";
    const { payment } = await gateway.data(document, { id: payments[0].id });
    expect(payment.events.edges.map(({ node }: Json) => node.to)).toEqual([
      "PROCESSING",
      "PENDING",
      "APPROVED",
    ]);
    await payu.control("POST", "/notifications", { duplicate: 0, reorder: false, delayMs: 0 });
  });

  test("is not moved by forged notifications, nor by those of another shop", async () => {
    const { order: made } = await create(threeCarts());
    const { payu } = gateway.simulator;
    const send = (extra: Record<string, unknown>) =>
      payu.control("POST", "/notifications/send", {
        orderId: made.providerOrderId,
        body: { order: { status: "COMPLETED" } },
        ...extra,
      });
    expect(await send({ signature: "forged" })).toMatchObject({ status: 401 });
    expect(await send({ signature: "none" })).toMatchObject({ status: 401 });
    const elsewhere = `${gateway.url}/webhooks/payu/demo-eur`;
    expect(await send({ url: elsewhere })).toMatchObject({ status: 401 });
    expect(await send({ url: `${gateway.url}/webhooks/payu/nowhere` })).toMatchObject({
      status: 404,
    });
    // Signed, and untrue: it leads to a look, which shows that nothing was paid.
    expect(await send({})).toMatchObject({ status: 200 });
    gateway.app.wakeJobs();
    expect(await statusOf(made.id)).toBe("PENDING");
  });

  test("ends when nobody pays in time", async () => {
    const { order: made } = await create(threeCarts({ validForSeconds: 600 }));
    expect(made.status).toBe("PENDING");
    await gateway.simulator.payu.advance(601_000);
    await comesTo(made.id, "CANCELLED");
  });

  test("is seen by a seller with its own cart in it, and no other", async () => {
    const done = await paid();
    const own = await read(done.id, await keyOf(krakow.id));
    expect(own.total).toBeNull();
    expect(own.carts.map(({ seller }: Json) => seller.id)).toEqual([krakow.id]);
    expect(own.allocation.shares).toHaveLength(1);
    expect(own.payments).toHaveLength(1);
    const stranger = await gateway.connectSeller();
    expect(await read(done.id, stranger.key)).toBeNull();
    const document =
      "mutation ($input: CancelMarketplaceOrderInput!) { cancelMarketplaceOrder(input: $input) { userErrors { code } } }";
    const input = { idempotencyKey: randomUUID(), orderId: done.id };
    const { errors } = await gateway.query(document, { input }, await keyOf(gdansk.id));
    expect(errors?.[0].extensions.code).toBe("FORBIDDEN");
  });
});
