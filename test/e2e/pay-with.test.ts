import { randomUUID } from "node:crypto";
import { demoCredentials } from "../../src/demo";
import { describeEachDatabase } from "../support/databases";
import { leavingNothing } from "../support/footprint";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { actionFields, answerPage, paymentBy, readAction } from "../support/next-actions";
import { paymentAtPayu } from "../support/orders";
import { eventually, type Json } from "../support/simulator";

const address = {
  ...{ zipCode: "01000-000", street: "Rua A", number: "10", neighborhood: "Centro" },
  ...{ city: "Sao Paulo", state: "SP" },
};
const whoPays = {
  ...{ firstName: "Ana", lastName: "Reyes" },
  identification: { type: "CPF", number: "19119119100" },
};
const payer = () => ({ email: `buyer-${randomUUID().slice(0, 8)}@testuser.com`, ...whoPays });
const boleto = { voucher: { methodId: "bolbradesco", address, validForSeconds: 432_000 } };
const { state: _state, ...place } = address;
const pse = {
  bankRedirect: {
    ...{ bank: "1022", personType: "NATURAL", address: place },
    returnUrl: "https://shop.example/back",
  },
};
const withPse = () => ({
  payWith: pse,
  payer: { ...payer(), phone: { areaCode: "601", number: "5551234" } },
  additionalInfo: { ipAddress: "203.0.113.7" },
});

