import type { MarketplaceId } from "../../src/domain/ids";
import type { Currency, Money } from "../../src/domain/money";
import { createMercadoPago } from "../../src/providers/mercado-pago";
import { createPayu } from "../../src/providers/payu";
import type { LookUpOperations, ProviderAdapter, ReadCall } from "../../src/providers/provider";
import { bootSimulator, type SimulatedSeller, type TestSimulator } from "../support/simulator";
import { accepted } from "./provider-world";

let simulator: TestSimulator;
let adapters: ProviderAdapter[];
beforeAll(async () => {
  simulator = await bootSimulator();
  adapters = [];
});
afterEach(async () => {
  for (const world of [simulator, simulator.payu]) await world.control("DELETE", "/faults");
});
afterAll(async () => {
  await Promise.all(adapters.map((adapter) => adapter.close()));
  await simulator.close();
});

function lookUpsOf(adapter: ProviderAdapter): LookUpOperations {
  adapters.push(adapter);
  if (adapter.lookUps === undefined) throw new Error("no look-ups");
  return adapter.lookUps;
}

/** What changes an answer for the worse, and what may be concluded from it. */
const mishaps = [
  ["unknown", "drop-before"],
  ["unknown", "garbage"],
  ["unknown", { kind: "status", code: 503 }],
  ["unknown", { kind: "status", code: 429 }],
  ["unknown", { kind: "effect-then-status", code: 200, body: { other: true } }],
] as const;

