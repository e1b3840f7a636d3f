import type { Money } from "../../src/domain/money";
import type { PaymentObservation, RefundObservation } from "../../src/domain/payment-observation";
import {
  aCall,
  aCommand,
  accepted,
  aReference,
  during,
  type Mishap,
  money,
  type ProviderWorld,
  payments,
  refunds,
  stepOf,
} from "./provider-world";

/** What every provider's adapter has to do, whatever it speaks. */
export function describeProviderContract(name: string, open: () => Promise<ProviderWorld>): void {
  describe(`the contract of a provider: ${name}`, () => {
    let world: ProviderWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    describe("payments", () => paymentContract(() => world));
    describe("unknown outcomes", () => outcomeContract(() => world));
    describe("refunds", () => refundContract(() => world));
    describe("webhooks", () => webhookContract(() => world));
  });
}

function paymentContract(world: () => ProviderWorld): void {
  test("a payment is taken once and told in our terms", async () => {
    const command = await aCommand(world());
    const payment = accepted(await payments(world()).create(command, aCall(world())));
    expect(payment).toMatchObject({
      status: "APPROVED",
      amount: command.amount,
      reference: command.reference,
      providerAccountId: world().credentials.providerAccountId,
      refundedAmount: { minor: 0n, currency: world().currency },
      refunds: [],
      captured: true,
    });
    expect(await world().truth(command.reference)).toEqual({ charges: 1, refunds: 0 });
  });

  test("a declined payment is an answer, with a rejection that is documented", async () => {
    const command = await aCommand(world(), { fate: "rejected" });
    const payment = accepted(await payments(world()).create(command, aCall(world())));
    expect(payment.status).toBe("REJECTED");
    const { adapter } = world();
    const rejection = adapter.rejectionOf(payment.providerStatusDetail ?? "");
    expect(adapter.rejections).toContain(rejection);
    expect(await world().truth(command.reference)).toEqual({ charges: 0, refunds: 0 });
  });

  test("a payment that is looked at by a person is in review", async () => {
    const command = await aCommand(world(), { fate: "in review" });
    const payment = accepted(await payments(world()).create(command, aCall(world())));
    expect(payment.status).toBe("IN_REVIEW");
  });

  test("is found by the provider's id and by our reference, and looks the same", async () => {
    const command = await aCommand(world());
    const made = accepted(await payments(world()).create(command, aCall(world())));
    const { credentials } = world();
    const byId = await payments(world()).get(made.providerPaymentId, { credentials });
    const byReference = await payments(world()).findByReference(command.reference, { credentials });
    expect(accepted(byId)).toEqual(made);
    expect(accepted(byReference)).toEqual(made);
  });

  test("what does not exist is absent, for certain", async () => {
    const { credentials, missingPaymentId } = world();
    const byId = await payments(world()).get(missingPaymentId, { credentials });
    const byReference = await payments(world()).findByReference(aReference(), { credentials });
    expect([byId, byReference]).toEqual(Array(2).fill({ kind: "accepted", value: null }));
  });

  test("an authorized payment is captured in part, once", async () => {
    const command = await aCommand(world(), { capture: false });
    const held = accepted(await payments(world()).create(command, aCall(world())));
    expect(held).toMatchObject({ status: "AUTHORIZED", captured: false });
    expect((await world().truth(command.reference)).charges).toBe(0);

    const part = money(world(), command.amount.minor / 2n);
    const call = aCall(world());
    const first = await payments(world()).capture(held.providerPaymentId, part, call);
    const again = await payments(world()).capture(held.providerPaymentId, part, call);
    expect(accepted(first)).toMatchObject({ status: "APPROVED", captured: true });
    expect(again.kind).not.toBe("unknown");
    expect((await world().truth(command.reference)).charges).toBe(1);
  });

  test("an authorized payment is cancelled, and then cannot be captured", async () => {
    const command = await aCommand(world(), { capture: false });
    const held = accepted(await payments(world()).create(command, aCall(world())));
    const ended = await payments(world()).cancel(held.providerPaymentId, aCall(world()));
    expect(accepted(ended).status).toBe("CANCELLED");
    expect(
      await payments(world()).capture(held.providerPaymentId, null, aCall(world())),
    ).toMatchObject({ kind: "refused", refusal: { code: "ACTION_NOT_AVAILABLE" } });
    expect((await world().truth(command.reference)).charges).toBe(0);
  });

  test("a card token that is not known is refused, at its field", async () => {
    const command = { ...(await aCommand(world())), cardToken: "0".repeat(32) };
    expect(await payments(world()).create(command, aCall(world()))).toMatchObject({
      kind: "refused",
      refusal: { code: "CARD_TOKEN_INVALID", field: "cardToken", retryable: false },
    });
  });

  test("refused credentials are told apart from every other refusal", async () => {
    const credentials = { ...world().credentials, accessToken: "no-such-token" };
    const command = await aCommand(world());
    const call = { ...aCall(world()), credentials };
    const refused = { kind: "refused", refusal: { credentialsRefused: true, retryable: false } };
    expect(await payments(world()).create(command, call)).toMatchObject(refused);
    expect(await payments(world()).get("1", { credentials })).toMatchObject(refused);
    expect((await world().truth(command.reference)).charges).toBe(0);
  });
}

