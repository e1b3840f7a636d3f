import { alertLogger } from "../support/alerts";
import { describeEachDatabase } from "../support/databases";
import { DemoGateway } from "../support/demo-gateway";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { paymentAtPayu } from "../support/orders";
import { eventually, type Json } from "../support/simulator";

const lost = "a provider shows what is ours and not in the database";

/** Everything that was written after the backup is gone, here; at the providers it is not. */
describeEachDatabase("after a backup was restored", (database) => {
  const clock = new MovableClock();
  const { alerts, logger } = alertLogger();
  let gateway: TestGateway;
  let seller: ConnectedSeller;
  beforeAll(async () => {
    gateway = await TestGateway.start({
      database,
      clock,
      logger,
      notifications: { mode: "on", delayMs: 5 },
    });
    seller = await gateway.connectSeller();
  });
  afterAll(() => gateway.stop());

  const create = async (input: Json): Promise<Json> => {
    const selection = "payment { id status providerPaymentId }";
    return (await gateway.mutate("createPayment", input, selection)).payment;
  };
  const statusOf = async (id: string): Promise<string | undefined> => {
    const document = "query ($id: ID!) { payment(id: $id) { status } }";
    return (await gateway.query(document, { id })).data?.payment?.status;
  };
  const lose = (id: string) =>
    gateway.app.database.write((unit) => {
      unit.change({ sql: "DELETE FROM inbox_delivery", values: [] });
      unit.change({ sql: "DELETE FROM operation WHERE subject_id = ?", values: [id] });
      unit.change({ sql: "DELETE FROM payment WHERE id = ?", values: [id] });
      unit.change({ sql: "DELETE FROM event WHERE topic_id = ?", values: [id] });
    });
  const deliveries = () =>
    gateway.app.database.read("SELECT result, due_at FROM inbox_delivery ORDER BY id");
  const alerted = (reference: string) =>
    alerts.filter((alert) => alert.msg === lost && alert.reference === reference);
  const approveAtMercadoPago = ({ providerPaymentId }: Json) =>
    gateway.simulator.control("POST", `/payments/${providerPaymentId}`, {
      status: "approved",
      status_detail: "accredited",
    });
  const workedOff = (count: number) =>
    eventually(async () => {
      const rows = await deliveries();
      return rows.length >= count && rows.every(({ result }) => result !== null);
    });

  test("a notification of a payment that is gone tells a person, and stays open", async () => {
    const payment = await create(await gateway.cardPayment(seller, {}, "CONT"));
    await lose(payment.id);
    await approveAtMercadoPago(payment);
    await eventually(() => alerted(payment.id).length > 0);
    const [delivery] = await deliveries();
    expect(delivery).toMatchObject({ result: null });
    expect(Number(delivery?.due_at)).toBeGreaterThan(clock.now().getTime() - 60_000);
    expect(await statusOf(payment.id)).toBeUndefined();
  });

  test("so does one of PayU's", async () => {
    const payment = await create(paymentAtPayu({}));
    await lose(payment.id);
    await gateway.simulator.payu.moveOrder(payment.providerPaymentId, "COMPLETED");
    await eventually(() => alerted(payment.id).length > 0);
    expect((await deliveries()).at(-1)).toMatchObject({ result: null });
  });

  test("an operator lists what is gone and brings it back, as the providers show it", async () => {
    const atMercadoPago = await create(await gateway.cardPayment(seller));
    const atPayu = await create(
      paymentAtPayu({ cardToken: await gateway.simulator.payu.cardToken() }),
    );
    await eventually(async () => (await statusOf(atPayu.id)) === "APPROVED");
    await lose(atMercadoPago.id);
    await lose(atPayu.id);
    // PayU lists no orders: a notification has to name it.
    await gateway.simulator.payu.control("POST", "/notifications/send", {
      orderId: atPayu.providerPaymentId,
    });
    await eventually(() => alerted(atPayu.id).length > 0);
    await gateway.app.stop();

    const command = await DemoGateway.prepare({
      DATABASE_URL: gateway.place.url,
      MERCADO_PAGO_API_URL: gateway.simulator.url,
      PAYU_API_URL: gateway.simulator.payu.url,
    });
    const from = new Date(Date.now() - 60_000).toISOString();
    const list = await command.admin(["lost", "list", "--from", from]);
    expect([list.code, list.errors]).toEqual([0, ""]);
    for (const { id, providerPaymentId } of [atMercadoPago, atPayu]) {
      expect(list.output).toMatch(new RegExp(`^${id}  \\w+ ${providerPaymentId}  `, "m"));
    }
    const adopted = await command.admin(["lost", "adopt", "--from", from]);
    expect(adopted.output).toBe(list.output.replace(/^(pay_.*)$/gm, "$1  adopted"));
    expect((await command.admin(["lost", "adopt", "--from", from])).output).toBe("0 lost\n");
    await command.remove();

    await gateway.startApp();
    for (const { id } of [atMercadoPago, atPayu]) {
      await eventually(async () => (await statusOf(id)) === "APPROVED");
    }
    const ledgers = await Promise.all(
      [[gateway.simulator, atMercadoPago] as const, [gateway.simulator.payu, atPayu] as const].map(
        ([provider, { id }]) => provider.control("GET", `/ledger?externalReference=${id}`),
      ),
    );
    for (const { entries } of ledgers) {
      expect(entries.filter(({ type }: Json) => type === "charge")).toHaveLength(1);
    }
  });

  test("what was never made here tells nobody", async () => {
    await lose("none");
    const theirReference = "pay_01K9ZZZZZZZZZZZZZZZZZZZZZZ";
    const other = await gateway.simulator.seller();
    const body = {
      ...(await seller.shop.cardBody()),
      notification_url: `${gateway.url}/webhooks/mercadopago`,
    };
    // The seller's own payment, from another software.
    await seller.shop.pay({ ...body, external_reference: "order-17" });
    // An account that is not connected here may use any reference.
    const token = await gateway.simulator.cardToken(other);
    const theirs = await gateway.simulator.call(
      "POST",
      "/v1/payments",
      { ...body, token, external_reference: theirReference },
      { token: other.accessToken },
    );
    expect(theirs.status).toBe(201);
    await workedOff(2);
    expect(await deliveries()).toMatchObject([
      { result: expect.stringMatching(/^ignored/) },
      { result: expect.stringMatching(/^ignored/) },
    ]);
    expect(["order-17", theirReference].flatMap(alerted)).toEqual([]);
  });
});