describe("look-ups at Mercado Pago", () => {
  let lookUps: LookUpOperations;
  beforeAll(() => {
    lookUps = lookUpsOf(createMercadoPago({ baseUrl: simulator.url }));
  });

  const callOf = ({ accessToken, userId, siteId }: SimulatedSeller): ReadCall => ({
    credentials: { accessToken, shop: "", providerAccountId: String(userId), country: siteId },
  });
  const methodsOf = async (seller: SimulatedSeller) => {
    const query = { currency: seller.currency as Currency, language: "ES" } as const;
    return accepted(await lookUps.methods(query, callOf(seller)));
  };
  const plansOf = async (seller: SimulatedSeller, bin: string, methodId: string, amount: Money) =>
    accepted(
      await lookUps.installmentPlans({ bin, methodId, amount, issuerId: null }, callOf(seller)),
    );

  test.each<[string, Record<string, string>]>([
    ["MLA", { visa: "CARD", debvisa: "CARD", rapipago: "VOUCHER", pagofacil: "VOUCHER" }],
    ["MLB", { elo: "CARD", pix: "PIX", bolbradesco: "VOUCHER" }],
    ["MLM", { oxxo: "VOUCHER", clabe: "BANK_TRANSFER", bancomer: "VOUCHER" }],
    ["MLC", { webpay: "BANK_REDIRECT" }],
    ["MCO", { pse: "BANK_REDIRECT", efecty: "VOUCHER" }],
    ["MPE", { pagoefectivo_atm: "VOUCHER" }],
    ["MLU", { abitab: "VOUCHER", redpagos: "VOUCHER" }],
  ])("of %s name the methods that a payment can be made by", async (site, expected) => {
    const methods = await methodsOf(await simulator.seller(site));
    const kinds = Object.fromEntries(methods.map(({ id, kind }) => [id, kind]));
    expect(kinds).toMatchObject(expected);
    // Only Mercado Pago's own pages can take what a buyer has there.
    expect(kinds).not.toHaveProperty("account_money");
  });

  test("say all that a page needs of a method, in our words", async () => {
    const methods = await methodsOf(await simulator.seller("MLB"));
    expect(methods.find(({ id }) => id === "pix")).toEqual({
      id: "pix",
      kind: "PIX",
      payWith: ["PIX"],
      cardType: null,
      name: "Pix",
      logoUrl: expect.stringMatching(/^https:/),
      minAmount: { minor: 100n, currency: "BRL" },
      maxAmount: { minor: 100_000_000n, currency: "BRL" },
      currencies: ["BRL"],
      buyerFields: ["EMAIL", "NAME", "DOCUMENT"],
      banks: [],
      settlesInMinutes: 0,
      separateCapture: false,
    });
    expect(methods.find(({ id }) => id === "debelo")).toMatchObject({ cardType: "DEBIT" });
    const pse = (await methodsOf(await simulator.seller("MCO"))).find(({ id }) => id === "pse");
    expect(pse).toMatchObject({
      banks: expect.arrayContaining([{ id: "1007", name: "Bancolombia" }]),
      buyerFields: expect.arrayContaining(["BANK", "PERSON_TYPE", "ADDRESS", "PHONE"]),
    });
  });

  test("leave out what the account has switched off", async () => {
    const seller = await simulator.seller("MLB");
    const methodStatuses = { pix: "deactive", visa: "temporally_deactive" };
    await simulator.control("POST", `/accounts/${seller.userId}`, { methodStatuses });
    const ids = (await methodsOf(seller)).map(({ id }) => id);
    expect(ids).toContain("master");
    expect(ids).not.toEqual(expect.arrayContaining(["pix"]));
    expect(ids).not.toEqual(expect.arrayContaining(["visa"]));
  });

  test("know a card's method by its first digits, and no card that nobody knows", async () => {
    const methods = await methodsOf(await simulator.seller("MLM"));
    const idsFor = (bin: string) =>
      methods.filter(({ takesCard }) => takesCard?.(bin)).map(({ id }) => id);
    expect(idsFor("418914")).toEqual(["debvisa"]);
    expect(idsFor("40755957")).toEqual(["visa"]);
    expect(idsFor("371180")).toEqual(["amex"]);
    expect(idsFor("999999")).toEqual([]);
  });

  test.each([["(("], ["x".repeat(30_000)], [12], [null]])(
    "take a pattern that cannot be read for no card's (%#)",
    async (pattern) => {
      const seller = await simulator.seller("MLB");
      const [visa] = (
        await simulator.call("GET", "/v1/payment_methods", undefined, {
          token: seller.accessToken,
        })
      ).body;
      const body = [{ ...visa, settings: [{ bin: { pattern } }] }, 7, { id: "?" }];
      await simulator.control("POST", "/faults", {
        match: { path: "^/v1/payment_methods$" },
        effect: { kind: "effect-then-status", code: 200, body },
      });
      const [read, ...others] = await methodsOf(seller);
      expect(read?.takesCard?.("4235647")).toBe(false);
      expect(others).toEqual([]);
    },
  );

  test("tell what instalments cost in all, and what a page has to show by law", async () => {
    const seller = await simulator.seller("MLA");
    const amount = { minor: 120_000n, currency: "ARS" } as const;
    const [card] = await plansOf(seller, "450995", "visa", amount);
    expect(card).toMatchObject({ methodId: "visa", cardType: "CREDIT", issuer: { id: "310" } });
    const plan = (count: number) => card?.plans.find((each) => each.count === count);
    expect(plan(3)).toMatchObject({
      installmentAmount: { minor: 40_000n },
      totalAmount: { minor: 120_000n },
      ratePercent: "0",
      labels: ["CFT 0,00%", "TEA 0,00%"],
    });
    expect(plan(12)).toMatchObject({
      installmentAmount: { minor: 13_000n },
      totalAmount: { minor: 156_000n },
      ratePercent: "30",
      labels: ["CFT 36,30%", "TEA 30,00%"],
    });
  });

  test("follow the account, not the country", async () => {
    const [usual, generous] = [await simulator.seller("MLB"), await simulator.seller("MLB")];
    await simulator.control("POST", `/accounts/${generous.userId}`, { interestFreeUpTo: 12 });
    const amount = { minor: 10_000n, currency: "BRL" } as const;
    const totalOf = async (seller: SimulatedSeller) => {
      const [card] = await plansOf(seller, "423564", "visa", amount);
      return card?.plans.find(({ count }) => count === 12)?.totalAmount?.minor;
    };
    expect([await totalOf(usual), await totalOf(generous)]).toEqual([13_000n, 10_000n]);
  });

  test("offer plans only that take the amount, and none for a card of another method", async () => {
    const seller = await simulator.seller("MLC");
    const amount = { minor: 250n, currency: "CLP" } as const;
    const [card] = await plansOf(seller, "416881", "visa", amount);
    expect(card?.plans.map(({ count }) => count)).toEqual([1]);
    expect(await plansOf(seller, "416881", "master", amount)).toEqual([]);
    const fractions = { bin: "416881", methodId: "visa", issuerId: null };
    const euro = { minor: 250n, currency: "EUR" } as const;
    expect(await lookUps.installmentPlans({ ...fractions, amount: euro }, callOf(seller))).toEqual(
      expect.objectContaining({ kind: "refused" }),
    );
  });

  test.each([
    ["MLB", { id: "CPF", name: "CPF", digitsOnly: true, minLength: 11, maxLength: 11 }],
    ["MLC", { id: "RUT", name: "RUT", digitsOnly: false, minLength: 7, maxLength: 20 }],
    ["MLM", undefined],
  ])("of %s name the documents", async (site, first) => {
    const call = callOf(await simulator.seller(site));
    expect(accepted(await lookUps.documentTypes(call))[0]).toEqual(first);
  });

  test("name the issuers of a card", async () => {
    const call = callOf(await simulator.seller("MLA"));
    const issuers = accepted(await lookUps.cardIssuers({ bin: "450995", methodId: "visa" }, call));
    expect(issuers).toEqual([
      { id: "310", methodId: "visa", name: "Banco de prueba", logoUrl: expect.any(String) },
    ]);
  });

  test.each(mishaps)("are %s after %j", async (kind, effect) => {
    const seller = await simulator.seller("MLB");
    await simulator.control("POST", "/faults", {
      match: { account: seller.userId },
      times: "always",
      effect,
    });
    const call = callOf(seller);
    const card = { bin: "423564", methodId: "visa" };
    const amount = { minor: 100n, currency: "BRL" } as const;
    const outcomes = [
      await lookUps.methods({ currency: "BRL", language: "EN" }, call),
      await lookUps.installmentPlans({ ...card, amount, issuerId: null }, call),
      await lookUps.documentTypes(call),
      await lookUps.cardIssuers(card, call),
    ];
    for (const outcome of outcomes) expect(outcome.kind).toBe(kind);
  });

  test("say that the seller has to connect again when the token is not taken", async () => {
    const call = callOf({ ...(await simulator.seller("MLB")), accessToken: "APP_USR-ended" });
    expect(await lookUps.documentTypes(call)).toMatchObject({
      kind: "refused",
      refusal: { code: "SELLER_RECONNECT_NEEDED", credentialsRefused: true },
    });
  });
});

