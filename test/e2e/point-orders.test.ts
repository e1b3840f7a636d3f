import { randomUUID } from "node:crypto";
import { describeEachDatabase } from "../support/databases";
import { MovableClock, TestGateway } from "../support/gateway";
import { openPointShop, type PointShop } from "../support/point";
import { eventually, type Json } from "../support/simulator";

describeEachDatabase("an order at a card reader", (database) => {
  let gateway: TestGateway;
  let clock: MovableClock;
  let shop: PointShop;
  beforeAll(async () => {
    clock = new MovableClock();
    gateway = await TestGateway.start({ database, clock });
  });
  afterAll(() => gateway.stop());
  beforeEach(async () => {
    shop = await openPointShop(gateway, clock);
  });
  const advance = (ms: number) => gateway.simulator.control("POST", "/clock", { advanceMs: ms });

  test("goes from the till to the reader, and ends with a payment like any other", async () => {
    const { pointOrder, replayed, userErrors } = await shop.create({
      description: "Till 3",
      externalReference: "sale 1",
      method: "CREDIT_CARD",
      installments: 3,
      installmentsPaidBy: "SELLER",
    });
    expect(userErrors).toEqual([]);
    expect(replayed).toBe(false);
    expect(pointOrder).toMatchObject({
      status: "CREATED",
      api: "ORDERS",
      amount: { amount: "50.00", currency: "BRL" },
      paidAmount: null,
      tipAmount: null,
      payment: null,
      device: { id: shop.deviceId, status: "BUSY", currentOrder: { id: pointOrder.id } },
    });
    await shop.at("refresh");
    await shop.comesTo(pointOrder.id, "AT_DEVICE");
    await shop.at("tap", { methodId: "master" });
    const paid = await shop.comesTo(pointOrder.id, "PAID");
    expect(paid).toMatchObject({
      paidAmount: { amount: "50.00" },
      tipAmount: { amount: "0.00" },
      providerStatus: "processed",
      providerStatusDetail: "accredited",
      device: { status: "FREE", currentOrder: null },
      payment: {
        status: "APPROVED",
        amount: { amount: "50.00" },
        payer: null,
        pointOrder: { id: pointOrder.id },
        refundableAmount: { amount: "50.00" },
        method: { methodId: "master", installments: 3 },
      },
    });
    expect(await shop.timeline(pointOrder.id)).toEqual([
      "PROCESSING",
      "CREATED",
      "AT_DEVICE",
      "PAID",
    ]);
    expect(await shop.effects()).toEqual(["charge"]);

    const { refund, userErrors: refused } = await gateway.mutate(
      "refundPayment",
      { idempotencyKey: randomUUID(), paymentId: paid.payment.id, amount: "20.00" },
      "refund { status }",
      shop.seller.key,
    );
    expect(refused).toEqual([]);
    expect(refund.status).toBe("COMPLETED");
    expect((await shop.read(pointOrder.id)).payment.status).toBe("PARTIALLY_REFUNDED");
  });

  test("with a tip is paid for more, and tells both apart", async () => {
    const { pointOrder } = await shop.create();
    await shop.at("refresh");
    await shop.at("tap", { tipMinor: 450 });
    expect(await shop.comesTo(pointOrder.id, "PAID")).toMatchObject({
      amount: { amount: "50.00" },
      paidAmount: { amount: "54.50" },
      tipAmount: { amount: "4.50" },
      payment: { status: "APPROVED", amount: { amount: "54.50" } },
    });
  });

  test.each<[string, (shop: PointShop) => Promise<unknown>, string, string | null]>([
    ["is declined", (at) => at.at("tap", { outcome: "high_risk" }), "DECLINED", "REJECTED"],
    [
      "meets a reader's own fault",
      (at) => at.at("tap", { outcome: "processing_error" }),
      "DECLINED",
      null,
    ],
    ["is under review", (at) => at.at("tap", { outcome: "in_review" }), "IN_REVIEW", "IN_REVIEW"],
    ["is ended by the button Back", (at) => at.at("back"), "CANCELLED", null],
  ])("that %s says so, with its payment's real status", async (_, act, status, payment) => {
    const { pointOrder } = await shop.create();
    await shop.at("refresh");
    await act(shop);
    const ended = await shop.comesTo(pointOrder.id, status);
    expect(ended.payment?.status ?? null).toBe(payment);
    expect(ended.device).toMatchObject({ status: "FREE", currentOrder: null });
    // The next payer is served.
    expect((await shop.create()).pointOrder.status).toBe("CREATED");
  });

  test("that nobody pays expires", async () => {
    const { pointOrder } = await shop.create({ expiresInSeconds: 30 });
    await advance(31_000);
    expect((await shop.comesTo(pointOrder.id, "EXPIRED")).device.status).toBe("FREE");
  });

  test("that its reader does not fetch tells that the reader is not there", async () => {
    const { pointOrder } = await shop.create();
    await eventually(async () => {
      clock.advance(5_000);
      gateway.app.wakeJobs();
      return (await shop.device()).status === "UNREACHABLE";
    });
    await shop.at("refresh");
    await shop.comesTo(pointOrder.id, "AT_DEVICE");
    expect(await shop.device()).toMatchObject({
      status: "BUSY",
      currentOrder: { id: pointOrder.id },
    });
  });

  test("is one, of 20 tills that ask at once", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => shop.create()));
    const made = answers.filter(({ pointOrder }) => pointOrder !== null);
    expect(made).toHaveLength(1);
    const { id } = made[0].pointOrder;
    for (const { pointOrder, userErrors, orderInTheWay } of answers) {
      if (pointOrder !== null) continue;
      expect(userErrors).toMatchObject([{ code: "DEVICE_BUSY", path: ["input", "deviceId"] }]);
      expect(orderInTheWay.pointOrder).toEqual({ id });
    }
    await shop.at("refresh");
    await shop.at("tap");
    await shop.comesTo(id, "PAID");
    expect(await shop.effects()).toEqual(["charge"]);
  });

  test("is answered from the first one when its key comes again", async () => {
    const input = shop.input();
    const first = await shop.create(input);
    const again = await shop.create(input);
    expect(again).toMatchObject({ replayed: true, pointOrder: { id: first.pointOrder.id } });
    const other = await shop.create({ ...input, amount: "51.00" });
    expect(other.userErrors).toMatchObject([{ code: "IDEMPOTENCY_KEY_REUSED" }]);
  });

  test("is refused where the provider alone knows of one, which is named", async () => {
    const { accessToken } = shop.seller.shop.seller;
    const foreign = await gateway.simulator.call(
      "POST",
      "/v1/orders",
      {
        ...{ type: "point", external_reference: "somebody_else" },
        transactions: { payments: [{ amount: "9.00" }] },
        config: { point: { terminal_id: shop.reader.id } },
      },
      { token: accessToken },
    );
    const { pointOrder, userErrors, orderInTheWay } = await shop.create();
    expect(userErrors).toMatchObject([
      {
        ...{ code: "DEVICE_BUSY", providerCode: "already_queued_order_for_terminal" },
        path: ["input", "deviceId"],
      },
    ]);
    expect(pointOrder).toMatchObject({ status: "FAILED", device: { status: "FREE" } });
    expect(orderInTheWay).toEqual({ pointOrder: null, providerOrderId: foreign.body.id });
  });

  describe("is cancelled", () => {
    test("at once while its reader has not fetched it, by itself or by its reader", async () => {
      for (const choose of [
        (id: string) => ({ orderId: id }),
        () => ({ deviceId: shop.deviceId }),
      ]) {
        const { pointOrder } = await shop.create();
        const input = { idempotencyKey: randomUUID(), ...choose(pointOrder.id) };
        const { pointOrder: ended, userErrors } = await shop.cancel(input);
        expect(userErrors).toEqual([]);
        expect(ended).toMatchObject({ id: pointOrder.id, status: "CANCELLED" });
        expect(ended.device).toMatchObject({ status: "FREE", currentOrder: null });
        expect((await shop.timeline(pointOrder.id)).slice(-2)).toEqual([
          "CANCEL_REQUESTED",
          "CANCELLED",
        ]);
      }
      expect((await shop.cancel({ deviceId: shop.deviceId })).userErrors).toMatchObject([
        { code: "ACTION_NOT_AVAILABLE", path: ["input", "deviceId"] },
      ]);
      expect(await shop.effects()).toEqual([]);
    });

    test("when its reader says so, where that shows it already", async () => {
      await shop.set({ honoursCancel: false });
      const { pointOrder } = await shop.create();
      await shop.at("refresh");
      await shop.comesTo(pointOrder.id, "AT_DEVICE");
      const asked = await shop.cancel({ orderId: pointOrder.id });
      expect(asked.pointOrder).toMatchObject({
        status: "CANCEL_REQUESTED",
        device: { status: "BUSY", currentOrder: { id: pointOrder.id } },
      });
      // The payer was faster, and that is what happened.
      await shop.at("tap");
      expect((await shop.comesTo(pointOrder.id, "PAID")).payment.status).toBe("APPROVED");
      expect((await shop.cancel({ orderId: pointOrder.id })).userErrors).toMatchObject([
        { code: "ACTION_NOT_AVAILABLE" },
      ]);
    });

    test("not while a reader that cannot be asked shows it, which it then still does", async () => {
      await shop.set({ canBeAskedToCancel: false });
      const { pointOrder } = await shop.create();
      await shop.at("refresh");
      await shop.comesTo(pointOrder.id, "AT_DEVICE");
      const { pointOrder: still, userErrors } = await shop.cancel({ orderId: pointOrder.id });
      expect(userErrors).toMatchObject([
        { code: "ACTION_NOT_AVAILABLE", providerCode: "cannot_cancel_order" },
      ]);
      expect(still.status).toBe("AT_DEVICE");
    });

    test.each(["effect-then-drop", "drop-before"])(
      "once, although the answer is lost (%s)",
      async (effect) => {
        const { pointOrder } = await shop.create();
        await shop.fault("POST", `/v1/orders/${pointOrder.providerOrderId}/cancel`, effect);
        const { pointOrder: asked } = await shop.cancel({ orderId: pointOrder.id });
        expect(asked.status).toBe("CANCEL_REQUESTED");
        await eventually(async () => {
          clock.advance(20_000);
          gateway.app.wakeJobs();
          return (await shop.read(pointOrder.id)).status === "CANCELLED";
        });
      },
    );
  });

  describe("whose answer is lost", () => {
    test.each(["effect-then-drop", "effect-then-500", "drop-before"])(
      "is UNKNOWN, keeps its reader, and is found or sent under the same key (%s)",
      async (effect) => {
        await shop.fault("POST", "^/v1/orders$", effect);
        const { pointOrder, userErrors } = await shop.create();
        expect(userErrors).toEqual([]);
        expect(pointOrder).toMatchObject({ status: "UNKNOWN", device: { status: "BUSY" } });
        expect((await shop.create()).userErrors).toMatchObject([{ code: "DEVICE_BUSY" }]);
        await eventually(async () => {
          clock.advance(20_000);
          gateway.app.wakeJobs();
          return (await shop.read(pointOrder.id)).status === "CREATED";
        });
        await shop.at("refresh");
        await shop.at("tap");
        await shop.comesTo(pointOrder.id, "PAID");
        expect(await shop.effects()).toEqual(["charge"]);
      },
      60_000,
    );

    test("and is nowhere to be found NEEDS_CHECK, whatever time passes, until a person says", async () => {
      await shop.fault("POST", "^/v1/orders$", "drop-before", { times: "always" });
      const { pointOrder } = await shop.create({ expiresInSeconds: 30 });
      expect(pointOrder.status).toBe("UNKNOWN");
      const later = async (ms: number) => {
        clock.advance(ms);
        gateway.app.wakeJobs();
      };
      await eventually(async () => {
        await later(20_000);
        return (await shop.read(pointOrder.id)).status === "NEEDS_CHECK";
      });
      await gateway.simulator.control("DELETE", "/faults");
      for (let day = 0; day < 4; day++) await later(86_400_000);
      await shop.read(pointOrder.id);
      expect(await shop.read(pointOrder.id)).toMatchObject({
        status: "NEEDS_CHECK",
        device: { status: "BUSY", currentOrder: { id: pointOrder.id } },
      });
      const settle = (credential?: string) =>
        gateway.mutate(
          "settlePointOrder",
          { orderId: pointOrder.id, outcome: "NOT_PAID", reason: "The reader never rang" },
          "pointOrder { status settledBecause device { status } events(first: 20) { edges { node { to actor { kind } } } } }",
          credential ?? shop.seller.key,
        );
      const other = await gateway.connectSeller("MLB");
      expect((await settle(other.key)).userErrors).toMatchObject([{ code: "NOT_FOUND" }]);
      const { pointOrder: settled, userErrors } = await settle();
      expect(userErrors).toEqual([]);
      expect(settled).toMatchObject({
        ...{ status: "CANCELLED", settledBecause: "The reader never rang" },
        device: { status: "FREE" },
      });
      expect(settled.events.edges.at(-1).node).toEqual({
        to: "CANCELLED",
        actor: { kind: "SELLER" },
      });
      expect((await settle()).userErrors).toMatchObject([{ code: "ACTION_NOT_AVAILABLE" }]);
      // Its operation, when it comes round, sends nothing any more.
      for (let day = 0; day < 2; day++) await later(86_400_000);
      expect((await shop.read(pointOrder.id)).status).toBe("CANCELLED");
      expect((await shop.create()).pointOrder.status).toBe("CREATED");
    });
  });

  describe("that the provider knows no end of NEEDS_CHECK", () => {
    const loseEnd = async (outcome: string): Promise<Json> => {
      const { pointOrder } = await shop.create();
      await shop.at("refresh");
      await shop.comesTo(pointOrder.id, "AT_DEVICE");
      await shop.at("tap", { processingMs: 3_000, outcome });
      await shop.at("lose-network");
      await advance(41_000);
      return pointOrder;
    };

    test("and is PAID once its payment is found, with the network still away", async () => {
      const { id } = await loseEnd("accredited");
      await eventually(async () => {
        clock.advance(20_000);
        gateway.app.wakeJobs();
        return (await shop.read(id)).status === "PAID";
      });
      expect(await shop.read(id)).toMatchObject({
        paidAmount: { amount: "50.00" },
        payment: { status: "APPROVED" },
        device: { status: "FREE" },
      });
      expect(await shop.effects()).toEqual(["charge"]);
    });

    test("and stays so while no money is to be seen, until the provider tells", async () => {
      const { id, providerOrderId } = await loseEnd("processing_error");
      await shop.comesTo(id, "NEEDS_CHECK");
      expect((await shop.device()).currentOrder).toEqual({ id, status: "NEEDS_CHECK" });
      expect((await shop.create()).userErrors).toMatchObject([{ code: "DEVICE_BUSY" }]);
      await gateway.simulator.control("POST", `/in-person-orders/${providerOrderId}`, {
        outcome: "rejected_by_issuer",
      });
      await eventually(async () => {
        clock.advance(3_600_000);
        gateway.app.wakeJobs();
        return (await shop.read(id)).status === "DECLINED";
      });
    });
  });

  test.each<[string, Json, string, string]>([
    ["of nothing", { amount: "0" }, "INVALID_AMOUNT", "amount"],
    ["with too many decimals", { amount: "1.005" }, "TOO_MANY_DECIMALS", "amount"],
    ["in another currency", { currency: "ARS" }, "NO_CAPABLE_ACCOUNT", "currency"],
    [
      "with too long a description",
      { description: "x".repeat(151) },
      "INVALID_INPUT",
      "description",
    ],
    ["that lives too short", { expiresInSeconds: 29 }, "INVALID_INPUT", "expiresInSeconds"],
    ["that lives too long", { expiresInSeconds: 10_801 }, "INVALID_INPUT", "expiresInSeconds"],
    [
      "with a debit card in parts",
      { method: "DEBIT_CARD", installments: 2 },
      "INVALID_INPUT",
      "method",
    ],
    ["in 37 parts", { installments: 37 }, "INVALID_INPUT", "installments"],
    ["at no reader", { deviceId: "pdv_00000000000000000000000000" }, "NOT_FOUND", "deviceId"],
  ])("%s is refused, and changes nothing", async (_, extra, code, field) => {
    const { pointOrder, userErrors } = await shop.create(extra);
    expect(pointOrder).toBe(null);
    expect(userErrors).toMatchObject([{ code, path: ["input", field] }]);
    expect(await shop.device()).toEqual({ status: "FREE", currentOrder: null });
  });

  test("below the country's minimum is FAILED, and its reader free", async () => {
    shop = await openPointShop(gateway, clock, { site: "MLM" });
    const { pointOrder, userErrors } = await shop.create({ amount: "4.99" });
    expect(userErrors).toMatchObject([
      { code: "INVALID_AMOUNT", path: ["input", "amount"], providerCode: "property_value" },
    ]);
    expect(pointOrder).toMatchObject({
      ...{ status: "FAILED", failure: { code: "INVALID_AMOUNT" } },
      device: { status: "FREE", currentOrder: null },
    });
  });

  test.each<[string, Json]>([
    ["in mode STANDALONE", { mode: "STANDALONE" }],
    ["without a store", { posId: null }],
  ])("at a reader %s is refused before anything is sent", async (_, switches) => {
    shop = await openPointShop(gateway, clock, { switches });
    const { pointOrder, userErrors } = await shop.create();
    expect(pointOrder).toBe(null);
    expect(userErrors).toMatchObject([{ code: "DEVICE_NOT_USABLE", path: ["input", "deviceId"] }]);
  });

  test("at a reader that was removed, or of another seller, is refused; a busy one stays", async () => {
    const other = await gateway.connectSeller("MLB");
    const [foreign, missing] = [
      await shop.create({}, other.key),
      await shop.create({ deviceId: "pdv_00000000000000000000000000" }, other.key),
    ];
    expect(foreign).toEqual(missing);
    const { pointOrder } = await shop.create();
    const remove = () =>
      gateway.mutate(
        "removePointDevice",
        { deviceId: shop.deviceId },
        "pointDevice { status }",
        shop.seller.key,
      );
    expect((await remove()).userErrors).toMatchObject([{ code: "DEVICE_BUSY" }]);
    await shop.cancel({ orderId: pointOrder.id });
    expect((await remove()).pointDevice.status).toBe("REMOVED");
    expect((await shop.create()).userErrors).toMatchObject([{ code: "DEVICE_NOT_USABLE" }]);
  });

  test("is watched from its present state to its end, and its reader with it", async () => {
    const { pointOrder } = await shop.create();
    const client = gateway.client(shop.seller.key);
    const orders = client.iterate<Json>({
      query:
        "subscription ($id: ID!) { pointOrderUpdated(id: $id) { status pointOrder { payment { status } } } }",
      variables: { id: pointOrder.id },
    });
    const devices = client.iterate<Json>({
      query:
        "subscription ($id: ID!) { pointDeviceUpdated(id: $id) { status pointDevice { currentOrder { id } } } }",
      variables: { id: shop.deviceId },
    });
    const nextOrder = async () => (await orders.next()).value.data.pointOrderUpdated;
    const nextDevice = async () => (await devices.next()).value.data.pointDeviceUpdated;
    expect(await nextOrder()).toEqual({ status: "CREATED", pointOrder: { payment: null } });
    expect(await nextDevice()).toEqual({
      status: "BUSY",
      pointDevice: { currentOrder: { id: pointOrder.id } },
    });
    // By the gateway's own clock: it looks by itself, about every second.
    await shop.at("refresh");
    expect((await nextOrder()).status).toBe("AT_DEVICE");
    await shop.at("tap");
    expect(await nextOrder()).toEqual({
      status: "PAID",
      pointOrder: { payment: { status: "APPROVED" } },
    });
    expect(await nextDevice()).toEqual({ status: "FREE", pointDevice: { currentOrder: null } });
    await client.dispose();
  });

  test("is listed by seller, reader and status", async () => {
    const { pointOrder: first } = await shop.create();
    await shop.cancel({ orderId: first.id });
    const { pointOrder: second } = await shop.create();
    const document = `query ($filter: PointOrderFilter, $seller: ID!) {
      pointOrders(filter: $filter) { edges { node { id } } }
      seller(id: $seller) { pointOrders { edges { node { id device { orders { edges { node { id } } } } } } } }
    }`;
    const list = async (filter: Json) => {
      const variables = { filter, seller: shop.seller.id };
      const { pointOrders, seller } = await gateway.data(document, variables, shop.seller.key);
      const idsOf = ({ edges }: Json) => edges.map(({ node }: Json) => node.id);
      expect(idsOf(seller.pointOrders)).toEqual([second.id, first.id]);
      expect(idsOf(seller.pointOrders.edges[0].node.device.orders)).toEqual([second.id, first.id]);
      return idsOf(pointOrders);
    };
    expect(await list({ deviceId: shop.deviceId })).toEqual([second.id, first.id]);
    expect(await list({ status: ["CANCELLED"] })).toEqual([first.id]);
    expect(await list({ sellerId: shop.seller.id, status: ["CREATED"] })).toEqual([second.id]);
  });
});
