import { randomUUID } from "node:crypto";
import { demoSubmerchants } from "../../src/demo";
import { alertLogger, toldOf } from "../support/alerts";
import { describeEachDatabase } from "../support/databases";
import { MovableClock, TestGateway } from "../support/gateway";
import { makeOrder, orderComesTo, payMethod, paymentAtPayu, threeCarts } from "../support/orders";
import { eventually, type Json } from "../support/simulator";
import { watch } from "../support/watch";

const [seller] = demoSubmerchants;

const fields =
  "id status providerPaymentId refundedAmount { amount } refundableAmount { amount } refunds { id status providerRefundId amount { amount } }";

/** PayU accepts a refund first, and carries it out or cancels it later. Nothing is carried out here by itself. */
describeEachDatabase("a refund at PayU", (database) => {
  let gateway: TestGateway;
  let clock: MovableClock;
  let alerts: Json[];
  beforeAll(async () => {
    clock = new MovableClock();
    const watched = alertLogger();
    alerts = watched.alerts;
    gateway = await TestGateway.start({ database, clock, logger: watched.logger });
    await gateway.simulator.payu.control("POST", "/settings", { refundMs: null });
  });
  afterAll(() => gateway.stop());

  const read = async (id: string): Promise<Json> =>
    (await gateway.data(`query ($id: ID!) { payment(id: $id) { ${fields} } }`, { id })).payment;
  const becomes = async (id: string, isSo: (payment: Json) => boolean): Promise<Json> => {
    await eventually(async () => {
      clock.advance(20_000);
      gateway.app.wakeJobs();
      return isSo(await read(id));
    });
    return read(id);
  };
  const paid = async (): Promise<Json> => {
    const cardToken = await gateway.simulator.payu.cardToken();
    const input = paymentAtPayu({ cardToken });
    const { payment } = await gateway.mutate("createPayment", input, "payment { id }");
    return becomes(payment.id, ({ status }) => status === "APPROVED");
  };
  const refund = (paymentId: string, amount?: string): Promise<Json> =>
    gateway.mutate(
      "refundPayment",
      { idempotencyKey: randomUUID(), paymentId, ...(amount === undefined ? {} : { amount }) },
      `refund { id status providerRefundId } payment { ${fields} }`,
    );
  const inPanel = async (
    { providerPaymentId }: Json,
    amount: string,
    extRefundId: string = randomUUID(),
  ): Promise<string> => {
    const { payu } = gateway.simulator;
    const token = await payu.token({ posId: "900100", clientSecret: "payu-demo-secret" });
    const wanted = {
      ...{ description: "By hand", amount, extRefundId },
      extCustomerId: seller.submerchantId,
    };
    const path = `/api/v2_1/orders/${providerPaymentId}/refunds`;
    const { body } = await payu.call("POST", path, { refund: wanted }, { token });
    return body.refund.refundId;
  };

  test("that PayU cancels is told to who watches the payment", async () => {
    const payment = await paid();
    const { refund: made } = await refund(payment.id, "2.00");
    expect(made.status).toBe("PENDING");
    const document = `subscription ($id: ID) { paymentUpdated(id: $id) { status event { type } payment { ${fields} } } }`;
    const watched = watch(gateway, document, { id: payment.id });
    expect((await watched.next()).payment.refundableAmount.amount).toBe("10.34");
    await gateway.simulator.payu.moveRefund(made.providerRefundId, "CANCELED");
    const told = watched.next();
    await becomes(payment.id, ({ refunds }) => refunds[0].status === "CANCELLED");
    expect(await told).toMatchObject({
      status: "APPROVED",
      event: { type: "PAYMENT_UPDATED" },
      payment: {
        status: "APPROVED",
        refundableAmount: { amount: "12.34" },
        refunds: [{ status: "CANCELLED" }],
      },
    });
    watched.end();
  });

  test("of a cart that PayU cancels is told to who watches the order", async () => {
    const order = await makeOrder(gateway, threeCarts({ payMethod }));
    await orderComesTo(gateway, clock, order.id, "COMPLETED");
    const { refunds } = await gateway.mutate(
      "refundMarketplaceOrder",
      { idempotencyKey: randomUUID(), orderId: order.id, sellerId: seller.id, amount: "1.00" },
      "refunds { id status providerRefundId }",
    );
    const document =
      "subscription ($id: ID) { marketplaceOrderUpdated(id: $id) { status event { type } order { refunds { status } carts { refundableAmount { amount } } } } }";
    const watched = watch(gateway, document, { id: order.id });
    expect((await watched.next()).order.carts[0].refundableAmount.amount).toBe("1.00");
    await gateway.simulator.payu.moveRefund(refunds[0].providerRefundId, "CANCELED");
    const told = watched.next();
    await becomes(
      (await ownPayment(order.id)).id,
      ({ refunds: [first] }) => first.status === "CANCELLED",
    );
    expect(await told).toMatchObject({
      status: "COMPLETED",
      event: { type: "ORDER_UPDATED" },
      order: { refunds: [{ status: "CANCELLED" }] },
    });
    watched.end();
  });
  const ownPayment = async (id: string): Promise<Json> => {
    const document =
      "query ($id: ID!) { marketplaceOrder(id: $id) { payments { id seller { id } } } }";
    const { payments } = (await gateway.data(document, { id })).marketplaceOrder;
    return payments.find((payment: Json) => payment.seller.id === seller.id);
  };

  test("that exceeds what is left shows what is left, and what takes the rest", async () => {
    const payment = await paid();
    const refundId = await inPanel(payment, "300");
    const refused = await refund(payment.id);
    expect(refused).toMatchObject({
      userErrors: [{ code: "REFUND_EXCEEDS_REMAINING", provider: "PAYU" }],
      refund: { status: "FAILED" },
      payment: { status: "APPROVED", refundableAmount: { amount: "9.34" } },
    });
    expect(refused.payment.refunds.map(({ status }: Json) => status).sort()).toEqual([
      "FAILED",
      "PENDING",
    ]);
    await gateway.simulator.payu.moveRefund(refundId, "FINALIZED");
    const now = await becomes(payment.id, ({ status }) => status === "PARTIALLY_REFUNDED");
    expect(now).toMatchObject({
      refundedAmount: { amount: "3.00" },
      refundableAmount: { amount: "9.34" },
    });
    expect((await refund(payment.id)).userErrors).toEqual([]);
  });

  test("that was made although it was refused is counted, and told to a person", async () => {
    const payment = await paid();
    const status = { statusCode: "BUSINESS_ERROR", codeLiteral: "NO_BALANCE" };
    await gateway.simulator.payu.control("POST", "/faults", {
      match: { method: "POST", path: "^/api/v2_1/orders/.*/refunds$" },
      effect: { kind: "status", code: 400, body: { status } },
    });
    const { refund: made } = await refund(payment.id, "2.00");
    expect(made.status).toBe("FAILED");
    const refundId = await inPanel(payment, "200", made.id);
    await gateway.simulator.payu.moveRefund(refundId, "FINALIZED");
    const now = await becomes(payment.id, ({ refundedAmount }) => refundedAmount.amount === "2.00");
    expect(now.refunds).toMatchObject([
      { id: made.id, status: "COMPLETED", providerRefundId: refundId },
    ]);
    await toldOf(
      alerts,
      expect.objectContaining({ refundId: made.id, from: "FAILED", to: "COMPLETED" }),
    );
  });

  test("whose answer was lost is known by its key, and carried out once", async () => {
    const payment = await paid();
    await gateway.simulator.payu.control("POST", "/faults", {
      match: { method: "POST", path: "^/api/v2_1/orders/.*/refunds$" },
      effect: "effect-then-drop",
    });
    expect((await refund(payment.id, "2.00")).refund.status).toBe("UNKNOWN");
    const panel = await inPanel(payment, "200");
    const seen = await becomes(payment.id, ({ refunds }) => refunds[0].status === "PENDING");
    const [own] = seen.refunds;
    expect(own.providerRefundId).not.toBe(panel);
    await gateway.simulator.payu.moveRefund(own.providerRefundId, "FINALIZED");
    const done = await becomes(payment.id, ({ status }) => status === "PARTIALLY_REFUNDED");
    expect(done.refundedAmount.amount).toBe("2.00");
    expect(done.refundableAmount.amount).toBe("8.34");
  });
});