describe("look-ups at PayU", () => {
  const shopIn = async (currency: Currency, extra: object = {}) => {
    const pos = await simulator.payu.pos({ currency, ...extra });
    const { posId, clientSecret, secondKey, shopId } = pos;
    const shop = {
      ...{ name: "s", marketplaceId: "mkt_x" as MarketplaceId, currency },
      ...{ posId, clientSecret, secondKeys: [secondKey], shopId },
    };
    const signatureAlgorithms = ["MD5"] as const;
    const adapter = createPayu({ baseUrl: simulator.payu.url, shops: [shop], signatureAlgorithms });
    const credentials = { accessToken: "", shop: "s", providerAccountId: "x", country: null };
    return { lookUps: lookUpsOf(adapter), call: { credentials } };
  };
  const card = { bin: "423564", methodId: "c", issuerId: null };

  test.each<[Currency, Record<string, string>]>([
    ["PLN", { blik: "BLIK", m: "BANK_REDIRECT", c: "CARD", ap: "WALLET", ai: "PAY_LATER" }],
    ["CZK", { cs: "BANK_REDIRECT", bt: "BANK_TRANSFER", dpkl: "PAY_LATER" }],
    ["RON", { c: "CARD", bt: "BANK_TRANSFER", jp: "WALLET" }],
  ])("in %s name the shop's pay-by-links that are switched on", async (currency, expected) => {
    const { lookUps, call } = await shopIn(currency);
    const methods = accepted(await lookUps.methods({ currency, language: "PL" }, call));
    expect(Object.fromEntries(methods.map(({ id, kind }) => [id, kind]))).toMatchObject(expected);
    expect(methods.map(({ id }) => id)).not.toContain("ab");
    expect(methods[0]).toMatchObject({
      logoUrl: expect.stringMatching(/^https:/),
      minAmount: { minor: 50n, currency },
      maxAmount: { minor: 10_000_000n, currency },
      currencies: [currency],
    });
  });

  test.each(["EN", "ES", "PT", "PL"] as const)("take the language %s", async (language) => {
    const { lookUps, call } = await shopIn("PLN");
    accepted(await lookUps.methods({ currency: "PLN", language }, call));
  });

  test("tell instalments in Romania, where the shop has them, and from its least amount on", async () => {
    const { lookUps, call } = await shopIn("RON", { cardInstallments: [1, 6, 12] });
    const plansFor = async (minor: bigint) => {
      const amount = { minor, currency: "RON" } as const;
      const [first] = accepted(await lookUps.installmentPlans({ ...card, amount }, call));
      return first?.plans;
    };
    expect((await plansFor(50_000n))?.map(({ count }) => count)).toEqual([1, 6, 12]);
    const [atOnce, ...others] = (await plansFor(100n)) ?? [];
    expect(atOnce).toMatchObject({ count: 1, totalAmount: { minor: 100n } });
    expect(others).toEqual([]);
  });

  test.each(["RON", "PLN"] as const)("tell none in %s without the contract", async (currency) => {
    const { lookUps, call } = await shopIn(currency);
    const amount = { minor: 50_000n, currency };
    expect(accepted(await lookUps.installmentPlans({ ...card, amount }, call))).toEqual([]);
  });

  test("ask for no documents, and know no issuers", async () => {
    const { lookUps, call } = await shopIn("PLN");
    expect(accepted(await lookUps.documentTypes(call))).toEqual([]);
    expect(accepted(await lookUps.cardIssuers(card, call))).toEqual([]);
  });

  test.each(mishaps)("are %s after %j", async (kind, effect) => {
    const { lookUps, call } = await shopIn("RON", { cardInstallments: [1] });
    const path = "^/api/(v2_1/paymethods|front/)";
    await simulator.payu.control("POST", "/faults", { match: { path }, times: "always", effect });
    const amount = { minor: 50_000n, currency: "RON" } as const;
    const outcomes = [
      await lookUps.methods({ currency: "RON", language: "EN" }, call),
      await lookUps.installmentPlans({ ...card, amount }, call),
    ];
    for (const outcome of outcomes) expect(outcome.kind).toBe(kind);
  });
});
