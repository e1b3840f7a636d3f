import type { GraphQLSchema } from "graphql";
import type { PaymentId, SellerId } from "../../../src/domain/ids";
import { createContextFactory } from "../../../src/resolvers/context";
import { buildGatewaySchema } from "../../../src/resolvers/schema";
import {
  type Answer,
  anAccount,
  anEvent,
  anId,
  aPayment,
  aRefund,
  aSeller,
  principals,
  run,
  services,
} from "./fixtures";

let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await buildGatewaySchema();
});

/** Fifty payments of five sellers, two refunds each, behind services that count how often they are asked. */
function shop() {
  const payments = Array.from({ length: 50 }, (_, i) =>
    aPayment({
      id: anId("Payment", i),
      sellerId: anId("Seller", i % 5),
      accountId: anId("ProviderAccount", i % 5),
    }),
  );
  const items = payments.map((payment) => ({ payment, seller: undefined }));
  const page = jest.fn(async () => ({ items, hasNext: true, hasPrevious: false }));
  const byIds = jest.fn(async (_: unknown, ids: PaymentId[]) =>
    ids.map((id) => payments.find((payment) => payment.id === id)),
  );
  const refundsOf = jest.fn(async (ids: PaymentId[]) =>
    // Not in the order of the keys: the loader has to sort them out.
    ids
      .toReversed()
      .flatMap((paymentId, i) => [
        aRefund({ id: anId("Refund", 2 * i), paymentId }),
        aRefund({ id: anId("Refund", 2 * i + 1), paymentId }),
      ]),
  );
  const ofTopics = jest.fn(async (ids: PaymentId[]) =>
    ids.toReversed().map((topicId) => anEvent({ topicId, subjectId: topicId })),
  );
  const sellersByIds = jest.fn(async (_: unknown, ids: SellerId[]) =>
    ids.map((id) => aSeller(Number(id.slice(4)))),
  );
  const accountsByIds = jest.fn(async (_: unknown, ids: string[]) =>
    ids.map((id) => anAccount(Number(id.slice(4)))),
  );
  const accountsOfPayments = jest.fn(
    async (ids: string[]) => new Map(ids.map((id) => [id, anAccount(Number(id.slice(4)))])),
  );
  const ofSellers = jest.fn(async (ids: SellerId[]) =>
    ids.map((id) => anAccount(Number(id.slice(4)))),
  );
  const checkSoon = jest.fn();
  const accounts = { accountsByIds, accountsOfPayments, ofSellers };
  const spies = { page, byIds, refundsOf, ofTopics, sellersByIds, ...accounts };
  return {
    spies,
    checkSoon,
    services: services({
      payments: {
        page,
        reader: { byIds, refundsOf },
        actionsOf: () => [],
        checkSoon,
      },
      sellers: { byIds: sellersByIds, accountsByIds },
      accounts: { ofSellers, byIds: accountsOfPayments },
      events: { ofTopics },
    }),
  };
}

const callsOf = (spies: Record<string, jest.Mock>) =>
  Object.fromEntries(Object.entries(spies).map(([name, spy]) => [name, spy.mock.calls.length]));

describe("a page of fifty payments", () => {
  test("asks once for each edge, however many payments it has", async () => {
    const { services, spies } = shop();
    const { data, errors } = await run(
      schema,
      `{ payments(first: 50) {
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
          edges { cursor node {
            id amount { amount }
            seller { id reference accounts { id seller { id } } }
            refunds { id payment { id } seller { id } }
            availableActions { action }
            events(first: 2) { edges { node { id subject { id } } } }
          } }
      } }`,
      { services },
    );
    expect(errors).toBeUndefined();
    expect(callsOf(spies)).toEqual({
      page: 1,
      byIds: 0,
      refundsOf: 1,
      ofTopics: 1,
      sellersByIds: 1,
      accountsByIds: 0,
      accountsOfPayments: 1,
      ofSellers: 1,
    });
    const { edges, pageInfo }: Answer = data?.payments ?? {};
    expect(pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: edges[0].cursor,
      endCursor: edges[49].cursor,
    });
    edges.forEach(({ node }: Answer, i: number) => {
      expect(node.id).toBe(anId("Payment", i));
      expect(node.seller.id).toBe(anId("Seller", i % 5));
      expect(node.refunds.map(({ payment }: Answer) => payment.id)).toEqual([node.id, node.id]);
      expect(node.events.edges.map((edge: Answer) => edge.node.subject.id)).toEqual([node.id]);
    });
  });

  test("asks only for what the document names", async () => {
    const { services, spies } = shop();
    await run(schema, "{ payments { edges { node { id status } } } }", { services });
    expect(callsOf(spies)).toMatchObject({ page: 1, refundsOf: 0, sellersByIds: 0 });
  });

  test("is refused when its filter cannot be read", async () => {
    const { services, spies } = shop();
    const ask = async (filter: string) =>
      (await run(schema, `{ payments(filter: ${filter}) { edges { cursor } } }`, { services }))
        .errors?.[0]?.originalError;
    expect(await ask('{ sellerId: "pay_1" }')).toMatchObject({
      code: "WRONG_ID_KIND",
      errors: [{ path: ["filter", "sellerId"] }],
    });
    expect(await ask('{ amountFrom: "1" }')).toMatchObject({
      code: "INVALID_INPUT",
      errors: [{ path: ["filter", "currency"] }],
    });
    expect(spies.page).not.toHaveBeenCalled();
  });
});

