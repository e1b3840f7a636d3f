import { randomUUID } from "node:crypto";
import { demoCredentials } from "../../src/demo";
import { foundMarketplace } from "../support/access-world";
import { describeEachDatabase } from "../support/databases";
import { leavingNothing } from "../support/footprint";
import { MovableClock, TestGateway } from "../support/gateway";
import { eventually, type Json } from "../support/simulator";
import { statementsDuring } from "../support/statements";
import {
  connectSubmerchant,
  linkToPayU,
  payoutOf,
  type Submerchant,
} from "../support/submerchants";

const fields =
  "id status providerStatus providerPayoutId providerReference fundsReturned amount { amount currency } exchange { amount { amount currency } rate } description failure { code providerCode } seller { id } events(first: 20) { edges { node { type from to source } } }";
const shown = `replayed payout { ${fields} }`;

describeEachDatabase("a payout", (database) => {
  let gateway: TestGateway;
  let clock: MovableClock;
  beforeAll(async () => {
    clock = new MovableClock();
    gateway = await TestGateway.start({ database, clock });
    await gateway.simulator.payu.control("POST", "/settings", { payoutStepMs: null });
  });
  afterAll(() => gateway.stop());

  const create = (input: Json, credential?: string): Promise<Json> =>
    gateway.mutate("createPayout", input, shown, credential);
  const read = async (id: string, credential?: string): Promise<Json> => {
    const document = `query ($id: ID!) { payout(id: $id) { ${fields} } }`;
    return (await gateway.data(document, { id }, credential)).payout;
  };
  const timeline = ({ events }: Json) => events.edges.map(({ node }: Json) => node.to);
  /** Waits until the workers have brought a payout there, letting time pass here and at the provider. */
  const comesTo = (id: string, status: string): Promise<void> =>
    eventually(async () => {
      clock.advance(20_000);
      await gateway.simulator.payu.advance(20_000);
      gateway.app.wakeJobs();
      return (await read(id)).status === status;
    });
  const failNext = (effect: unknown, seller: Submerchant, method = "POST") => {
    const path =
      method === "POST"
        ? "^/api/v2_1/payouts$"
        : `^/api/v2_1/customers/ext/${seller.extCustomerId}`;
    return gateway.simulator.payu.control("POST", "/faults", { match: { method, path }, effect });
  };

  test("leaves the balance, is looked up until it is paid, and is told of by its key", async () => {
    const seller = await connectSubmerchant(gateway);
    const input = payoutOf(seller, { amount: "10", description: "Week 7" });
    const { payout, replayed, userErrors } = await create(input);
    expect(userErrors).toEqual([]);
    expect(replayed).toBe(false);
    expect(payout).toMatchObject({
      status: "PENDING",
      providerStatus: "PENDING",
      fundsReturned: false,
      amount: { amount: "10.00", currency: "PLN" },
      exchange: null,
      description: "Week 7",
      failure: null,
      seller: { id: seller.id },
    });
    const { providerPayoutId, providerReference } = payout;
    const { entries } = await gateway.simulator.payu.control(
      "GET",
      `/ledger?externalReference=${providerReference}`,
    );
    expect(entries).toMatchObject([
      { type: "payout", payoutId: providerPayoutId, seller: seller.extCustomerId },
    ]);

    await gateway.simulator.payu.movePayout(providerPayoutId, 5);
    await comesTo(payout.id, "PAID");
    const paid = await read(payout.id);
    expect(timeline(paid)).toEqual(["PROCESSING", "PENDING", "PAID"]);
    expect(paid.events.edges.at(-1).node).toMatchObject({
      type: "PAYOUT_STATUS_CHANGED",
      source: "SCHEDULE",
    });
    const node = `query ($id: ID!) { node(id: $id) { ... on Payout { status } } }`;
    expect((await gateway.data(node, { id: payout.id })).node).toEqual({ status: "PAID" });
  });

  test("whose provider gives up is CANCELLED, and the money is back", async () => {
    const seller = await connectSubmerchant(gateway);
    const { payout } = await create(payoutOf(seller));
    await gateway.simulator.payu.movePayout(payout.providerPayoutId, 3);
    await comesTo(payout.id, "CANCELLED");
    expect((await read(payout.id)).fundsReturned).toBe(true);
    expect(await seller.effects()).toEqual(["payout", "payout-returned"]);
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>, string, string, string]>([
    [
      "above the balance",
      {},
      { amount: "100.01" },
      "INSUFFICIENT_BALANCE",
      "NOT_ENOUGH_FUNDS",
      "amount",
    ],
    [
      "to a seller who is not verified",
      { verified: false },
      {},
      "SELLER_NOT_PAYABLE",
      "MARKETPLACE_CUSTOMER_NOT_VERIFIED",
      "sellerId",
    ],
    [
      "to a seller who is locked",
      { locked: true },
      {},
      "SELLER_NOT_PAYABLE",
      "MARKETPLACE_CUSTOMER_IS_LOCKED",
      "sellerId",
    ],
    [
      "to a seller who is not active",
      { active: false },
      {},
      "SELLER_NOT_PAYABLE",
      "MARKETPLACE_CUSTOMER_IS_NOT_ACTIVE",
      "sellerId",
    ],
    [
      "of more than the provider pays out",
      { grantMinor: 200_000_000 },
      { amount: "1000000.01" },
      "INVALID_AMOUNT",
      "AMOUNT_TO_BIG",
      "amount",
    ],
  ])("%s is FAILED, and its money has not left", async (_, change, extra, code, literal, field) => {
    const seller = await connectSubmerchant(gateway);
    await seller.change(change);
    const input = payoutOf(seller, extra);
    const { payout, userErrors } = await create(input);
    expect(userErrors).toMatchObject([
      { code, providerCode: literal, provider: "PAYU", path: ["input", field] },
    ]);
    expect(payout).toMatchObject({
      status: "FAILED",
      fundsReturned: true,
      providerPayoutId: null,
      failure: { code, providerCode: literal },
    });
    expect(timeline(payout)).toEqual(["PROCESSING", "FAILED"]);
    expect(await create(input)).toMatchObject({
      replayed: true,
      payout: { id: payout.id, status: "FAILED" },
      userErrors: [{ code }],
    });
    expect(await seller.effects()).toEqual([]);
  });

  test("asked for again under its key is the same one, and nothing else takes the key", async () => {
    const seller = await connectSubmerchant(gateway);
    const input = payoutOf(seller);
    const { payout } = await create(input);
    expect(await create({ ...input, amount: 10 })).toMatchObject({
      replayed: true,
      payout: { id: payout.id },
      userErrors: [],
    });
    expect(await create({ ...input, amount: "10.01" })).toMatchObject({
      payout: null,
      userErrors: [{ code: "IDEMPOTENCY_KEY_REUSED", path: ["input", "idempotencyKey"] }],
    });
    expect(await seller.effects()).toEqual(["payout"]);
  });

  test("asked for twenty times at once is made once", async () => {
    const seller = await connectSubmerchant(gateway);
    const input = payoutOf(seller);
    const answers = await Promise.all(Array.from({ length: 20 }, () => create(input)));
    expect(new Set(answers.map(({ payout }) => payout.id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await seller.effects()).toEqual(["payout"]);
  });

  test("still under way answers the repeated request with what is known", async () => {
    const seller = await connectSubmerchant(gateway);
    await failNext({ kind: "effect-then-latency", ms: 4_000 }, seller);
    const input = payoutOf(seller);
    const first = create(input);
    await eventually(async () => (await seller.effects()).length === 1);
    expect(await create(input)).toMatchObject({
      payout: null,
      userErrors: [{ code: "IDEMPOTENCY_IN_PROGRESS", retryable: true }],
    });
    expect((await first).payout.status).toBe("PENDING");
  });

  test("is one of two when both together are above the balance", async () => {
    const seller = await connectSubmerchant(gateway);
    const input = () => payoutOf(seller, { amount: "60.00" });
    const answers = await Promise.all([create(input()), create(input())]);
    expect(answers.map(({ payout }) => payout.status).sort()).toEqual(["FAILED", "PENDING"]);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toMatchObject([
      { code: "INSUFFICIENT_BALANCE" },
    ]);
    expect(await seller.effects()).toEqual(["payout"]);
  });

  test.each(["effect-then-drop", "effect-then-500", "garbage", "truncate"])(
    "is found again by its key when the answer is lost (%s), and never paid twice",
    async (effect) => {
      const seller = await connectSubmerchant(gateway);
      await failNext(effect, seller);
      // All of the balance: a second one would be refused for lack of money.
      const input = payoutOf(seller, { amount: "100.00" });
      const { payout, userErrors } = await create(input);
      expect(userErrors).toEqual([]);
      expect(payout).toMatchObject({ status: "UNKNOWN", providerPayoutId: null });
      await comesTo(payout.id, "PENDING");
      expect(await create(input)).toMatchObject({ replayed: true, payout: { status: "PENDING" } });
      expect(await seller.effects()).toEqual(["payout"]);
      expect(timeline(await read(payout.id))).toEqual(["PROCESSING", "UNKNOWN", "PENDING"]);
    },
  );

  test("is sent again under the same key when it never arrived", async () => {
    const seller = await connectSubmerchant(gateway);
    await failNext({ kind: "status", code: 503 }, seller);
    const { payout } = await create(payoutOf(seller));
    expect(payout.status).toBe("UNKNOWN");
    await comesTo(payout.id, "PENDING");
    expect(await seller.effects()).toEqual(["payout"]);
  });

  test("stays UNKNOWN while the provider shows nothing, also when it says no to the repetition", async () => {
    const seller = await connectSubmerchant(gateway);
    await failNext({ kind: "status", code: 503 }, seller);
    const { payout } = await create(payoutOf(seller));
    await seller.change({ locked: true });
    clock.advance(60_000);
    gateway.app.wakeJobs();
    const asked = async () =>
      (
        await gateway.app.database.read("SELECT attempts FROM operation WHERE subject_id = ?", [
          payout.id,
        ])
      )[0]?.attempts;
    await eventually(async () => Number(await asked()) > 0);
    expect((await read(payout.id)).status).toBe("UNKNOWN");
    await comesTo(payout.id, "FAILED");
    expect(await read(payout.id)).toMatchObject({
      failure: { providerCode: "MARKETPLACE_CUSTOMER_IS_LOCKED" },
    });
  });

  test("in another currency says at which rate", async () => {
    const seller = await connectSubmerchant(gateway);
    const { id: tableId, currencyPairs } = (
      await gateway.simulator.payu.call(
        "GET",
        "/api/v2_1/mcp-partners/partner-1/fx-table",
        undefined,
        {
          token: await gateway.simulator.payu.token({
            posId: "900100",
            clientSecret: "payu-demo-secret",
          }),
        },
      )
    ).body;
    const pair = currencyPairs.find(
      (each: Json) => each.baseCurrency === "PLN" && each.termCurrency === "EUR",
    );
    const amount = (10 * pair.exchangeRate).toFixed(2);
    const exchange = {
      amount,
      currency: "EUR",
      rate: String(pair.exchangeRate),
      tableId,
      partnerId: "partner-1",
    };
    const { payout, userErrors } = await create(payoutOf(seller, { exchange }));
    expect(userErrors).toEqual([]);
    expect(payout).toMatchObject({
      status: "PENDING",
      exchange: { amount: { amount, currency: "EUR" }, rate: String(pair.exchangeRate) },
    });
  });

  describe("is refused before anything is written", () => {
    const exchange = {
      amount: "2.00",
      currency: "EUR",
      rate: "0.2",
      tableId: "1",
      partnerId: "p",
    };
    test.each<[string, Record<string, unknown>, string, string[]]>([
      ["of nothing", { amount: "0" }, "INVALID_AMOUNT", ["amount"]],
      ["of less than nothing", { amount: "-1" }, "INVALID_AMOUNT", ["amount"]],
      ["of a fraction of a grosz", { amount: "1.001" }, "TOO_MANY_DECIMALS", ["amount"]],
      ["of too much", { amount: "1e20" }, "INVALID_AMOUNT", ["amount"]],
      [
        "in a currency that nobody knows",
        { currency: "XXX" },
        "UNSUPPORTED_CURRENCY",
        ["currency"],
      ],
      [
        "in a currency that it has no account in",
        { currency: "EUR" },
        "NO_CAPABLE_ACCOUNT",
        ["currency"],
      ],
      [
        "at a provider that it has no account at",
        { provider: "MERCADO_PAGO" },
        "NO_CAPABLE_ACCOUNT",
        ["provider"],
      ],
      [
        "with a card number in its text",
        { description: "to 4509 9535 6623 3704" },
        "CARD_DATA_NOT_ACCEPTED",
        ["description"],
      ],
      [
        "with a text that is too long",
        { description: "x".repeat(201) },
        "INVALID_INPUT",
        ["description"],
      ],
      [
        "in the same currency at a rate",
        { exchange: { ...exchange, currency: "PLN" } },
        "UNSUPPORTED_CURRENCY",
        ["exchange", "currency"],
      ],
      [
        "in a currency that the provider does not pay",
        { exchange: { ...exchange, currency: "ARS" } },
        "UNSUPPORTED_CURRENCY",
        ["exchange", "currency"],
      ],
      [
        "at a rate of nothing",
        { exchange: { ...exchange, rate: "0.0" } },
        "INVALID_INPUT",
        ["exchange", "rate"],
      ],
      [
        "under a key that is too short",
        { idempotencyKey: "short" },
        "INVALID_INPUT",
        ["idempotencyKey"],
      ],
    ])("%s", async (_, extra, code, path) => {
      const seller = await connectSubmerchant(gateway);
      await leavingNothing(gateway, async () => {
        const { payout, userErrors } = await create(payoutOf(seller, extra));
        expect(payout).toBeNull();
        expect(userErrors).toMatchObject([{ code, path: ["input", ...path] }]);
      });
      expect(await seller.effects()).toEqual([]);
    });

    test("with everything that is wrong at once", async () => {
      const seller = await connectSubmerchant(gateway);
      const { userErrors } = await create(
        payoutOf(seller, { amount: "0", exchange: { ...exchange, currency: "XXX" } }),
      );
      expect(userErrors.map(({ path }: Json) => path.join("."))).toEqual([
        "input.amount",
        "input.exchange.currency",
      ]);
    });

    test("to a seller of another marketplace, like to one that is not there", async () => {
      const seller = await connectSubmerchant(gateway);
      const stranger = await foundMarketplace(gateway);
      const foreign = await create(payoutOf(seller), stranger);
      expect(foreign.userErrors).toMatchObject([
        { code: "NOT_FOUND", path: ["input", "sellerId"] },
      ]);
      const none = await create({
        ...payoutOf(seller),
        sellerId: "sel_7ZZZZZZZZZZZZZZZZZZZZZZZZZ",
      });
      expect(none).toEqual(foreign);
    });

    test("by a seller or a partner: the marketplace decides when a seller is paid out", async () => {
      const seller = await connectSubmerchant(gateway);
      for (const credential of [seller.key, demoCredentials.partner]) {
        const document =
          "mutation ($input: CreatePayoutInput!) { createPayout(input: $input) { payout { id } } }";
        const answer = await gateway.query(document, { input: payoutOf(seller) }, credential);
        expect(answer.errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
      }
      expect(await seller.effects()).toEqual([]);
    });
  });

  test("goes to the account of its currency", async () => {
    const seller = await connectSubmerchant(gateway);
    await linkToPayU(gateway, seller.id, { shop: "demo-eur", grantMinor: 5_000 });
    const { payout } = await create(payoutOf(seller, { currency: "EUR", amount: "50.00" }));
    expect(payout).toMatchObject({ status: "PENDING", amount: { currency: "EUR" } });
  });

  test("takes as many statements in a page of five as in a page of two, with its events", async () => {
    const seller = await connectSubmerchant(gateway);
    for (let i = 0; i < 5; i++) await create(payoutOf(seller));
    const document =
      "query ($first: Int!) { payouts(first: $first) { edges { node { seller { name } events(first: 5) { edges { node { type } } } } } } }";
    for (const first of [2, 5]) {
      const read = () => gateway.data(document, { first }, seller.key);
      await read();
      const statements = await statementsDuring(gateway, read);
      expect(statements.sort()).toEqual(["read event", "read payout", "read seller"]);
    }
  });

  test("is listed for its seller and its marketplace, newest first, and for nobody else", async () => {
    const seller = await connectSubmerchant(gateway);
    const other = await connectSubmerchant(gateway);
    const made: string[] = [];
    for (let i = 0; i < 5; i++) made.unshift((await create(payoutOf(seller))).payout.id);
    const list = async (credential: string, filter: Json = {}) => {
      const document =
        "query ($filter: PayoutFilter) { payouts(filter: $filter) { edges { node { id } } } }";
      const { payouts } = await gateway.data(document, { filter }, credential);
      return payouts.edges.map(({ node }: Json) => node.id);
    };
    expect(await list(seller.key)).toEqual(made);
    expect(await list(other.key)).toEqual([]);
    expect(await list(other.key, { sellerId: seller.id })).toEqual([]);
    expect(await list(demoCredentials.marketplace, { sellerId: seller.id })).toEqual(made);
    expect(await list(seller.key, { status: ["PENDING"], provider: "PAYU" })).toEqual(made);
    expect(await list(seller.key, { status: ["PAID", "RETURNED"] })).toEqual([]);
    expect(await list(seller.key, { status: [] })).toEqual([]);
    expect(await read(made[0] ?? "", seller.key)).toMatchObject({ id: made[0] });
    expect(await read(made[0] ?? "", other.key)).toBeNull();
    expect(await read(made[0] ?? "", await foundMarketplace(gateway, 2))).toBeNull();
    const wrong = await gateway.query(`{ payout(id: "${seller.id}") { id } }`);
    expect(wrong.errors).toMatchObject([{ extensions: { code: "WRONG_ID_KIND" } }]);
  });

  test("is asked for by a key of its own each time", async () => {
    const seller = await connectSubmerchant(gateway);
    const references = new Set<string>();
    for (let i = 0; i < 3; i++) {
      const { payout } = await create(payoutOf(seller, { idempotencyKey: randomUUID() }));
      references.add(payout.providerReference);
    }
    expect(references.size).toBe(3);
  });
});
