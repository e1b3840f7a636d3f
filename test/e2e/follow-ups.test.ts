import { randomUUID } from "node:crypto";
import { demoSubmerchants } from "../../src/demo";
import { alertLogger } from "../support/alerts";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { makeOrder, payMethod, paymentAtPayu, threeCarts } from "../support/orders";
import { eventually, type Json } from "../support/simulator";
import { refundInPanel } from "../support/submerchants";

const [submerchant] = demoSubmerchants;
const dayMs = 24 * 3_600_000;
const fields =
  "id status providerPaymentId nextCheckAt refundedAmount { amount } refunds { status amount { amount } }";

/** What changes after the end, and nobody tells the gateway of. */
describeEachDatabase("without notifications, what changes after the end", (database) => {
  let gateway: TestGateway;
  let seller: ConnectedSeller;
  const clock = new MovableClock();
  const { alerts, logger } = alertLogger();
  beforeAll(async () => {
    gateway = await TestGateway.start({ database, clock, logger });
    // Money that waits for its release is looked at by a schedule of its own.
    await gateway.simulator.control("POST", "/settings", { releaseMs: 0 });
    seller = await gateway.connectSeller();
  });
  afterAll(() => gateway.stop());
  beforeEach(() => {
    alerts.length = 0;
  });

  const letPass = async (ms: number): Promise<void> => {
    await gateway.simulator.payu.advance(ms);
    clock.advance(ms);
    gateway.app.wakeJobs();
  };
  const read = async ({ id }: Json): Promise<Json> => {
    const document = `query ($id: ID!) { payment(id: $id) { ${fields} } }`;
    return (await gateway.data(document, { id })).payment;
  };
  const comesTo = (payment: Json, status: string): Promise<void> =>
    eventually(async () => {
      gateway.app.wakeJobs();
      return (await read(payment)).status === status;
    });
  const approved = async (extra: Json = {}): Promise<Json> => {
    const input = await gateway.cardPayment(seller, extra);
    const { payment } = await gateway.mutate("createPayment", input, `payment { ${fields} }`);
    expect(payment).toMatchObject({ status: "APPROVED", nextCheckAt: null });
    return payment;
  };
  const becomesThere = ({ providerPaymentId }: Json, status: string, status_detail: string) =>
    gateway.simulator.control("POST", `/payments/${providerPaymentId}`, { status, status_detail });
  const looksAt = async ({ id }: Json): Promise<number> => {
    const [row] = await gateway.app.database.read("SELECT due_at FROM payment WHERE id = ?", [id]);
    return Number(row?.due_at ?? 0) - clock.now().getTime();
  };

  test.each([
    ["in_mediation", "pending", "IN_DISPUTE"],
    ["charged_back", "in_process", "CHARGED_BACK"],
  ])("of a payment at Mercado Pago is found a day later: %s", async (status, detail, expected) => {
    const payment = await approved();
    await becomesThere(payment, status, detail);
    await letPass(dayMs / 2);
    expect((await read(payment)).status).toBe("APPROVED");
    await letPass(dayMs);
    await comesTo(payment, expected);
  });

  test("is found of a payment whose release lies ahead, and which has a time of its own for that", async () => {
    const settings = (releaseMs: number) =>
      gateway.simulator.control("POST", "/settings", { releaseMs });
    await settings(14 * dayMs);
    const input = await gateway.cardPayment(seller);
    const { payment } = await gateway.mutate("createPayment", input, `payment { ${fields} }`);
    await settings(0);
    expect(payment.nextCheckAt).not.toBeNull();
    await becomesThere(payment, "charged_back", "in_process");
    await letPass(1.5 * dayMs);
    await comesTo(payment, "CHARGED_BACK");
  });

  test("is found of a refund that the seller made alone, and shown with its amount", async () => {
    const payment = await approved();
    await seller.shop.refund(Number(payment.providerPaymentId), { amount: 30 });
    await letPass(1.5 * dayMs);
    await comesTo(payment, "PARTIALLY_REFUNDED");
    expect(await read(payment)).toMatchObject({
      refundedAmount: { amount: "30.00" },
      refunds: [{ status: "COMPLETED", amount: { amount: "30.00" } }],
    });
  });

  test.each([5, 20, 60, 150])(
    "is found on the next of the looks when it comes after %i days",
    async (days) => {
      const payment = await approved();
      await letPass(days * dayMs);
      await becomesThere(payment, "charged_back", "in_process");
      await letPass(31 * dayMs);
      await comesTo(payment, "CHARGED_BACK");
    },
  );

  test("of a charge-back is asked about daily, until half a year after it last changed", async () => {
    const payment = await approved();
    await becomesThere(payment, "charged_back", "in_process");
    await letPass(1.5 * dayMs);
    await comesTo(payment, "CHARGED_BACK");
    expect(await looksAt(payment)).toBeGreaterThan(0.9 * dayMs);
    expect(await looksAt(payment)).toBeLessThan(1.3 * dayMs);
    await becomesThere(payment, "charged_back", "reimbursed");
    await letPass(1.5 * dayMs);
    await comesTo(payment, "APPROVED");
    // The commit can be read a moment before its alert is written.
    await eventually(() =>
      alerts.some(
        ({ paymentId, from, to }) =>
          paymentId === payment.id && from === "CHARGED_BACK" && to === "APPROVED",
      ),
    );

    await becomesThere(payment, "charged_back", "settled");
    await letPass(31 * dayMs);
    await comesTo(payment, "CHARGED_BACK");
    await letPass(181 * dayMs);
    await eventually(async () => {
      gateway.app.wakeJobs();
      return (await read(payment)).nextCheckAt === null;
    });
  });

  const paidAtPayu = async (): Promise<Json> => {
    const input = paymentAtPayu({ cardToken: await gateway.simulator.payu.cardToken() });
    const { payment, userErrors } = await gateway.mutate(
      "createPayment",
      input,
      `payment { ${fields} }`,
    );
    expect(userErrors).toEqual([]);
    await eventually(async () => {
      await letPass(20_000);
      return (await read(payment)).status === "APPROVED";
    });
    return read(payment);
  };

  test("of a payment at PayU is found a day later: a refund made in its panel", async () => {
    const payment = await paidAtPayu();
    await refundInPanel(gateway, payment.providerPaymentId, submerchant.submerchantId);
    await letPass(1.5 * dayMs);
    await comesTo(payment, "PARTIALLY_REFUNDED");
    expect((await read(payment)).refundedAmount.amount).toBe("1.00");
  });

  test("of an order at PayU is told to a person, once: nobody knows of which cart a panel's refund is", async () => {
    const order = await makeOrder(gateway, threeCarts({ payMethod }), "id status");
    const orderOf = async (): Promise<Json> =>
      (
        await gateway.data(
          "query ($id: ID!) { marketplaceOrder(id: $id) { status providerOrderId } }",
          { id: order.id },
        )
      ).marketplaceOrder;
    await eventually(async () => {
      await letPass(20_000);
      return (await orderOf()).status === "COMPLETED";
    });
    await refundInPanel(gateway, (await orderOf()).providerOrderId, submerchant.submerchantId);
    const told = () => alerts.filter(({ orderId }) => orderId === order.id);
    await letPass(1.5 * dayMs);
    await eventually(() => told().length > 0);
    await letPass(7 * dayMs);
    const later = await approved();
    await becomesThere(later, "charged_back", "in_process");
    await letPass(1.5 * dayMs);
    await comesTo(later, "CHARGED_BACK");
    expect(told()).toHaveLength(1);
    expect((await orderOf()).status).toBe("COMPLETED");
  });

  test("of a cart at Mercado Pago is found, and shown by its order", async () => {
    const order = await makeOrder(
      gateway,
      {
        idempotencyKey: randomUUID(),
        provider: "MERCADO_PAGO",
        currency: "ARS",
        description: "One shop",
        buyer: { reference: randomUUID(), email: "ana.paz@testuser.com" },
        carts: [
          {
            sellerId: seller.id,
            products: [{ name: "Book", unitPrice: "10.00", quantity: 1 }],
            cardToken: await seller.cardToken(),
            methodId: "visa",
          },
        ],
      },
      `id status payments { ${fields} }`,
    );
    expect(order.status).toBe("COMPLETED");
    await seller.shop.refund(Number(order.payments[0].providerPaymentId), { amount: 4 });
    await letPass(1.5 * dayMs);
    await comesTo(order.payments[0], "PARTIALLY_REFUNDED");
    const document = "query ($id: ID!) { marketplaceOrder(id: $id) { status } }";
    const { marketplaceOrder } = await gateway.data(document, { id: order.id });
    expect(marketplaceOrder.status).toBe("PARTIALLY_REFUNDED");
  });

  test("is found of many payments, also where the provider does not answer about one of them", async () => {
    const payments: Json[] = [];
    while (payments.length < 12) payments.push(await approved());
    for (const payment of payments) await becomesThere(payment, "charged_back", "in_process");
    const [silent, ...others] = payments;
    await gateway.simulator.control("POST", "/faults", {
      match: { method: "GET", path: `^/v1/payments/${silent?.providerPaymentId}$` },
      effect: { kind: "status", code: 503 },
      times: "always",
    });
    await letPass(1.5 * dayMs);
    for (const payment of others) await comesTo(payment, "CHARGED_BACK");
    await gateway.simulator.control("DELETE", "/faults");
    expect((await read(silent as Json)).status).toBe("APPROVED");
    await letPass(6 * dayMs);
    await comesTo(silent as Json, "CHARGED_BACK");
  });

  test("is found later where the provider gives no answer on that day", async () => {
    const payment = await approved();
    await becomesThere(payment, "charged_back", "in_process");
    await gateway.simulator.control("POST", "/faults", {
      // About this one only: more failures would open the breaker, which closes by real time, and not by the moved clock.
      match: { method: "GET", path: `^/v1/payments/${payment.providerPaymentId}$` },
      effect: { kind: "status", code: 503 },
      times: "always",
    });
    await letPass(1.2 * dayMs);
    await eventually(async () => {
      gateway.app.wakeJobs();
      const { faults } = await gateway.simulator.control("GET", "/faults");
      return faults.some(({ struck }: Json) => struck > 0);
    });
    expect(await read(payment)).toMatchObject({ status: "APPROVED", nextCheckAt: null });
    await gateway.simulator.control("DELETE", "/faults");
    await eventually(async () => {
      await letPass(60_000);
      return (await read(payment)).status === "CHARGED_BACK";
    });
  });
});
