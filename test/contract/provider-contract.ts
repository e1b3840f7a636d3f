import type { RefundObservation } from "../../src/domain/payment-observation";
import {
  aCall,
  aCommand,
  accepted,
  aReference,
  during,
  type Mishap,
  money,
  type ProviderTraits,
  type ProviderWorld,
  paid,
  payments,
  refund,
  settledRefunds,
  stepOf,
  taken,
} from "./provider-world";

/** What every provider's adapter has to do, whatever it speaks. */
export function describeProviderContract(
  name: string,
  traits: ProviderTraits,
  open: () => Promise<ProviderWorld>,
): void {
  describe(`the contract of a provider: ${name}`, () => {
    let world: ProviderWorld;
    beforeEach(async () => {
      world = await open();
    });
    afterEach(() => world.close());

    describe("payments", () => paymentContract(() => world, traits));
    describe("unknown outcomes", () => outcomeContract(() => world, traits));
    describe("refunds", () => refundContract(() => world));
    describe("webhooks", () => webhookContract(() => world));
  });
}

function paymentContract(world: () => ProviderWorld, traits: ProviderTraits): void {
  test("a payment is taken once and told in our terms", async () => {
    const command = await aCommand(world());
    const payment = await taken(world(), command);
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
    const payment = await taken(world(), command);
    expect(payment.status).toBe("REJECTED");
    const { adapter } = world();
    const rejection = adapter.rejectionOf(payment.providerStatusDetail ?? "");
    expect(adapter.rejections).toContain(rejection);
    expect(await world().truth(command.reference)).toEqual({ charges: 0, refunds: 0 });
  });

  if (traits.reviews) {
    test("a payment that is looked at by a person is in review", async () => {
      const payment = await taken(world(), await aCommand(world(), { fate: "in review" }));
      expect(payment.status).toBe("IN_REVIEW");
    });
  }

  test("is found by the provider's id and by our reference, and looks the same", async () => {
    const command = await aCommand(world());
    const made = await taken(world(), command);
    const { credentials } = world();
    const byId = await payments(world()).get(made.providerPaymentId, { credentials });
    expect(accepted(byId)).toEqual(made);
    const byReference = await payments(world()).findByReference(command.reference, { credentials });
    expect(accepted(byReference)).toEqual(traits.searches ? made : null);
  });

  test("what does not exist is absent, for certain", async () => {
    const { credentials, missingPaymentId } = world();
    const byId = await payments(world()).get(missingPaymentId, { credentials });
    const byReference = await payments(world()).findByReference(aReference(), { credentials });
    expect([byId, byReference]).toEqual(Array(2).fill({ kind: "accepted", value: null }));
  });

  test("an authorized payment is captured once", async () => {
    const command = await aCommand(world(), { capture: false });
    const held = await taken(world(), command);
    expect(held).toMatchObject({ status: "AUTHORIZED", captured: false });
    expect((await world().truth(command.reference)).charges).toBe(0);

    const part = money(world(), command.amount.minor / 2n);
    const amount = traits.capturesParts ? part : null;
    const call = aCall(world());
    const first = await payments(world()).capture(held.providerPaymentId, amount, call);
    const again = await payments(world()).capture(held.providerPaymentId, amount, call);
    expect(accepted(first)).toMatchObject({ status: "APPROVED", captured: true });
    expect(again.kind).not.toBe("unknown");
    expect((await world().truth(command.reference)).charges).toBe(1);
  });

  if (!traits.capturesParts) {
    test("a part of an authorized payment is not captured instead of the whole", async () => {
      const command = await aCommand(world(), { capture: false });
      const { providerPaymentId } = await taken(world(), command);
      const part = money(world(), command.amount.minor / 2n);
      expect(
        await payments(world()).capture(providerPaymentId, part, aCall(world())),
      ).toMatchObject({ kind: "refused", refusal: { field: "amount", retryable: false } });
      expect((await world().truth(command.reference)).charges).toBe(0);
    });
  }

  test("an authorized payment is cancelled, and then cannot be captured", async () => {
    const command = await aCommand(world(), { capture: false });
    const { providerPaymentId } = await taken(world(), command);
    const ended = await payments(world()).cancel(providerPaymentId, aCall(world()));
    expect(accepted(ended).status).toBe("CANCELLED");
    expect(await payments(world()).capture(providerPaymentId, null, aCall(world()))).toMatchObject({
      kind: "refused",
      refusal: { code: "ACTION_NOT_AVAILABLE" },
    });
    expect((await world().truth(command.reference)).charges).toBe(0);
  });

  test("a card token that is not known is refused, at its field where the provider names it", async () => {
    const command = { ...(await aCommand(world())), cardToken: "0".repeat(32) };
    const named = { code: "CARD_TOKEN_INVALID", field: "cardToken" };
    expect(await payments(world()).create(command, aCall(world()))).toMatchObject({
      kind: "refused",
      refusal: { ...(traits.namesBadTokens ? named : {}), retryable: false },
    });
    expect((await world().truth(command.reference)).charges).toBe(0);
  });

  if (traits.ownCredentials) {
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
}

function outcomeContract(world: () => ProviderWorld, { searches }: ProviderTraits): void {
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
    // The same request under the same key brings the same payment back.
    const again = await taken(world(), command, call);
    expect(again).toMatchObject({ status: "APPROVED", reference: command.reference });
    expect(found).toEqual(searches ? again : null);
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

    expect((await taken(world(), command, call)).status).toBe("APPROVED");
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
  test("the whole", async () => {
    const { payment, reference } = await paid(world());
    const made = accepted(await refund(world(), payment, payment.amount));
    expect(made?.amount).toEqual(payment.amount);
    const { providerRefundId } = made ?? {};
    expect(await settledRefunds(world(), payment)).toMatchObject([
      { providerRefundId, amount: payment.amount },
    ]);
    const seen = await payments(world()).get(payment.providerPaymentId, aCall(world()));
    expect(accepted(seen)).toMatchObject({ status: "REFUNDED", refundedAmount: payment.amount });
    expect((await world().truth(reference)).refunds).toBe(1);
  });

  test("a part, then more than is left, then the rest", async () => {
    const { payment, reference } = await paid(world());
    const part = money(world(), payment.amount.minor / 2n);
    const rest = money(world(), payment.amount.minor - part.minor);
    const first = accepted(await refund(world(), payment, part));
    await settledRefunds(world(), payment);
    const seen = await payments(world()).get(payment.providerPaymentId, aCall(world()));
    expect(accepted(seen)).toMatchObject({ status: "PARTIALLY_REFUNDED", refundedAmount: part });

    const tooMuch = money(world(), rest.minor + stepOf(world()));
    expect(await refund(world(), payment, tooMuch)).toMatchObject({
      kind: "refused",
      refusal: { code: "REFUND_EXCEEDS_REMAINING", field: "amount" },
    });

    const second = accepted(await refund(world(), payment, rest));
    const listed = await settledRefunds(world(), payment);
    const ids = (made: readonly (RefundObservation | null)[]) =>
      made.map((one) => one?.providerRefundId).sort();
    expect(ids(listed)).toEqual(ids([first, second]));
    const ended = await payments(world()).get(payment.providerPaymentId, aCall(world()));
    expect(accepted(ended)).toMatchObject({ status: "REFUNDED", refundedAmount: payment.amount });
    expect((await world().truth(reference)).refunds).toBe(2);
  });

  test("sent twice under one key, once", async () => {
    const { payment, reference } = await paid(world());
    const part = money(world(), payment.amount.minor / 2n);
    const call = aCall(world());
    const first = accepted(await refund(world(), payment, part, call));
    const again = accepted(await refund(world(), payment, part, call));
    expect([undefined, first?.providerRefundId]).toContain(again?.providerRefundId);
    expect((await world().truth(reference)).refunds).toBe(1);
  });

  test("whose answer was lost is unknown, listed, and made once", async () => {
    const { payment, reference } = await paid(world());
    const part = money(world(), payment.amount.minor / 2n);
    const call = aCall(world());
    await world().plan("done, then reset");
    expect((await refund(world(), payment, part, call)).kind).toBe("unknown");
    expect(await settledRefunds(world(), payment)).toMatchObject([{ amount: part }]);
    expect((await refund(world(), payment, part, call)).kind).toBe("accepted");
    expect((await world().truth(reference)).refunds).toBe(1);
  });

  test("of a declined payment", async () => {
    const command = await aCommand(world(), { fate: "rejected" });
    const payment = await taken(world(), command);
    expect((await refund(world(), payment, payment.amount)).kind).toBe("refused");
    expect((await world().truth(command.reference)).refunds).toBe(0);
  });
}

function webhookContract(world: () => ProviderWorld): void {
  test("a delivery proves itself and says what to look at", async () => {
    const command = await aCommand(world());
    const payment = await taken(world(), command);
    const request = await world().nextDelivery();
    const { webhooks } = world().adapter;
    expect(webhooks.verify(request, ["another", world().webhookSecret])).toBe("signed");
    expect(webhooks.subjectOf(request)).toEqual(world().subjectOf(payment));
    expect(webhooks.dedupeKey(request)).toBe(webhooks.dedupeKey(request));
    expect(webhooks.dedupeKey(request).length).toBeLessThanOrEqual(200);
  });

  test("without its secret it is forged", async () => {
    await taken(world(), await aCommand(world()));
    const request = await world().nextDelivery();
    const { webhooks } = world().adapter;
    expect(webhooks.verify(request, ["another"])).toBe("forged");
    expect(webhooks.verify(request, [])).toBe("forged");
  });

  test("two deliveries have two keys", async () => {
    const { payment } = await paid(world());
    const first = await world().nextDelivery();
    accepted(await refund(world(), payment, payment.amount));
    const second = await world().nextDelivery();
    const { webhooks } = world().adapter;
    expect(webhooks.dedupeKey(second)).not.toBe(webhooks.dedupeKey(first));
  });
}
