import { demoCredentials, demoSellers } from "../../src/demo";
import { foundMarketplace } from "../support/access-world";
import { describeEachDatabase } from "../support/databases";
import { MovableClock, TestGateway } from "../support/gateway";
import type { Json } from "../support/simulator";
import {
  connectSubmerchant,
  linkToPayU,
  payoutOf,
  type Submerchant,
} from "../support/submerchants";

const [, mercadoPagoSeller] = demoSellers;
const dayMs = 24 * 3_600_000;
const balanceOf =
  "query ($id: ID!, $currency: CurrencyCode!) { seller(id: $id) { balance(currency: $currency) { available { amount currency } total { amount } } } }";
const historyOf = `query ($id: ID!, $from: DateTime!, $to: DateTime!, $currency: CurrencyCode, $first: Int, $after: String) {
  seller(id: $id) { operations(from: $from, to: $to, currency: $currency, first: $first, after: $after) {
    edges { cursor node { kind type amount { amount currency } fee { amount } net { amount } status description providerId reference providerOrderId payment { id } requestedAt finishedAt } }
    pageInfo { hasNextPage hasPreviousPage endCursor }
  } }
}`;

describeEachDatabase("a seller's balance", (database) => {
  let gateway: TestGateway;
  let clock: MovableClock;
  let seller: Submerchant;
  beforeAll(async () => {
    clock = new MovableClock();
    gateway = await TestGateway.start({ database, clock });
    await gateway.simulator.payu.control("POST", "/settings", { payoutStepMs: null });
  });
  afterAll(() => gateway.stop());
  beforeEach(async () => {
    seller = await connectSubmerchant(gateway);
  });
  afterEach(() => gateway.simulator.payu.control("DELETE", "/faults"));

  const payOut = async (extra: Json = {}): Promise<Json> => {
    const fields = "payout { id status providerPayoutId providerReference }";
    return (await gateway.mutate("createPayout", payoutOf(seller, extra), fields)).payout;
  };
  const balance = async (currency = "PLN", credential?: string): Promise<Json> =>
    (await gateway.data(balanceOf, { id: seller.id, currency }, credential)).seller.balance;
  const range = (extra: Json = {}) => ({
    id: seller.id,
    from: new Date(Date.now() - dayMs).toISOString(),
    to: new Date(Date.now() + dayMs).toISOString(),
    ...extra,
  });
  const history = async (variables: Json, credential?: string): Promise<Json> =>
    (await gateway.data(historyOf, variables, credential)).seller.operations;
  const nodes = ({ edges }: Json) => edges.map(({ node }: Json) => node);
  /** Lets what was kept grow old, and what has just happened lie behind. */
  const later = () => clock.advance(7_000);
  /** Counts what the provider is asked from now on: a fault that never strikes counts what passes it. */
  const countCalls = async (path: string): Promise<() => Promise<number>> => {
    const skip = 1_000_000;
    const match = { path: `^/api/v2_1/customers/ext/${seller.extCustomerId}/${path}` };
    const { payu } = gateway.simulator;
    const { id } = await payu.control("POST", "/faults", { match, skip, effect: "drop-before" });
    return async () => {
      const { faults } = await payu.control("GET", "/faults");
      return skip - faults.find((fault: Json) => fault.id === id).skip;
    };
  };

  test("is what the provider says, and follows what leaves it at once", async () => {
    expect(await balance()).toEqual({
      available: { amount: "100.00", currency: "PLN" },
      total: { amount: "100.00" },
    });
    await payOut({ amount: "30.00" });
    expect((await balance("PLN", seller.key)).available.amount).toBe("70.00");
    await seller.change({ grantMinor: 500 });
    later();
    expect((await balance()).available.amount).toBe("75.00");
  });

  test("is null where there is none: in another currency, or at a provider that has no balances", async () => {
    expect(await balance("EUR")).toBeNull();
    const { seller: other } = await gateway.data(balanceOf, {
      id: mercadoPagoSeller.id,
      currency: "BRL",
    });
    expect(other.balance).toBeNull();
    const unknown = await gateway.query(balanceOf, { id: seller.id, currency: "XXX" });
    expect(unknown.errors).toMatchObject([{ extensions: { code: "UNSUPPORTED_CURRENCY" } }]);
  });

  test("is asked for once by many who look at the same moment, and again a little later", async () => {
    const calls = await countCalls("balances");
    await Promise.all(Array.from({ length: 20 }, () => balance()));
    expect(await calls()).toBe(1);
    later();
    await balance();
    expect(await calls()).toBe(2);
  });

  test.each([{ kind: "status", code: 503 }, "drop-before", "garbage"])(
    "says so when the provider gives no answer (%j), and asks again next time",
    async (effect) => {
      const match = { path: `^/api/v2_1/customers/ext/${seller.extCustomerId}/` };
      await gateway.simulator.payu.control("POST", "/faults", { match, effect, times: "always" });
      const answer = await gateway.query(balanceOf, { id: seller.id, currency: "PLN" });
      expect(answer.data.seller).toEqual({ balance: null });
      const error = { path: ["seller", "balance"], extensions: { code: "PROVIDER_UNAVAILABLE" } };
      expect(answer.errors).toMatchObject([error]);
      const other = await gateway.query(historyOf, range());
      expect(other.errors).toMatchObject([{ extensions: { code: "PROVIDER_UNAVAILABLE" } }]);
      await gateway.simulator.payu.control("DELETE", "/faults");
      expect((await balance()).available.amount).toBe("100.00");
    },
  );

  test("is the marketplace's and the seller's to see, and no partner's", async () => {
    const input = { role: "PARTNER", name: seller.extCustomerId, sellerIds: [seller.id] };
    const { credential } = await gateway.mutate("createApiKey", input, "credential");
    for (const document of [balanceOf, historyOf]) {
      const answer = await gateway.query(document, range({ currency: "PLN" }), credential);
      expect(answer.errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
    }
    const others = [(await connectSubmerchant(gateway)).key, await foundMarketplace(gateway)];
    for (const other of others) {
      const { seller: none } = await gateway.data(
        balanceOf,
        { id: seller.id, currency: "PLN" },
        other,
      );
      expect(none).toBeNull();
    }
  });

  test("has a history: each movement with its sign and whose it is, newest first", async () => {
    const payout = await payOut({ amount: "12.00", description: "Week 7" });
    await gateway.simulator.payu.movePayout(payout.providerPayoutId, 5);
    await gateway.simulator.payu.movePayout(payout.providerPayoutId, 6);
    later();
    expect(nodes(await history(range(), seller.key))).toMatchObject([
      {
        kind: "PAYOUT_RETURNED",
        type: "RETURN",
        amount: { amount: "12.00", currency: "PLN" },
        net: { amount: "12.00" },
        fee: null,
        payment: null,
        providerId: payout.providerPayoutId,
        reference: payout.providerReference,
      },
      {
        type: "PAYOUT",
        amount: { amount: "-12.00" },
        status: "COMPLETED",
        description: "Week 7",
        providerId: payout.providerPayoutId,
        reference: payout.providerReference,
        requestedAt: expect.any(String),
        finishedAt: expect.any(String),
      },
      { amount: { amount: "100.00" } },
    ]);
  });

  test("has a history that is paged through, also while it goes on", async () => {
    for (let i = 1; i <= 5; i++) await payOut({ amount: `${i}.00` });
    later();
    const variables = range({ first: 2 });
    const page = await history(variables);
    expect(page.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const seen = nodes(page);
    let place = page.pageInfo;
    while (place.hasNextPage) {
      // What happens meanwhile moves no place.
      await payOut({ amount: "7.00" });
      const next = await history({ ...variables, first: 3, after: place.endCursor });
      expect(next.pageInfo.hasPreviousPage).toBe(true);
      seen.push(...nodes(next));
      place = next.pageInfo;
    }
    const amounts = seen.map(({ amount }: Json) => amount.amount);
    expect(amounts).toEqual(["-5.00", "-4.00", "-3.00", "-2.00", "-1.00", "100.00"]);
    const foreign = await gateway.query(historyOf, {
      ...range({ from: new Date(0).toISOString(), to: new Date(dayMs).toISOString() }),
      after: page.pageInfo.endCursor,
    });
    expect(foreign.errors).toMatchObject([{ extensions: { code: "CURSOR_INVALID" } }]);
  });

  test("has a history of one currency where there are several balances", async () => {
    await linkToPayU(gateway, seller.id, { shop: "demo-eur", grantMinor: 700 });
    later();
    const unclear = await gateway.query(historyOf, range());
    expect(unclear.errors).toMatchObject([
      { extensions: { code: "INVALID_INPUT", path: ["currency"] } },
    ]);
    const inEuro = nodes(await history(range({ currency: "EUR" })));
    expect(inEuro.map(({ amount }: Json) => amount)).toEqual([{ amount: "7.00", currency: "EUR" }]);
    expect((await balance("EUR")).available.amount).toBe("7.00");
  });

  test("has no history where there is no balance", async () => {
    const page = await history(range({ id: mercadoPagoSeller.id }));
    expect(page).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, endCursor: null },
    });
  });

  test.each<[string, Json, string[]]>([
    ["backwards", { from: "2026-02-02T00:00:00Z", to: "2026-02-01T00:00:00Z" }, ["to"]],
    [
      "of more than a quarter",
      { from: "2026-01-01T00:00:00Z", to: "2026-04-04T00:00:00Z" },
      ["to"],
    ],
    ["in pages that are too large", { first: 101 }, ["first"]],
  ])("refuses a history %s", async (_, extra, path) => {
    const answer = await gateway.query(historyOf, range(extra));
    expect(answer.errors).toMatchObject([{ extensions: { code: "INVALID_INPUT", path } }]);
  });

  test("costs so much that few fit into one document", async () => {
    const many = `{ sellers(first: 100) { edges { node { balance(currency: "PLN") { total { amount } } } } } }`;
    const answer = await gateway.query(many, {}, demoCredentials.marketplace);
    expect(answer.errors).toMatchObject([{ extensions: { code: "QUERY_TOO_COMPLEX" } }]);
    const few = await gateway.query(many.replace("100", "20"), {}, demoCredentials.marketplace);
    expect(few.errors).toBeUndefined();
  });
});
