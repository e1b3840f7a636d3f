import { createHmac } from "node:crypto";
import {
  bootSimulator,
  eventually,
  type Json,
  openShop,
  type ReceivedWebhook,
  type Shop,
  type TestSimulator,
  WebhookReceiver,
} from "../support/simulator";

const minute = 60 * 1000;
const hour = 60 * minute;

describe("simulated notifications", () => {
  let simulator: TestSimulator;
  let receiver: WebhookReceiver;
  let shop: Shop;

  beforeEach(async () => {
    receiver = new WebhookReceiver();
    const webhookUrl = await receiver.listen();
    simulator = await bootSimulator({ webhookUrl, notifications: { mode: "on", delayMs: 1 } });
    shop = await openShop(simulator);
  });
  afterEach(async () => {
    await simulator.close();
    await receiver.close();
  });
  const received = (count: number) => eventually(() => receiver.received.length >= count);
  const logged = (count: number) =>
    eventually(
      async () => (await simulator.control("GET", "/notifications")).deliveries.length >= count,
    );
  const switches = (body: unknown) => simulator.control("POST", "/notifications", body);
  const advance = (ms: number) => simulator.control("POST", "/clock", { advanceMs: ms });
  const actions = () => receiver.received.map(({ body }) => body.action);

  it("tell of the creation and of every change, to the seller's routing key", async () => {
    const payment = await shop.pay({ capture: false });
    await received(1);
    await shop.put(payment.id, { capture: true });
    await received(2);
    await shop.refund(payment.id);
    await received(3);
    expect(actions()).toEqual(["payment.created", "payment.updated", "payment.updated"]);
    const [first] = receiver.received;
    expect(Object.fromEntries(first?.query ?? [])).toEqual({
      "data.id": String(payment.id),
      type: "payment",
    });
    expect(first?.body).toEqual({
      id: expect.any(Number),
      live_mode: true,
      type: "payment",
      date_created: payment.date_created,
      application_id: 1010101010101010,
      user_id: shop.seller.userId,
      version: 1,
      api_version: "v1",
      action: "payment.created",
      data: { id: String(payment.id) },
    });
    expect(first?.headers).toMatchObject({ "x-retry": "0", "x-socket-timeout": "22000" });
  });

  it("go to the payment's own address when it has one", async () => {
    const own = `${await addressOf(simulator)}?shop=7&source_news=webhooks`;
    await shop.pay({ notification_url: own });
    await received(1);
    const query = Object.fromEntries(receiver.received[0]?.query ?? []);
    expect(query).toMatchObject({ shop: "7", source_news: "webhooks", type: "payment" });
  });

  it("are signed over the id in the query, the request id and the time", async () => {
    await shop.pay();
    await received(1);
    const webhook = only(receiver.received);
    const { ts, v1 } = signatureOf(webhook);
    expect(v1).toBe(expectedHash(webhook, ts));
    expect(Math.abs(Number(ts) * 1000 - webhook.receivedAt)).toBeLessThan(5_000);
  });

  it("can be forged, unsigned, or dated in milliseconds", async () => {
    await switches({ forgeSignature: true });
    await shop.pay();
    await received(1);
    const forged = receiver.received[0] as ReceivedWebhook;
    expect(signatureOf(forged).v1).not.toBe(expectedHash(forged, signatureOf(forged).ts));

    await switches({ omitSignature: true });
    await shop.pay();
    await received(2);
    expect(receiver.received[1]?.headers["x-signature"]).toBeUndefined();

    await switches({ omitSignature: false, tsUnit: "ms" });
    await shop.pay();
    await received(3);
    const inMs = receiver.received[2] as ReceivedWebhook;
    expect(signatureOf(inMs).ts).toMatch(/^\d{13}$/);
    expect(signatureOf(inMs).v1).toBe(expectedHash(inMs, signatureOf(inMs).ts));
  });

  it("are repeated by the table of waits until the receiver takes them", async () => {
    receiver.statuses.push(500, 503, 404);
    await shop.pay();
    await logged(1);
    await advance(15 * minute - 1_000);
    expect(receiver.received).toHaveLength(1);
    await advance(2_000);
    expect(receiver.received).toHaveLength(2);
    await advance(30 * minute);
    expect(receiver.received).toHaveLength(3);
    await advance(6 * hour);
    expect(receiver.received).toHaveLength(4);
    await advance(500 * hour);
    expect(receiver.received).toHaveLength(4);

    expect(receiver.received.map(({ headers }) => headers["x-retry"])).toEqual([
      "0",
      "1",
      "2",
      "3",
    ]);
    expect(receiver.received.map(({ body }) => body.version)).toEqual([1, 1, 1, 1]);
    // Every attempt has its own ids and its own time of signing.
    expect(new Set(receiver.received.map(({ body }) => body.id)).size).toBe(4);
    expect(new Set(receiver.received.map((webhook) => signatureOf(webhook).ts)).size).toBe(4);
    for (const webhook of receiver.received) {
      expect(signatureOf(webhook).v1).toBe(expectedHash(webhook, signatureOf(webhook).ts));
    }
  });

  it("are given up after eight attempts", async () => {
    receiver.statuses.push(...Array.from({ length: 20 }, () => 500));
    await shop.pay();
    await logged(1);
    await advance(1_000 * hour);
    expect(receiver.received).toHaveLength(8);
    const { deliveries } = await simulator.control("GET", "/notifications");
    expect(deliveries.map(({ status }: Json) => status)).toEqual(Array(8).fill(500));
  });

  it("can be repeated in real time, for demos", async () => {
    await switches({ retryScaleMs: 1 });
    receiver.statuses.push(500, 500);
    await shop.pay();
    await received(3);
  });

  it("can be withheld, held back, and delivered in reverse", async () => {
    await switches({ mode: "off" });
    const { id } = await shop.pay({ capture: false });
    await switches({ mode: "hold" });
    await shop.put(id, { capture: true });
    await shop.refund(id);
    expect((await simulator.control("GET", "/notifications")).held).toBe(2);
    await simulator.control("POST", "/notifications/flush", { reverse: true });
    expect(receiver.received.map(({ body }) => body.version)).toEqual([3, 2]);
  });

  it("can come in the wrong order and more than once", async () => {
    await switches({ reorder: true, delayMs: 500 });
    const { id } = await shop.pay({ capture: false });
    await shop.put(id, { capture: true });
    await received(2);
    expect(actions()).toEqual(["payment.updated", "payment.created"]);

    await switches({ reorder: false, delayMs: 1, duplicate: 2, duplicateKind: "identical" });
    await shop.pay();
    await received(5);
    const copies = receiver.received.slice(2);
    expect(new Set(copies.map(({ headers }) => headers["x-request-id"])).size).toBe(1);
  });

  it("can be made by hand, with anything in them", async () => {
    const { id } = await shop.pay();
    await received(1);
    receiver.statuses.push(401);
    const record = await simulator.control("POST", "/notifications/send", {
      paymentId: id,
      signature: "forged",
      ts: 1,
      requestId: "by-hand",
      body: { user_id: 42 },
    });
    expect(record).toMatchObject({ status: 401, signature: "forged", dataId: String(id) });
    const webhook = receiver.received[1] as ReceivedWebhook;
    expect(webhook.body).toMatchObject({ user_id: 42, data: { id: String(id) } });
    expect(webhook.headers["x-request-id"]).toBe("by-hand");
    expect(signatureOf(webhook).ts).toBe("1");
  });

  it("tell of a dispute and of the older kind too, when that is on", async () => {
    await switches({ mode: "off" });
    const { id } = await shop.pay();
    await switches({ mode: "on", ipn: true });
    await simulator.control("POST", `/payments/${id}`, { status: "charged_back" });
    await received(2);
    const ipn = receiver.received.find(({ query }) => query.has("topic"));
    expect(ipn?.body).toEqual({ resource: String(id), topic: "payment" });
    expect(await shop.payment(id)).toMatchObject({ status: "charged_back" });
    expect((await shop.ledger()).map(({ type }) => type)).toEqual(["charge", "chargeback"]);
  });

  it("tell the application when a seller revokes it", async () => {
    await simulator.control("POST", `/accounts/${shop.seller.userId}/revoke`);
    await received(1);
    expect(only(receiver.received).body).toMatchObject({
      type: "mp-connect",
      action: "application.deauthorized",
      user_id: shop.seller.userId,
    });
  });
});

async function addressOf(simulator: TestSimulator): Promise<string> {
  return (await simulator.control("POST", "/notifications", {})).settings.webhookUrl;
}

function only<Item>(items: Item[]): Item {
  const [item] = items;
  if (item === undefined || items.length !== 1) throw new Error(`${items.length} items`);
  return item;
}

function signatureOf(webhook: ReceivedWebhook): { ts: string; v1: string } {
  const [, ts = "", v1 = ""] =
    /^ts=(\d+),v1=([0-9a-f]{64})$/.exec(String(webhook.headers["x-signature"])) ?? [];
  return { ts, v1 };
}

/** Written from the provider's description, apart from the simulator's own code. */
function expectedHash(webhook: ReceivedWebhook, ts: string): string {
  const id = webhook.query.get("data.id");
  const requestId = webhook.headers["x-request-id"];
  return createHmac("sha256", "demo-webhook-secret")
    .update(`id:${id};request-id:${requestId};ts:${ts};`)
    .digest("hex");
}
