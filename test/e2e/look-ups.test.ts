import { demoCredentials } from "../../src/demo";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { countRequests, type Json } from "../support/simulator";
import { connectSubmerchant, linkToPayU, type Submerchant } from "../support/submerchants";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const methodsOf = `
  query ($sellerId: ID, $currency: CurrencyCode!, $amount: Decimal, $provider: Provider, $language: Language = EN) {
    paymentMethods(sellerId: $sellerId, currency: $currency, amount: $amount, provider: $provider, language: $language) {
      provider readAt isStale
      items {
        id kind payWith cardType name logoUrl minAmount { amount currency } maxAmount { amount }
        currencies buyerFields banks { id name } settlesInMinutes separateCapture
      }
    }
  }`;
const plansOf = `
  query ($sellerId: ID, $currency: CurrencyCode!, $amount: Decimal!, $cardBin: String!, $methodId: String) {
    installmentPlans(sellerId: $sellerId, currency: $currency, amount: $amount, cardBin: $cardBin, methodId: $methodId) {
      provider readAt isStale
      items {
        methodId cardType issuer { id name }
        plans { installments installmentAmount { amount } totalAmount { amount currency } ratePercent labels message }
      }
    }
  }`;
const documentsOf = `
  query ($sellerId: ID, $currency: CurrencyCode) {
    documentTypes(sellerId: $sellerId, currency: $currency) {
      provider isStale items { id name digitsOnly minLength maxLength }
    }
  }`;
const issuersOf = `
  query ($sellerId: ID, $currency: CurrencyCode!, $cardBin: String!) {
    cardIssuers(sellerId: $sellerId, currency: $currency, cardBin: $cardBin) {
      provider isStale items { id methodId name logoUrl }
    }
  }`;

