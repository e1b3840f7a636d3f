import { createHash } from "node:crypto";
import type { Json } from "../support/http";
import { type Marketplace, openMarketplace } from "../support/payu-simulator";
import {
  bootSimulator,
  eventually,
  type ReceivedWebhook,
  type TestSimulator,
  WebhookReceiver,
} from "../support/simulator";

const minute = 60 * 1000;
const hour = 60 * minute;

describe("notifications of the simulated PayU", () => {
  let simulator: TestSimulator;
  let receiver: WebhookReceiver;
  let notifyUrl: string;
  let market: Marketplace;

  beforeEach(async () => {
    receiver = new WebhookReceiver();
    notifyUrl = await receiver.listen();
    simulator = await bootSimulator({
      payoutUrl: notifyUrl,
      notifications: { mode: "on", delayMs: 1 },
    });
    await simulator.payu.control("POST", "/settings", {
      settleMs: null,
      refundMs: null,
      payoutStepMs: null,
    });
    market = await openMarketplace(simulator.payu);
  });
  afterEach(async () => {
    await simulator.close();
    await receiver.close();
  });
  const received = (count: number) => eventually(() => receiver.received.length >= count);
  const statuses = () => receiver.received.map(({ body }) => body.order.status);
  const switches = (body: unknown) => simulator.payu.control("POST", "/notifications", body);
  const logged = async (): Promise<Json[]> =>
    (await simulator.payu.control("GET", "/notifications")).deliveries;
  /** An order on the hosted page: nothing is told of it while it is NEW. */
  const open = async (extra: Record<string, unknown> = {}): Promise<Json> =>
    (await market.post("/orders", market.orderBody({ notifyUrl, ...extra }))).body;
  const pay = async (): Promise<string> => {
    const { orderId } = await open();
    await simulator.payu.moveOrder(orderId, "COMPLETED");
    return orderId;
  };

  it("tell of every status but the first, to the order's own address", async () => {
    const { orderId, extOrderId } = await open();
    await simulator.payu.moveOrder(orderId, "PENDING");
    await received(1);
    await simulator.payu.moveOrder(orderId, "WAITING_FOR_CONFIRMATION");
    await received(2);
    await market.post(`/orders/${orderId}/captures`);
    await received(3);
    expect(statuses()).toEqual(["PENDING", "WAITING_FOR_CONFIRMATION", "COMPLETED"]);
    const [pending, , completed] = receiver.received;
    expect(pending?.body.localReceiptDateTime).toBeUndefined();
    expect(pending?.body.order.payMethod).toBeUndefined();
    expect(completed?.body).toEqual({
      order: {
        orderId,
        extOrderId,
        orderCreateDate: expect.any(String),
        notifyUrl,
        customerIp: "127.0.0.1",
        merchantPosId: market.pos.posId,
        description: "Order",
        currencyCode: "PLN",
        totalAmount: "5000",
        buyer: { customerId: "guest" },
        payMethod: { amount: "5000", type: "PBL" },
        status: "COMPLETED",
        products: [{ name: "Mug", unitPrice: "5000", quantity: "1" }],
      },
      localReceiptDateTime: expect.any(String),
      properties: [{ name: "PAYMENT_ID", value: expect.any(String) }],
    });
    expect(completed?.headers["content-type"]).toBe("application/json;charset=UTF-8");

    const cancelled = await open();
    await simulator.payu.moveOrder(cancelled.orderId, "CANCELED");
    await received(4);
    expect(statuses()[3]).toBe("CANCELED");
  });

  it("tell nobody of an order without an address", async () => {
    const { orderId } = await open({ notifyUrl: undefined });
    await simulator.payu.moveOrder(orderId, "COMPLETED");
    await market.refund(orderId);
    await pay();
    await received(2);
    expect(await logged()).toHaveLength(2);
  });

  it("are signed over the bytes that are sent, by both names of the header", async () => {
    for (const algorithm of ["MD5", "SHA-256"]) {
      await switches({ algorithm });
      receiver.received.length = 0;
      await pay();
      await received(2);
      for (const notification of receiver.received) {
        expect(signatureOf(notification)).toBe(
          `sender=checkout;signature=${hashOf(notification, market, algorithm)};` +
            `algorithm=${algorithm};content=DOCUMENT`,
        );
        expect(notification.headers["x-openpayu-signature"]).toBe(signatureOf(notification));
      }
    }
  });

  it("can be forged or unsigned", async () => {
    await switches({ mode: "hold", forgeSignature: true });
    await pay();
    await simulator.payu.control("POST", "/notifications/flush");
    for (const forged of receiver.received) {
      expect(signatureOf(forged)).not.toContain(hashOf(forged, market, "MD5"));
    }
    await switches({ omitSignature: true });
    await pay();
    await simulator.payu.control("POST", "/notifications/flush");
    expect(receiver.received.slice(2).map(signatureOf)).toEqual([undefined, undefined]);
  });

  it("are repeated twenty times in all, at the published times, byte by byte", async () => {
    receiver.statuses.push(...Array.from({ length: 20 }, () => 201));
    const { orderId } = await open({ validityTime: 1_000_000 });
    await simulator.payu.moveOrder(orderId, "PENDING");
    await eventually(async () => (await logged()).length === 1);
    const counts: number[] = [];
    let now = 0;
    const times = [1, 2, 5, 10, 30].map((it) => it * minute);
    times.push(...[1, 2, 3, 6, 9, 12, 15, 18, 21, 24, 36, 48, 60, 72].map((it) => it * hour));
    for (const time of times) {
      await simulator.payu.advance(time - now);
      now = time;
      counts.push(receiver.received.length);
    }
    expect(counts).toEqual(times.map((_time, index) => index + 2));
    await simulator.payu.advance(100 * hour);
    expect(receiver.received).toHaveLength(20);
    expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);
  });

  it("come in the wrong order, late and twice", async () => {
    await switches({ mode: "hold", duplicate: 1 });
    await pay();
    await simulator.payu.control("POST", "/notifications/flush", { reverse: true });
    expect(statuses()).toEqual(["COMPLETED", "COMPLETED", "PENDING", "PENDING"]);
  });

  it("tell of refunds in a form of their own, once they are final", async () => {
    const orderId = await pay();
    await received(2);
    const { refund } = (await market.refund(orderId, { extRefundId: "r-1", amount: 500 })).body;
    await simulator.payu.moveRefund(refund.refundId, "FINALIZED");
    await received(3);
    expect(receiver.received[2]?.body).toEqual({
      orderId,
      extOrderId: expect.any(String),
      refund: {
        refundId: refund.refundId,
        amount: "500",
        currencyCode: "PLN",
        status: "FINALIZED",
        statusDateTime: expect.any(String),
        reason: "refund",
        reasonDescription: "Return",
        refundDate: expect.any(String),
      },
    });
    const failing = (await market.refund(orderId, { extRefundId: "r-2", amount: 500 })).body;
    await simulator.payu.moveRefund(failing.refund.refundId, "CANCELED");
    await received(4);
    expect(receiver.received[3]?.body.refund.status).toBe("CANCELED");
  });

  it("tell of every step of a payout in flat texts with hashes of their own", async () => {
    const seller = await simulator.payu.seller(market.pos, { grantMinor: 1000 });
    const { payoutId } = (await market.payout(seller, 700)).body.payout;
    await received(1);
    for (const code of [2, 5, 6]) {
      await simulator.payu.movePayout(payoutId, code);
      await received(receiver.received.length + 1);
    }
    expect(receiver.received.map(({ body }) => body.status)).toEqual(["1", "2", "5", "6"]);
    const [first] = receiver.received;
    const order = "type,merchant_id,payout_id,amount,currency,status,payout_init_date,ts";
    expect(first?.body).toEqual({
      type: "payout",
      merchant_id: market.pos.posId,
      payout_id: payoutId,
      amount: "700",
      currency: "PLN",
      status: "1",
      payout_init_date: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
      ts: expect.stringMatching(/^\d{13}$/),
      sig: expect.stringMatching(/^[0-9a-f]{32}$/),
      sig_ext: expect.any(String),
      sig_ext_order: order,
    });
    const signed = order.split(",").map((name) => first?.body[name]);
    expect(first?.body.sig_ext).toBe(md5(signed.join("") + market.pos.secondKey));
    expect(first?.headers["openpayu-signature"]).toBeUndefined();
  });

  it("tell of payouts at the POS's own address when it has one", async () => {
    const path = `/pos/${market.pos.posId}`;
    await simulator.payu.control("POST", path, { payoutUrl: `${notifyUrl}?pos=own` });
    const seller = await simulator.payu.seller(market.pos, { grantMinor: 1000 });
    await market.payout(seller, 700);
    await received(1);
    expect(receiver.received[0]?.query.get("pos")).toBe("own");
  });

  it("can be made by hand, with anything in them", async () => {
    await switches({ mode: "off" });
    const orderId = await pay();
    const send = (body: unknown) => simulator.payu.control("POST", "/notifications/send", body);
    receiver.statuses.push(401);
    const record = await send({
      orderId,
      signature: "forged",
      body: { order: { status: "PENDING", totalAmount: "1" } },
    });
    expect(record).toMatchObject({ status: 401, signature: "forged", dataId: orderId });
    const { refund } = (await market.refund(orderId)).body;
    await send({ refundId: refund.refundId, url: `${notifyUrl}?by=hand` });
    const [forged, unfinished] = receiver.received as [ReceivedWebhook, ReceivedWebhook];
    expect(forged.body.order).toMatchObject({ orderId, status: "PENDING", totalAmount: "1" });
    expect(unfinished.body.refund.status).toBe("PENDING");
    expect(signatureOf(unfinished)).toContain(hashOf(unfinished, market, "MD5"));
    await expect(send({ orderId: "unknown" })).rejects.toThrow("No such");
  });
});

function signatureOf({ headers }: ReceivedWebhook) {
  return headers["openpayu-signature"];
}

/** Written from the provider's description, apart from the simulator's own code. */
function hashOf({ text }: ReceivedWebhook, { pos }: Marketplace, algorithm: string): string {
  const name = algorithm.replace("-", "").toLowerCase();
  return createHash(name)
    .update(text + pos.secondKey)
    .digest("hex");
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