describe("payment", () => {
  const ask = async (args: string, given = shop()) => {
    const { data, errors } = await run(schema, `{ payment(${args}) { id } }`, {
      services: given.services,
    });
    return { payment: data?.payment, error: errors?.[0]?.originalError };
  };

  test("is null where there is none, and brings about a look where there is one", async () => {
    const given = shop();
    expect(await ask(`id: "${anId("Payment", 3)}"`, given)).toEqual({
      payment: { id: anId("Payment", 3) },
      error: undefined,
    });
    expect(given.checkSoon).toHaveBeenCalledTimes(1);
    expect((await ask(`id: "${anId("Payment", 99)}"`, given)).payment).toBeNull();
    expect(given.checkSoon).toHaveBeenCalledTimes(1);
  });

  test.each(["pay_1", "", anId("Seller"), `${anId("Payment")} `])(
    "refuses the id %j",
    async (id) => {
      expect(await ask(`id: ${JSON.stringify(id)}`)).toMatchObject({
        payment: null,
        error: { code: "WRONG_ID_KIND", errors: [{ path: ["id"] }] },
      });
    },
  );

  test("wants one way of naming it", async () => {
    expect((await ask("id: null")).error).toMatchObject({ code: "INVALID_INPUT" });
    const both = `id: "${anId("Payment")}", externalReference: "a"`;
    expect((await ask(both)).error).toMatchObject({ code: "INVALID_INPUT" });
  });
});

describe("nodes", () => {
  test("come in the order of their ids, with null for what is not there, in one look each kind", async () => {
    const { services, spies } = shop();
    const ids = [
      anId("Payment", 2),
      anId("Payment", 99),
      "nonsense",
      anId("Seller", 4),
      anId("ApiKey"),
      anId("ProviderAccount", 1),
      anId("Payment", 1),
    ];
    const { data, errors } = await run(
      schema,
      "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Payment { status } } }",
      { services, variables: { ids } },
    );
    expect(errors).toBeUndefined();
    expect(data?.nodes).toEqual([
      { __typename: "Payment", id: ids[0], status: "APPROVED" },
      null,
      null,
      { __typename: "Seller", id: ids[3] },
      null,
      { __typename: "ProviderAccount", id: ids[5] },
      { __typename: "Payment", id: ids[6], status: "APPROVED" },
    ]);
    expect(callsOf(spies)).toMatchObject({ byIds: 1, sellersByIds: 1, accountsByIds: 1 });
  });

  test("are a hundred at most", async () => {
    const ids = Array.from({ length: 101 }, (_, i) => anId("Payment", i));
    const { errors } = await run(schema, "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", {
      services: shop().services,
      variables: { ids },
    });
    expect(errors?.[0]?.originalError).toMatchObject({ code: "INVALID_INPUT" });
  });

  test.each(["Payment", "Refund"] as const)(
    "show no event of a %s that is out of sight, and read none",
    async (kind) => {
      const foreign = anId(kind, 99);
      const find = jest.fn(async () => anEvent({ subjectId: foreign, topicId: foreign }));
      const given = services({
        payments: {
          reader: { byIds: async () => [undefined], refundsByIds: async () => [undefined] },
        },
        events: { find },
      });
      const id = `evt_${foreign}_2`;
      const { data } = await run(schema, `{ node(id: "${id}") { id } }`, { services: given });
      expect(data?.node).toBeNull();
      // Else it would take longer than one that does not exist.
      expect(find).not.toHaveBeenCalled();
    },
  );
});

