import { randomUUID } from "node:crypto";
import { foundMarketplace, pay } from "../support/access-world";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, TestGateway } from "../support/gateway";
import { connection, type Way, walk } from "../support/paging";
import type { Json } from "../support/simulator";

const list = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: PaymentFilter, $sort: PaymentSort! = CREATED_AT_DESC) {
  payments(first: $first, after: $after, last: $last, before: $before, filter: $filter, sort: $sort) { ${connection} }
}`;

const sorts = ["CREATED_AT_ASC", "CREATED_AT_DESC", "AMOUNT_ASC", "AMOUNT_DESC"] as const;
type Sort = (typeof sorts)[number];

/** In the order in which they are made: with ties that stand together, and ties that do not. */
const amounts = ["30.00", "10.00", "20.00", "20.00", "20.00", "10.00", "40.00"];

describeEachDatabase("pages of payments", (database) => {
  let gateway: TestGateway;
  let shop: ConnectedSeller;
  let other: ConnectedSeller;
  let made: { id: string; amount: number }[];
  beforeAll(async () => {
    gateway = await TestGateway.start({ database });
    shop = await gateway.connectSeller();
    other = await gateway.connectSeller();
    made = await makeAll(shop);
    await makeAll(other);
  });
  afterAll(() => gateway.stop());

  const makeAll = async (seller: ConnectedSeller) => {
    const all: { id: string; amount: number }[] = [];
    for (const amount of amounts) {
      const { id } = await pay(gateway, seller, { amount });
      all.push({ id, amount: Number(amount) });
    }
    return all;
  };
  const page = async (variables: Record<string, unknown>, credential = shop.key): Promise<Json> =>
    (await gateway.data(list, variables, credential)).payments;
  const refusalOf = async (variables: Record<string, unknown>): Promise<Json> => {
    const { status, data, errors } = await gateway.query(list, variables, shop.key);
    expect([status, data, errors?.length, errors?.[0].path]).toEqual([200, null, 1, ["payments"]]);
    return [errors?.[0].extensions.code, ...(errors?.[0].extensions.path ?? [])];
  };
  const pagesOf = (sort: Sort, size: number, way: Way, credential?: string) => {
    const inTheWay = (place: string | null) =>
      way === "forward" ? { first: size, after: place } : { last: size, before: place };
    return (place: string | null) => page({ sort, ...inTheWay(place) }, credential);
  };
  const idsOf = ({ edges }: Json): string[] => edges.map(({ node }: Json) => node.id);
  const inOrder = (sort: Sort): string[] => {
    const rising = sort.startsWith("AMOUNT")
      ? made.toSorted((a, b) => a.amount - b.amount)
      : made.slice();
    const ids = rising.map(({ id }) => id);
    return sort.endsWith("ASC") ? ids : ids.reverse();
  };

  describe.each(sorts)("in the order %s", (sort) => {
    test.each<Way>(["forward", "backward"])(
      "walked through %s at every size show each payment once",
      async (way) => {
        for (let size = 1; size <= amounts.length + 1; size++) {
          expect(await walk(pagesOf(sort, size, way), way)).toEqual(inOrder(sort));
        }
      },
    );

    test("between two places hold what is between them", async () => {
      const { edges } = await page({ sort });
      const between = inOrder(sort).slice(2, 5);
      const part = async (size: object) => {
        const places = { after: edges[1].cursor, before: edges[5].cursor };
        const { pageInfo, ...found } = await page({ sort, ...places, ...size });
        // The places themselves are there, on both sides.
        expect(pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: true });
        return idsOf(found);
      };
      expect(await part({})).toEqual(between);
      expect(await part({ first: 3 })).toEqual(between);
      expect(await part({ last: 3 })).toEqual(between);
      expect(await part({ first: 2 })).toEqual(between.slice(0, 2));
      expect(await part({ last: 2 })).toEqual(between.slice(1));
    });

    test("before a place end at it, also with no size given", async () => {
      const { edges } = await page({ sort });
      const before = edges[3].cursor;
      const found = await page({ sort, before });
      expect(found.edges).toEqual(edges.slice(0, 3));
      expect(found.pageInfo).toMatchObject({ hasPreviousPage: false, hasNextPage: true });
      const first = await page({ sort, before, first: 2 });
      expect(first.edges).toEqual(edges.slice(0, 2));
      expect(first.pageInfo).toMatchObject({ hasPreviousPage: false, hasNextPage: true });
    });

    test.each<Way>(["forward", "backward"])(
      "walked through %s while payments are made and changed repeat and hide none",
      async (way) => {
        const changing = await gateway.connectSeller();
        const there = await makeAll(changing);
        const seen = await walk(
          pagesOf(sort, 2, way, changing.key),
          way,
          async ({ edges }, number) => {
            // Not for ever: in some orders, what is made now stands behind.
            if (number > there.length) return;
            await pay(gateway, changing, { amount: amounts[number - 1] });
            const input = { idempotencyKey: randomUUID(), paymentId: edges[0].node.id };
            await gateway.mutate("refundPayment", { ...input, amount: "0.01" }, "replayed");
          },
        );
        expect(new Set(seen).size).toBe(seen.length);
        const now = idsOf(await page({ sort, first: 100 }, changing.key));
        expect(seen).toEqual(now.filter((id) => seen.includes(id)));
        const ids = there.map(({ id }) => id);
        expect(seen.filter((id) => ids.includes(id)).toSorted()).toEqual(ids);
      },
    );
  });

  test("of a seller are those of the list that is filtered by it", async () => {
    const document = `query ($id: ID!, $after: String) { seller(id: $id) { payments(first: 3, after: $after, sort: AMOUNT_ASC) { ${connection} } } }`;
    const read = async (after: string | null) =>
      (await gateway.data(document, { id: shop.id, after })).seller.payments;
    const filter = { sellerId: shop.id };
    expect(await read(null)).toEqual(
      await gateway
        .data(list, { first: 3, sort: "AMOUNT_ASC", filter })
        .then(({ payments }) => payments),
    );
    expect(await walk(read, "forward")).toEqual(inOrder("AMOUNT_ASC"));
  });

  test("with nothing in them have no places", async () => {
    const nowhere = { startCursor: null, endCursor: null };
    expect(await page({ filter: { provider: "PAYU" } })).toEqual({
      edges: [],
      pageInfo: { ...nowhere, hasNextPage: false, hasPreviousPage: false },
    });
    const { edges } = await page({});
    expect(await page({ after: edges.at(-1).cursor })).toEqual({
      edges: [],
      pageInfo: { ...nowhere, hasNextPage: false, hasPreviousPage: true },
    });
    expect(await page({ last: 5, before: edges[0].cursor })).toEqual({
      edges: [],
      pageInfo: { ...nowhere, hasNextPage: true, hasPreviousPage: false },
    });
  });

  test("have twenty payments when no size is given, and a hundred at most", async () => {
    const many = await gateway.connectSeller();
    for (let number = 0; number < 21; number++) await pay(gateway, many);
    const { edges, pageInfo } = await page({}, many.key);
    expect([edges.length, pageInfo.hasNextPage]).toEqual([20, true]);
    const last = await page({ before: pageInfo.endCursor }, many.key);
    expect(last.edges).toEqual(edges.slice(0, 19));
    expect((await page({ first: 100 }, many.key)).edges).toHaveLength(21);
    expect((await page({ last: 100 }, many.key)).edges).toHaveLength(21);
  });

  test.each([
    ["of no payments", { first: 0 }, "first"],
    ["of no payments from the end", { last: 0 }, "last"],
    ["of less than none", { first: -1 }, "first"],
    ["of less than none from the end", { last: -5 }, "last"],
    ["above the limit", { first: 101 }, "first"],
    ["above the limit from the end", { last: 101 }, "last"],
    ["above all limits", { first: 2 ** 31 - 1 }, "first"],
    ["from both ends", { first: 5, last: 5 }, "last"],
  ])("%s are refused", async (_what, variables, place) => {
    expect(await refusalOf(variables)).toEqual(["INVALID_INPUT", place]);
  });

  describe("behind a cursor", () => {
    const cursorIn = async (sort: Sort, credential?: string): Promise<string> =>
      (await page({ sort, first: 1 }, credential)).pageInfo.endCursor;
    const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

    test("of another order are refused", async () => {
      for (const sort of sorts) {
        const cursor = await cursorIn(sort);
        for (const wanted of sorts.filter((each) => each !== sort)) {
          const after = await refusalOf({ sort: wanted, first: 2, after: cursor });
          expect(after).toEqual(["CURSOR_INVALID", "after"]);
          const before = await refusalOf({ sort: wanted, last: 2, before: cursor });
          expect(before).toEqual(["CURSOR_INVALID", "before"]);
        }
      }
    });

    test.each([
      ["nothing", () => ""],
      ["nonsense", () => "nonsense"],
      ["text that is no base64", () => "%%%"],
      ["an id", () => made[0]?.id],
      ["a number", () => encoded(7)],
      ["null", () => encoded(null)],
      ["an object", () => encoded({ 0: "AMOUNT_ASC" })],
      ["no id", () => encoded(["AMOUNT_ASC"])],
      ["a malformed id", () => encoded(["AMOUNT_ASC", "pay_1", "2000"])],
      ["a seller's id", () => encoded(["AMOUNT_ASC", shop.id, "2000"])],
      ["no amount", () => encoded(["AMOUNT_ASC", made[0]?.id])],
      ["an amount that is none", () => encoded(["AMOUNT_ASC", made[0]?.id, "1 OR 1=1"])],
      ["an amount below zero", () => encoded(["AMOUNT_ASC", made[0]?.id, "-1"])],
      ["an amount beyond all numbers", () => encoded(["AMOUNT_ASC", made[0]?.id, "9".repeat(40)])],
      ["an endless text", () => "A".repeat(10_000)],
    ])("made of %s are refused", async (_what, cursor) => {
      const sort = "AMOUNT_ASC";
      expect(await refusalOf({ sort, after: cursor() })).toEqual(["CURSOR_INVALID", "after"]);
      expect(await refusalOf({ sort, before: cursor() })).toEqual(["CURSOR_INVALID", "before"]);
      const both = { sort, first: 1, after: await cursorIn(sort), before: cursor() };
      expect(await refusalOf(both)).toEqual(["CURSOR_INVALID", "before"]);
    });

    test("of an event are refused", async () => {
      const events =
        "{ payments(first: 1) { edges { node { events { pageInfo { endCursor } } } } } }";
      const { payments } = await gateway.data(events, {}, shop.key);
      const { endCursor } = payments.edges[0].node.events.pageInfo;
      expect(await refusalOf({ after: endCursor })).toEqual(["CURSOR_INVALID", "after"]);
    });

    /** A cursor is a place among all payments. What is behind it is for filter and caller to say. */
    test("from under another filter go on at the same place", async () => {
      const cursor = await page({ sort: "AMOUNT_ASC", first: 3 });
      const filter = { currency: "ARS", amountFrom: "20.01" };
      const found = await page({ sort: "AMOUNT_ASC", after: cursor.pageInfo.endCursor, filter });
      expect(idsOf(found)).toEqual(inOrder("AMOUNT_ASC").slice(-2));
    });

    test("of somebody else's show the caller's own, and nothing else", async () => {
      const stranger = await foundMarketplace(gateway);
      for (const sort of sorts) {
        const theirs = await cursorIn(sort, other.key);
        const variables = { sort, first: 100, after: theirs };
        const found = idsOf(await page(variables));
        const own = inOrder(sort);
        expect(found).toEqual(own.slice(own.length - found.length));
        expect((await page(variables, stranger)).edges).toEqual([]);
      }
    });
  });
});
