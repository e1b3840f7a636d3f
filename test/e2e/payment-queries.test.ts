import { randomUUID } from "node:crypto";
import { demoMarketplaceId } from "../../src/demo";
import { pay } from "../support/access-world";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { walk } from "../support/paging";
import type { Json } from "../support/simulator";
import { statementsDuring } from "../support/statements";

const minuteMs = 60_000;

const list =
  "query ($filter: PaymentFilter) { payments(filter: $filter, sort: CREATED_AT_ASC) { edges { node { externalReference } } } }";

describeEachDatabase("queries of payments", (database) => {
  const clock = new MovableClock();
  let gateway: TestGateway;
  let books: ConnectedSeller;
  let wines: ConnectedSeller;
  let livros: ConnectedSeller;
  /** By their references. */
  const payments: Record<string, Json> = {};

  const make = async (
    seller: ConnectedSeller,
    externalReference: string,
    amount: string,
    extra: Record<string, unknown> = {},
    holder = "APRO",
  ): Promise<Json> => {
    clock.advance(minuteMs);
    const payment = await pay(gateway, seller, { externalReference, amount, ...extra }, holder);
    payments[externalReference] = payment;
    return payment;
  };
  const refund = (paymentId: string, amount: string) =>
    gateway.mutate(
      "refundPayment",
      { idempotencyKey: randomUUID(), paymentId, amount },
      "refund { id status }",
    );
  const references = async (filter: Json, credential?: string): Promise<string[]> => {
    const { payments: found } = await gateway.data(list, { filter }, credential);
    return found.edges.map(({ node }: Json) => node.externalReference);
  };
  const partnerOf = async (...sellers: ConnectedSeller[]): Promise<string> =>
    (
      await gateway.app.services.access.issueKey(demoMarketplaceId, {
        role: "PARTNER",
        name: randomUUID(),
        sellerIds: sellers.map(({ id }) => id),
      })
    ).credential;

  beforeAll(async () => {
    // What is made below is made a minute apart, and none of it in the future.
    clock.advance(-60 * minuteMs);
    gateway = await TestGateway.start({ database, clock });
    [books, wines, livros] = [
      await gateway.connectSeller(),
      await gateway.connectSeller(),
      await gateway.connectSeller("MLB"),
    ];
    await make(books, "b-1", "10.00");
    await make(books, "b-2", "20.00");
    await make(books, "b-3", "20.00", {}, "FUND");
    await make(books, "b-4", "20.00", { capture: false });
    await make(wines, "w-1", "20.00");
    await make(wines, "w-2", "30.00");
    await make(wines, "w-2", "30.01");
    await make(livros, "l-1", "20.00");
    await refund(payments["w-1"].id, "5.00");
  });
  afterAll(() => gateway.stop());

  describe("payment", () => {
    const one =
      "query ($id: ID, $externalReference: String) { payment(id: $id, externalReference: $externalReference) { id amount { amount } } }";

    test("is found by its id, and by its reference the newest one that has it", async () => {
      const { id } = payments["w-2"];
      const newest = { payment: { id, amount: { amount: "30.01" } } };
      expect(await gateway.data(one, { id })).toEqual(newest);
      expect(await gateway.data(one, { externalReference: "w-2" })).toEqual(newest);
    });

    test.each(["W-2", "w-2 ", "w-", "w-%", "", "w-3"])(
      "is not there by the reference %j",
      async (externalReference) => {
        expect(await gateway.data(one, { externalReference })).toEqual({ payment: null });
      },
    );

    test("by a reference is only ever the caller's own", async () => {
      const asked = { externalReference: "w-2" };
      expect((await gateway.data(one, asked, wines.key)).payment.id).toBe(payments["w-2"].id);
      expect(await gateway.data(one, asked, books.key)).toEqual({ payment: null });
    });

    test.each([
      ["nothing", {}, "INVALID_INPUT"],
      ["null", { id: null, externalReference: null }, "INVALID_INPUT"],
      ["both", { id: "pay_01JD0000000000000000000001", externalReference: "w-2" }, "INVALID_INPUT"],
      ["another kind's id", { id: "ref_01JD0000000000000000000001" }, "WRONG_ID_KIND"],
      ["a malformed id", { id: "1" }, "WRONG_ID_KIND"],
    ])("asked for by %s is refused with a path", async (_what, variables, code) => {
      expect(await gateway.query(one, variables)).toMatchObject({
        status: 200,
        data: { payment: null },
        errors: [{ path: ["payment"], extensions: { code, path: ["id"] } }],
      });
    });
  });

  describe("nodes", () => {
    const nodes =
      "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Payment { status } ... on Seller { name } } }";
    let known: { id: string; type: string }[];
    beforeAll(async () => {
      const { payment } = await gateway.data(
        "query ($id: ID!) { payment(id: $id) { refunds { id } seller { accounts { id } } events(first: 1) { edges { node { id } } } } }",
        { id: payments["w-1"].id },
      );
      known = [
        { id: payments["w-1"].id, type: "Payment" },
        { id: payment.refunds[0].id, type: "Refund" },
        { id: wines.id, type: "Seller" },
        { id: payment.seller.accounts[0].id, type: "ProviderAccount" },
        { id: payment.events.edges[0].node.id, type: "Event" },
      ];
    });

    test("are of mixed kinds, in the order of their ids, each as often as it was asked for", async () => {
      const asked = [...known, ...known.toReversed()];
      const answer = await gateway.data(nodes, { ids: asked.map(({ id }) => id) });
      expect(answer.nodes.map(({ id, __typename: type }: Json) => ({ id, type }))).toEqual(asked);
      for (const { id, type } of known) {
        const single = "query ($id: ID!) { node(id: $id) { __typename id } }";
        expect(await gateway.data(single, { id })).toEqual({ node: { __typename: type, id } });
      }
    });

    test("are null in place where there is none, or not for the caller", async () => {
      const [payment, ...others] = known.map(({ id }) => id);
      const own = payments["b-1"].id;
      const unknown = `${own.slice(0, -4)}ZZZZ`;
      const ids = [own, payment, unknown, "", "nonsense", `${own} `, own.toLowerCase(), books.id];
      const answer = await gateway.query(nodes, { ids: [...ids, ...others] }, books.key);
      expect(answer).toEqual({
        status: 200,
        data: {
          nodes: [
            { __typename: "Payment", id: own, status: "APPROVED" },
            ...[null, null, null, null, null, null],
            { __typename: "Seller", id: books.id, name: "Shop of a test" },
            ...others.map(() => null),
          ],
        },
        errors: undefined,
      });
    });

    test("are none for no ids, and at most a hundred", async () => {
      expect(await gateway.data(nodes, { ids: [] })).toEqual({ nodes: [] });
      const { id } = payments["b-1"];
      const many = await gateway.data(nodes, { ids: Array(100).fill(id) });
      expect(many.nodes).toHaveLength(100);
      expect(await gateway.query(nodes, { ids: Array(101).fill(id) })).toMatchObject({
        errors: [{ extensions: { code: "INVALID_INPUT", path: ["ids"] } }],
      });
    });
  });

  test("viewer tells who asks, and what that may", async () => {
    const document =
      "{ viewer { role marketplaceId mayMoveMoney seesPayers expiresAt seller { id } } }";
    const rights = { marketplaceId: demoMarketplaceId, expiresAt: null, seller: null };
    expect(await gateway.data(document)).toEqual({
      viewer: { ...rights, role: "MARKETPLACE", mayMoveMoney: true, seesPayers: true },
    });
    expect(await gateway.data(document, {}, wines.key)).toEqual({
      viewer: {
        ...rights,
        role: "SELLER",
        mayMoveMoney: true,
        seesPayers: true,
        seller: { id: wines.id },
      },
    });
    expect(await gateway.data(document, {}, await partnerOf(wines))).toEqual({
      viewer: { ...rights, role: "PARTNER", mayMoveMoney: false, seesPayers: false },
    });
  });

  describe("sellers", () => {
    test("are found one by one, by id or by reference", async () => {
      const one =
        "query ($id: ID, $reference: String) { seller(id: $id, reference: $reference) { id } }";
      const found = { seller: { id: wines.id } };
      const reference = `shop${wines.shop.seller.userId}`;
      expect(await gateway.data(one, { id: wines.id })).toEqual(found);
      expect(await gateway.data(one, { reference })).toEqual(found);
      expect(await gateway.data(one, { reference: reference.toUpperCase() })).toEqual({
        seller: null,
      });
      expect(await gateway.data(one, { reference: `${reference} ` })).toEqual({ seller: null });
      expect(await gateway.data(one, { id: wines.id }, books.key)).toEqual({ seller: null });
      expect(await gateway.query(one, { id: wines.id, reference })).toMatchObject({
        errors: [{ path: ["seller"], extensions: { code: "INVALID_INPUT", path: ["id"] } }],
      });
    });
  });

  describe("payments filtered by", () => {
    const at = (reference: string) => new Date(payments[reference].createdAt);

    test.each<[what: string, filter: () => Json, expected: string[]]>([
      ["nothing", () => ({}), ["b-1", "b-2", "b-3", "b-4", "w-1", "w-2", "w-2", "l-1"]],
      ["null", () => null, ["b-1", "b-2", "b-3", "b-4", "w-1", "w-2", "w-2", "l-1"]],
      ["one status", () => ({ status: ["REJECTED"] }), ["b-3"]],
      [
        "several statuses",
        () => ({ status: ["AUTHORIZED", "PARTIALLY_REFUNDED", "EXPIRED"] }),
        ["b-4", "w-1"],
      ],
      ["a status twice", () => ({ status: ["REJECTED", "REJECTED"] }), ["b-3"]],
      ["a status that none has", () => ({ status: ["EXPIRED"] }), []],
      ["an empty list of statuses", () => ({ status: [] }), []],
      ["a seller", () => ({ sellerId: wines.id }), ["w-1", "w-2", "w-2"]],
      ["a seller that is not there", () => ({ sellerId: `${wines.id.slice(0, -4)}ZZZZ` }), []],
      [
        "a provider",
        () => ({ provider: "MERCADO_PAGO" }),
        ["b-1", "b-2", "b-3", "b-4", "w-1", "w-2", "w-2", "l-1"],
      ],
      ["a provider that none went through", () => ({ provider: "PAYU" }), []],
      ["a currency", () => ({ currency: "BRL" }), ["l-1"]],
      ["a lowest amount, inclusive", () => ({ currency: "ARS", amountFrom: "30" }), ["w-2", "w-2"]],
      ["a highest amount, inclusive", () => ({ currency: "ARS", amountTo: "10.00" }), ["b-1"]],
      [
        "a range of amounts",
        () => ({ currency: "ARS", amountFrom: "10.01", amountTo: "30.00" }),
        ["b-2", "b-3", "b-4", "w-1", "w-2"],
      ],
      ["a range without room", () => ({ currency: "ARS", amountFrom: "2", amountTo: "1" }), []],
      [
        "a first moment, inclusive",
        () => ({ createdFrom: at("w-1") }),
        ["w-1", "w-2", "w-2", "l-1"],
      ],
      ["a last moment, exclusive", () => ({ createdTo: at("b-2") }), ["b-1"]],
      [
        "a range of time",
        () => ({ createdFrom: at("b-2"), createdTo: at("w-1") }),
        ["b-2", "b-3", "b-4"],
      ],
      [
        "the whole of time",
        () => ({ createdFrom: "0001-01-01T00:00:00Z", createdTo: "9999-12-31T23:59:59Z" }),
        ["b-1", "b-2", "b-3", "b-4", "w-1", "w-2", "w-2", "l-1"],
      ],
      ["a reference", () => ({ externalReference: "w-2" }), ["w-2", "w-2"]],
      ["a reference in other letters", () => ({ externalReference: "W-2" }), []],
      ["a reference and a space", () => ({ externalReference: "w-2 " }), []],
      [
        "all of it together",
        () => ({
          status: ["APPROVED", "PARTIALLY_REFUNDED"],
          sellerId: wines.id,
          provider: "MERCADO_PAGO",
          currency: "ARS",
          amountFrom: "20",
          amountTo: "30",
          createdFrom: at("b-4"),
          createdTo: at("l-1"),
          externalReference: "w-1",
        }),
        ["w-1"],
      ],
      ["what contradicts itself", () => ({ sellerId: books.id, externalReference: "w-1" }), []],
    ])("%s", async (_what, filter, expected) => {
      expect(await references(filter())).toEqual(expected);
    });

    test("anything are only ever the caller's own", async () => {
      expect(await references({ status: ["APPROVED"] }, books.key)).toEqual(["b-1", "b-2"]);
      expect(await references({ sellerId: wines.id }, books.key)).toEqual([]);
      expect(await references({}, await partnerOf(livros))).toEqual(["l-1"]);
    });

    test.each([
      ["amounts without a currency", { amountFrom: "1" }, "INVALID_INPUT", "currency"],
      ["a currency that is none", { currency: "ZZZ" }, "UNSUPPORTED_CURRENCY", "currency"],
      ["an amount below zero", { currency: "ARS", amountTo: "-1" }, "INVALID_AMOUNT", "amountTo"],
      [
        "too many decimals",
        { currency: "ARS", amountFrom: "1.001" },
        "TOO_MANY_DECIMALS",
        "amountFrom",
      ],
      ["another kind's id", { sellerId: "pay_1" }, "WRONG_ID_KIND", "sellerId"],
    ])("%s are refused with a path", async (_what, filter, code, field) => {
      expect(await gateway.query(list, { filter })).toMatchObject({
        data: null,
        errors: [{ path: ["payments"], extensions: { code, path: ["filter", field] } }],
      });
    });
  });

  describe("a payment's timeline", () => {
    const timeline = `query ($id: ID!, $first: Int, $after: Cursor) { payment(id: $id) { events(first: $first, after: $after) { edges { cursor node { id cursor type from to source sequence subjectId recordedAt } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`;
    const eventsOf = async (id: string, variables: Record<string, unknown> = {}): Promise<Json> =>
      (await gateway.data(timeline, { id, ...variables })).payment.events;
    let id: string;
    let refundId: string;
    beforeAll(async () => {
      // Of another payment are the events between.
      id = (await make(wines, "t-1", "20.00", { capture: false })).id;
      await make(wines, "t-2", "20.00");
      await gateway.mutate(
        "capturePayment",
        { idempotencyKey: randomUUID(), paymentId: id, amount: "15.00" },
        "payment { status }",
      );
      await make(wines, "t-3", "20.00");
      refundId = (await refund(id, "5.00")).refund.id;
    });

    test("has all that happened to it and its refunds, in order", async () => {
      const { edges } = await eventsOf(id);
      const nodes = edges.map(({ node }: Json) => node);
      expect(
        nodes.map(({ type, from, to, subjectId }: Json) => [type, from, to, subjectId]),
      ).toEqual([
        ["PAYMENT_CREATED", null, "PROCESSING", id],
        ["PAYMENT_STATUS_CHANGED", "PROCESSING", "AUTHORIZED", id],
        ["PAYMENT_STATUS_CHANGED", "AUTHORIZED", "APPROVED", id],
        ["REFUND_CREATED", null, "PROCESSING", refundId],
        ["PAYMENT_STATUS_CHANGED", "APPROVED", "PARTIALLY_REFUNDED", id],
        ["REFUND_STATUS_CHANGED", "PROCESSING", "COMPLETED", refundId],
      ]);
      const sequences = nodes.map(({ sequence }: Json) => Number(sequence));
      expect(sequences).toEqual(sequences.toSorted((a: number, b: number) => a - b));
      expect(new Set(sequences).size).toBe(nodes.length);
      const times = nodes.map(({ recordedAt }: Json) => recordedAt);
      expect(times).toEqual(times.toSorted());
      expect(new Set(nodes.map(({ source }: Json) => source))).toEqual(new Set(["API"]));
      for (const { cursor, node } of edges) expect(node.cursor).toBe(cursor);
    });

    test("is walked through at every page size, each event once", async () => {
      const all = (await eventsOf(id)).edges.map(({ node }: Json) => node.id);
      for (let first = 1; first <= all.length + 1; first++) {
        expect(await walk((after) => eventsOf(id, { first, after }), "forward")).toEqual(all);
      }
    });

    test("goes on behind any place in the seller's log, and behind no other", async () => {
      const [own, ofAnother] = await Promise.all(
        [id, payments["t-3"].id, payments["b-1"].id].map(
          async (of) => (await eventsOf(of)).pageInfo.endCursor,
        ),
      );
      const behind = await eventsOf(id, { after: ofAnother });
      expect(behind.edges.map(({ node }: Json) => node.type)).toEqual([
        "REFUND_CREATED",
        "PAYMENT_STATUS_CHANGED",
        "REFUND_STATUS_CHANGED",
      ]);
      expect((await eventsOf(id, { after: own })).edges).toEqual([]);
    });

    test.each([
      ["a size of 0", () => ({ first: 0 }), "INVALID_INPUT", "first"],
      ["a size above 100", () => ({ first: 101 }), "INVALID_INPUT", "first"],
      ["a cursor that is none", () => ({ after: "nonsense" }), "CURSOR_INVALID", "after"],
      [
        "another seller's cursor",
        async () => ({ after: (await eventsOf(payments["b-1"].id)).pageInfo.endCursor }),
        "CURSOR_INVALID",
        "after",
      ],
      [
        "a cursor of a list",
        async () => {
          const { payments: found } = await gateway.data(
            "{ payments(first: 1) { pageInfo { endCursor } } }",
          );
          return { after: found.pageInfo.endCursor };
        },
        "CURSOR_INVALID",
        "after",
      ],
    ])("with %s is refused with a path", async (_what, variables, code, place) => {
      expect(await gateway.query(timeline, { id, ...(await variables()) })).toMatchObject({
        errors: [{ path: ["payment", "events"], extensions: { code, path: [place] } }],
      });
    });
  });

  describe("a page with everything that hangs on its payments", () => {
    let busy: ConnectedSeller[];
    beforeAll(async () => {
      busy = [await gateway.connectSeller(), await gateway.connectSeller()];
      for (let number = 0; number < 50; number++) {
        const seller = busy[number % 2] as ConnectedSeller;
        const { id } = await pay(gateway, seller);
        if (number % 3 === 0) await refund(id, "0.50");
      }
    });

    test.each([10, 50])("takes five statements for %d payments", async (first) => {
      const document = `query ($first: Int) { payments(first: $first) { edges { node {
        id seller { name accounts { id capabilities } } refunds { id amount { amount } }
        events(first: 5) { edges { node { type } } } availableActions { action } refundableUntil
      } } } }`;
      // Who asks is remembered for some seconds, and not looked up again.
      await gateway.data("{ viewer { role } }");
      let found: Json;
      const statements = await statementsDuring(gateway, async () => {
        found = await gateway.data(document, { first });
      });
      const nodes = found.payments.edges.map(({ node }: Json) => node);
      expect(nodes).toHaveLength(first);
      expect(new Set(nodes.map(({ seller }: Json) => seller.name)).size).toBe(1);
      expect(nodes.filter(({ refunds }: Json) => refunds.length === 1).length).toBeGreaterThan(2);
      expect(nodes.every(({ events }: Json) => events.edges.length >= 2)).toBe(true);
      expect(statements.toSorted()).toEqual([
        "read event",
        "read payment",
        "read provider_account",
        "read provider_account",
        "read refund",
      ]);
    });

    test("takes one statement with nothing but their sellers, however it is written", async () => {
      const document = `query ($first: Int) { payments(first: $first) { edges { ...Edge } } }
        fragment Edge on PaymentEdge { node { id ... on Payment { seller { ...Name } } } }
        fragment Name on Seller { name }`;
      await gateway.data("{ viewer { role } }");
      let found: Json;
      const statements = await statementsDuring(gateway, async () => {
        found = await gateway.data(document, { first: 50 });
      });
      expect(statements).toEqual(["read payment"]);
      for (const { node } of found.payments.edges) expect(node.seller.name).toBe("Shop of a test");
    });
  });
});
