import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { makeOrder, orderComesTo, paymentAtPayu, threeCarts } from "../support/orders";
import { eventually, type Json } from "../support/simulator";
import { connectSubmerchant } from "../support/submerchants";
import { watch } from "../support/watch";

const dayMs = 24 * 3_600_000;
const settlement =
  "settlement { gross { amount } refunded { amount } chargedBack { amount } net { amount minorUnits } releaseAt releaseState fees { kind payer amount { amount } refundedAmount { amount } } }";
const fields = `id status providerPaymentId nextCheckAt approvedAt ${settlement}`;

/** A settlement in one line: gross − refunded − charged back, fees with what came back of them, net. */
function inShort({ settlement: told }: Json): string | null {
  if (told === null) return null;
  const fees = told.fees.map(
    ({ kind, amount, refundedAmount }: Json) => `${kind} ${amount.amount}-${refundedAmount.amount}`,
  );
  const { gross, refunded, chargedBack, net } = told;
  const parts = [gross, refunded, chargedBack].map(({ amount }) => amount);
  return [parts.join(" - "), ...fees, `= ${net.amount}`].join(" | ");
}

describeEachDatabase("the settlement of a payment", (database) => {
  let gateway: TestGateway;
  let clock: MovableClock;
  let seller: ConnectedSeller;
  beforeAll(async () => {
    clock = new MovableClock();
    gateway = await TestGateway.start({ database, clock });
    seller = await gateway.connectSeller();
  });
  afterAll(() => gateway.stop());
  afterEach(() => gateway.simulator.control("DELETE", "/faults"));

  const pay = async (extra: Json = {}, holder = "APRO", by = seller): Promise<Json> => {
    const input = await gateway.cardPayment(by, { amount: "100.00", ...extra }, holder);
    return (await gateway.mutate("createPayment", input, `payment { ${fields} }`)).payment;
  };
  const read = async ({ id }: Json, credential?: string): Promise<Json> => {
    const document = `query ($id: ID!) { payment(id: $id) { ${fields} } }`;
    return (await gateway.data(document, { id }, credential)).payment;
  };
  const letPass = async (ms: number): Promise<void> => {
    await gateway.simulator.control("POST", "/clock", { advanceMs: ms });
    await gateway.simulator.payu.advance(ms);
    clock.advance(ms);
    gateway.app.wakeJobs();
  };
  const becomes = async (payment: Json, isSo: (seen: Json) => boolean): Promise<Json> => {
    await eventually(async () => {
      await letPass(20_000);
      return isSo(await read(payment));
    });
    return read(payment);
  };
  const refund = async (payment: Json, amount: string | null, by?: string): Promise<void> => {
    const input = { idempotencyKey: randomUUID(), paymentId: payment.id, amount };
    const { userErrors } = await gateway.mutate("refundPayment", input, "refund { id }", by);
    expect(userErrors).toEqual([]);
  };
  const becomesThere = ({ providerPaymentId }: Json, status: string, status_detail?: string) =>
    gateway.simulator.control("POST", `/payments/${providerPaymentId}`, { status, status_detail });
  const lookAt = ({ id }: Json) =>
    gateway.app.database.write((unit) =>
      unit.change({
        sql: "UPDATE payment SET due_at = ? WHERE id = ?",
        values: [clock.now().getTime(), id],
      }),
    );
  const balanceThere = async ({ shop }: ConnectedSeller): Promise<Json> =>
    gateway.simulator.control("GET", `/accounts/${shop.seller.userId}/balance`);

  describe("at Mercado Pago", () => {
    test("has the provider's fee and what the seller has, with the answer to the payment", async () => {
      const payment = await pay();
      expect(inShort(payment)).toBe("100.00 - 0.00 - 0.00 | PROCESSING 4.50-0.00 | = 95.50");
      expect(payment.settlement.fees[0].payer).toBe("SELLER");
      expect(payment.settlement.releaseState).toBe("PENDING");
    });

    test("has the marketplace's fee beside it, and of a part that was captured its share", async () => {
      const whole = await pay({ applicationFee: "10.00" });
      expect(inShort(whole)).toBe(
        "100.00 - 0.00 - 0.00 | PROCESSING 4.50-0.00 | APPLICATION 10.00-0.00 | = 85.50",
      );
      const held = await pay({ applicationFee: "10.00", capture: false });
      expect(held.status).toBe("AUTHORIZED");
      expect(held.settlement).toBeNull();
      const input = { idempotencyKey: randomUUID(), paymentId: held.id, amount: "50.00" };
      const { payment } = await gateway.mutate("capturePayment", input, `payment { ${fields} }`);
      expect(inShort(payment)).toBe(
        "50.00 - 0.00 - 0.00 | PROCESSING 2.25-0.00 | APPLICATION 5.00-0.00 | = 42.75",
      );
    });

    test("follows refunds: with each, its share of the fees comes back", async () => {
      const payment = await pay({ applicationFee: "10.00" });
      await refund(payment, "25.00");
      const partly = await becomes(payment, (seen) => seen.settlement.refunded.amount === "25.00");
      expect(inShort(partly)).toBe(
        "100.00 - 25.00 - 0.00 | PROCESSING 4.50-1.12 | APPLICATION 10.00-2.50 | = 64.12",
      );
      await refund(payment, null);
      const all = await becomes(payment, (seen) => seen.settlement.refunded.amount === "100.00");
      expect(inShort(all)).toBe(
        "100.00 - 100.00 - 0.00 | PROCESSING 4.50-4.50 | APPLICATION 10.00-10.00 | = 0.00",
      );
    });

    test("follows a refund that keeps the fees, below zero", async () => {
      await gateway.simulator.control("POST", "/settings", { returnFeesOnRefund: false });
      const payment = await pay({ applicationFee: "10.00" });
      await refund(payment, null);
      const all = await becomes(payment, (seen) => seen.settlement.refunded.amount === "100.00");
      expect(inShort(all)).toBe(
        "100.00 - 100.00 - 0.00 | PROCESSING 4.50-0.00 | APPLICATION 10.00-0.00 | = -14.50",
      );
      await gateway.simulator.control("POST", "/settings", { returnFeesOnRefund: true });
    });

    test("follows a charge-back, which takes the money until the seller has won", async () => {
      const payment = await pay();
      await refund(payment, "30.00");
      await becomes(payment, (seen) => seen.settlement.refunded.amount === "30.00");
      await becomesThere(payment, "charged_back", "in_process");
      await lookAt(payment);
      const lost = await becomes(payment, ({ status }) => status === "CHARGED_BACK");
      expect(inShort(lost)).toBe("100.00 - 30.00 - 70.00 | PROCESSING 4.50-1.35 | = -3.15");
      await becomesThere(payment, "charged_back", "reimbursed");
      await lookAt(payment);
      const won = await becomes(payment, ({ status }) => status === "PARTIALLY_REFUNDED");
      expect(inShort(won)).toBe("100.00 - 30.00 - 0.00 | PROCESSING 4.50-1.35 | = 66.85");
    });

    test("is null for what was declined, is being reviewed or was let go, whatever fees are shown", async () => {
      const declined = await pay({ applicationFee: "10.00" }, "FUND");
      const { body } = await seller.shop.get(`/v1/payments/${declined.providerPaymentId}`);
      expect(body.charges_details).not.toEqual([]);
      expect(declined).toMatchObject({ status: "REJECTED", settlement: null });
      const waiting = await pay({}, "CONT");
      expect(waiting).toMatchObject({ status: "IN_REVIEW", settlement: null });
      await becomesThere(waiting, "approved");
      const paid = await becomes(waiting, ({ status }) => status === "APPROVED");
      expect(inShort(paid)).toBe("100.00 - 0.00 - 0.00 | PROCESSING 4.50-0.00 | = 95.50");
      const held = await pay({ capture: false });
      const input = { idempotencyKey: randomUUID(), paymentId: held.id };
      const { payment } = await gateway.mutate("cancelPayment", input, `payment { ${fields} }`);
      expect(payment).toMatchObject({ status: "CANCELLED", settlement: null });
    });

    test("is found again where the answer was lost", async () => {
      const account = String(seller.shop.seller.userId);
      await gateway.simulator.control("POST", "/faults", {
        match: { method: "POST", path: "^/v1/payments$", account },
        effect: "effect-then-drop",
      });
      const lost = await pay({ applicationFee: "10.00" });
      expect(lost).toMatchObject({ status: "UNKNOWN", settlement: null });
      const found = await becomes(lost, ({ status }) => status === "APPROVED");
      expect(inShort(found)).toBe(
        "100.00 - 0.00 - 0.00 | PROCESSING 4.50-0.00 | APPLICATION 10.00-0.00 | = 85.50",
      );
    });

    test("names what the provider took without naming it, also after a refund", async () => {
      const account = String(seller.shop.seller.userId);
      const changes = { transaction_details: { net_received_amount: 95 } };
      await gateway.simulator.control("POST", "/faults", {
        match: { method: "POST", path: "^/v1/payments$", account },
        effect: { kind: "effect-then-change", changes },
      });
      const payment = await pay();
      expect(inShort(payment)).toBe(
        "100.00 - 0.00 - 0.00 | PROCESSING 4.50-0.00 | OTHER 0.50-0.00 | = 95.00",
      );
      await refund(payment, "50.00");
      const partly = await becomes(payment, (seen) => seen.settlement.refunded.amount === "50.00");
      expect(inShort(partly)).toBe(
        "100.00 - 50.00 - 0.00 | PROCESSING 4.50-2.25 | OTHER 0.50-0.00 | = 47.25",
      );
    });

    test("reaches who watches: with the payment, its refund and its release", async () => {
      const own = await gateway.connectSeller();
      const document = `subscription ($sellerId: ID!) { paymentUpdated(sellerId: $sellerId) { event { type source occurredAt } payment { ${settlement} } } }`;
      const watched = watch(gateway, document, { sellerId: own.id }, own.key);
      const until = async (line: string): Promise<Json> => {
        let update: Json;
        do update = await watched.next();
        while (inShort(update.payment) !== line);
        return update;
      };
      const approved = until("100.00 - 0.00 - 0.00 | PROCESSING 4.50-0.00 | = 95.50");
      // Nothing tells that a seller is being watched; a payment that comes through does.
      const payment = await pay({}, "APRO", own);
      let isSeen = false;
      void approved.then(() => {
        isSeen = true;
      });
      while (!isSeen) await pay({}, "APRO", own);
      const refunded = until("100.00 - 40.00 - 0.00 | PROCESSING 4.50-1.80 | = 57.30");
      await refund(payment, "40.00");
      await becomes(payment, (seen) => seen.settlement.refunded.amount === "40.00");
      expect((await refunded).event.type).toBe("PAYMENT_UPDATED");
      watched.end();
    });

    test("is released when its time comes, by the clock, and tells when that was seen", async () => {
      const payment = await pay();
      const releaseAt = new Date(payment.settlement.releaseAt).getTime();
      expect(releaseAt).toBe(new Date(payment.approvedAt).getTime() + 14 * dayMs);
      expect(new Date(payment.nextCheckAt).getTime()).toBeGreaterThanOrEqual(releaseAt);
      await letPass(13 * dayMs);
      expect((await read(payment)).settlement.releaseState).toBe("PENDING");
      await letPass(dayMs);
      const released = await becomes(
        payment,
        (seen) => seen.settlement.releaseState === "RELEASED",
      );
      expect(released).toMatchObject({ status: "APPROVED", nextCheckAt: null });
      const document =
        "query ($id: ID!) { payment(id: $id) { events(first: 20) { edges { node { type source occurredAt } } } } }";
      const { events } = (await gateway.data(document, { id: payment.id })).payment;
      const { node } = events.edges.at(-1);
      expect(node).toMatchObject({ type: "PAYMENT_UPDATED", source: "SCHEDULE" });
      expect(new Date(node.occurredAt).getTime()).toBeGreaterThanOrEqual(releaseAt);
    });

    test("is asked about daily where the release is late, and not for ever", async () => {
      const payment = await pay();
      const path = `^/v1/payments/${payment.providerPaymentId}$`;
      await gateway.simulator.control("POST", "/faults", {
        match: { method: "GET", path },
        effect: { kind: "effect-then-change", changes: { money_release_status: "pending" } },
        times: "always",
      });
      await letPass(14 * dayMs + 3_600_000);
      // While a worker looks, its claim stands there.
      const awaitsMs = ({ nextCheckAt }: Json) =>
        new Date(nextCheckAt).getTime() - clock.now().getTime();
      const late = await becomes(payment, (seen) => awaitsMs(seen) > 3_600_000);
      expect(awaitsMs(late)).toBeGreaterThan(0.9 * dayMs);
      expect(awaitsMs(late)).toBeLessThan(1.3 * dayMs);
      await letPass(31 * dayMs);
      expect(
        (await becomes(payment, (seen) => seen.nextCheckAt === null)).settlement,
      ).toMatchObject({
        releaseState: "PENDING",
      });
    });

    test("is the marketplace's, the seller's and its partner's to see, and nobody else's", async () => {
      const payment = await pay();
      const input = { role: "PARTNER", name: randomUUID(), sellerIds: [seller.id] };
      const partner = await gateway.mutate("createApiKey", input, "credential");
      for (const key of [undefined, seller.key, partner.credential]) {
        expect(inShort(await read(payment, key))).toContain("= 95.50");
      }
      const stranger = await gateway.connectSeller();
      expect(await read(payment, stranger.key)).toBeNull();
      const token = await gateway.mutate(
        "createWatchToken",
        { paymentId: payment.id },
        "credential",
      );
      const watched = `query ($id: ID!) { payment(id: $id) { status ${settlement} } }`;
      expect((await gateway.data(watched, { id: payment.id }, token.credential)).payment).toEqual({
        status: "APPROVED",
        settlement: null,
      });
    });

    test("adds up, over all payments of a seller, to the provider's books, whatever happens", async () => {
      const step = fc.record({
        kind: fc.constantFrom("pay", "refund", "charge back", "win", "fees" as const),
        amount: fc.integer({ min: 1, max: 20_000 }),
        which: fc.nat({ max: 9 }),
        feePercent: fc.nat({ max: 90 }),
      });
      const property = fc.asyncProperty(
        fc.array(step, { minLength: 4, maxLength: 12 }),
        async (steps) => {
          const own = await gateway.connectSeller();
          const payments: Json[] = [];
          for (const { kind, amount, which, feePercent } of [
            { ...steps[0], kind: "pay" },
            ...steps,
          ] as typeof steps) {
            const payment = payments[which % payments.length];
            if (kind === "pay" || payment === undefined) {
              const applicationFee = (Math.floor((amount * feePercent) / 100) / 100).toFixed(2);
              const extra = { amount: (amount / 100).toFixed(2), applicationFee };
              payments.push(await pay(extra, "APRO", own));
            } else if (kind === "refund") {
              // Too much, or of what was charged back, is refused, and changes nothing.
              const { providerPaymentId } = payment;
              await own.shop.refund(Number(providerPaymentId), { amount: amount / 100 });
            } else if (kind === "charge back") {
              await becomesThere(payment, "charged_back", "in_process");
            } else if (kind === "win") {
              const { body } = await own.shop.get(`/v1/payments/${payment.providerPaymentId}`);
              if (body.status === "charged_back") {
                await becomesThere(payment, "charged_back", "reimbursed");
              }
            } else {
              const returnFeesOnRefund = which % 2 === 0;
              await gateway.simulator.control("POST", "/settings", { returnFeesOnRefund });
            }
          }
          for (const payment of payments) await lookAt(payment);
          const { totalMinor } = await balanceThere(own);
          const netsOf = async (): Promise<bigint> => {
            const seen = await Promise.all(payments.map((payment) => read(payment)));
            return seen.reduce((sum, each) => sum + BigInt(each.settlement.net.minorUnits), 0n);
          };
          gateway.app.wakeJobs();
          await eventually(async () => (await netsOf()) === BigInt(totalMinor));
        },
      );
      await fc.assert(property, { numRuns: 10 });
      const { postings } = await gateway.simulator.control("GET", "/postings");
      for (const { lines } of postings) {
        expect(lines.reduce((sum: number, { changeMinor }: Json) => sum + changeMinor, 0)).toBe(0);
      }
      await gateway.simulator.control("POST", "/settings", { returnFeesOnRefund: true });
    }, 120_000);
  });

  describe("at PayU", () => {
    test("is the payment less the marketplace's fee, which stays with it when the seller refunds", async () => {
      const { id } = await connectSubmerchant(gateway, { grantMinor: 10_000 });
      const cardToken = await gateway.simulator.payu.cardToken();
      const input = paymentAtPayu({ sellerId: id, cardToken });
      const made = await gateway.mutate("createPayment", input, `payment { ${fields} }`);
      expect(made.payment.settlement).toBeNull();
      const paid = await becomes(made.payment, ({ status }) => status === "APPROVED");
      expect(inShort(paid)).toBe("12.34 - 0.00 - 0.00 | APPLICATION 1.00-0.00 | = 11.34");
      expect(paid.settlement).toMatchObject({ releaseAt: null, releaseState: null });
      await refund(paid, "2.34");
      const partly = await becomes(paid, ({ status }) => status === "PARTIALLY_REFUNDED");
      expect(inShort(partly)).toBe("12.34 - 2.34 - 0.00 | APPLICATION 1.00-0.00 | = 9.00");
      await refund(paid, null);
      const all = await becomes(paid, ({ status }) => status === "REFUNDED");
      expect(inShort(all)).toBe("12.34 - 12.34 - 0.00 | APPLICATION 1.00-0.00 | = -1.00");
    });

    test("is null for what was declined", async () => {
      const cardToken = await gateway.simulator.payu.cardToken("decline");
      const input = paymentAtPayu({ cardToken });
      const made = await gateway.mutate("createPayment", input, `payment { ${fields} }`);
      const declined = await becomes(made.payment, ({ status }) => status === "REJECTED");
      expect(declined.settlement).toBeNull();
    });

    test("is, of an order that it has split, each cart's own, as the seller's balance has it", async () => {
      const sellers = [
        await connectSubmerchant(gateway, { grantMinor: 0 }),
        await connectSubmerchant(gateway, { grantMinor: 0 }),
      ];
      const [first, second] = sellers;
      const carts = sellers.map(({ id }, at) => ({
        sellerId: id,
        amount: "20.00",
        fee: at === 0 ? "2.00" : "0",
        products: [{ name: "Mug", unitPrice: "20.00", quantity: 1 }],
      }));
      const order = await makeOrder(
        gateway,
        threeCarts({ total: "40.00", carts, payMethod: { blikCode: "777123" } }),
        "id payments { id }",
      );
      await orderComesTo(gateway, clock, order.id, "COMPLETED");
      const ofSeller = async (key?: string): Promise<Json> => {
        const document = `{ payments(first: 5) { edges { node { ${fields} } } } }`;
        const { edges } = (await gateway.data(document, {}, key)).payments;
        expect(edges).toHaveLength(1);
        return edges[0].node;
      };
      expect(inShort(await ofSeller(first?.key))).toBe(
        "20.00 - 0.00 - 0.00 | APPLICATION 2.00-0.00 | = 18.00",
      );
      expect(inShort(await ofSeller(second?.key))).toBe("20.00 - 0.00 - 0.00 | = 20.00");
      const cart = await ofSeller(first?.key);
      await refund(cart, "5.00");
      const partly = await becomes(cart, ({ status }) => status === "PARTIALLY_REFUNDED");
      expect(inShort(partly)).toBe("20.00 - 5.00 - 0.00 | APPLICATION 2.00-0.00 | = 13.00");
      const document =
        'query ($id: ID!) { seller(id: $id) { balance(currency: "PLN") { total { amount } } } }';
      clock.advance(7_000);
      const { balance } = (await gateway.data(document, { id: first?.id })).seller;
      expect(balance.total.amount).toBe("13.00");
    });
  });
});
