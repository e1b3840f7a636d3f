import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { eventually, type Json } from "../support/simulator";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const fields =
  "id status providerPaymentId refundedAmount { amount } refundableAmount { amount } refunds { id status providerRefundId amount { amount } }";

/** Mercado Pago shows no keys of refunds, and tells of none of them here: what is known comes of asking. */
describeEachDatabase("a refund", (database) => {
  let clock: MovableClock;
  let gateway: TestGateway;
  let seller: ConnectedSeller;
  beforeAll(async () => {
    clock = new MovableClock();
    gateway = await TestGateway.start({ database, clock });
  });
  beforeEach(async () => {
    seller = await gateway.connectSeller();
  });
  afterEach(() => gateway.simulator.control("DELETE", "/faults"));
  afterAll(() => gateway.stop());

  const pay = async (extra: Record<string, unknown> = {}): Promise<Json> => {
    const input = await gateway.cardPayment(seller, { amount: "100.00", ...extra });
    return (await gateway.mutate("createPayment", input, `payment { ${fields} }`)).payment;
  };
  const refund = (paymentId: string, amount?: string): Promise<Json> =>
    gateway.mutate(
      "refundPayment",
      { idempotencyKey: randomUUID(), paymentId, ...(amount === undefined ? {} : { amount }) },
      `refund { id status providerRefundId amount { amount } } payment { ${fields} }`,
    );
  const read = async ({ id }: Json): Promise<Json> =>
    (await gateway.data(`query ($id: ID!) { payment(id: $id) { ${fields} } }`, { id })).payment;
  /** Time passes for both sides, and whatever is due is done. */
  const pass = async (ms: number): Promise<void> => {
    await gateway.simulator.control("POST", "/clock", { advanceMs: ms });
    clock.advance(ms);
    gateway.app.wakeJobs();
  };
  const becomes = async (payment: Json, isSo: (now: Json) => boolean): Promise<Json> => {
    await eventually(async () => {
      await pass(20_000);
      return isSo(await read(payment));
    });
    return read(payment);
  };
  const allCompleted = ({ refunds }: Json): boolean =>
    refunds.every(({ status }: Json) => status === "COMPLETED");
  const refundPath = ({ providerPaymentId }: Json) => `^/v1/payments/${providerPaymentId}/refunds$`;
  const plan = (
    payment: Json,
    effect: unknown,
    extra: { method?: string; times?: unknown } = {},
  ) => {
    const { method = "POST", times = 1 } = extra;
    const match = { method, path: refundPath(payment) };
    return gateway.simulator.control("POST", "/faults", { match, effect, times });
  };
  const inPanel = (payment: Json, amount: number) =>
    seller.shop.refund(Number(payment.providerPaymentId), { amount });
  /** What was truly given back, in order. */
  const givenBack = async (): Promise<Json[]> =>
    (await seller.shop.ledger()).filter(({ type }) => type === "refund");
  const idsOf = ({ refunds }: Json): string[] =>
    refunds.map(({ providerRefundId }: Json) => providerRefundId).sort();
  const truthOf = async (): Promise<string[]> =>
    (await givenBack()).map(({ refundId }) => refundId).sort();

  test.each([204, 200])(
    "answered with %i and nothing is not believed until the provider shows it",
    async (code) => {
      const payment = await pay();
      const empty = { kind: "status", code, body: "" };
      await plan(payment, empty, { times: "always" });
      const { refund: made, payment: after, userErrors } = await refund(payment.id, "10.00");
      expect(userErrors).toEqual([]);
      expect(made).toMatchObject({ status: "UNKNOWN", providerRefundId: null });
      expect(after).toMatchObject({ status: "APPROVED", refundableAmount: { amount: "90.00" } });
      await pass(20_000);
      await eventually(async () => {
        const { faults } = await gateway.simulator.control("GET", "/faults");
        return faults[0].struck >= 2;
      });
      expect((await read(payment)).refunds).toMatchObject([{ status: "UNKNOWN" }]);
      expect(await givenBack()).toEqual([]);

      await gateway.simulator.control("DELETE", "/faults");
      const done = await becomes(payment, allCompleted);
      expect(done).toMatchObject({
        status: "PARTIALLY_REFUNDED",
        refundedAmount: { amount: "10.00" },
      });
      expect(idsOf(done)).toEqual(await truthOf());
      expect(await givenBack()).toHaveLength(1);
    },
  );

  test("whose answer was lost learns the provider's id, and is made once", async () => {
    const payment = await pay();
    await plan(payment, "effect-then-drop");
    expect((await refund(payment.id, "10.00")).refund.status).toBe("UNKNOWN");
    const done = await becomes(payment, allCompleted);
    expect(idsOf(done)).toEqual(await truthOf());
    expect(await givenBack()).toHaveLength(1);
  });

  test("whose answer was lost is told apart from one of the same amount made at the provider", async () => {
    const payment = await pay();
    await plan(payment, "effect-then-drop");
    await refund(payment.id, "10.00");
    await inPanel(payment, 10);
    const done = await becomes(payment, (now) => allCompleted(now) && now.refunds.length === 2);
    expect(done.refundedAmount.amount).toBe("20.00");
    expect(idsOf(done)).toEqual(await truthOf());
    expect(await givenBack()).toHaveLength(2);
  });

  test("that never reached the provider is not taken for done by one that was made there", async () => {
    const payment = await pay();
    await inPanel(payment, 10);
    await plan(payment, "drop-before");
    await refund(payment.id, "10.00");
    const done = await becomes(payment, (now) => allCompleted(now) && now.refunds.length === 2);
    expect(done.refundedAmount.amount).toBe("20.00");
    expect(idsOf(done)).toEqual(await truthOf());
    expect(await givenBack()).toHaveLength(2);
  });

  test("of an amount that is refunded twice, both answers lost, is made twice and known twice", async () => {
    const payment = await pay();
    await plan(payment, "effect-then-drop", { times: 2 });
    await Promise.all([refund(payment.id, "10.00"), refund(payment.id, "10.00")]);
    const done = await becomes(payment, allCompleted);
    expect(done.refundedAmount.amount).toBe("20.00");
    expect(idsOf(done)).toEqual(await truthOf());
    expect(await givenBack()).toHaveLength(2);
  });

  test("is not asked for again once the provider may have forgotten its key", async () => {
    const payment = await pay();
    await plan(payment, "effect-then-drop");
    await refund(payment.id, "10.00");
    await plan(payment, "drop-before", { method: "GET", times: "always" });
    await plan(payment, "drop-before", { times: "always" });
    await pass(3 * dayMs);
    await eventually(async () => {
      const { faults } = await gateway.simulator.control("GET", "/faults");
      return faults.some(({ struck, times }: Json) => times === null && struck > 0);
    });
    await gateway.simulator.control("DELETE", "/faults");
    await eventually(async () => {
      await pass(2 * dayMs);
      return allCompleted(await read(payment));
    });
    expect(idsOf(await read(payment))).toEqual(await truthOf());
    expect(await givenBack()).toHaveLength(1);
  });

  test("waits for a list that lags behind", async () => {
    const payment = await pay();
    await plan(payment, "effect-then-drop");
    await plan(payment, { kind: "status", code: 200, body: [] }, { method: "GET", times: 4 });
    await refund(payment.id, "10.00");
    const done = await becomes(payment, allCompleted);
    expect(idsOf(done)).toEqual(await truthOf());
    expect(await givenBack()).toHaveLength(1);
  });

  test("of the whole gives back no less than it says: the rest of it is shown instead", async () => {
    const payment = await pay();
    await inPanel(payment, 30);
    const refused = await refund(payment.id);
    expect(refused.userErrors).toMatchObject([
      { code: "REFUND_EXCEEDS_REMAINING", providerCode: "2017" },
    ]);
    expect(refused.refund.status).toBe("FAILED");
    expect(refused.payment).toMatchObject({
      status: "PARTIALLY_REFUNDED",
      refundedAmount: { amount: "30.00" },
      refundableAmount: { amount: "70.00" },
    });
    const rest = await refund(payment.id);
    expect(rest).toMatchObject({
      userErrors: [],
      refund: { status: "COMPLETED", amount: { amount: "70.00" } },
      payment: { status: "REFUNDED", refundedAmount: { amount: "100.00" } },
    });
    const amounts = rest.payment.refunds
      .filter(({ status }: Json) => status === "COMPLETED")
      .map(({ amount }: Json) => amount.amount);
    expect(amounts.sort()).toEqual(["30.00", "70.00"]);
    expect((await givenBack()).map(({ amount }) => amount)).toEqual([30, 70]);
  });

  test("that is answered with another amount is booked as the provider shows it", async () => {
    const payment = await pay();
    const made = await inPanel(payment, 70);
    await plan(payment, { kind: "status", code: 201, body: made.body });
    expect(await refund(payment.id)).toMatchObject({
      refund: { status: "COMPLETED", amount: { amount: "70.00" } },
      payment: {
        status: "PARTIALLY_REFUNDED",
        refundedAmount: { amount: "70.00" },
        refundableAmount: { amount: "30.00" },
      },
    });
  });

  test("of a payment that is disputed is refused, and the dispute shown", async () => {
    const payment = await pay();
    const path = `/payments/${payment.providerPaymentId}`;
    await gateway.simulator.control("POST", path, { status: "in_mediation" });
    expect(await refund(payment.id, "10.00")).toMatchObject({
      userErrors: [{ code: "ACTION_NOT_AVAILABLE", providerCode: "2063" }],
      payment: { status: "IN_DISPUTE", refundableAmount: { amount: "0.00" } },
    });
  });

  test("that is refused for what a look does not show yet is looked at again", async () => {
    const payment = await pay();
    const stale = await seller.shop.payment(Number(payment.providerPaymentId));
    await inPanel(payment, 30);
    await gateway.simulator.control("POST", "/faults", {
      match: { method: "GET", path: `^/v1/payments/${payment.providerPaymentId}$` },
      effect: { kind: "status", code: 200, body: stale },
    });
    const { payment: then } = await refund(payment.id, "80.00");
    expect(then.refundableAmount.amount).toBe("100.00");
    const now = await becomes(payment, ({ refundedAmount }) => refundedAmount.amount !== "0.00");
    expect(now.refundableAmount.amount).toBe("70.00");
  });

  /** What may happen to the refunds of one of several payments. */
  const happening = fc.record({
    at: fc.nat({ max: 3 }),
    amount: fc.constantFrom("5.00", "10.00"),
    what: fc.constantFrom("ask", "ask", "ask", "spoil", "spoil", "spoil", "panel", "time"),
    method: fc.constantFrom("POST", "POST", "GET"),
    effect: fc.constantFrom<unknown>(
      ...["effect-then-drop", "effect-then-500", "drop-before", "garbage", "truncate"],
      ...[204, 429, 503].map((code) => ({ kind: "status", code, body: "" })),
    ),
  });

  test.each([1, 2, 3])(
    "is booked as it was given back, whatever becomes of the answers (%i)",
    async (seed) => {
      const payments = [await pay(), await pay(), await pay(), await pay()];
      const asked: Promise<unknown>[] = [];
      for (const { at, amount, what, method, effect } of fc.sample(happening, {
        seed,
        numRuns: 60,
      })) {
        const payment = payments[at];
        if (what === "ask") asked.push(refund(payment.id, amount));
        else if (what === "panel")
          asked.push(inPanel(payment, Number(amount)).catch(() => "lost as well"));
        else if (what === "time") await pass(20_000);
        else await plan(payment, effect, { method });
      }
      await Promise.all(asked);
      await gateway.simulator.control("DELETE", "/faults");
      for (const payment of payments) {
        await becomes(payment, ({ refunds }) =>
          refunds.every(({ status }: Json) => status === "COMPLETED" || status === "FAILED"),
        );
      }

      const truth = await givenBack();
      for (const { id, providerPaymentId } of payments) {
        // Of refunds in the panel nobody was told: any look finds them.
        const services = gateway.app.services.payments;
        await services.lookUp(await services.read(id));
        const ofIt = truth.filter(({ paymentId }) => paymentId === providerPaymentId);
        const sum = ofIt.reduce((total, { amountMinor }) => total + amountMinor, 0);
        const now = await read({ id });
        const completed = now.refunds.filter(({ status }: Json) => status === "COMPLETED");
        expect(idsOf({ refunds: completed })).toEqual(ofIt.map(({ refundId }) => refundId).sort());
        expect(Number(now.refundedAmount.amount) * 100).toBe(sum);
        expect(Number(now.refundableAmount.amount) * 100).toBe(10_000 - sum);
      }
    },
  );

  describe("in process", () => {
    const inProcess = (refundsInProcess: boolean) =>
      gateway.simulator.control("POST", `/accounts/${seller.shop.seller.userId}`, {
        refundsInProcess,
      });
    const end = ({ providerRefundId }: Json, status: string) =>
      gateway.simulator.control("POST", `/refunds/${providerRefundId}`, { status });

    test("is pending, reserves its amount, and ends as the provider says", async () => {
      const payment = await pay();
      await inProcess(true);
      const { refund: made, payment: after, userErrors } = await refund(payment.id, "20.00");
      expect(userErrors).toEqual([]);
      expect(made).toMatchObject({ status: "PENDING", providerRefundId: expect.any(String) });
      expect(after.refundableAmount.amount).toBe("80.00");
      expect(await givenBack()).toEqual([]);
      await end(made, "approved");
      const done = await becomes(payment, allCompleted);
      expect(done).toMatchObject({
        status: "PARTIALLY_REFUNDED",
        refundedAmount: { amount: "20.00" },
      });
      expect(await givenBack()).toHaveLength(1);
    });

    test("that is rejected gives its amount free again", async () => {
      const payment = await pay();
      await inProcess(true);
      const { refund: made } = await refund(payment.id, "20.00");
      await end(made, "rejected");
      const now = await becomes(payment, ({ refunds }) => refunds[0].status !== "PENDING");
      expect(now).toMatchObject({
        status: "APPROVED",
        refundableAmount: { amount: "100.00" },
        refunds: [{ status: "REJECTED" }],
      });
    });

    test("with its answer lost is found in the list, and made once", async () => {
      const payment = await pay();
      await inProcess(true);
      await plan(payment, "effect-then-drop");
      await refund(payment.id, "20.00");
      const found = await becomes(payment, ({ refunds }) => refunds[0].status === "PENDING");
      await end(found.refunds[0], "approved");
      const done = await becomes(payment, allCompleted);
      expect(idsOf(done)).toEqual(await truthOf());
      expect(await givenBack()).toHaveLength(1);
    });
  });

  describe("of a held payment's own actions", () => {
    const act = (name: string, paymentId: string): Promise<Json> =>
      gateway.mutate(
        name,
        { idempotencyKey: randomUUID(), paymentId },
        "payment { status refundableAmount { amount } }",
      );

    test("a capture that is refused shows what became of the payment", async () => {
      const payment = await pay({ capture: false });
      await seller.shop.put(Number(payment.providerPaymentId), { status: "cancelled" });
      expect(await act("capturePayment", payment.id)).toMatchObject({
        userErrors: [{ code: "ACTION_NOT_AVAILABLE", providerCode: "2018" }],
        payment: { status: "CANCELLED" },
      });
    });

    test("a cancellation that is refused shows what became of the payment", async () => {
      const payment = await pay({ capture: false });
      await seller.shop.put(Number(payment.providerPaymentId), { capture: true });
      expect(await act("cancelPayment", payment.id)).toMatchObject({
        userErrors: [{ code: "ACTION_NOT_AVAILABLE", providerCode: "2018" }],
        payment: { status: "APPROVED", refundableAmount: { amount: "100.00" } },
      });
    });

    test.each([
      ["capturePayment", "APPROVED", "capture"],
      ["cancelPayment", "CANCELLED", "cancel"],
    ])("%s is not done by an answer that does not show it", async (name, status, type) => {
      const payment = await pay({ capture: false });
      const body = await seller.shop.payment(Number(payment.providerPaymentId));
      await gateway.simulator.control("POST", "/faults", {
        match: { method: "PUT", path: `^/v1/payments/${payment.providerPaymentId}$` },
        effect: { kind: "status", code: 200, body },
      });
      const first = await act(name, payment.id);
      expect(first).toMatchObject({ userErrors: [], payment: { status: "AUTHORIZED" } });
      expect(await act(name, payment.id)).toMatchObject({
        userErrors: [{ code: "ACTION_IN_PROGRESS" }],
      });
      await becomes(payment, (now) => now.status === status);
      const entries = (await seller.shop.ledger()).map((entry) => entry.type);
      expect(entries).toEqual(["authorize", type]);
    });
  });
});