describeEachDatabase("look-ups", (database) => {
  let gateway: TestGateway;
  let clock: MovableClock;
  let seller: ConnectedSeller;
  beforeAll(async () => {
    clock = new MovableClock();
    // A small budget for pages, which one of the tests uses up from an address of its own.
    const env = { RATE_LIMIT_PAGE_POINTS_PER_MINUTE: "2000", TRUST_PROXY: "1" };
    gateway = await TestGateway.start({ database, clock, env });
  });
  beforeEach(async () => {
    seller = await gateway.connectSeller("MLB");
  });
  afterEach(async () => {
    await gateway.simulator.control("DELETE", "/faults");
    await gateway.simulator.payu.control("DELETE", "/faults");
  });
  afterAll(() => gateway.stop());

  const pageKeyOf = async ({ id, key }: { id: string; key: string }): Promise<string> => {
    const input = { role: "PUBLISHABLE", sellerId: id };
    return (await gateway.mutate("createApiKey", input, "credential", key)).credential;
  };
  const ask = async (document: string, variables: Json, credential?: string): Promise<Json> => {
    const data = await gateway.data(document, variables, credential);
    return Object.values(data)[0];
  };
  const methods = (extra: Json = {}, credential?: string) =>
    ask(methodsOf, { sellerId: seller.id, currency: "BRL", ...extra }, credential);
  const plans = (extra: Json = {}, credential?: string) =>
    ask(
      plansOf,
      { sellerId: seller.id, currency: "BRL", amount: "100.00", cardBin: "423564", ...extra },
      credential,
    );
  const idsIn = ({ items }: Json): string[] => items.map(({ id }: Json) => id);
  const refusalOf = async (document: string, variables: Json, credential?: string) => {
    const { errors = [] } = await gateway.query(document, variables, credential);
    return errors.map(({ extensions: { code, path } }) => ({ code, path }));
  };
  const fail = (effect: unknown, { shop }: ConnectedSeller = seller) =>
    gateway.simulator.control("POST", "/faults", {
      match: { account: shop.seller.userId },
      times: "always",
      effect,
    });
  const countCalls = (path: string) =>
    countRequests(gateway.simulator, { method: "GET", path: `^/v1/${path}$` });

  test("tell a page all that it needs for a method, in words that are no provider's", async () => {
    const { items, ...told } = await methods();
    expect(told).toEqual({
      provider: "MERCADO_PAGO",
      readAt: expect.any(String),
      isStale: false,
    });
    expect(items.find(({ id }: Json) => id === "pix")).toEqual({
      id: "pix",
      kind: "PIX",
      payWith: ["PIX"],
      cardType: null,
      name: "Pix",
      logoUrl: expect.stringMatching(/^https:/),
      minAmount: { amount: "1.00", currency: "BRL" },
      maxAmount: { amount: "1000000.00" },
      currencies: ["BRL"],
      buyerFields: ["EMAIL", "NAME", "DOCUMENT"],
      banks: [],
      settlesInMinutes: 0,
      separateCapture: false,
    });
    const { id: methodId } = items.find(({ kind }: Json) => kind === "PIX");
    const [{ id: type }] = (await ask(documentsOf, { sellerId: seller.id })).items;
    const payer = {
      email: "ana.paz@testuser.com",
      firstName: "Ana",
      lastName: "Paz",
      identification: { type, number: "19119119100" },
    };
    const extra = { methodId, payer, cardToken: undefined, installments: undefined };
    const { payment } = await gateway.mutate(
      "createPayment",
      await gateway.cardPayment(seller, extra),
      "payment { status }",
    );
    expect(payment.status).toBe("PENDING");
  });

  test.each([
    ["MLM", "MXN", { visa: ["CARD"], oxxo: ["VOUCHER"], clabe: [] }],
    ["MLC", "CLP", { webpay: [] }],
    ["MCO", "COP", { pse: ["BANK_REDIRECT"] }],
    ["MPE", "PEN", { yape: ["WALLET_TOKEN"] }],
  ])(
    "say which field of payWith to fill, or that there is none: %s",
    async (site, currency, forms) => {
      const { id: sellerId } = await gateway.connectSeller(site);
      const { items } = await methods({ sellerId, currency });
      const seen = Object.fromEntries(items.map(({ id, payWith }: Json) => [id, payWith]));
      expect(seen).toMatchObject(forms);
    },
  );

  test("are those of the seller's own account", async () => {
    const other = await gateway.connectSeller("MLB");
    const { userId } = other.shop.seller;
    await gateway.simulator.control("POST", `/accounts/${userId}`, {
      methodStatuses: { pix: "deactive" },
      interestFreeUpTo: 12,
    });
    expect(idsIn(await methods())).toContain("pix");
    expect(idsIn(await methods({ sellerId: other.id }))).not.toContain("pix");
    const totalOf = ({ items: [card] }: Json) => card.plans.at(-1).totalAmount.amount;
    expect(totalOf(await plans())).toBe("130.00");
    expect(totalOf(await plans({ sellerId: other.id }))).toBe("100.00");
  });

  test.each([
    ["MLA", "ARS", { rapipago: "VOUCHER", visa: "CARD" }, "DNI"],
    ["MLM", "MXN", { oxxo: "VOUCHER", clabe: "BANK_TRANSFER" }, undefined],
    ["MLC", "CLP", { webpay: "BANK_REDIRECT" }, "RUT"],
    ["MCO", "COP", { pse: "BANK_REDIRECT" }, "CC"],
  ])("follow the country: %s", async (site, currency, kinds, document) => {
    const { id: sellerId } = await gateway.connectSeller(site);
    const { items } = await methods({ sellerId, currency });
    const seen = Object.fromEntries(items.map(({ id, kind }: Json) => [id, kind]));
    expect(seen).toMatchObject(kinds);
    const documents = await ask(documentsOf, { sellerId });
    expect(documents.items[0]?.id).toBe(document);
  });

  test("name only methods that take the amount", async () => {
    expect(idsIn(await methods({ amount: "3.99" }))).not.toContain("bolbradesco");
    expect(idsIn(await methods({ amount: "4.00" }))).toContain("bolbradesco");
    expect(idsIn(await methods({ amount: "100000.00" }))).toContain("bolbradesco");
    expect(idsIn(await methods({ amount: "100000.01" }))).not.toContain("bolbradesco");
    expect(idsIn(await methods({ amount: "90000000" }))).toEqual([]);
    expect((await plans({ amount: "90000000" })).items).toEqual([]);
  });

  test("tell what paying in parts costs, with what the law wants to be shown", async () => {
    const { id: sellerId } = await gateway.connectSeller("MLA");
    const { items } = await plans({ sellerId, currency: "ARS", cardBin: "45099535" });
    const [card] = items;
    expect(card).toMatchObject({
      methodId: "visa",
      cardType: "CREDIT",
      issuer: { id: "310", name: "Banco de prueba" },
    });
    expect(card.plans.at(-1)).toEqual({
      installments: 12,
      installmentAmount: { amount: "10.83" },
      totalAmount: { amount: "130.00", currency: "ARS" },
      ratePercent: "30",
      labels: ["CFT 36,30%", "TEA 30,00%"],
      message: "12 x 10.83",
    });
    expect(card.plans[0]).toMatchObject({ installments: 1, totalAmount: { amount: "100.00" } });
    const issuers = await ask(issuersOf, { sellerId, currency: "ARS", cardBin: "450995" });
    expect(issuers.items).toEqual([
      { id: "310", methodId: "visa", name: "Banco de prueba", logoUrl: expect.any(String) },
    ]);
  });

  test("know nothing of a card that nobody knows, and do not ask about it", async () => {
    const calls = await countCalls("payment_methods/(installments|card_issuers)");
    expect((await plans({ cardBin: "999999" })).items).toEqual([]);
    expect((await plans({ methodId: "master" })).items).toEqual([]);
    const variables = { sellerId: seller.id, currency: "BRL", cardBin: "99999999" };
    expect((await ask(issuersOf, variables)).items).toEqual([]);
    expect(await calls()).toBe(0);
  });

  test("are asked for once by many who look, and again an hour later", async () => {
    const calls = await countCalls("payment_methods");
    await Promise.all(Array.from({ length: 20 }, () => methods()));
    expect(await calls()).toBe(1);
    clock.advance(hourMs - minuteMs);
    await methods();
    expect(await calls()).toBe(1);
    clock.advance(minuteMs);
    await methods();
    expect(await calls()).toBe(2);
  });

  test("of prices are asked for again after five minutes, each for its own amount and card", async () => {
    const calls = await countCalls("payment_methods/installments");
    const all = () => Promise.all([plans(), plans(), plans({ amount: "99.00" })]);
    await all();
    expect(await calls()).toBe(2);
    clock.advance(4 * minuteMs);
    await all();
    expect(await calls()).toBe(2);
    clock.advance(minuteMs);
    await all();
    expect(await calls()).toBe(4);
  });

  test.each(["drop-before", "garbage", { kind: "status", code: 503 }])(
    "say what was told last while the provider fails (%j), for a bounded time",
    async (effect) => {
      const before = await methods();
      const priced = await plans();
      await fail(effect);
      clock.advance(29 * minuteMs);
      expect(await plans()).toEqual({ ...priced, isStale: true });
      clock.advance(minuteMs);
      expect(await refusalOf(plansOf, variablesOfPlans())).toMatchObject([
        { code: "PROVIDER_UNAVAILABLE" },
      ]);
      clock.advance(23 * hourMs);
      expect(await methods()).toEqual({ ...before, isStale: true });
      clock.advance(hourMs);
      expect(await refusalOf(methodsOf, { sellerId: seller.id, currency: "BRL" })).toMatchObject([
        { code: "PROVIDER_UNAVAILABLE" },
      ]);
      await gateway.simulator.control("DELETE", "/faults");
      expect((await methods()).isStale).toBe(false);
    },
  );
  const variablesOfPlans = () => ({
    sellerId: seller.id,
    currency: "BRL",
    amount: "100.00",
    cardBin: "423564",
  });

  test("let nobody wait for a provider that hangs, where there is an older answer", async () => {
    await methods();
    await fail("hang");
    clock.advance(hourMs);
    const began = Date.now();
    expect((await methods()).isStale).toBe(true);
    expect(Date.now() - began).toBeLessThan(10_000);
  });

  test("say that the seller has to connect again, and then give no old answer", async () => {
    await methods();
    const { userId } = seller.shop.seller;
    await gateway.simulator.control("POST", `/accounts/${userId}/revoke`, { notify: false });
    clock.advance(hourMs);
    const variables = { sellerId: seller.id, currency: "BRL" };
    expect(await refusalOf(methodsOf, variables)).toMatchObject([
      { code: "SELLER_RECONNECT_NEEDED" },
    ]);
  });

  test("end with the seller's account", async () => {
    await methods();
    const { seller: shown } = await gateway.data(
      "query ($id: ID!) { seller(id: $id) { accounts { id } } }",
      { id: seller.id },
    );
    await gateway.mutate("disconnectSeller", { accountId: shown.accounts[0].id }, "account { id }");
    const variables = { sellerId: seller.id, currency: "BRL" };
    expect(await refusalOf(methodsOf, variables)).toEqual([
      { code: "NO_CAPABLE_ACCOUNT", path: ["currency"] },
    ]);
  });

  test.each<[string, Json, Json]>([
    ["a whole card number", { cardBin: "4235647728025682" }, "CARD_DATA_NOT_ACCEPTED"],
    ["seven digits", { cardBin: "4235647" }, "INVALID_INPUT"],
    ["letters", { cardBin: "42356x" }, "INVALID_INPUT"],
    ["no amount at all", { amount: "0" }, "INVALID_AMOUNT"],
    ["a strange currency", { currency: "XXX" }, "UNSUPPORTED_CURRENCY"],
    ["a currency that the account is not paid in", { currency: "ARS" }, "NO_CAPABLE_ACCOUNT"],
    ["an id of another kind", { sellerId: "pay_01" }, "WRONG_ID_KIND"],
    ["half of a character", { cardBin: "\ud800" }, "INVALID_INPUT"],
    ["a method that is none", { methodId: "a b" }, "INVALID_INPUT"],
  ])("refuse %s, and ask nobody", async (_, extra, code) => {
    const calls = await countCalls("payment_methods.*");
    const variables = { ...variablesOfPlans(), ...extra };
    const { errors = [] } = await gateway.query(plansOf, variables);
    const [name = ""] = Object.keys(extra);
    expect(errors).toMatchObject([{ extensions: { code, path: [name] } }]);
    expect(JSON.stringify(errors)).not.toContain("4235647728025682");
    expect(await calls()).toBe(0);
  });

  test("answer alike for another's seller and for none", async () => {
    const other = await gateway.connectSeller("MLB");
    const nobody = `sel_${"0".repeat(26)}`;
    const page = await pageKeyOf(seller);
    for (const credential of [page, seller.key]) {
      for (const document of [methodsOf, plansOf, documentsOf, issuersOf]) {
        const answers = await Promise.all(
          [other.id, nobody].map((sellerId) =>
            gateway.query(document, { ...variablesOfPlans(), sellerId }, credential),
          ),
        );
        expect(answers[0]).toEqual(answers[1]);
        expect(answers[0]?.errors).toMatchObject([
          { extensions: { code: "NOT_FOUND", path: ["sellerId"] } },
        ]);
      }
    }
  });

  describe("with a publishable key", () => {
    test("need no seller's id, and tell the same", async () => {
      const page = await pageKeyOf(seller);
      expect(page).toMatch(/^gw_pub_/);
      expect(await methods({ sellerId: undefined }, page)).toEqual(await methods());
      expect(await plans({ sellerId: undefined }, page)).toEqual(await plans());
      expect((await ask(documentsOf, {}, page)).items[0]).toEqual({
        id: "CPF",
        name: "CPF",
        digitsOnly: true,
        minLength: 11,
        maxLength: 11,
      });
    });

    test("tell nothing secret, and nothing of the seller", async () => {
      const page = await pageKeyOf(seller);
      const texts = await Promise.all(
        [methodsOf, plansOf, documentsOf, issuersOf].map(async (document) => {
          const response = await gateway.post(
            { query: document, variables: variablesOfPlans() },
            page,
          );
          return response.text();
        }),
      );
      const { accessToken, refreshToken, userId } = seller.shop.seller;
      for (const secret of [accessToken, refreshToken, String(userId), seller.id, "acc_", "mkt_"]) {
        expect(texts.join()).not.toContain(secret);
      }
    });

    test("is good under its own name only, and ends when it is revoked", async () => {
      const input = { role: "PUBLISHABLE", sellerId: seller.id };
      const { apiKey, credential } = await gateway.mutate(
        "createApiKey",
        input,
        "credential apiKey { id role }",
        seller.key,
      );
      expect(apiKey.role).toBe("PUBLISHABLE");
      await methods({}, credential);
      const { status } = await gateway.query(
        methodsOf,
        { currency: "BRL" },
        credential.replace("gw_pub", "gw_key"),
      );
      expect(status).toBe(401);
      await gateway.mutate("revokeApiKey", { id: apiKey.id }, "apiKey { id }", seller.key);
      expect((await gateway.query(methodsOf, { currency: "BRL" }, credential)).status).toBe(401);
    });

    test("do not let one visitor use up what others may ask", async () => {
      const page = await pageKeyOf(seller);
      const askFrom = async (address: string) => {
        const body = { query: methodsOf, variables: { currency: "BRL" } };
        const response = await gateway.post(body, page, { "x-forwarded-for": address });
        return response.status;
      };
      expect(await askFrom("198.51.100.7")).toBe(200);
      const statuses = await Promise.all(Array.from({ length: 30 }, () => askFrom("198.51.100.7")));
      expect(statuses).toContain(429);
      expect(await askFrom("198.51.100.8")).toBe(200);
    });
  });

  describe("at PayU", () => {
    let submerchant: Submerchant;
    beforeEach(async () => {
      submerchant = await connectSubmerchant(gateway);
    });
    const payuMethods = (extra: Json = {}) =>
      methods({ sellerId: submerchant.id, currency: "PLN", ...extra });

    test("are the shop's pay-by-links that take the amount", async () => {
      const { provider, items } = await payuMethods({ amount: "12.34", language: "PL" });
      expect(provider).toBe("PAYU");
      const kinds = Object.fromEntries(items.map(({ id, kind }: Json) => [id, kind]));
      expect(kinds).toMatchObject({ blik: "BLIK", c: "CARD", m: "BANK_REDIRECT", ap: "WALLET" });
      const forms = Object.fromEntries(items.map(({ id, payWith }: Json) => [id, payWith]));
      expect(forms).toMatchObject({
        ...{ blik: ["BLIK"], c: ["PAY_BY_LINK", "CARD"] },
        ...{ m: ["PAY_BY_LINK"], ap: ["PAY_BY_LINK"] },
      });
      expect(kinds).not.toHaveProperty("ab");
      expect((await payuMethods({ amount: "0.49" })).items).toEqual([]);
      expect((await payuMethods({ amount: "100000.01" })).items).toEqual([]);
      const documents = await ask(documentsOf, { sellerId: submerchant.id, currency: "PLN" });
      expect(documents).toEqual({ provider: "PAYU", isStale: false, items: [] });
    });

    test("are asked for once for all sellers of a shop", async () => {
      clock.advance(2 * hourMs);
      await payuMethods();
      const other = await connectSubmerchant(gateway);
      await gateway.simulator.payu.control("POST", "/faults", {
        match: { path: "/api/v2_1/paymethods" },
        times: "always",
        effect: { kind: "status", code: 503 },
      });
      expect((await payuMethods({ sellerId: other.id })).isStale).toBe(false);
    });

    test("go to the account for the currency, or the provider that is named", async () => {
      await linkToPayU(gateway, seller.id, { shop: "demo" });
      await linkToPayU(gateway, seller.id, { shop: "demo-eur" });
      expect((await methods({ currency: "BRL" })).provider).toBe("MERCADO_PAGO");
      const inZloty = await methods({ currency: "PLN", provider: "PAYU" });
      expect(idsIn(inZloty)).toContain("blik");
      expect((await methods({ currency: "EUR" })).items[0].currencies).toEqual(["EUR"]);
      const variables = { sellerId: seller.id, currency: "BRL", provider: "PAYU" };
      expect(await refusalOf(methodsOf, variables)).toEqual([
        { code: "NO_CAPABLE_ACCOUNT", path: ["provider"] },
      ]);
    });
  });

  test("are the marketplace's to ask, the seller's and a partner's", async () => {
    const input = { role: "PARTNER", name: "reads", sellerIds: [seller.id] };
    const { credential } = await gateway.mutate("createApiKey", input, "credential");
    for (const each of [demoCredentials.marketplace, seller.key, credential]) {
      expect(idsIn(await methods({}, each))).toContain("pix");
    }
  });
});
