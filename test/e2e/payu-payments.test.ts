import { randomUUID } from "node:crypto";
import { demoSubmerchants } from "../../src/demo";
import { createLogger } from "../../src/logging/logger";
import { describeEachDatabase } from "../support/databases";
import { MovableClock, TestGateway } from "../support/gateway";
import { paymentAtPayu } from "../support/orders";
import { loseOrders } from "../support/payu-simulator";
import { eventually, type Json } from "../support/simulator";
import { newSubmerchant, refundInPanel } from "../support/submerchants";

const [seller] = demoSubmerchants;

const fields =
  "id provider status approvedAt refundableUntil providerPaymentId redirectUrl amount { amount currency } applicationFee { amount } netReceivedAmount { amount } refundedAmount { amount } refundableAmount { amount } rejection { code category buyerMessage(language: PL) } refunds { id status amount { amount } } order { id } availableActions { action available } events(first: 20) { edges { node { to type } } }";

/** A payment to one seller of PayU's is an order of one cart there. */
describeEachDatabase("a payment at PayU", (database) => {
  let gateway: TestGateway;
  let clock: MovableClock;
  beforeAll(async () => {
    clock = new MovableClock();
    gateway = await TestGateway.start({ database, clock, notifications: { mode: "on" } });
  });
  afterAll(() => gateway.stop());

  const create = (input: Json): Promise<Json> =>
    gateway.mutate("createPayment", input, `replayed payment { ${fields} }`);
  const read = async (id: string): Promise<Json> => {
    const document = `query ($id: ID!) { payment(id: $id) { ${fields} } }`;
    return (await gateway.data(document, { id })).payment;
  };
  const becomes = async (id: string, isSo: (payment: Json) => boolean): Promise<Json> => {
    await eventually(async () => {
      clock.advance(20_000);
      gateway.app.wakeJobs();
      return isSo(await read(id));
    });
    return read(id);
  };
  const comesTo = (id: string, status: string) => becomes(id, (seen) => seen.status === status);
  const byCard = async (outcome?: string) => ({
    cardToken: await gateway.simulator.payu.cardToken(outcome),
  });
  const paid = async (): Promise<Json> => {
    const { payment: made, userErrors } = await create(paymentAtPayu(await byCard()));
    expect(userErrors).toEqual([]);
    return comesTo(made.id, "APPROVED");
  };
  const refundByHand = ({ providerPaymentId }: Json) =>
    refundInPanel(gateway, providerPaymentId, seller.submerchantId);
  const effects = async (reference: string): Promise<string[]> => {
    const path = `/ledger?externalReference=${reference}`;
    const { entries } = await gateway.simulator.payu.control("GET", path);
    return entries.map(({ type }: Json) => type);
  };

  test("sends the payer to PayU's page, and is paid there", async () => {
    const input = paymentAtPayu();
    const { payment: made, userErrors } = await create(input);
    expect(userErrors).toEqual([]);
    expect(made).toMatchObject({ provider: "PAYU", status: "PENDING", order: null });
    expect(made.redirectUrl).toContain(gateway.simulator.payu.url);
    await gateway.simulator.payu.moveOrder(made.providerPaymentId, "COMPLETED");
    const done = await comesTo(made.id, "APPROVED");
    expect(done).toMatchObject({
      applicationFee: { amount: "1.00" },
      netReceivedAmount: { amount: "11.34" },
    });
    expect(await create(input)).toMatchObject({ replayed: true, payment: { id: made.id } });
    expect((await effects(made.id)).filter((type) => type === "charge")).toHaveLength(1);
  });

  test("is approved when it is first seen paid, and stays so; PayU publishes no end of refunds", async () => {
    const before = clock.now();
    const { payment: made } = await create(paymentAtPayu(await byCard()));
    expect(made.approvedAt).toBeNull();
    const { approvedAt } = await comesTo(made.id, "APPROVED");
    expect(new Date(approvedAt).getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(new Date(approvedAt).getTime()).toBeLessThanOrEqual(clock.now().getTime());
    clock.advance(60_000);
    const input = { idempotencyKey: randomUUID(), paymentId: made.id, amount: "1.00" };
    await gateway.mutate("refundPayment", input, "refund { id }");
    const later = await comesTo(made.id, "PARTIALLY_REFUNDED");
    expect(later).toMatchObject({ approvedAt, refundableUntil: null });
  });

  test("is paid with a card token, or declined with a reason", async () => {
    await paid();
    const { payment: declined } = await create(paymentAtPayu(await byCard("decline")));
    const { rejection } = await comesTo(declined.id, "REJECTED");
    expect(rejection).toMatchObject({ code: "AUT_ERROR_NO_AUTHORIZATION", category: "ISSUER" });
    expect(rejection.buyerMessage).toMatch(/\S/);
  });

  test("is held, and captured as a whole or let go", async () => {
    const hold = async () => {
      const { payment: made } = await create(
        paymentAtPayu({ ...(await byCard()), capture: false }),
      );
      return comesTo(made.id, "AUTHORIZED");
    };
    const act = async (name: string, paymentId: string, extra = {}) =>
      gateway.mutate(
        name,
        { idempotencyKey: randomUUID(), paymentId, ...extra },
        "payment { status }",
      );
    const held = await hold();
    expect(await act("capturePayment", held.id, { amount: "5.00" })).toMatchObject({
      userErrors: [{ code: "PROVIDER_REFUSED", path: ["input", "amount"] }],
    });
    expect(await act("capturePayment", held.id)).toMatchObject({
      userErrors: [],
      payment: { status: "APPROVED" },
    });
    expect(await act("cancelPayment", (await hold()).id)).toMatchObject({
      userErrors: [],
      payment: { status: "CANCELLED" },
    });
  });

  test.each([
    [
      "without the payer's address",
      { additionalInfo: undefined },
      "input.additionalInfo.ipAddress",
    ],
    ["held without a card", { capture: false }, "input.capture"],
    ["in a currency of another shop", { currency: "EUR" }, "input.currency"],
  ])("is refused %s, and leaves no payment", async (_, extra, path) => {
    const externalReference = `refused-${randomUUID()}`;
    const { payment, userErrors } = await create(paymentAtPayu({ externalReference, ...extra }));
    expect(payment).toBeNull();
    expect(userErrors.map((error: Json) => error.path.join("."))).toEqual([path]);
    const document = "query ($of: String!) { payment(externalReference: $of) { id } }";
    expect(await gateway.data(document, { of: externalReference })).toEqual({ payment: null });
  });

  test("is refunded in parts, each PENDING first and told of when it is done", async () => {
    const done = await paid();
    const refund = (amount?: string) =>
      gateway.mutate(
        "refundPayment",
        { idempotencyKey: randomUUID(), paymentId: done.id, ...(amount ? { amount } : {}) },
        "refund { id status amount { amount } }",
      );
    expect(await refund("2.34")).toMatchObject({ userErrors: [], refund: { status: "PENDING" } });
    await comesTo(done.id, "PARTIALLY_REFUNDED");
    expect((await refund()).refund.amount.amount).toBe("10.00");
    const all = await comesTo(done.id, "REFUNDED");
    expect(all.refunds.map(({ status }: Json) => status)).toEqual(["COMPLETED", "COMPLETED"]);
    expect((await effects(done.id)).filter((type) => type === "refund")).toHaveLength(2);
  });

  test("shows a refund that was made in PayU's own panel", async () => {
    const done = await paid();
    await refundByHand(done);
    const seen = await becomes(done.id, ({ refundedAmount }) => refundedAmount.amount === "1.00");
    expect(seen.status).toBe("PARTIALLY_REFUNDED");
    expect(seen.refunds).toMatchObject([{ status: "COMPLETED", amount: { amount: "1.00" } }]);
  });

  test("shows such a refund also where PayU's lists lag behind its notification", async () => {
    const done = await paid();
    const { payu } = gateway.simulator;
    const match = { method: "GET", path: "^/api/v2_1/orders/[^/]+/refunds$" };
    // More looks than what has been notified by then leads to.
    const effect = { kind: "status", code: 200, body: { refunds: [] } };
    await payu.control("POST", "/faults", { match, effect, times: 5 });
    await refundByHand(done);
    const seen = await becomes(done.id, ({ refundedAmount }) => refundedAmount.amount === "1.00");
    expect(seen.refunds).toMatchObject([{ status: "COMPLETED", amount: { amount: "1.00" } }]);
  });

  test.each(["effect-then-drop", "effect-then-500", "garbage", "truncate"])(
    "is found again, and taken once, when the answer is lost (%s)",
    async (effect) => {
      const { payu } = gateway.simulator;
      await payu.control("POST", "/notifications", { mode: "off" });
      const match = { method: "POST", path: "^/api/v2_1/orders$" };
      await payu.control("POST", "/faults", { match, effect });
      const { payment: made } = await create(paymentAtPayu(await byCard()));
      expect(made.status).toBe("UNKNOWN");
      await comesTo(made.id, "APPROVED");
      expect((await effects(made.id)).filter((type) => type === "charge")).toHaveLength(1);
      await payu.control("POST", "/notifications", { mode: "on" });
    },
  );

  test("is found by its notification alone when the answer is lost", async () => {
    const { payu } = gateway.simulator;
    await loseOrders(payu);
    const { payment: made } = await create(paymentAtPayu(await byCard()));
    // No time passes: its next attempt is not due yet.
    await eventually(async () => (await read(made.id)).status === "APPROVED");
    await payu.control("DELETE", "/faults");
    expect((await effects(made.id)).filter((type) => type === "charge")).toHaveLength(1);
  });

  test("refunds once when the refund's answer is lost", async () => {
    const { payu } = gateway.simulator;
    await payu.control("POST", "/notifications", { mode: "off" });
    const done = await paid();
    const match = { method: "POST", path: "^/api/v2_1/orders/.*/refunds$" };
    await payu.control("POST", "/faults", { match, effect: "effect-then-drop" });
    const input = { idempotencyKey: randomUUID(), paymentId: done.id, amount: "2.00" };
    const { refund } = await gateway.mutate("refundPayment", input, "refund { status }");
    expect(refund.status).toBe("UNKNOWN");
    await comesTo(done.id, "PARTIALLY_REFUNDED");
    expect((await effects(done.id)).filter((type) => type === "refund")).toHaveLength(1);
    await payu.control("POST", "/notifications", { mode: "on" });
  });

  test("is followed by looks alone when no notification comes", async () => {
    const { payu } = gateway.simulator;
    await payu.control("POST", "/notifications", { mode: "off" });
    const done = await paid();
    const input = { idempotencyKey: randomUUID(), paymentId: done.id, amount: "2.00" };
    await gateway.mutate("refundPayment", input, "refund { status }");
    await comesTo(done.id, "PARTIALLY_REFUNDED");
    await payu.control("POST", "/notifications", { mode: "on" });
  });
});

test("what PayU refuses or fails is logged with what its support asks for, which no client is told", async () => {
  const lines: Json[] = [];
  const write = (line: string) => lines.push(JSON.parse(line));
  const gateway = await TestGateway.start({ logger: createLogger("info", { write }) });
  const body = { status: { statusCode: "ERROR_VALUE_INVALID", severity: "ERROR" } };
  for (const code of [400, 503]) {
    const headers = { "correlation-id": `of-${code}` };
    await gateway.simulator.payu.control("POST", "/faults", {
      match: { method: "POST", path: "^/api/v2_1/orders$" },
      effect: { kind: "status", code, body, headers },
    });
    const input = {
      idempotencyKey: randomUUID(),
      sellerId: seller.id,
      amount: "12.34",
      currency: "PLN",
      payer: { email: `${randomUUID().slice(0, 8)}@example.com` },
      additionalInfo: { ipAddress: "127.0.0.1" },
    };
    const answer = await gateway.mutate("createPayment", input, "payment { status }");
    expect(JSON.stringify(answer)).not.toContain(`of-${code}`);
  }
  const calls = lines.filter(({ msg }) => msg === "provider call");
  expect(calls).toMatchObject([
    { operation: "createOrder", status: 400, supportId: "of-400" },
    { operation: "createOrder", status: 503, supportId: "of-503" },
  ]);
  await gateway.stop();
});

describeEachDatabase("a link to a submerchant", (database) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await TestGateway.start({ database });
  });
  afterAll(() => gateway.stop());

  const selection = "account { id status provider providerAccountId acceptsPayments capabilities }";
  const link = (input: Record<string, unknown>, credential?: string): Promise<Json> =>
    gateway.mutate("linkSubmerchant", input, selection, credential);
  const newSeller = async (): Promise<string> => {
    const input = { reference: randomUUID().slice(0, 20), name: "Shop of a test" };
    return (await gateway.mutate("createSeller", input, "seller { id }")).seller.id;
  };
  test("lets the seller be paid, and can be made twice", async () => {
    const sellerId = await newSeller();
    const input = { sellerId, shop: "demo", submerchantId: await newSubmerchant(gateway) };
    const { account, userErrors } = await link(input);
    expect(userErrors).toEqual([]);
    expect(account).toMatchObject({
      status: "CONNECTED",
      provider: "PAYU",
      providerAccountId: input.submerchantId,
      acceptsPayments: true,
    });
    expect((await link(input)).account.id).toBe(account.id);
  });

  test("is refused for what PayU does not know, for no shop, and for somebody else's", async () => {
    const sellerId = await newSeller();
    const submerchantId = await newSubmerchant(gateway);
    expect(await link({ sellerId, shop: "demo", submerchantId: "nobody" })).toMatchObject({
      account: null,
      userErrors: [{ code: "NOT_FOUND", path: ["input", "submerchantId"] }],
    });
    expect(await link({ sellerId, shop: "nowhere", submerchantId })).toMatchObject({
      userErrors: [{ code: "NOT_FOUND", path: ["input", "shop"] }],
    });
    expect(await link({ sellerId, submerchantId })).toMatchObject({
      userErrors: [{ code: "INVALID_INPUT", path: ["input", "shop"] }],
    });
    await link({ sellerId, shop: "demo", submerchantId });
    const other = { sellerId: await newSeller(), shop: "demo", submerchantId };
    expect(await link(other)).toMatchObject({
      userErrors: [{ code: "CONNECTION_ACCOUNT_TAKEN", path: ["input", "submerchantId"] }],
    });
  });

  test("moves to another seller once it was ended, and ends payments before", async () => {
    const sellerId = await newSeller();
    const submerchantId = await newSubmerchant(gateway);
    const { account } = await link({ sellerId, shop: "demo", submerchantId });
    const ended = await gateway.mutate("disconnectSeller", { accountId: account.id }, selection);
    expect(ended.account).toMatchObject({ status: "DISCONNECTED", acceptsPayments: false });
    const { userErrors } = await gateway.mutate(
      "createPayment",
      {
        idempotencyKey: randomUUID(),
        sellerId,
        amount: "1.00",
        currency: "PLN",
        payer: { email: "ada@example.com" },
        additionalInfo: { ipAddress: "127.0.0.1" },
      },
      "payment { id }",
    );
    expect(userErrors).toMatchObject([{ code: "NO_CAPABLE_ACCOUNT" }]);
    const other = await newSeller();
    expect(await link({ sellerId: other, shop: "demo", submerchantId })).toMatchObject({
      userErrors: [],
      account: { id: account.id, status: "CONNECTED" },
    });
  });

  test("stores nothing while PayU gives no answer", async () => {
    const sellerId = await newSeller();
    const submerchantId = await newSubmerchant(gateway);
    await gateway.simulator.payu.control("POST", "/faults", {
      match: { method: "GET", path: "^/api/v2_1/customers/.*/balances" },
      effect: "drop-before",
    });
    expect(await link({ sellerId, shop: "demo", submerchantId })).toMatchObject({
      account: null,
      userErrors: [{ code: "PROVIDER_UNAVAILABLE", retryable: true }],
    });
    expect((await link({ sellerId, shop: "demo", submerchantId })).userErrors).toEqual([]);
  });

  test("is the marketplace's to make, not the seller's", async () => {
    const stranger = await gateway.connectSeller();
    const document =
      "mutation ($input: LinkSubmerchantInput!) { linkSubmerchant(input: $input) { userErrors { code } } }";
    const input = { sellerId: stranger.id, shop: "demo", submerchantId: "submerchant_A" };
    const { errors } = await gateway.query(document, { input }, stranger.key);
    expect(errors?.[0].extensions.code).toBe("FORBIDDEN");
  });
});