function outcomeContract(world: () => ProviderWorld): void {
  const done: Mishap[] = [
    "done, then reset",
    "done, then 500",
    "done, then half an answer",
    "done, then nonsense",
    "done, then silence",
  ];
  test.each(done)("%s: unknown, found by our reference, and charged once", async (mishap) => {
    const command = await aCommand(world());
    const call = aCall(world());
    await world().plan(mishap);
    expect((await during(world(), mishap).create(command, call)).kind).toBe("unknown");

    const found = accepted(await payments(world()).findByReference(command.reference, call));
    expect(found).toMatchObject({ status: "APPROVED", reference: command.reference });
    // The same request under the same key brings the same payment back.
    expect(accepted(await payments(world()).create(command, call))).toEqual(found);
    expect((await world().truth(command.reference)).charges).toBe(1);
  });

  const notDone: Mishap[] = [
    "not done, reset",
    "not done, silence",
    "not done, 503",
    "not done, 429",
  ];
  test.each(notDone)("%s: unknown too, and the same request makes it", async (mishap) => {
    const command = await aCommand(world());
    const call = aCall(world());
    await world().plan(mishap);
    expect((await during(world(), mishap).create(command, call)).kind).toBe("unknown");
    expect(accepted(await payments(world()).findByReference(command.reference, call))).toBeNull();
    expect((await world().truth(command.reference)).charges).toBe(0);

    expect(accepted(await payments(world()).create(command, call)).status).toBe("APPROVED");
    expect((await world().truth(command.reference)).charges).toBe(1);
  });

  test("a provider that is not there was not asked", async () => {
    const command = await aCommand(world());
    await world().adapter.close();
    expect(await payments(world()).create(command, aCall(world()))).toMatchObject({
      kind: "refused",
      refusal: { code: "PROVIDER_UNAVAILABLE", retryable: true },
    });
  });
}