describeEachDatabase("how a payment is paid", (database) => {
  const clock = new MovableClock();
  let gateway: TestGateway;
  const sellers = new Map<string, ConnectedSeller>();
  const sellerIn = (site: string): ConnectedSeller => {
    const seller = sellers.get(site);
    if (seller === undefined) throw new Error(`nobody sells in ${site}`);
    return seller;
  };
  beforeAll(async () => {
    gateway = await TestGateway.start({ database, clock });
    for (const site of ["MLA", "MLB", "MLM", "MCO", "MPE"]) {
      sellers.set(site, await gateway.connectSeller(site));
    }
  });
  afterAll(() => gateway.stop());

  const create = (input: Record<string, unknown>, credential?: string): Promise<Json> =>
    gateway.mutate(
      "createPayment",
      input,
      `replayed payment { ${actionFields} createdAt rejection { code } method { methodId installments } }`,
      credential,
    );
  const made = async (input: Record<string, unknown>): Promise<Json> => {
    const { payment, userErrors } = await create(input);
    expect(userErrors).toEqual([]);
    return payment;
  };
  const lookedUp = async (id: string): Promise<Json> => {
    const { payments } = gateway.app.services;
    await payments.lookUp(await payments.read(id as never));
    return readAction(gateway, id);
  };
  const at = (site: string, payWith: object, extra: object = {}) =>
    paymentBy(sellerIn(site), { payWith, payer: payer(), ...extra });
  const there = (site: string, payment: Json) =>
    sellerIn(site).shop.payment(Number(payment.providerPaymentId));
  const yapeToken = async (phoneNumber: string): Promise<string> => {
    const { publicKey } = sellerIn("MPE").shop.seller;
    const path = `/platforms/pci/yape/v1/payment?public_key=${publicKey}`;
    const body = { phoneNumber, otp: "123456", requestId: randomUUID() };
    return (await gateway.simulator.call("POST", path, body)).body.id;
  };

  describe("at Mercado Pago", () => {
    test("a card", async () => {
      const token = await sellerIn("MLA").cardToken();
      const card = { token, methodId: "visa", issuerId: "310", installments: 3 };
      const payment = await made(at("MLA", { card }));
      expect(payment).toMatchObject({
        ...{ status: "APPROVED", nextAction: null },
        method: { methodId: "visa", installments: 3 },
      });
      expect(await there("MLA", payment)).toMatchObject({
        ...{ issuer_id: "310", three_d_secure_mode: null },
      });
    });

    test("Pix, for as long as was asked for", async () => {
      const payment = await made(at("MLB", { pix: { validForSeconds: 7_200 } }));
      expect(payment.nextAction.__typename).toBe("ShowQrCode");
      expect(Date.parse(payment.expiresAt) - Date.parse(payment.createdAt)).toBe(7_200_000);
      expect(payment.nextAction.expiresAt).toBe(payment.expiresAt);
    });

    test("a boleto, with the line that is typed", async () => {
      const payment = await made(at("MLB", boleto));
      const { barcode, digitableLine } = payment.nextAction;
      expect(barcode).toMatch(/^\d{44}$/);
      expect(digitableLine).toMatch(/^\d{47}$/);
      expect(digitableLine.slice(33)).toBe(barcode.slice(5, 19));
      expect(await there("MLB", payment)).toMatchObject({
        ...{ payment_method_id: "bolbradesco", status: "pending" },
        payer: {
          first_name: "Ana",
          address: { street_name: "Rua A", neighborhood: "Centro", federal_unit: "SP" },
        },
      });
      await answerPage(payment.nextAction.pageUrl);
      expect(await lookedUp(payment.id)).toMatchObject({ status: "APPROVED", nextAction: null });
    });

    test.each([
      ["pay", "APPROVED"],
      ["refuse", "REJECTED"],
    ])("PSE, where the payer's bank says %s", async (answer, status) => {
      const payment = await made(paymentBy(sellerIn("MCO"), withPse()));
      expect(payment.nextAction).toMatchObject({ __typename: "GoToPage", mayBeFramed: false });
      expect(await there("MCO", payment)).toMatchObject({
        transaction_details: { financial_institution: "1022" },
        payer: { entity_type: "individual", phone: { area_code: "601" } },
      });
      const back = await answerPage(payment.nextAction.url, answer);
      expect(back.headers.get("location")).toBe("https://shop.example/back");
      expect(await lookedUp(payment.id)).toMatchObject({ status, nextAction: null });
    });

    test("PSE ends after twenty minutes", async () => {
      const payment = await made(paymentBy(sellerIn("MCO"), withPse()));
      expect(Date.parse(payment.expiresAt) - Date.parse(payment.createdAt)).toBeLessThan(1_201_000);
      await gateway.simulator.control("POST", "/clock", { advanceMs: 1_201_000 });
      clock.advance(1_203_000);
      await eventually(async () => {
        gateway.app.wakeJobs();
        return (await readAction(gateway, payment.id)).status === "EXPIRED";
      });
    });

    test.each([
      ["111111111", "APPROVED", null],
      ["111111112", "REJECTED", "cc_rejected_call_for_authorize"],
    ])("Yape by %s is %s at once", async (phone, status, code) => {
      const payment = await made(at("MPE", { walletToken: { token: await yapeToken(phone) } }));
      expect(payment).toMatchObject({ status, method: { methodId: "yape" }, nextAction: null });
      expect(payment.rejection?.code ?? null).toBe(code);
    });
  });

  describe("at PayU", () => {
    const payu = (payWith: object, extra: object = {}) => paymentAtPayu({ payWith, ...extra });

    test("a pay-by-link leads to its bank's page", async () => {
      const payment = await made(payu({ payByLink: { value: "m" } }));
      expect(payment).toMatchObject({
        ...{ status: "PENDING", nextAction: { __typename: "GoToPage" } },
      });
    });

    test("a card token leads nowhere, or where its bank asks the buyer", async () => {
      const of = (word: string) => ({ card: { token: `TOK_${word}_${randomUUID()}` } });
      expect(await made(payu(of("approve")))).toMatchObject({ nextAction: null });
      expect(await made(payu(of("3ds")))).toMatchObject({
        nextAction: { __typename: "GoToPage" },
      });
    });

    test("a BLIK code needs nothing more here", async () => {
      expect(await made(payu({ blik: { code: "777123" } }))).toMatchObject({
        ...{ status: "PENDING", nextAction: null },
      });
    });

    test("nothing is left to the buyer, who chooses on PayU's page", async () => {
      expect(await made(paymentAtPayu())).toMatchObject({
        nextAction: { __typename: "GoToPage" },
      });
    });
  });

  describe("is refused with its place, before anything is written,", () => {
    const errorsOf = async (input: Record<string, unknown>): Promise<string[]> => {
      const { payment, userErrors } = await leavingNothing(gateway, () => create(input));
      expect(payment).toBeNull();
      return userErrors.map(({ code, path }: Json) => `${code} ${path.join(".")}`).sort();
    };

    test.each<[string, string, object]>([
      ["MLA", "payWith.pix", { pix: {} }],
      ["MLM", "payWith.voucher.methodId", { voucher: { methodId: "rapipago" } }],
      ["MLB", "payWith.bankRedirect", pse],
      ["MLB", "payWith.walletToken", { walletToken: { token: "x".repeat(32) } }],
      ["MLA", "payWith.blik", { blik: { code: "777123" } }],
      ["MLA", "payWith.payByLink", { payByLink: { value: "m" } }],
    ])("what %s does not have: %s", async (site, path, payWith) => {
      expect(await errorsOf(at(site, payWith))).toEqual([`INVALID_INPUT input.${path}`]);
    });

    test.each<[string, object]>([
      ["payWith.pix", { pix: {} }],
      ["payWith.voucher", { voucher: { methodId: "oxxo" } }],
      ["payWith.card.threeDSecure", { card: { token: "TOK_approve_1", threeDSecure: true } }],
      ["payWith.card.installments", { card: { token: "TOK_approve_1", installments: 3 } }],
    ])("what PayU does not have: %s", async (path, payWith) => {
      expect(await errorsOf(paymentAtPayu({ payWith }))).toEqual([`INVALID_INPUT input.${path}`]);
    });

    test.each<[string, () => Record<string, unknown>, string[]]>([
      [
        "a boleto without what it needs",
        () => paymentBy(sellerIn("MLB"), { payWith: { voucher: { methodId: "bolbradesco" } } }),
        [
          ...["payWith.voucher.address", "payer.firstName", "payer.identification"],
          "payer.lastName",
        ],
      ],
      [
        "a boleto without its state",
        () => at("MLB", { voucher: { methodId: "bolbradesco", address: place } }),
        ["payWith.voucher.address.state"],
      ],
      [
        "PSE without what it needs",
        () => paymentBy(sellerIn("MCO"), { payWith: pse }),
        ["additionalInfo.ipAddress", "payer.identification", "payer.phone"],
      ],
      [
        "a Pix code that would be over too soon",
        () => at("MLB", { pix: { validForSeconds: 1_799 } }),
        ["payWith.pix.validForSeconds"],
      ],
      [
        "an address that nobody asks for",
        () => at("MLM", { voucher: { methodId: "oxxo", address } }),
        ["payWith.voucher.address"],
      ],
      [
        "a card without installments",
        () => at("MLA", { card: { token: "0".repeat(32), methodId: "visa" } }),
        ["payWith.card.installments"],
      ],
      [
        "a way that is said twice",
        () => at("MLB", { pix: {} }, { methodId: "pix", installments: 1 }),
        ["installments", "methodId"],
      ],
      [
        "a code that is none",
        () => paymentAtPayu({ payWith: { blik: { code: "12345" } } }),
        ["payWith.blik.code"],
      ],
    ])("%s", async (_name, input, paths) => {
      expect(await errorsOf(input())).toEqual(paths.map((path) => `INVALID_INPUT input.${path}`));
    });

    test("two ways at once, and none", async () => {
      const document =
        "mutation ($input: CreatePaymentInput!) { createPayment(input: $input) { payment { id } } }";
      for (const payWith of [{ pix: {}, blik: { code: "777123" } }, {}, { pix: null }]) {
        const input = at("MLB", payWith);
        const { data, errors } = await leavingNothing(gateway, () =>
          gateway.query(document, { input }),
        );
        expect([data, errors?.map(({ extensions }) => extensions.code)]).toEqual([
          ...[undefined, ["BAD_REQUEST"]],
        ]);
      }
    });
  });

  test("a token that the provider refuses is refused at its place", async () => {
    const card = { token: "0".repeat(32), methodId: "visa", installments: 1 };
    expect((await create(at("MLA", { card }))).userErrors).toMatchObject([
      { code: "CARD_TOKEN_INVALID", path: ["input", "payWith", "card", "token"] },
    ]);
  });

  test.each<[string, (token: string) => Record<string, unknown>, string[]]>([
    ["payWith", (token) => ({ payWith: { card: { token } } }), ["payWith", "card", "token"]],
    ["the older field", (cardToken) => ({ cardToken }), ["cardToken"]],
  ])(
    "a card token that PayU knows as used is refused at its place in %s",
    async (_name, of, path) => {
      const given = of(`TOK_approve_${randomUUID()}`);
      await made(paymentAtPayu(given));
      expect((await create(paymentAtPayu(given))).userErrors).toMatchObject([
        { code: "CARD_TOKEN_INVALID", path: ["input", ...path], provider: "PAYU" },
      ]);
    },
  );

  test("the same key answers with the same payment, and with no other way to pay", async () => {
    const input = at("MLB", { pix: { validForSeconds: 3_600 } });
    const first = await create(input);
    const again = await create(input);
    expect(again).toMatchObject({ replayed: true, payment: first.payment });
    const other = await create({ ...input, payWith: { pix: { validForSeconds: 3_601 } } });
    expect(other.userErrors).toMatchObject([{ code: "IDEMPOTENCY_KEY_REUSED" }]);
  });

  test("the same code twice is taken for a mistake", async () => {
    const input = at("MLB", { pix: {} });
    await made(input);
    const twin = await create({ ...input, idempotencyKey: randomUUID() });
    expect(twin.userErrors).toMatchObject([{ code: "NEAR_IDENTICAL_PAYMENT" }]);
    expect(
      (await create({ ...input, idempotencyKey: randomUUID(), payWith: boleto })).userErrors,
    ).toEqual([]);
  });

  test("a lost answer is found out with the end that was asked for, and made once", async () => {
    await gateway.simulator.control("POST", "/faults", {
      match: {
        method: "POST",
        path: "^/v1/payments$",
        account: sellerIn("MLB").shop.seller.userId,
      },
      effect: "drop-before",
    });
    const lost = await made(at("MLB", { pix: { validForSeconds: 7_200 } }));
    expect(lost).toMatchObject({ status: "UNKNOWN", nextAction: null });
    clock.advance(20_000);
    await eventually(async () => {
      gateway.app.wakeJobs();
      return (await readAction(gateway, lost.id)).status === "PENDING";
    });
    const found = await readAction(gateway, lost.id);
    expect(Date.parse(found.expiresAt) - Date.parse(lost.createdAt)).toBe(7_200_000);
    const entries = (await sellerIn("MLB").shop.ledger()).filter(
      ({ externalReference }) => externalReference === lost.id,
    );
    expect(entries).toHaveLength(1);
  });

  test("an application that may make no payments says so, and leaves the seller connected", async () => {
    const path = "/applications/1010101010101010";
    await gateway.simulator.control("POST", path, { isForOrders: true });
    const { payment, userErrors } = await create(at("MLB", { pix: {} }));
    await gateway.simulator.control("POST", path, { isForOrders: false });
    expect(userErrors).toMatchObject([
      {
        ...{ code: "APPLICATION_NOT_ALLOWED", path: ["input"], retryable: false },
        ...{ provider: "MERCADO_PAGO", providerCode: "7" },
        message: expect.stringContaining("Orders API"),
      },
    ]);
    expect(payment).toMatchObject({ status: "FAILED", nextAction: null });
    const { seller } = await gateway.data(
      "query ($id: ID!) { seller(id: $id) { accounts { status } } }",
      { id: sellerIn("MLB").id },
      demoCredentials.marketplace,
    );
    expect(seller.accounts).toEqual([{ status: "CONNECTED" }]);
  });
});