describe("a timeline", () => {
  test("goes on from a cursor of its own log, and from no other", async () => {
    const { services, spies } = shop();
    const ask = async (cursor: string) =>
      run(
        schema,
        `{ payment(id: "${anId("Payment")}") { events(after: "${cursor}") { edges { cursor } pageInfo { hasPreviousPage } } } }`,
        { services },
      );
    const { data } = await ask(`${anId("Seller", 0)}-7`);
    expect(spies.ofTopics).toHaveBeenLastCalledWith([anId("Payment")], 7n, 21);
    expect(data?.payment.events.pageInfo.hasPreviousPage).toBe(true);
    const { errors } = await ask(`${anId("Seller", 1)}-7`);
    expect(errors?.[0]?.originalError).toMatchObject({ code: "CURSOR_INVALID" });
  });
});

describe("sellers", () => {
  const page = jest.fn(async (_scope: unknown, { first = 3 }: { first?: number }) => ({
    items: Array.from({ length: first }, (_, i) => aSeller(i)),
    hasNext: true,
    hasPrevious: false,
  }));
  const ask = (args: string) =>
    run(
      schema,
      `{ sellers${args} { edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }`,
      {
        services: services({ sellers: { page } }),
      },
    );

  test("go on behind a cursor", async () => {
    const first = await ask("(first: 2)");
    expect(first.data?.sellers.edges).toHaveLength(2);
    expect(first.data?.sellers.pageInfo.hasNextPage).toBe(true);
    await ask(`(first: 2, after: "${first.data?.sellers.pageInfo.endCursor}")`);
    const request = { first: 2, after: { id: anId("Seller", 1) } };
    expect(page).toHaveBeenLastCalledWith(expect.anything(), request);
  });

  test.each(['(after: "x")', '(after: "")', '(before: "x")'])("refuse %s", async (args) => {
    expect((await ask(args)).errors).toHaveLength(1);
  });
});

describe("money", () => {
  const ask = async (locale: string, changes = {}) => {
    const given = services({
      payments: { reader: { byIds: async () => [aPayment(changes)] }, checkSoon: () => {} },
    });
    const { data, errors } = await run(
      schema,
      `{ payment(id: "${anId("Payment")}") { amount { amount minorUnits formatted${locale} } } }`,
      { services: given },
    );
    return errors?.[0]?.originalError ?? data?.payment.amount;
  };

  test("is written for people as they are used to, digit for digit", async () => {
    const largest = { amountMinor: 9_007_199_254_740_991n };
    expect((await ask('(locale: "es-AR")')).formatted).toBe("$\u00a0100,50");
    expect((await ask("", { currency: "USD", ...largest })).formatted).toBe(
      "$90,071,992,547,409.91",
    );
    expect(await ask('(locale: "es-CL")', { currency: "CLP", ...largest })).toEqual({
      amount: "9007199254740991",
      minorUnits: "9007199254740991",
      formatted: "$9.007.199.254.740.991",
    });
  });

  test.each(["nonsense-that-is-no-locale", "", "x".repeat(100)])("refuses %j", async (locale) => {
    expect(await ask(`(locale: "${locale}")`)).toMatchObject({ code: "INVALID_INPUT" });
  });
});

describe("the share key", () => {
  const keyOf = createContextFactory(services({}));
  const of = (principal: Answer) => keyOf({ principal, requestId: "r" }).shareKey;

  test("is equal for two keys that see the same", () => {
    const { MARKETPLACE, SELLER } = principals;
    expect(of({ ...MARKETPLACE, keyId: anId("ApiKey", 9) })).toBe(of(MARKETPLACE));
    expect(of({ ...SELLER, keyId: anId("ApiKey", 9) })).toBe(of(SELLER));
  });

  test("differs where role or reach differ", () => {
    const { MARKETPLACE, PARTNER, SELLER, WATCHER } = principals;
    const keys = [
      MARKETPLACE,
      { ...MARKETPLACE, marketplaceId: anId("Marketplace", 1) },
      SELLER,
      { ...SELLER, sellerId: anId("Seller", 1) },
      PARTNER,
      { ...PARTNER, sellerIds: [anId("Seller"), anId("Seller", 1)] },
      WATCHER,
      { ...WATCHER, paymentId: anId("Payment", 1) },
    ].map(of);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("stays the same for each event, with loaders anew", () => {
    const context = keyOf({ principal: principals.SELLER, requestId: "r" });
    const next = context.forEvent();
    expect(next.shareKey).toBe(context.shareKey);
    expect(next.loaders).not.toBe(context.loaders);
  });
});
