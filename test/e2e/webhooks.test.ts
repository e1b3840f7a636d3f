import { randomUUID } from "node:crypto";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, TestGateway } from "../support/gateway";
import { eventually, type Json } from "../support/simulator";

describeEachDatabase("Mercado Pago's notifications", (database) => {
  let gateway: TestGateway;
  let seller: ConnectedSeller;
  beforeAll(async () => {
    gateway = await TestGateway.start({
      database,
      notifications: { mode: "on", delayMs: 5 },
      env: { MERCADO_PAGO_WEBHOOK_SECRETS: "the-next-secret-of-ours,demo-webhook-secret" },
    });
    seller = await gateway.connectSeller();
  });
  afterAll(() => gateway.stop());
  afterEach(async () => {
    await gateway.simulator.control("DELETE", "/faults");
    await gateway.simulator.control("POST", "/notifications", {
      mode: "on",
      duplicate: 0,
      reorder: false,
      forgeSignature: false,
      omitSignature: false,
      ipn: false,
      tsUnit: "s",
    });
  });

  const hook = () => `${gateway.url}/webhooks/mercadopago`;
  const pay = async (holder = "APRO", extra: Record<string, unknown> = {}): Promise<Json> => {
    const input = await gateway.cardPayment(seller, extra, holder);
    const { payment } = await gateway.mutate(
      "createPayment",
      input,
      "payment { id status providerPaymentId }",
    );
    return payment;
  };
  const statusOf = async (id: string): Promise<string> =>
    (await gateway.data("query ($id: ID!) { payment(id: $id) { status } }", { id })).payment.status;
  const becomes = (id: string, status: string) =>
    eventually(async () => (await statusOf(id)) === status);
  const timeline = async (id: string): Promise<string[]> => {
    const { payment } = await gateway.data(
      "query ($id: ID!) { payment(id: $id) { events(first: 50) { edges { node { to source } } } } }",
      { id },
    );
    return payment.events.edges.map(({ node }: Json) => node.to);
  };
  const move = (payment: Json, status: string, statusDetail: string) =>
    gateway.simulator.control("POST", `/payments/${payment.providerPaymentId}`, {
      status,
      status_detail: statusDetail,
    });
  const deliveries = async (payment: Json): Promise<Json[]> =>
    gateway.app.database.read(
      "SELECT verdict, result FROM inbox_delivery WHERE query LIKE ? ORDER BY id",
      [`%${payment.providerPaymentId}%`],
    );
  const settled = (payment: Json, count: number) =>
    eventually(async () => {
      const rows = await deliveries(payment);
      return rows.length >= count && rows.every(({ result }) => result !== null);
    });

  test("move a payment from review to approval to dispute to chargeback", async () => {
    const payment = await pay("CONT");
    expect(payment.status).toBe("IN_REVIEW");
    await move(payment, "approved", "accredited");
    await becomes(payment.id, "APPROVED");
    await move(payment, "in_mediation", "pending");
    await becomes(payment.id, "IN_DISPUTE");
    await move(payment, "charged_back", "settled");
    await becomes(payment.id, "CHARGED_BACK");
    expect(await timeline(payment.id)).toEqual([
      "PROCESSING",
      "IN_REVIEW",
      "APPROVED",
      "IN_DISPUTE",
      "CHARGED_BACK",
    ]);
  });

  test.each(["s", "ms"])("are believed with a time in %s", async (tsUnit) => {
    await gateway.simulator.control("POST", "/notifications", { tsUnit });
    const payment = await pay("CONT");
    await move(payment, "approved", "accredited");
    await becomes(payment.id, "APPROVED");
  });

  test("sent several times and out of order change a payment once", async () => {
    await gateway.simulator.control("POST", "/notifications", { duplicate: 3, reorder: true });
    const payment = await pay("CONT");
    await move(payment, "approved", "accredited");
    await becomes(payment.id, "APPROVED");
    await settled(payment, 2);
    expect(await timeline(payment.id)).toEqual(["PROCESSING", "IN_REVIEW", "APPROVED"]);
  });

  test("that repeat one delivery are stored once", async () => {
    const payment = await pay("CONT");
    await settled(payment, 1);
    const send = () =>
      gateway.simulator.control("POST", "/notifications/send", {
        paymentId: Number(payment.providerPaymentId),
        requestId: "the-same-request",
        ts: 1_750_000_000,
      });
    const before = (await deliveries(payment)).length;
    await send();
    await send();
    await send();
    expect((await deliveries(payment)).length).toBe(before + 1);
  });

  test("that are forged are refused, and lead to nothing", async () => {
    await gateway.simulator.control("POST", "/notifications", { mode: "off" });
    const payment = await pay("CONT");
    await move(payment, "approved", "accredited");
    for (const signature of [
      "ts=1750000000,v1=0000000000000000000000000000000000000000000000000000000000000000",
      "ts=1750000000,v1=é",
      "nonsense",
      "",
    ]) {
      const answer = await fetch(
        `${gateway.url}/webhooks/mercadopago?data.id=${payment.providerPaymentId}&type=payment`,
        {
          method: "POST",
          headers: {
            "content-type": "application/json",
            "x-request-id": randomUUID(),
            // Header values are bytes; the one beyond ASCII arrives as Latin-1.
            "x-signature": signature,
          },
          body: JSON.stringify({ type: "payment", data: { id: payment.providerPaymentId } }),
        },
      );
      expect(answer.status).toBe(401);
    }
    // Of all that come in ten seconds, one is kept for people to look at.
    const refused = { verdict: "forged", result: "refused: its signature is not good" };
    const kept = await deliveries(payment);
    expect(kept.length).toBeLessThanOrEqual(2);
    expect(kept).toEqual(kept.map(() => refused));
    expect(await statusOf(payment.id)).toBe("IN_REVIEW");
  });

  test("about strangers' payments and accounts change nothing", async () => {
    const payment = await pay("CONT");
    await settled(payment, 1);
    const stranger = await gateway.simulator.seller();
    const notify = (paymentId: number, userId: number) =>
      gateway.simulator.control("POST", "/notifications/send", { paymentId, userId, url: hook() });
    await notify(999_999_999, stranger.userId);
    await notify(999_999_998, seller.shop.seller.userId);
    // A payment that the seller took on its own, outside of the gateway.
    const outside = await seller.shop.pay({
      external_reference: "not-ours",
      notification_url: hook(),
    });
    await settled({ providerPaymentId: "999999999" }, 1);
    await settled({ providerPaymentId: "999999998" }, 1);
    await settled({ providerPaymentId: String(outside.id) }, 0);
    expect(await deliveries({ providerPaymentId: "999999999" })).toEqual([
      { verdict: "signed", result: "ignored: a stranger's account" },
    ]);
    expect(await deliveries({ providerPaymentId: "999999998" })).toEqual([
      { verdict: "signed", result: "ignored: not our payment" },
    ]);
    expect(await timeline(payment.id)).toEqual(["PROCESSING", "IN_REVIEW"]);
  });

  test("about another payment of the same seller do not touch this one", async () => {
    const payment = await pay("CONT");
    // Takes this payment's reference at the provider, with another amount: never to be applied.
    await seller.shop.pay({
      external_reference: payment.id,
      transaction_amount: 1,
      notification_url: hook(),
    });
    await eventually(async () => {
      const rows = await gateway.app.database.read(
        "SELECT verdict FROM observation WHERE subject_id = ?",
        [payment.id],
      );
      return rows.some(({ verdict }) => verdict === "QUARANTINED");
    });
    expect(await statusOf(payment.id)).toBe("IN_REVIEW");
  });

  test("without a verifiable signature lead to a look-up, and to nothing else", async () => {
    await gateway.simulator.control("POST", "/notifications", { mode: "off" });
    const payment = await pay("CONT");
    const notify = () =>
      fetch(`${gateway.url}/webhooks/mercadopago?topic=payment&id=${payment.providerPaymentId}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          resource: payment.providerPaymentId,
          topic: "payment",
          status: "approved",
        }),
      });
    await gateway.mutate(
      "cancelPayment",
      { idempotencyKey: randomUUID(), paymentId: payment.id },
      "payment { id }",
    );
    expect((await notify()).status).toBe(200);
    expect(await statusOf(payment.id)).toBe("CANCELLED");
  });

  test("that come before the answer to our own call are applied to the right payment", async () => {
    await gateway.simulator.control("POST", "/faults", {
      match: { method: "POST", path: "^/v1/payments$" },
      effect: { kind: "effect-then-latency", ms: 600 },
    });
    const payment = await pay();
    expect(payment.status).toBe("APPROVED");
    await settled(payment, 1);
    expect(await timeline(payment.id)).toEqual(["PROCESSING", "APPROVED"]);
  });

  test("reveal refunds that were made at the provider", async () => {
    const payment = await pay();
    await seller.shop.refund(Number(payment.providerPaymentId), { amount: 40.25 });
    await becomes(payment.id, "PARTIALLY_REFUNDED");
    const { payment: seen } = await gateway.data(
      "query ($id: ID!) { payment(id: $id) { refundedAmount { amount } refundableAmount { amount } refunds { status amount { amount } } } }",
      { id: payment.id },
    );
    expect(seen).toEqual({
      refundedAmount: { amount: "40.25" },
      refundableAmount: { amount: "60.25" },
      refunds: [{ status: "COMPLETED", amount: { amount: "40.25" } }],
    });
  });

  test("that never come are made up for by looking", async () => {
    await gateway.simulator.control("POST", "/notifications", { mode: "off" });
    const payment = await pay("CONT");
    await move(payment, "approved", "accredited");
    await gateway.app.database.write((unit) =>
      unit.change({ sql: "UPDATE payment SET due_at = 1 WHERE id = ?", values: [payment.id] }),
    );
    gateway.app.wakeJobs();
    await becomes(payment.id, "APPROVED");
  });
});