function refundContract(world: () => ProviderWorld): void {
  async function paid(): Promise<{ payment: PaymentObservation; reference: string }> {
    const command = await aCommand(world());
    const payment = accepted(await payments(world()).create(command, aCall(world())));
    return { payment, reference: command.reference };
  }
  const refund = (payment: PaymentObservation, amount: Money, call = aCall(world())) =>
    refunds(world()).create(
      {
        providerPaymentId: payment.providerPaymentId,
        amount,
        isWhole: amount.minor === payment.amount.minor,
      },
      call,
    );
  const list = async (payment: PaymentObservation) =>
    accepted(
      await refunds(world()).list(payment.providerPaymentId, world().currency, aCall(world())),
    );

  test("the whole", async () => {
    const { payment, reference } = await paid();
    const made = accepted(await refund(payment, payment.amount));
    expect(made).toMatchObject({ status: "COMPLETED", amount: payment.amount });
    expect(await list(payment)).toEqual([made]);
    const seen = await payments(world()).get(payment.providerPaymentId, aCall(world()));
    expect(accepted(seen)).toMatchObject({ status: "REFUNDED", refundedAmount: payment.amount });
    expect((await world().truth(reference)).refunds).toBe(1);
  });

  test("a part, then more than is left, then the rest", async () => {
    const { payment, reference } = await paid();
    const part = money(world(), payment.amount.minor / 2n);
    const rest = money(world(), payment.amount.minor - part.minor);
    const first = accepted(await refund(payment, part));
    const seen = await payments(world()).get(payment.providerPaymentId, aCall(world()));
    expect(accepted(seen)).toMatchObject({ status: "PARTIALLY_REFUNDED", refundedAmount: part });

    const tooMuch = money(world(), rest.minor + stepOf(world()));
    expect(await refund(payment, tooMuch)).toMatchObject({
      kind: "refused",
      refusal: { code: "REFUND_EXCEEDS_REMAINING", field: "amount" },
    });

    const second = accepted(await refund(payment, rest));
    const byId = (a: RefundObservation | null, b: RefundObservation | null) =>
      String(a?.providerRefundId).localeCompare(String(b?.providerRefundId));
    expect([...(await list(payment))].sort(byId)).toEqual([first, second].sort(byId));
    const ended = await payments(world()).get(payment.providerPaymentId, aCall(world()));
    expect(accepted(ended)).toMatchObject({ status: "REFUNDED", refundedAmount: payment.amount });
    expect((await world().truth(reference)).refunds).toBe(2);
  });

  test("sent twice under one key, once", async () => {
    const { payment, reference } = await paid();
    const part = money(world(), payment.amount.minor / 2n);
    const call = aCall(world());
    const first = accepted(await refund(payment, part, call));
    const again = await refund(payment, part, call);
    expect([null, first]).toContainEqual(accepted(again));
    expect((await world().truth(reference)).refunds).toBe(1);
  });

  test("whose answer was lost is unknown, listed, and made once", async () => {
    const { payment, reference } = await paid();
    const part = money(world(), payment.amount.minor / 2n);
    const call = aCall(world());
    await world().plan("done, then reset");
    expect((await refund(payment, part, call)).kind).toBe("unknown");
    expect(await list(payment)).toMatchObject([{ status: "COMPLETED", amount: part }]);
    expect((await refund(payment, part, call)).kind).toBe("accepted");
    expect((await world().truth(reference)).refunds).toBe(1);
  });

  test("of a declined payment", async () => {
    const command = await aCommand(world(), { fate: "rejected" });
    const payment = accepted(await payments(world()).create(command, aCall(world())));
    expect(await refund(payment, payment.amount)).toMatchObject({
      kind: "refused",
      refusal: { code: "ACTION_NOT_AVAILABLE" },
    });
  });
}

function webhookContract(world: () => ProviderWorld): void {
  test("a delivery proves itself and says what to look at", async () => {
    const command = await aCommand(world());
    const payment = accepted(await payments(world()).create(command, aCall(world())));
    const request = await world().nextDelivery();
    const { webhooks } = world().adapter;
    expect(webhooks.verify(request, ["another", world().webhookSecret])).toBe("signed");
    expect(webhooks.subjectOf(request)).toEqual({
      kind: "payment",
      providerPaymentId: payment.providerPaymentId,
      providerAccountId: world().credentials.providerAccountId,
    });
    expect(webhooks.dedupeKey(request)).toBe(webhooks.dedupeKey(request));
    expect(webhooks.dedupeKey(request).length).toBeLessThanOrEqual(200);
  });

  test("without its secret it is forged", async () => {
    await payments(world()).create(await aCommand(world()), aCall(world()));
    const request = await world().nextDelivery();
    const { webhooks } = world().adapter;
    expect(webhooks.verify(request, ["another"])).toBe("forged");
    expect(webhooks.verify(request, [])).toBe("forged");
  });

  test("two deliveries have two keys", async () => {
    const command = await aCommand(world());
    const payment = accepted(await payments(world()).create(command, aCall(world())));
    const first = await world().nextDelivery();
    await refunds(world()).create(
      { providerPaymentId: payment.providerPaymentId, amount: payment.amount, isWhole: true },
      aCall(world()),
    );
    const second = await world().nextDelivery();
    const { webhooks } = world().adapter;
    expect(webhooks.dedupeKey(second)).not.toBe(webhooks.dedupeKey(first));
  });
}
