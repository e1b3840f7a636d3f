import { randomUUID } from "node:crypto";
import { demoMarketplaceId } from "../../src/demo";
import type { SellerId } from "../../src/domain/ids";
import { describeEachDatabase } from "../support/databases";
import { TestGateway } from "../support/gateway";
import { makeOrder, payMethod, someBuyer } from "../support/orders";
import { connection, type Way, walk } from "../support/paging";
import type { Json } from "../support/simulator";
import { connectSubmerchant, payoutOf, type Submerchant } from "../support/submerchants";

const count = 5;

/** Each list, and where it is in an answer. Payments have tests of their own: they know several orders. */
const lists: Record<string, readonly string[]> = {
  marketplaceOrders: ["marketplaceOrders"],
  "Seller.orders": ["seller", "orders"],
  payouts: ["payouts"],
  "Seller.payouts": ["seller", "payouts"],
  "Seller.transfers": ["seller", "transfers"],
  sellers: ["sellers"],
};
const names = Object.keys(lists);

describeEachDatabase("a list of", (database) => {
  let gateway: TestGateway;
  let seller: Submerchant;
  let partner: string;
  /** The ids of each list, in its order. */
  const made: Record<string, string[]> = {};
  beforeAll(async () => {
    gateway = await TestGateway.start({ database });
    const { payu } = gateway.simulator;
    await payu.control("POST", "/settings", { payoutStepMs: null });
    seller = await connectSubmerchant(gateway);
    const others: Submerchant[] = [];
    while (others.length < count - 1) others.push(await connectSubmerchant(gateway));
    const other = others[0] as Submerchant;

    const [orders, payouts, transfers]: [string[], string[], string[]] = [[], [], []];
    for (let i = 0; i < count; i++) {
      orders.unshift((await makeOrder(gateway, orderAt(seller.id))).id);
      payouts.unshift(await makePayout(seller));
      transfers.unshift(await makeTransfer(seller));
    }
    // Another's, which are not to be seen.
    await makeOrder(gateway, orderAt(other.id));
    await makePayout(other);
    await makeTransfer(other);
    const sellers = [seller, ...others].map(({ id }) => id);
    const { access } = gateway.app.services;
    const key = { role: "PARTNER", name: "reads five", sellerIds: sellers } as const;
    partner = (await access.issueKey(demoMarketplaceId, key)).credential;
    Object.assign(made, {
      ...{ marketplaceOrders: orders, "Seller.orders": orders },
      ...{ payouts, "Seller.payouts": payouts, "Seller.transfers": transfers, sellers },
    });
  });
  afterAll(() => gateway.stop());

  const orderAt = (sellerId: SellerId) => ({
    idempotencyKey: randomUUID(),
    currency: "PLN",
    description: "One shop, one buyer",
    ipAddress: "127.0.0.1",
    buyer: someBuyer(),
    payMethod,
    carts: [{ sellerId, products: [{ name: "Pencil", unitPrice: "1.00", quantity: 1 }] }],
  });
  const makePayout = async (of: Submerchant): Promise<string> =>
    (await gateway.mutate("createPayout", payoutOf(of, { amount: "1.00" }), "payout { id }")).payout
      .id;
  const makeTransfer = async ({ id: sellerId }: Submerchant): Promise<string> => {
    const what = { amount: "1.00", currency: "PLN", description: "Advertising" };
    const input = { idempotencyKey: randomUUID(), sellerId, direction: "SELLER_TO_MARKETPLACE" };
    return (await gateway.mutate("transferFunds", { ...input, ...what }, "transfer { id }"))
      .transfer.id;
  };

  const ask = (name: string, variables: Json) => {
    const path = lists[name] ?? [];
    const field = `${path.at(-1)}(first: $first, after: $after, last: $last, before: $before) { ${connection} }`;
    const [wrapped, extra] =
      path.length === 1 ? [field, {}] : [`seller(id: $id) { ${field} }`, { id: seller.id }];
    const document = `query (${path.length === 1 ? "" : "$id: ID!, "}$first: Int, $after: String, $last: Int, $before: String) { ${wrapped} }`;
    const credential = name === "sellers" ? partner : seller.key;
    return gateway.query(document, { ...extra, ...variables }, credential);
  };
  const page = async (name: string, variables: Json): Promise<Json> => {
    const { data, errors } = await ask(name, variables);
    expect(errors).toBeUndefined();
    return (lists[name] ?? []).reduce<Json>((found, step) => found[step], data);
  };
  const refusalOf = async (name: string, variables: Json) => {
    const { errors } = await ask(name, variables);
    expect(errors).toHaveLength(1);
    return [errors?.[0].extensions.code, ...(errors?.[0].extensions.path ?? [])];
  };

  describe.each(names)("%s", (name) => {
    test.each<Way>(["forward", "backward"])(
      "is walked through %s at every page size, each once",
      async (way) => {
        for (let size = 1; size <= count + 1; size++) {
          const read = (place: string | null) =>
            page(
              name,
              way === "forward" ? { first: size, after: place } : { last: size, before: place },
            );
          expect(await walk(read, way)).toEqual(made[name]);
        }
      },
    );

    test("has pages between two places, and before one", async () => {
      const { edges } = await page(name, {});
      const ids = async (variables: Json) =>
        (await page(name, variables)).edges.map(({ node }: Json) => node.id);
      const between = { after: edges[0].cursor, before: edges[4].cursor };
      expect(await ids(between)).toEqual(made[name]?.slice(1, 4));
      expect(await ids({ ...between, last: 2 })).toEqual(made[name]?.slice(2, 4));
      expect(await ids({ before: edges[2].cursor })).toEqual(made[name]?.slice(0, 2));
    });

    test("refuses what makes no page", async () => {
      expect(await refusalOf(name, { first: 1, last: 1 })).toEqual(["INVALID_INPUT", "last"]);
      expect(await refusalOf(name, { first: 0 })).toEqual(["INVALID_INPUT", "first"]);
      expect(await refusalOf(name, { last: 101 })).toEqual(["INVALID_INPUT", "last"]);
      const foreign = Buffer.from("pay_01JD0000000000000000000001").toString("base64url");
      expect(await refusalOf(name, { after: foreign })).toEqual(["CURSOR_INVALID", "after"]);
      expect(await refusalOf(name, { before: foreign })).toEqual(["CURSOR_INVALID", "before"]);
      expect(await refusalOf(name, { before: "" })).toEqual(["CURSOR_INVALID", "before"]);
    });
  });
});
