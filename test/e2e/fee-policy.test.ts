import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, TestGateway } from "../support/gateway";

describeEachDatabase("the marketplace's fee on a seller's payments", (database) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await TestGateway.start({ database });
  });
  afterAll(() => gateway.stop());

  const setFee = (seller: ConnectedSeller, applicationFeePercent: unknown, credential?: string) =>
    gateway.mutate(
      "updateSeller",
      { id: seller.id, applicationFeePercent },
      "seller { applicationFeePercent }",
      credential,
    );
  const pay = async (seller: ConnectedSeller, changes: object, credential?: string) =>
    gateway.mutate(
      "createPayment",
      await gateway.cardPayment(seller, { amount: "100.50", ...changes }),
      "payment { status applicationFee { amount } fees { type payer amount { amount } } } ",
      credential,
    );

  test("is taken from each payment, whoever makes it, and reaches the provider", async () => {
    const seller = await gateway.connectSeller();
    expect(await setFee(seller, "2.5")).toMatchObject({
      seller: { applicationFeePercent: "2.5" },
      userErrors: [],
    });
    for (const credential of [undefined, seller.key]) {
      expect(await pay(seller, {}, credential)).toMatchObject({
        payment: {
          status: "APPROVED",
          applicationFee: { amount: "2.51" },
          // As the provider tells it.
          fees: expect.arrayContaining([
            { type: "application_fee", payer: "collector", amount: { amount: "2.51" } },
          ]),
        },
      });
    }
  });

  test("gives way to what a payment names, and ends when it is taken away", async () => {
    const seller = await gateway.connectSeller();
    await setFee(seller, 10);
    expect((await pay(seller, { applicationFee: "0" })).payment.applicationFee.amount).toBe("0.00");
    expect((await pay(seller, { applicationFee: "7" })).payment.applicationFee.amount).toBe("7.00");
    expect((await setFee(seller, null)).seller.applicationFeePercent).toBeNull();
    expect((await pay(seller, {})).payment.applicationFee).toBeNull();
  });

  test("is rounded down to what the provider takes", async () => {
    const seller = await gateway.connectSeller("MCO");
    await setFee(seller, "3.3333");
    const { payment } = await pay(seller, { currency: "COP", amount: "15001" });
    expect(payment.applicationFee.amount).toBe("500.00");
  });

  test("and the provider's leave what the seller nets, for the business to see and not for the buyer", async () => {
    const seller = await gateway.connectSeller();
    await setFee(seller, "2.5");
    const { payment } = await gateway.mutate(
      "createPayment",
      await gateway.cardPayment(seller),
      "payment { id }",
    );
    const shown = {
      fees: [
        // The simulator's rate: 4.5 %.
        { type: "mercadopago_fee", payer: "collector", amount: { amount: "4.52" } },
        { type: "application_fee", payer: "collector", amount: { amount: "2.51" } },
      ],
      netReceivedAmount: { amount: "93.47", currency: "ARS" },
    };
    const selection = "fees { type payer amount { amount } } netReceivedAmount { amount currency }";
    const one = `query ($id: ID!) { payment(id: $id) { ${selection} } }`;
    const list = `{ payments(first: 1) { edges { node { ${selection} } } } }`;
    for (const credential of [undefined, seller.key]) {
      expect((await gateway.data(one, { id: payment.id }, credential)).payment).toEqual(shown);
      const { payments } = await gateway.data(list, {}, credential);
      expect(payments.edges).toEqual([{ node: shown }]);
    }
    const token = await gateway.mutate("createWatchToken", { paymentId: payment.id }, "credential");
    expect((await gateway.data(one, { id: payment.id }, token.credential)).payment).toEqual({
      fees: [],
      netReceivedAmount: null,
    });
  });

  test.each([
    [2059, "FEE_NOT_ALLOWED"],
    [4038, "FEE_EXCEEDS_AMOUNT"],
    [4039, "INVALID_AMOUNT"],
  ])("that the provider refuses with %i is %s, at its place in the input", async (code, word) => {
    const seller = await gateway.connectSeller();
    const body = { message: "no", error: "bad_request", status: 400, cause: [{ code }] };
    await gateway.simulator.control("POST", "/faults", {
      match: { method: "POST", path: "/v1/payments", account: String(seller.shop.seller.userId) },
      effect: { kind: "status", code: 400, body },
    });
    expect(await pay(seller, { applicationFee: "7" })).toMatchObject({
      payment: { status: "FAILED" },
      userErrors: [
        {
          code: word,
          path: ["input", "applicationFee"],
          provider: "MERCADO_PAGO",
          providerCode: String(code),
          retryable: false,
        },
      ],
    });
    expect(await seller.shop.ledger()).toEqual([]);
  });

  test("is set by the marketplace only, and from 0 to 100", async () => {
    const seller = await gateway.connectSeller();
    await expect(setFee(seller, "0", seller.key)).rejects.toThrow("FORBIDDEN");
    for (const percent of ["-1", "100.01", "0.00001"]) {
      expect((await setFee(seller, percent)).userErrors).toMatchObject([
        { code: "INVALID_INPUT", path: ["input", "applicationFeePercent"] },
      ]);
    }
  });
});
