import { randomUUID } from "node:crypto";
import { alertLogger } from "../support/alerts";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { orderComesTo, payMethod, paymentAtPayu, threeCarts } from "../support/orders";
import { eventually, type Json } from "../support/simulator";
import { connectSubmerchant, payoutOf } from "../support/submerchants";

const page = "<H1>403 ERROR</H1> The request could not be satisfied.";
const unreadable = "an answer of a provider cannot be read";
const fields =
  "id status providerPaymentId amount { amount } netReceivedAmount { amount } fees { type amount { amount } } rejection { code advice }";

/** What providers, and those who stand in front of them, answer beside what they document. */
describeEachDatabase("an answer", (database) => {
  const clock = new MovableClock();
  const { alerts, logger } = alertLogger();
  let gateway: TestGateway;
  let seller: ConnectedSeller;
  beforeAll(async () => {
    gateway = await TestGateway.start({ database, clock, logger });
    seller = await gateway.connectSeller("MLB");
  });
  beforeEach(async () => {
    alerts.length = 0;
    await gateway.simulator.control("DELETE", "/faults");
    await gateway.simulator.payu.control("DELETE", "/faults");
  });
  afterAll(() => gateway.stop());

  const create = async (input: Record<string, unknown>): Promise<Json> =>
    gateway.mutate("createPayment", input, `replayed payment { ${fields} }`);
  const pay = async (extra = {}, holder?: string): Promise<Json> =>
    create(await gateway.cardPayment(seller, extra, holder));
  const read = async (id: string): Promise<Json> =>
    (await gateway.data(`query ($id: ID!) { payment(id: $id) { ${fields} } }`, { id })).payment;
  /** Lets time pass until it is so. */
  const becomes = async (isSo: () => Promise<boolean>): Promise<void> => {
    await eventually(async () => {
      clock.advance(30_000);
      gateway.app.wakeJobs();
      return isSo();
    });
  };
  const comesTo = async (id: string, status: string): Promise<Json> => {
    await becomes(async () => (await read(id)).status === status);
    return read(id);
  };
  const fault = (method: string, path: string, effect: unknown, times: unknown = 1) =>
    gateway.simulator.control("POST", "/faults", { match: { method, path }, effect, times });
  const faultAtPayu = (method: string, path: string, effect: unknown, times: unknown = 1) =>
    gateway.simulator.payu.control("POST", "/faults", { match: { method, path }, effect, times });
  const chargesOf = async ({ id }: Json): Promise<number> =>
    (await gateway.simulator.control("GET", `/summary?externalReference=${id}`)).charges;
  const told = () => alerts.filter(({ msg }) => msg === unreadable);

  describe("that is the page of a proxy", () => {
    test.each([400, 401, 403, 404, 413])(
      "with HTTP %i is no no to a payment that Mercado Pago has taken",
      async (code) => {
        const before = await gateway.simulator.control(
          ...(["GET", `/accounts/${seller.shop.seller.userId}/grants`] as const),
        );
        await fault("POST", "^/v1/payments$", { kind: "effect-then-status", code, body: page });
        const { payment, userErrors } = await pay();
        expect([payment.status, userErrors]).toEqual(["UNKNOWN", []]);
        expect(told()).toMatchObject([
          {
            ...{ provider: "MERCADO_PAGO", operation: "createPayment", status: code },
            ...{ path: "/v1/payments", subjectId: payment.id, sellerId: seller.id },
            reason: `HTTP ${code} without Mercado Pago's own words`,
          },
        ]);
        expect(JSON.stringify(alerts)).not.toContain("could not be satisfied");
        await comesTo(payment.id, "APPROVED");
        expect(await chargesOf(payment)).toBe(1);
        // Nor was the seller's refresh token used up for it.
        const after = await gateway.simulator.control(
          ...(["GET", `/accounts/${seller.shop.seller.userId}/grants`] as const),
        );
        expect(after).toEqual(before);
      },
    );

    test.each([401, 403, 404])(
      "with HTTP %i is no no to a payment that PayU has taken",
      async (code) => {
        const effect = { kind: "effect-then-status", code, body: page };
        await faultAtPayu("POST", "^/api/v2_1/orders$", effect);
        const cardToken = await gateway.simulator.payu.cardToken();
        const { payment, userErrors } = await create(paymentAtPayu({ cardToken }));
        expect([payment.status, userErrors]).toEqual(["UNKNOWN", []]);
        expect(told()).toMatchObject([{ provider: "PAYU", operation: "createOrder" }]);
        await comesTo(payment.id, "APPROVED");
        const path = `/summary?externalReference=${payment.id}`;
        expect(await gateway.simulator.payu.control("GET", path)).toMatchObject({ charges: 1 });
      },
    );

    test("is no no to a refund, a capture and a payout that were made", async () => {
      const effect = { kind: "effect-then-status", code: 403, body: page };
      const { payment } = await pay();
      await fault("POST", "^/v1/payments/[0-9]+/refunds$", effect);
      const given = { idempotencyKey: randomUUID(), paymentId: payment.id, amount: "2.00" };
      const { refund } = await gateway.mutate("refundPayment", given, "refund { status }");
      expect(refund.status).toBe("UNKNOWN");
      await comesTo(payment.id, "PARTIALLY_REFUNDED");

      const { payment: held } = await pay({ capture: false });
      await fault("PUT", "^/v1/payments/", effect);
      const capture = { idempotencyKey: randomUUID(), paymentId: held.id };
      const captured = await gateway.mutate("capturePayment", capture, "payment { status }");
      expect(captured).toMatchObject({ userErrors: [], payment: { status: "AUTHORIZED" } });
      await comesTo(held.id, "APPROVED");

      const submerchant = await connectSubmerchant(gateway);
      await faultAtPayu("POST", "^/api/v2_1/payouts$", effect);
      const { payout } = await gateway.mutate(
        ...(["createPayout", payoutOf(submerchant), "payout { id status }"] as const),
      );
      expect(payout.status).toBe("UNKNOWN");
      await becomes(async () => {
        const document = "query ($id: ID!) { payout(id: $id) { status } }";
        return (await gateway.data(document, { id: payout.id })).payout.status !== "UNKNOWN";
      });
      expect(await submerchant.effects()).toEqual(["payout"]);
    });
  });

  describe("about a declined order at PayU", () => {
    const transactions = "^/api/v2_1/orders/[^/]+/transactions$";
    test.each<[string, object]>([
      ["403", { code: 403 }],
      ["403 with a page", { code: 403, body: page }],
      ["nothing that is known", { code: 200, body: {} }],
      ["no transactions yet", { code: 200, body: { transactions: [] } }],
    ])("that tells the reason with %s is asked for again", async (_, answer) => {
      await faultAtPayu("GET", transactions, { kind: "status", ...answer });
      const cardToken = await gateway.simulator.payu.cardToken("decline");
      const { payment } = await create(paymentAtPayu({ cardToken }));
      const { rejection } = await comesTo(payment.id, "REJECTED");
      expect(rejection.code).toBe("AUT_ERROR_NO_AUTHORIZATION");
    });
  });

  describe("with an odd figure", () => {
    test("that can only mean one sum is read as it", async () => {
      const changes = {
        transaction_amount: 33.300000000000004,
        transaction_details: { net_received_amount: 29.970000000000002 },
      };
      await fault("POST", "^/v1/payments$", { kind: "effect-then-change", changes });
      const { payment } = await pay({ amount: "33.30" });
      expect(payment).toMatchObject({
        ...{ status: "APPROVED", amount: { amount: "33.30" } },
        netReceivedAmount: { amount: "29.97" },
      });
      expect(alerts).toEqual([]);
    });

    test("that informs and cannot be read is left out, and no older one shown for it", async () => {
      const { payment } = await pay({}, "CONT");
      expect(payment).toMatchObject({ status: "IN_REVIEW", netReceivedAmount: { amount: "0.00" } });
      const path = `/payments/${payment.providerPaymentId}`;
      await gateway.simulator.control("POST", path, { status: "approved" });
      const changes = { transaction_details: { net_received_amount: 12.345 } };
      await fault("GET", "^/v1/payments/[0-9]+$", { kind: "effect-then-change", changes });
      expect(await comesTo(payment.id, "APPROVED")).toMatchObject({ netReceivedAmount: null });
    });

    test("that decides and cannot be read tells a person, and is looked at again", async () => {
      const { payment } = await pay({}, "CONT");
      const { providerPaymentId } = payment;
      const there = { status: "approved" };
      await gateway.simulator.control("POST", `/payments/${providerPaymentId}`, there);
      const changes = { transaction_amount: 33.305 };
      await fault("GET", "^/v1/payments/[0-9]+$", { kind: "effect-then-change", changes });
      await comesTo(payment.id, "APPROVED");
      expect(told()).toMatchObject([
        {
          ...{ provider: "MERCADO_PAGO", operation: "getPayment", status: 200 },
          ...{ path: `/v1/payments/${providerPaymentId}`, subjectId: payment.id },
          reason: "the answer is no readable payment",
        },
      ]);
    });

    test("in thousands of fees does not lose the charge", async () => {
      const fee_details = Array.from({ length: 5_000 }, (_, nth) => ({
        ...{ type: `a_fee_${nth % 2}`, amount: 0.01, fee_payer: "collector" },
      }));
      const changes = { fee_details };
      await fault("POST", "^/v1/payments$", { kind: "effect-then-change", changes });
      const { payment } = await pay();
      expect(payment).toMatchObject({
        status: "APPROVED",
        fees: [{ amount: { amount: "25.00" } }, { amount: { amount: "25.00" } }],
      });
    });
  });

  describe("that has the provider's id of another one", () => {
    const setAside = async (id: string): Promise<Json[]> =>
      gateway.app.database.read(
        "SELECT verdict, reason FROM observation WHERE subject_id = ? AND verdict = 'QUARANTINED'",
        [id],
      );
    const notApplied = (text: string) => alerts.filter(({ msg }) => msg === text);

    test("sets the second payment aside for a person, and never applies it", async () => {
      const { payment: first } = await pay();
      const { providerPaymentId } = first;
      const changes = { id: Number(providerPaymentId) };
      await fault("POST", "^/v1/payments$", { kind: "effect-then-change", changes }, "always");
      const input = await gateway.cardPayment(seller);
      const { payment: second, userErrors } = await create(input);
      expect(userErrors).toEqual([]);
      expect(second).toMatchObject({ status: "PROCESSING", providerPaymentId: null });
      expect(notApplied("an observation of a payment was not applied")).toMatchObject([
        {
          paymentId: second.id,
          reason: `provider payment ${providerPaymentId} is that of ${first.id}`,
        },
      ]);
      expect(await setAside(second.id)).toHaveLength(1);
      expect(await create(input)).toMatchObject({ replayed: true, payment: second });

      // Nor does a look that shows the same again.
      const found = {
        ...{ id: changes.id, status: "approved", currency_id: "BRL", transaction_amount: 100.5 },
        external_reference: second.id,
      };
      const body = { results: [found] };
      await fault("GET", "^/v1/payments/search$", { kind: "status", code: 200, body }, "always");
      await becomes(async () => (await setAside(second.id)).length >= 3);
      expect(await read(second.id)).toMatchObject({
        status: "PROCESSING",
        providerPaymentId: null,
      });
      expect(await read(first.id)).toEqual(first);

      // Until the provider shows it under an id of its own.
      await gateway.simulator.control("DELETE", "/faults");
      const { providerPaymentId: own } = await comesTo(second.id, "APPROVED");
      expect(own).not.toBe(providerPaymentId);
      expect(await chargesOf(second)).toBe(1);
    });

    test("gives nothing back for a second refund until it is seen under its own", async () => {
      const { payment } = await pay();
      const shown = "refund { id status providerRefundId }";
      const giveBack = () => {
        const input = { idempotencyKey: randomUUID(), paymentId: payment.id, amount: "2.00" };
        return gateway.mutate("refundPayment", input, shown);
      };
      const { refund: first } = await giveBack();
      const changes = { id: Number(first.providerRefundId) };
      const effect = { kind: "effect-then-change", changes };
      await fault("POST", "^/v1/payments/[0-9]+/refunds$", effect);
      const { refund: second, userErrors } = await giveBack();
      expect([second.status, second.providerRefundId, userErrors]).toEqual(["UNKNOWN", null, []]);
      expect(notApplied("a refund was answered with the id of another one")).toHaveLength(1);
      const document = "query ($id: ID!) { payment(id: $id) { refunds { id status } } }";
      await becomes(async () => {
        const { refunds } = (await gateway.data(document, { id: payment.id })).payment;
        return refunds.length === 2 && refunds.every(({ status }: Json) => status === "COMPLETED");
      });
      const path = `/summary?externalReference=${payment.id}`;
      expect(await gateway.simulator.control("GET", path)).toMatchObject({ refunds: 2 });
    });

    test("sets the second payout aside, and pays out once", async () => {
      const submerchant = await connectSubmerchant(gateway);
      const shown = "payout { id status }";
      const { payout: first } = await gateway.mutate("createPayout", payoutOf(submerchant), shown);
      const [row] = await gateway.app.database.read(
        "SELECT provider_payout_id AS id FROM payout WHERE id = ?",
        [first.id],
      );
      const changes = { payout: { payoutId: row?.id } };
      await faultAtPayu("POST", "^/api/v2_1/payouts$", { kind: "effect-then-change", changes });
      const { payout: second, userErrors } = await gateway.mutate(
        ...(["createPayout", payoutOf(submerchant), shown] as const),
      );
      expect([second.status, userErrors]).toEqual(["PROCESSING", []]);
      expect(await setAside(second.id)).toHaveLength(1);
      expect(notApplied("an observation of a payout was not applied")).toHaveLength(1);
      await becomes(async () => {
        const document = "query ($id: ID!) { payout(id: $id) { status } }";
        const { status } = (await gateway.data(document, { id: second.id })).payout;
        return status !== "PROCESSING" && status !== "UNKNOWN";
      });
      expect(await submerchant.effects()).toEqual(["payout", "payout"]);
    });

    test("sets the second order aside, and finds it under its own", async () => {
      const shown = "order { id status providerOrderId }";
      const make = () => gateway.mutate("createMarketplaceOrder", threeCarts({ payMethod }), shown);
      const { order: first } = await make();
      const changes = { orderId: first.providerOrderId };
      await faultAtPayu("POST", "^/api/v2_1/orders$", { kind: "effect-then-change", changes });
      const { order: second, userErrors } = await make();
      expect([second.status, second.providerOrderId, userErrors]).toEqual(["PROCESSING", null, []]);
      expect(await setAside(second.id)).toHaveLength(1);
      expect(notApplied("an order is not as it should be")).toHaveLength(1);
      await orderComesTo(gateway, clock, second.id, "COMPLETED");
    });

    test("sets carts of an order aside that are paid one by one, and goes on", async () => {
      const { payment: other } = await pay();
      const changes = { id: Number(other.providerPaymentId) };
      const effect = { kind: "effect-then-change", changes };
      await fault("POST", "^/v1/payments$", effect, 2);
      const sellers = [seller, await gateway.connectSeller("MLB")];
      const carts = sellers.map(async ({ id, cardToken }) => ({
        ...{ sellerId: id, cardToken: await cardToken(), methodId: "visa" },
        products: [{ name: "Book", unitPrice: "10.00", quantity: 1 }],
      }));
      const input = {
        ...{ idempotencyKey: randomUUID(), provider: "MERCADO_PAGO", currency: "BRL" },
        ...{ description: "Two shops", carts: await Promise.all(carts) },
        buyer: { reference: "buyer-1", email: "ana.paz@testuser.com" },
      };
      const shown = "order { id status payments { id status providerPaymentId } }";
      const { order, userErrors } = await gateway.mutate("createMarketplaceOrder", input, shown);
      expect([order.status, userErrors]).toEqual(["UNKNOWN", []]);
      for (const { id, status, providerPaymentId } of order.payments) {
        expect([status, providerPaymentId]).toEqual(["PROCESSING", null]);
        expect(await setAside(id)).toHaveLength(1);
      }
      await orderComesTo(gateway, clock, order.id, "COMPLETED");
      for (const payment of order.payments) expect(await chargesOf(payment)).toBe(1);
      expect(await read(other.id)).toEqual(other);
    });
  });

  test.each(["gzip", "deflate", "br"])("that is packed as %s is read", async (encoding) => {
    const effect = { kind: "effect-then-compress", encoding };
    await fault("POST", "^/v1/payments$", effect);
    expect((await pay()).payment.status).toBe("APPROVED");
    await faultAtPayu("POST", "^/api/v2_1/orders$", effect);
    const { payment } = await create(paymentAtPayu());
    expect(payment.status).toBe("PENDING");
    expect(alerts).toEqual([]);
  });

  test("that names its error without a cause is told by that name", async () => {
    const body = { error: "odd_word_of_theirs", cause: null };
    await fault("POST", "^/v1/payments$", { kind: "status", code: 400, body });
    expect((await pay()).userErrors).toMatchObject([
      {
        ...{ code: "PROVIDER_REFUSED", providerCode: "odd_word_of_theirs" },
        message: "Mercado Pago refused the request (HTTP 400, code odd_word_of_theirs).",
      },
    ]);
  });

  test("that declines without a detail is told by the status", async () => {
    const changes = { status_detail: null };
    await fault("POST", "^/v1/payments$", { kind: "effect-then-change", changes });
    const { payment } = await pay({}, "FUND");
    expect(payment).toMatchObject({
      ...{ status: "REJECTED", rejection: { code: "rejected", advice: "USE_OTHER_METHOD" } },
    });
  });
});
