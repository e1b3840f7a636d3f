import { randomUUID } from "node:crypto";
import { InboxDeliveryEntity } from "../../src/entities/inbox-delivery.entity";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { countRequests, eventually, type Json } from "../support/simulator";

const paymentReads = { method: "GET", path: "^/v1/payments/" };

/** Mercado Pago's older notifications (IPN), which anybody can send: nothing in them is signed. */
describeEachDatabase("notifications that nobody signed", (database) => {
  let gateway: TestGateway;
  let seller: ConnectedSeller;
  let clock: MovableClock;
  const start = async (env: Record<string, string>) => {
    clock = new MovableClock();
    gateway = await TestGateway.start({ database, clock, env });
    seller = await gateway.connectSeller();
  };
  afterEach(() => gateway.stop());

  const send = async (id: unknown, topic = "payment", body: object = {}): Promise<unknown> => {
    const url = `${gateway.url}/webhooks/mercadopago?id=${id}&topic=${topic}`;
    const headers = { "content-type": "application/json", "x-request-id": randomUUID() };
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
    return [answer.status, await answer.json()];
  };
  const received = [200, { status: "received" }];
  const pay = async (holder = "CONT", from = seller): Promise<Json> => {
    const input = await gateway.cardPayment(from, {}, holder);
    const made = await gateway.mutate("createPayment", input, "payment { id providerPaymentId }");
    return made.payment;
  };
  const approve = (payment: Json) =>
    gateway.simulator.control("POST", `/payments/${payment.providerPaymentId}`, {
      status: "approved",
      status_detail: "accredited",
    });
  const statusOf = async ({ id }: Json): Promise<string> =>
    (await gateway.data("query ($id: ID!) { payment(id: $id) { status } }", { id })).payment.status;
  const kept = async (): Promise<InboxDeliveryEntity[]> => {
    const rows = await gateway.app.database.read("SELECT * FROM inbox_delivery ORDER BY id");
    const table = gateway.app.database.table(InboxDeliveryEntity);
    return rows.map((row) => table.fromRow(row));
  };
  /** Lets the pause between two looks at one payment pass. */
  const passPause = () => {
    clock.advance(20_000);
    gateway.app.wakeJobs();
  };
  const workedOff = async () => {
    passPause();
    await eventually(async () => (await kept()).length === 0);
  };

  test("are answered and forgotten, unless they are asked for", async () => {
    await start({});
    const payment = await pay();
    await approve(payment);
    expect(await send(payment.providerPaymentId)).toEqual(received);
    expect(await kept()).toEqual([]);
  });

  describe("where they are asked for", () => {
    const asked = { MERCADO_PAGO_UNSIGNED_NOTIFICATIONS: "true" };

    test("lead to a look at the payment, and are not kept", async () => {
      await start(asked);
      const payment = await pay();
      await approve(payment);
      expect(await send(payment.providerPaymentId)).toEqual(received);
      await workedOff();
      expect(await statusOf(payment)).toBe("APPROVED");
    });

    test("leave one short row of all that come about one payment in one pause", async () => {
      await start(asked);
      const payment = await pay();
      const body = { user_id: seller.shop.seller.userId, padding: "x".repeat(60_000) };
      for (let sent = 0; sent < 30; sent++) {
        expect(await send(payment.providerPaymentId, "payment", body)).toEqual(received);
      }
      const rows = await kept();
      // Two where the pause ended in between.
      expect(rows.length).toBeLessThanOrEqual(2);
      for (const row of rows) {
        expect(row.rawBody).toHaveLength(0);
        expect(row.headers).toEqual({});
        expect(row.query).toEqual({ id: payment.providerPaymentId, topic: "payment" });
      }
    });

    test("about payments that nobody made here call nobody, whoever they name", async () => {
      await start(asked);
      const body = { user_id: seller.shop.seller.userId };
      const calls = await countRequests(gateway.simulator, paymentReads);
      for (let id = 1; id <= 60; id++) {
        expect(await send(999_000_000 + id, "payment", body)).toEqual(received);
      }
      await workedOff();
      expect(await calls()).toBe(0);
    });

    test.each(["mp-connect", "merchant_order", "x".repeat(5_000)])(
      "of another topic are forgotten at once: %.20s",
      async (topic) => {
        await start(asked);
        const body = { user_id: seller.shop.seller.userId, action: "application.deauthorized" };
        expect(await send(seller.shop.seller.userId, topic, body)).toEqual(received);
        expect(await kept()).toEqual([]);
      },
    );

    test("call no more often in one seller's name than the limit, and catch up later", async () => {
      await start({ ...asked, RATE_LIMIT_UNSIGNED_LOOKS_PER_MINUTE_PER_ACCOUNT: "2" });
      // Approved ones: the clock leads to no look at them.
      const payments = [await pay("APRO"), await pay("APRO"), await pay("APRO")];
      payments.push(await pay("APRO", await gateway.connectSeller()));
      const calls = await countRequests(gateway.simulator, paymentReads);
      for (const payment of payments) await send(payment.providerPaymentId);
      passPause();
      await eventually(async () => {
        const rows = await kept();
        return rows.length === 1 && rows[0]?.attempts === 1 && rows[0].leaseToken === null;
      });
      expect(await calls()).toBe(3);
    });
  });
});
