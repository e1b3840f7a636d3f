import { createHmac } from "node:crypto";
import { type InPersonShop, openInPersonShop, qrOrder } from "../support/in-person";
import {
  bootSimulator,
  eventually,
  type ReceivedWebhook,
  type TestSimulator,
  WebhookReceiver,
} from "../support/simulator";

describe("simulated notifications of payments in person", () => {
  let simulator: TestSimulator;
  let receiver: WebhookReceiver;

  beforeEach(async () => {
    receiver = new WebhookReceiver();
    const webhookUrl = await receiver.listen();
    simulator = await bootSimulator({ webhookUrl, notifications: { mode: "on", delayMs: 1 } });
  });
  afterEach(async () => {
    await simulator.close();
    await receiver.close();
  });
  const switches = (body: unknown) => simulator.control("POST", "/notifications", body);
  const first = async (is: (webhook: ReceivedWebhook) => boolean): Promise<ReceivedWebhook> => {
    await eventually(() => receiver.received.some(is));
    return receiver.received.find(is) as ReceivedWebhook;
  };
  const ofTopic = (topic: string) => (webhook: ReceivedWebhook) => webhook.body.type === topic;
  async function pay(shop: InPersonShop) {
    const order = await shop.ring();
    await shop.at("tap");
    return order;
  }
  const hashOf = (webhook: ReceivedWebhook, id: string, ts: string) =>
    createHmac("sha256", "demo-webhook-secret")
      .update(`${id}request-id:${webhook.headers["x-request-id"]};ts:${ts};`)
      .digest("hex");
  const signatureOf = (webhook: ReceivedWebhook) =>
    Object.fromEntries(
      String(webhook.headers["x-signature"])
        .split(",")
        .map((part) => part.split("=")),
    );

  it("of topic order say what happened, with a time of 13 digits", async () => {
    const shop = await openInPersonShop(simulator);
    const order = await pay(shop);
    const webhook = await first(ofTopic("order"));
    expect(Object.fromEntries(webhook.query)).toEqual({ "data.id": order.id, type: "order" });
    expect(webhook.body).toEqual({
      action: "order.processed",
      api_version: "v1",
      application_id: "1010101010101010",
      date_created: expect.any(String),
      live_mode: true,
      type: "order",
      user_id: String(shop.seller.userId),
      data: {
        id: order.id,
        type: "point",
        version: 3,
        external_reference: order.external_reference,
        status: "processed",
        status_detail: "accredited",
        total_paid_amount: "50",
        transactions: {
          payments: [
            {
              id: order.transactions.payments[0].id,
              amount: "50.00",
              paid_amount: "50.00",
              status: "processed",
              status_detail: "accredited",
              payment_method: { id: "visa", type: "credit_card", installments: 1 },
              card: expect.any(Object),
              reference: { id: expect.stringMatching(/^\d+$/) },
            },
          ],
        },
      },
    });
    const { ts, v1 } = signatureOf(webhook);
    expect(ts).toMatch(/^\d{13}$/);
    expect(v1).toBe(hashOf(webhook, `id:${order.id};`, ts));
  });

  it("tell of refunds and other ends, and of nothing before", async () => {
    const shop = await openInPersonShop(simulator);
    await shop.set({ pickUpMs: null });
    await switches({ topics: ["order"] });
    const { id } = await pay(shop);
    await shop.call("POST", `/v1/orders/${id}/refund`);
    const next = await shop.order();
    await shop.call("POST", `/v1/orders/${next.id}/cancel`);
    await shop.order({ expiration_time: "PT30S" });
    await simulator.control("POST", "/clock", { advanceMs: 31_000 });
    await eventually(() => receiver.received.length >= 4);
    expect(receiver.received.map(({ body }) => body.action).sort()).toEqual([
      "order.canceled",
      "order.expired",
      "order.processed",
      "order.refunded",
    ]);
    // The application listens to one topic only.
    expect(new Set(receiver.received.map(({ body }) => body.type))).toEqual(new Set(["order"]));
  });

  it.each([
    ["lowercase", (id: string) => `id:${id.toLowerCase()};`],
    ["other", undefined],
  ])("can sign the id as %s", async (signedId, manifestOf) => {
    await switches({ signedId });
    const { id } = await pay(await openInPersonShop(simulator));
    const webhook = await first(ofTopic("order"));
    const { ts, v1 } = signatureOf(webhook);
    expect(v1).not.toBe(hashOf(webhook, `id:${id};`, ts));
    if (manifestOf) expect(v1).toBe(hashOf(webhook, manifestOf(id), ts));
  });

  it("can be short, forged or unsigned", async () => {
    await switches({ orderBody: "minimal", omitSignature: true });
    const shop = await openInPersonShop(simulator);
    const { id } = await pay(shop);
    const webhook = await first(ofTopic("order"));
    expect(webhook.body).toMatchObject({ data: { id }, id: expect.any(Number) });
    expect(Object.keys(webhook.body.data)).toEqual(["id"]);
    expect(webhook.body.user_id).toBe(shop.seller.userId);
    expect(webhook.headers["x-signature"]).toBeUndefined();
  });

  it("of payment intents have a body of their own", async () => {
    const shop = await openInPersonShop(simulator, "MLA", "intents");
    const path = `/point/integration-api/devices/${shop.reader.id}/payment-intents`;
    const additional_info = { external_reference: "X" };
    const { body } = await shop.call("POST", path, { amount: 1500, additional_info });
    await shop.at("refresh");
    await shop.at("tap");
    const webhook = await first((one) => one.body.state === "FINISHED");
    expect(webhook.query.size).toBe(0);
    expect(webhook.body).toEqual({
      amount: 1500,
      caller_id: shop.seller.userId,
      client_id: 1010101010101010,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      id: body.id,
      payment: { id: expect.any(Number), state: "approved", type: "credit_card" },
      state: "FINISHED",
      additional_info,
    });
    const { ts, v1 } = signatureOf(webhook);
    expect(v1).toBe(hashOf(webhook, "", ts));
  });

  it("of merchant orders go to the order's own address, unsigned", async () => {
    const shop = await openInPersonShop(simulator, "MLA", "attempts");
    const own = `${receiver.address}?till=4`;
    await shop.call(
      "POST",
      `/mpmobile/instore/qr/${shop.seller.userId}/${shop.reader.externalPosId}`,
      {
        external_reference: "table",
        notification_url: own,
        items: [{ title: "Coffee", unit_price: 10, quantity: 1 }],
      },
    );
    const { merchantOrderId } = await simulator.control("POST", "/qr/pay", {
      data: shop.reader.qrCode,
    });
    const webhook = await first((one) => one.body.topic === "merchant_order");
    expect(Object.fromEntries(webhook.query)).toEqual({
      till: "4",
      id: String(merchantOrderId),
      topic: "merchant_order",
    });
    expect(webhook.body.resource).toBe(
      `https://api.mercadolibre.com/merchant_orders/${merchantOrderId}`,
    );
    expect(webhook.headers["x-signature"]).toBeUndefined();
  });

  it("of QR codes of Orders come like those of readers", async () => {
    const shop = await openInPersonShop(simulator);
    const order = qrOrder(shop.reader.externalPosId, "static");
    const { body } = await shop.call("POST", "/v1/orders", order);
    await simulator.control("POST", "/qr/pay", { data: shop.reader.qrCode });
    const webhook = await first(ofTopic("order"));
    expect(webhook.body).toMatchObject({
      action: "order.processed",
      data: { id: body.id, type: "qr", version: 2 },
    });
  });
});
