import { bootSimulator, openShop, type Shop, type TestSimulator } from "../support/simulator";

const day = 24 * 60 * 60 * 1000;

describe("what the simulated /v1/payments accepts", () => {
  let simulator: TestSimulator;
  let shop: Shop;

  beforeAll(async () => {
    simulator = await bootSimulator();
  });
  afterAll(() => simulator.close());
  beforeEach(async () => {
    shop = await openShop(simulator);
  });
  const advance = (ms: number) => simulator.control("POST", "/clock", { advanceMs: ms });

  describe("idempotency", () => {
    it("refuses a request without a key before it looks at anything else", async () => {
      const answer = await shop.post({ nonsense: true }, null);
      expect(answer.status).toBe(400);
      expect(answer.body.cause[0].code).toBe(4292);
    });

    it("answers a repetition with the payment as it is now, and charges once", async () => {
      const body = await shop.cardBody({ capture: false });
      const first = await shop.post(body, "key-1");
      expect(first.status).toBe(201);
      await shop.put(first.body.id, { status: "cancelled" });
      const again = await shop.post(body, "key-1");
      expect(again.status).toBe(200);
      expect(again.body).toMatchObject({ id: first.body.id, status: "cancelled" });
      expect((await shop.ledger()).map(({ type }) => type)).toEqual(["authorize", "cancel"]);
    });

    it("takes two bodies for the same when only the order of their members differs", async () => {
      const body = await shop.cardBody();
      const first = await shop.post(body, "key-1");
      const reordered = Object.fromEntries(Object.entries(body).reverse());
      expect((await shop.post(reordered, "key-1")).body.id).toBe(first.body.id);
    });

    it("refuses a known key with another body and changes nothing", async () => {
      const body = await shop.cardBody();
      await shop.post(body, "key-1");
      const answer = await shop.post({ ...body, transaction_amount: 200 }, "key-1");
      expect(answer.status).toBe(409);
      expect(await shop.ledger()).toHaveLength(1);
    });

    it("keeps the keys of two accounts apart and forgets a key after a day", async () => {
      const other = await simulator.seller("MLA");
      await shop.post(await shop.cardBody(), "key-1");
      const theirs = await simulator.cardToken(other);
      const answer = await shop.post(
        { ...(await shop.cardBody()), token: theirs },
        "key-1",
        other.accessToken,
      );
      expect(answer.status).toBe(201);
      await advance(day);
      expect((await shop.post(await shop.cardBody(), "key-1")).status).toBe(201);
    });

    it("lets a refused request be corrected under the same key", async () => {
      const body = await shop.cardBody();
      expect((await shop.post({ ...body, payer: {} }, "key-1")).status).toBe(400);
      expect((await shop.post(body, "key-1")).status).toBe(201);
    });
  });

  describe("a refused request", () => {
    const farAway = `https://shop.example/${"x".repeat(500)}`;
    it.each([
      [4002, { transaction_amount: null }],
      [4003, { transaction_amount: "100.5" }],
      [4037, { transaction_amount: 0 }],
      [4037, { transaction_amount: 100.555 }],
      [4004, { installments: null }],
      [4005, { installments: "many" }],
      [4006, { payer: null }],
      [4050, { payer: { email: "nobody" } }],
      [4051, { payer: { email: `${"x".repeat(260)}@testuser.com` } }],
      [4020, { notification_url: "nowhere" }],
      [4021, { notification_url: farAway }],
      [4022, { metadata: "text" }],
      [4038, { application_fee: 100.51 }],
      [4039, { application_fee: -1 }],
      [3003, { token: "magic" }],
      [2006, { token: "0".repeat(32) }],
      [3028, { payment_method_id: "master" }],
      [23, { date_of_expiration: "tomorrow" }],
      [7523, { date_of_expiration: "2020-01-01T00:00:00.000-04:00" }],
      [8, { transactionAmount: 1 }],
      [1, { external_reference: "with blanks" }],
    ])("has cause %d for %j, and leaves no trace", async (code, broken) => {
      const body = await shop.cardBody(broken);
      const answer = await shop.post(body);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ error: "bad_request", status: 400, cause: [{ code }] });
      expect(await shop.ledger()).toEqual([]);
    });

    it("does not use up the card token", async () => {
      const body = await shop.cardBody();
      await shop.post({ ...body, payer: {} });
      expect((await shop.post(body)).status).toBe(201);
    });

    it("wants whole numbers where the currency has no decimals", async () => {
      shop = await openShop(simulator, "MLC");
      const answer = await shop.post(await shop.cardBody({ transaction_amount: 1000.5 }));
      expect(answer.body.cause[0].code).toBe(4037);
      const paid = await shop.pay({ transaction_amount: 1000 });
      expect(paid).toMatchObject({ currency_id: "CLP", transaction_amount: 1000 });
    });
  });

  describe("card tokens", () => {
    it("pay once", async () => {
      const body = await shop.cardBody();
      expect((await shop.post(body)).status).toBe(201);
      expect((await shop.post(body)).body.cause[0].code).toBe(2006);
    });

    it("end after seven days and belong to one account", async () => {
      const other = await simulator.seller("MLA");
      const theirs = await simulator.cardToken(other);
      expect((await shop.post(await shop.cardBody({ token: theirs }))).body.cause[0].code).toBe(
        2006,
      );
      const body = await shop.cardBody();
      await advance(7 * day);
      expect((await shop.post(body)).body.cause[0].code).toBe(2006);
    });

    const card = {
      card_number: "5031 7557 3453 0604",
      expiration_month: 11,
      expiration_year: 2035,
      security_code: "123",
      cardholder: { name: "APRO", identification: { type: "DNI", number: "12345678" } },
    };
    const tokenize = (body: unknown) =>
      simulator.call("POST", `/v1/card_tokens?public_key=${shop.seller.publicKey}`, body, {
        headers: { origin: "https://shop.example" },
      });

    it("are made by a browser that has only the public key", async () => {
      const answer = await tokenize(card);
      expect(answer.status).toBe(201);
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
      expect(answer.body).toMatchObject({ first_six_digits: "503175", status: "active" });
      expect(JSON.stringify(answer.body)).not.toContain("5031755734530604");
      const paid = await shop.pay({ token: answer.body.id, payment_method_id: undefined });
      expect(paid).toMatchObject({ payment_method_id: "master", status: "approved" });
      const read = await shop.get(`/v1/card_tokens/${answer.body.id}`);
      expect(read.body).toMatchObject({ id: answer.body.id, status: "used" });
    });

    it("are prepared in a form that knows the first digits of the card", async () => {
      const ask = async (path: string) => {
        const answer = await simulator.call(
          "GET",
          `/v1/${path}public_key=${shop.seller.publicKey}`,
        );
        expect(answer.headers.get("access-control-allow-origin")).toBe("*");
        return answer.body;
      };
      const bin = "50317557";
      expect((await ask("identification_types?"))[0]).toMatchObject({ id: "DNI" });
      const { results } = await ask(`payment_methods/search?bins=${bin}&`);
      expect(results).toEqual([expect.objectContaining({ id: "master" })]);
      const query = `payment_method_id=master&bin=${bin}&`;
      expect(await ask(`payment_methods/card_issuers?${query}`)).toHaveLength(1);
      const [{ payer_costs }] = await ask(`payment_methods/installments?amount=300&bin=${bin}&`);
      expect(payer_costs[1]).toMatchObject({ installments: 3, installment_amount: 100 });
      expect((await ask("payment_methods/search?bins=12&")).status).toBe(400);
    });

    it.each([
      ["205", { card_number: "" }],
      ["E301", { card_number: "5031755734530605" }],
      ["208", { expiration_month: "" }],
      ["325", { expiration_month: 13 }],
      ["326", { expiration_year: 2020 }],
      ["224", { security_code: "" }],
      ["E302", { security_code: "1234" }],
      ["221", { cardholder: { name: "" } }],
      ["322", { cardholder: { name: "APRO", identification: { type: "CPF", number: "1" } } }],
    ])("are refused with code %s for %j", async (code, broken) => {
      const answer = await tokenize({ ...card, ...broken });
      expect(answer.status).toBe(400);
      expect(answer.body.cause[0].code).toBe(code);
    });
  });

  it.each([
    ["APRO", "approved", "accredited"],
    ["CONT", "in_process", "pending_contingency"],
    ["OTHE", "rejected", "cc_rejected_other_reason"],
    ["CALL", "rejected", "cc_rejected_call_for_authorize"],
    ["FUND", "rejected", "cc_rejected_insufficient_amount"],
    ["SECU", "rejected", "cc_rejected_bad_filled_security_code"],
    ["EXPI", "rejected", "cc_rejected_bad_filled_date"],
    ["FORM", "rejected", "cc_rejected_bad_filled_other"],
    ["CARD", "rejected", "cc_rejected_bad_filled_card_number"],
    ["INST", "rejected", "cc_rejected_invalid_installments"],
    ["DUPL", "rejected", "cc_rejected_duplicated_payment"],
    ["LOCK", "rejected", "cc_rejected_card_disabled"],
    ["CTNA", "rejected", "cc_rejected_card_type_not_allowed"],
    ["ATTE", "rejected", "cc_rejected_max_attempts"],
    ["BLAC", "rejected", "cc_rejected_blacklist"],
    ["Ana Paula Souza", "approved", "accredited"],
  ])("gives a payment by %s the status %s, %s", async (holder, status, detail) => {
    const payment = await shop.pay({}, holder);
    expect(payment).toMatchObject({ status, status_detail: detail });
  });

  it("decides at once in binary mode", async () => {
    expect((await shop.pay({ binary_mode: true }, "CONT")).status).toBe("rejected");
  });
});
