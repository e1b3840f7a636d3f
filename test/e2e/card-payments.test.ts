import { randomUUID } from "node:crypto";
import type { PaymentId } from "../../src/domain/ids";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { eventually, type Json } from "../support/simulator";

const dayMs = 86_400_000;

describeEachDatabase("a card payment", (database) => {
  const clock = new MovableClock();
  let gateway: TestGateway;
  let seller: ConnectedSeller;
  beforeAll(async () => {
    gateway = await TestGateway.start({ database, clock });
    seller = await gateway.connectSeller("MLA");
  });
  afterAll(() => gateway.stop());

  const paymentFields =
    "id status providerPaymentId providerStatusDetail amount { amount currency minorUnits } capturedAmount { amount } refundedAmount { amount } refundableAmount { amount } applicationFee { amount } rejection { category code field advice buyerMessage(language: ES) } availableActions { action available reason { code } } method { methodId cardLastFour } externalReference";
  const create = (input: Record<string, unknown>, credential?: string) =>
    gateway.mutate("createPayment", input, `replayed payment { ${paymentFields} }`, credential);
  const act = (
    name: "capturePayment" | "cancelPayment",
    paymentId: string,
    extra: Record<string, unknown> = {},
  ) =>
    gateway.mutate(
      name,
      { idempotencyKey: randomUUID(), paymentId, ...extra },
      `replayed payment { ${paymentFields} }`,
    );
  const refund = (paymentId: string, extra: Record<string, unknown> = {}) =>
    gateway.mutate(
      "refundPayment",
      { idempotencyKey: randomUUID(), paymentId, ...extra },
      `replayed refund { id status amount { amount } providerRefundId reason } payment { ${paymentFields} }`,
    );
  const ledgerOf = async (payment: Json): Promise<Json[]> =>
    (await seller.shop.ledger()).filter(
      (entry) => String(entry.paymentId) === payment.providerPaymentId,
    );

  test("is approved, with everything that was told to the provider", async () => {
    const input = await gateway.cardPayment(seller, {
      applicationFee: "2.25",
      description: "Three books",
      externalReference: "order-77",
      statementDescriptor: "LIBRERIA",
      metadata: { cart: "c-1" },
      deviceId: "armor.device-1",
      additionalInfo: {
        items: [{ id: "b-1", title: "Book", quantity: 3, unitPrice: "33.50" }],
        payer: { firstName: "Ana", lastName: "Paz" },
        ipAddress: "127.0.0.1",
      },
    });
    const { payment, replayed, userErrors } = await create(input);
    expect(userErrors).toEqual([]);
    expect(replayed).toBe(false);
    expect(payment).toMatchObject({
      status: "APPROVED",
      providerStatusDetail: "accredited",
      amount: { amount: "100.50", currency: "ARS", minorUnits: "10050" },
      applicationFee: { amount: "2.25" },
      refundableAmount: { amount: "100.50" },
      rejection: null,
      externalReference: "order-77",
    });
    expect(payment.availableActions).toEqual([
      { action: "CAPTURE", available: false, reason: { code: "ACTION_NOT_AVAILABLE" } },
      { action: "CANCEL", available: false, reason: { code: "ACTION_NOT_AVAILABLE" } },
      { action: "REFUND", available: true, reason: null },
    ]);
    const there = await seller.shop.payment(Number(payment.providerPaymentId));
    expect(there).toMatchObject({
      external_reference: payment.id,
      transaction_amount: 100.5,
      description: "Three books",
      statement_descriptor: "LIBRERIA",
      metadata: { cart: "c-1" },
      collector_id: seller.shop.seller.userId,
    });
    expect(await ledgerOf(payment)).toEqual([
      expect.objectContaining({ type: "charge", deviceId: "armor.device-1" }),
    ]);
  });

  test("that is declined is a payment, not an error, and says what to do", async () => {
    const { payment, userErrors } = await create(await gateway.cardPayment(seller, {}, "SECU"));
    expect(userErrors).toEqual([]);
    expect(payment.status).toBe("REJECTED");
    expect(payment.rejection).toMatchObject({
      category: "DATA_ENTRY",
      code: "cc_rejected_bad_filled_security_code",
      field: "securityCode",
      advice: "CORRECT_AND_RETRY",
    });
    expect(payment.rejection.buyerMessage).toEqual(expect.any(String));
  });

  test("is answered again from what stands, and refused with other arguments", async () => {
    const input = await gateway.cardPayment(seller);
    const first = await create(input);
    const again = await create(input);
    expect(again.replayed).toBe(true);
    expect(again.payment).toEqual(first.payment);
    const other = await create({ ...input, amount: "1.00" });
    expect(other).toMatchObject({
      payment: null,
      userErrors: [{ code: "IDEMPOTENCY_KEY_REUSED", path: ["input", "idempotencyKey"] }],
    });
    expect(await ledgerOf(first.payment)).toHaveLength(1);
  });

  test("is made once, however many times it is asked for at once", async () => {
    const input = await gateway.cardPayment(seller);
    const answers = await Promise.all(Array.from({ length: 12 }, () => create(input)));
    expect(new Set(answers.map(({ payment }) => payment.id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await ledgerOf(answers[0].payment)).toHaveLength(1);
  });

  test("that almost repeats another one is held back, unless the caller insists", async () => {
    const input = await gateway.cardPayment(seller);
    await create(input);
    const twin = { ...input, idempotencyKey: randomUUID(), cardToken: await seller.cardToken() };
    const held = await create(twin);
    expect(held).toMatchObject({
      payment: null,
      userErrors: [{ code: "NEAR_IDENTICAL_PAYMENT", retryable: true }],
    });
    const insisted = await create({ ...twin, allowNearIdentical: true });
    expect(insisted.payment.status).toBe("APPROVED");
  });

  test("is authorized first and captured later, in part", async () => {
    const { payment } = await create(await gateway.cardPayment(seller, { capture: false }));
    expect(payment.status).toBe("AUTHORIZED");
    const tooMuch = await act("capturePayment", payment.id, { amount: "100.51" });
    expect(tooMuch.userErrors).toMatchObject([
      { code: "CAPTURE_EXCEEDS_AUTHORIZATION", path: ["input", "amount"] },
    ]);
    const captured = await act("capturePayment", payment.id, { amount: "40.00" });
    expect(captured.userErrors).toEqual([]);
    expect(captured.payment).toMatchObject({
      status: "APPROVED",
      capturedAmount: { amount: "40.00" },
      refundableAmount: { amount: "40.00" },
    });
    const again = await act("capturePayment", payment.id);
    expect(again.userErrors).toMatchObject([{ code: "ACTION_NOT_AVAILABLE" }]);
    expect((await ledgerOf(captured.payment)).map(({ type }) => type)).toEqual([
      "authorize",
      "capture",
    ]);
  });

  test("is cancelled while it is held or in review, and not after", async () => {
    const held = await create(await gateway.cardPayment(seller, { capture: false }));
    const cancelled = await act("cancelPayment", held.payment.id);
    expect(cancelled.payment.status).toBe("CANCELLED");
    const inReview = await create(await gateway.cardPayment(seller, {}, "CONT"));
    expect(inReview.payment.status).toBe("IN_REVIEW");
    expect((await act("cancelPayment", inReview.payment.id)).payment.status).toBe("CANCELLED");
    const approved = await create(await gateway.cardPayment(seller));
    expect((await act("cancelPayment", approved.payment.id)).userErrors).toMatchObject([
      { code: "ACTION_NOT_AVAILABLE", path: ["input", "paymentId"] },
    ]);
  });

  test("is refunded in parts, never above what is left", async () => {
    const { payment } = await create(await gateway.cardPayment(seller));
    const first = await refund(payment.id, { amount: "25.25", reason: "One book came back" });
    expect(first.userErrors).toEqual([]);
    expect(first.refund).toMatchObject({
      status: "COMPLETED",
      amount: { amount: "25.25" },
      reason: "One book came back",
    });
    expect(first.payment).toMatchObject({
      status: "PARTIALLY_REFUNDED",
      refundedAmount: { amount: "25.25" },
      refundableAmount: { amount: "75.25" },
    });
    const tooMuch = await refund(payment.id, { amount: "75.26" });
    expect(tooMuch).toMatchObject({
      refund: null,
      userErrors: [{ code: "REFUND_EXCEEDS_REMAINING", path: ["input", "amount"] }],
    });
    const rest = await refund(payment.id);
    expect(rest.refund.amount.amount).toBe("75.25");
    expect(rest.payment).toMatchObject({
      status: "REFUNDED",
      refundableAmount: { amount: "0.00" },
    });
    expect((await ledgerOf(payment)).filter(({ type }) => type === "refund")).toHaveLength(2);
  });

  test("gives back no more than it took when twenty refunds come at once", async () => {
    const { payment } = await create(await gateway.cardPayment(seller));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => refund(payment.id, { amount: "20.00" })),
    );
    const made = answers.filter((answer) => answer.userErrors.length === 0);
    expect(made).toHaveLength(5);
    for (const answer of answers.filter((one) => one.userErrors.length > 0)) {
      expect(answer.userErrors).toMatchObject([{ code: "REFUND_EXCEEDS_REMAINING" }]);
    }
    const refunds = (await ledgerOf(payment)).filter(({ type }) => type === "refund");
    expect(refunds).toHaveLength(5);
    const now = await gateway.data(`query ($id: ID!) { payment(id: $id) { ${paymentFields} } }`, {
      id: payment.id,
    });
    expect(now.payment).toMatchObject({
      status: "PARTIALLY_REFUNDED",
      refundedAmount: { amount: "100.00" },
      refundableAmount: { amount: "0.50" },
    });
  });

  test("refunded twice under one key is refunded once", async () => {
    const { payment } = await create(await gateway.cardPayment(seller));
    const input = { idempotencyKey: randomUUID(), paymentId: payment.id, amount: "10.00" };
    const selection = "replayed refund { id status }";
    const first = await gateway.mutate("refundPayment", input, selection);
    const again = await gateway.mutate("refundPayment", input, selection);
    expect(again).toEqual({ ...first, replayed: true });
    expect((await ledgerOf(payment)).filter(({ type }) => type === "refund")).toHaveLength(1);
  });

  test.each([
    ["MLA", 180],
    ["MPE", 90],
  ])("of %s is refunded up to %d days after its approval", async (site, days) => {
    const shop = await gateway.connectSeller(site);
    const { payment } = await create(await gateway.cardPayment(shop));
    expect(payment.status).toBe("APPROVED");
    const before = clock.offsetMs;
    clock.advance(days * dayMs - 60_000);
    const open = await gateway.data(
      "query ($id: ID!) { payment(id: $id) { availableActions { action available } } }",
      { id: payment.id },
    );
    expect(open.payment.availableActions).toContainEqual({ action: "REFUND", available: true });
    clock.advance(120_000);
    expect((await refund(payment.id)).userErrors).toMatchObject([
      { code: "REFUND_WINDOW_CLOSED", path: ["input", "paymentId"] },
    ]);
    clock.offsetMs = before;
  });

  test("in a currency without decimals is told in whole units", async () => {
    const chile = await gateway.connectSeller("MLC");
    const { payment } = await create(await gateway.cardPayment(chile, { amount: "15000" }));
    expect(payment).toMatchObject({
      status: "APPROVED",
      amount: { amount: "15000", minorUnits: "15000" },
    });
    const colombia = await gateway.connectSeller("MCO");
    const whole = await create(await gateway.cardPayment(colombia, { amount: 15000 }));
    expect(whole.payment).toMatchObject({
      status: "APPROVED",
      amount: { amount: "15000.00", minorUnits: "1500000" },
    });
    const broken = await create(await gateway.cardPayment(colombia, { amount: "15000.50" }));
    expect(broken.userErrors).toMatchObject([
      { code: "TOO_MANY_DECIMALS", path: ["input", "amount"] },
    ]);
  });

  test("with a used card token is refused by the provider, and charges nothing", async () => {
    const input = await gateway.cardPayment(seller);
    await create(input);
    const answer = await create({
      ...input,
      idempotencyKey: randomUUID(),
      payer: { email: "another@testuser.com" },
    });
    expect(answer.userErrors).toMatchObject([
      {
        code: "CARD_TOKEN_INVALID",
        provider: "MERCADO_PAGO",
        providerCode: "2006",
        path: ["input", "cardToken"],
      },
    ]);
    expect(answer.payment.status).toBe("FAILED");
  });

  describe("whose answer is lost", () => {
    const lose = (effect: string, path = "^/v1/payments$") =>
      gateway.simulator.control("POST", "/faults", {
        match: { method: "POST", path, account: seller.shop.seller.userId },
        effect,
      });
    const repaired = async (id: string, status: string) => {
      clock.advance(20_000);
      gateway.app.wakeJobs();
      await eventually(async () => {
        gateway.app.wakeJobs();
        const { payment } = await gateway.data("query ($id: ID!) { payment(id: $id) { status } }", {
          id,
        });
        return payment.status === status;
      });
    };

    test.each(["effect-then-drop", "drop-before", "effect-then-500", "garbage", "truncate"])(
      "(%s) is UNKNOWN, and found out to be charged exactly once",
      async (effect) => {
        await lose(effect);
        const { payment, userErrors } = await create(await gateway.cardPayment(seller));
        expect(userErrors).toEqual([]);
        expect(payment.status).toBe("UNKNOWN");
        await repaired(payment.id, "APPROVED");
        const entries = (await seller.shop.ledger()).filter(
          (entry) => entry.externalReference === payment.id,
        );
        expect(entries.map(({ type }) => type)).toEqual(["charge"]);
      },
    );

    test("answers the same key with the unknown payment at once, as data", async () => {
      await lose("effect-then-drop");
      const input = await gateway.cardPayment(seller);
      const first = await create(input);
      const again = await create(input);
      expect(again).toMatchObject({
        replayed: true,
        payment: { id: first.payment.id, status: "UNKNOWN" },
      });
      await repaired(first.payment.id, "APPROVED");
    });

    test("refunds exactly once when a refund's answer is lost", async () => {
      const { payment } = await create(await gateway.cardPayment(seller));
      await lose("effect-then-drop", "/v1/payments/");
      const answer = await refund(payment.id, { amount: "30.00" });
      expect(answer.refund.status).toBe("UNKNOWN");
      expect((await refund(payment.id, { amount: "70.51" })).userErrors).toMatchObject([
        { code: "REFUND_EXCEEDS_REMAINING" },
      ]);
      await repaired(payment.id, "PARTIALLY_REFUNDED");
      expect((await ledgerOf(payment)).filter(({ type }) => type === "refund")).toHaveLength(1);
    });

    const look = async (id: string) => {
      const { payments } = gateway.app.services;
      await payments.lookUp(await payments.read(id as PaymentId), "WEBHOOK");
    };
    const refundsOf = async (id: string): Promise<Json> => {
      const query =
        "query ($id: ID!) { payment(id: $id) { refundedAmount { amount } refunds { status amount { amount } } } }";
      return (await gateway.data(query, { id })).payment;
    };
    const completed = (...amounts: string[]) =>
      amounts.map((amount) => ({ status: "COMPLETED", amount: { amount } }));

    test("knows a refund for its own when it is seen, also where the repetition did not name it", async () => {
      const { payment } = await create(await gateway.cardPayment(seller));
      await lose("effect-then-drop", "/v1/payments/");
      await refund(payment.id, { amount: "30.00" });
      await repaired(payment.id, "PARTIALLY_REFUNDED");
      await look(payment.id);
      await refund(payment.id, { amount: "10.00" });
      expect(await refundsOf(payment.id)).toEqual({
        refundedAmount: { amount: "40.00" },
        refunds: completed("30.00", "10.00"),
      });
    });

    test("counts what was refunded at the provider while a refund was on its way", async () => {
      const { payment } = await create(await gateway.cardPayment(seller));
      await lose("drop-before", "/v1/payments/");
      await refund(payment.id, { amount: "20.00" });
      await seller.shop.refund(Number(payment.providerPaymentId), { amount: 30 });
      await look(payment.id);
      clock.advance(20_000);
      await eventually(async () => {
        gateway.app.wakeJobs();
        return (await refundsOf(payment.id)).refundedAmount.amount === "50.00";
      });
      expect((await refundsOf(payment.id)).refunds).toEqual(completed("20.00", "30.00"));
    });

    test("ends a refund of everything that a look at the payment has shown before", async () => {
      const { payment } = await create(await gateway.cardPayment(seller));
      await lose("effect-then-drop", "/v1/payments/");
      const { refund: lost } = await refund(payment.id);
      expect(lost.status).toBe("UNKNOWN");
      await look(payment.id);
      await repaired(payment.id, "REFUNDED");
      await eventually(async () => {
        gateway.app.wakeJobs();
        const [row] = await gateway.app.database.read("SELECT status FROM refund WHERE id = ?", [
          lost.id,
        ]);
        return row?.status === "COMPLETED";
      });
      expect((await ledgerOf(payment)).filter(({ type }) => type === "refund")).toHaveLength(1);
    });
  });
});
