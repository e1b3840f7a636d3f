import { demoMarketplaceId } from "../../src/demo";
import { firstOf } from "../support/access-asks";
import { buyer, orderOf, ownCart } from "../support/access-order";
import { type AccessWorld, type Asker, makeAccessWorld } from "../support/access-world";
import { describeEachDatabase } from "../support/databases";
import { leavingNothing } from "../support/footprint";
import { someBuyer } from "../support/orders";
import type { Json } from "../support/simulator";
import { newSubmerchant } from "../support/submerchants";

const fields = `total { amount }
  buyer { reference email firstName lastName phone }
  carts { seller { id } amount { amount } fee { amount } products { name } }
  allocation { total { amount } marketplaceFee { amount } shares { seller { id } net { amount } refunded { amount } } }
  payments { id } refunds { id amount { amount } }`;

/** Who sees what of an order in which several sellers have carts. */
describeEachDatabase("of an order", (database) => {
  let world: AccessWorld;
  beforeAll(async () => {
    world = await makeAccessWorld(database);
  });
  afterAll(() => world.stop());

  /** Every way that leads to the order; the variables name it, and what hangs on it. */
  const ways: [string, string, (data: Json) => Json][] = [
    [
      "by its id",
      `query ($order: ID!) { marketplaceOrder(id: $order) { ${fields} } }`,
      (data) => data.marketplaceOrder,
    ],
    [
      "by reference",
      `query ($reference: String!) { marketplaceOrder(externalReference: $reference) { ${fields} } }`,
      (data) => data.marketplaceOrder,
    ],
    [
      "in the list",
      `query ($reference: String!) { marketplaceOrders(filter: { externalReference: $reference }) { edges { node { ${fields} } } } }`,
      (data) => data.marketplaceOrders.edges[0].node,
    ],
    [
      "in a seller's list",
      `query ($seller: ID!) { seller(id: $seller) { orders(first: 1) { edges { node { ${fields} } } } } }`,
      (data) => data.seller.orders.edges[0].node,
    ],
    [
      "as a node",
      `query ($order: ID!) { node(id: $order) { ... on MarketplaceOrder { ${fields} } } }`,
      (data) => data.node,
    ],
    [
      "from a cart's payment",
      `query ($payment: ID!) { payment(id: $payment) { order { ${fields} } } }`,
      (data) => data.payment.order,
    ],
    [
      "from a refund",
      `query ($refund: ID!) { node(id: $refund) { ... on Refund { payment { order { ${fields} } } } } }`,
      (data) => data.node.payment.order,
    ],
    [
      "from an event",
      `query ($event: ID!) { node(id: $event) { ... on Event { subject { ... on MarketplaceOrder { ${fields} } } } } }`,
      (data) => data.node.subject,
    ],
  ];
  const asked = ({ order, seller }: AccessWorld) => ({
    order: order.id,
    reference: order.reference,
    seller: seller.id,
    payment: order.paymentId,
    refund: order.refundId,
    event: order.eventId,
  });
  const ask = (document: string, asker: Asker): Promise<Json> =>
    world.gateway.data(document, asked(world), world.credentials[asker]);

  const ownPart = ({ order, seller }: AccessWorld) => ({
    total: null,
    carts: [
      {
        seller: { id: seller.id },
        amount: { amount: ownCart.amount },
        fee: { amount: ownCart.fee },
        products: [{ name: "Novel" }],
      },
    ],
    allocation: {
      total: { amount: ownCart.amount },
      marketplaceFee: { amount: ownCart.fee },
      shares: [
        {
          seller: { id: seller.id },
          net: { amount: ownCart.net },
          refunded: { amount: ownCart.refunded },
        },
      ],
    },
    payments: [{ id: order.paymentId }],
    refunds: [{ id: order.refundId, amount: { amount: ownCart.refunded } }],
  });
  const maskedBuyer = {
    reference: "c***",
    email: "a***@***",
    firstName: "A***",
    lastName: "N***",
    phone: "+***",
  };

  describe("a seller sees its own cart, and the marketplace all", () => {
    test.each(ways)("%s", async (_way, document, read) => {
      const { order, seller } = world;
      expect(read(await ask(document, "seller"))).toEqual({ ...ownPart(world), buyer });
      expect(read(await ask(document, "partner"))).toEqual({
        ...ownPart(world),
        buyer: maskedBuyer,
      });
      const whole = read(await ask(document, "marketplace"));
      expect(whole).toMatchObject({
        total: { amount: "86.60" },
        buyer,
        allocation: { total: { amount: "86.60" }, marketplaceFee: { amount: "4.75" } },
        payments: [{ id: order.paymentId }, { id: order.neighbourPaymentId }],
      });
      expect(whole.carts.map((cart: Json) => cart.seller.id)).toEqual([
        seller.id,
        order.neighbour.id,
      ]);
    });

    test("in live updates", async () => {
      const { order, credentials, seller, cursor } = world;
      const document = `subscription ($id: ID, $sellerId: ID, $after: Cursor) { marketplaceOrderUpdated(id: $id, sellerId: $sellerId, after: $after) { order { ${fields} } } }`;
      for (const variables of [{ id: order.id }, { sellerId: seller.id, after: cursor }]) {
        const seen = async (asker: Asker) =>
          (await firstOf(world, document, variables, credentials[asker])).data
            .marketplaceOrderUpdated.order;
        expect(await seen("seller")).toEqual({ ...ownPart(world), buyer });
        expect(await seen("partner")).toEqual({ ...ownPart(world), buyer: maskedBuyer });
        expect((await seen("marketplace")).carts).toHaveLength(2);
      }
    });
  });

  test("a seller is not told in whose company it sells", async () => {
    const { order, seller, credentials, gateway } = world;
    const document =
      "query ($of: ID) { marketplaceOrders(filter: { sellerId: $of }) { edges { node { id } } } }";
    const seen = async (of: string, asker: Asker) =>
      (await gateway.data(document, { of }, credentials[asker])).marketplaceOrders.edges;
    expect(await seen(seller.id, "seller")).toEqual([{ node: { id: order.id } }]);
    for (const asker of ["seller", "partner"] as const) {
      expect(await seen(order.neighbour.id, asker)).toEqual([]);
    }
    expect(await seen(order.neighbour.id, "marketplace")).toEqual([{ node: { id: order.id } }]);
    const things = [order.neighbourPaymentId, order.neighbour.id];
    const nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    expect(await gateway.data(nodes, { ids: things }, credentials.seller)).toEqual({
      nodes: [null, null],
    });
  });

  test("a partner of two sellers sees the carts of both, and no total", async () => {
    const { gateway, order, seller } = world;
    const { credential } = await gateway.app.services.access.issueKey(demoMarketplaceId, {
      ...{ role: "PARTNER", name: "of-both" },
      sellerIds: [seller.id, order.neighbour.id],
    });
    const document =
      "query ($order: ID!) { marketplaceOrder(id: $order) { total { amount } carts { amount { amount } } } }";
    expect((await gateway.data(document, asked(world), credential)).marketplaceOrder).toEqual({
      total: null,
      carts: [{ amount: { amount: "20.00" } }, { amount: { amount: "66.60" } }],
    });
  });

  test("a watch token for a cart's payment tells nothing but that payment's status", async () => {
    const { gateway, order } = world;
    const seen = await gateway.data(
      "query ($payment: ID!, $order: ID!, $event: ID!) { payment(id: $payment) { status order { id } } order: node(id: $order) { id } event: node(id: $event) { id } }",
      asked(world),
      order.watcher,
    );
    expect(seen).toEqual({
      payment: { status: "PARTIALLY_REFUNDED", order: null },
      order: null,
      event: null,
    });
    const document =
      "subscription ($id: ID!) { marketplaceOrderUpdated(id: $id) { status order { id } } }";
    const { errors } = await firstOf(world, document, { id: order.id }, order.watcher);
    expect(errors?.[0].extensions.code).toBe("NOT_FOUND");
  });

  describe("another marketplace", () => {
    test("cannot use a shop that is not its own", async () => {
      const { gateway, credentials } = world;
      const { id: sellerId } = await gateway.connectSeller("MLA", credentials.stranger);
      const submerchantId = await newSubmerchant(gateway);
      const link = (shop?: string) =>
        gateway.mutate(
          "linkSubmerchant",
          { sellerId, submerchantId, shop },
          "account { id }",
          credentials.stranger,
        );
      await leavingNothing(gateway, async () => {
        const foreign = await link("demo");
        expect(foreign.userErrors).toMatchObject([{ code: "NOT_FOUND", path: ["input", "shop"] }]);
        expect(foreign).toEqual(await link("no-such-shop"));
        expect((await link()).userErrors).toMatchObject([{ code: "INVALID_INPUT" }]);
        const { order, userErrors } = await gateway.mutate(
          "createMarketplaceOrder",
          { ...orderOf(sellerId), carts: [(orderOf(sellerId).carts as Json)[0]] },
          "order { id }",
          credentials.stranger,
        );
        expect(order).toBeNull();
        expect(userErrors).toMatchObject([
          { code: "NO_CAPABLE_ACCOUNT", path: ["input", "carts", "0", "sellerId"] },
        ]);
      });
    });

    test("learns nothing of the first one's sellers from a preview", async () => {
      const { gateway, credentials, seller, order } = world;
      const { currency, carts } = orderOf(seller.id);
      // Without fees of its own, a cart would tell the seller's fee percentage.
      const asked = (carts as Json[]).map(({ fee: _, ...cart }) => cart);
      const document =
        "query ($input: SplitPreviewInput!) { splitPreview(input: $input) { allocation { marketplaceFee { amount } shares { seller { id } } } violations { code path } } }";
      const seen = await gateway.data(
        document,
        { input: { currency, carts: asked } },
        credentials.stranger,
      );
      expect(JSON.stringify(seen)).not.toMatch(`${seller.id}|${order.neighbour.id}`);
      expect(seen.splitPreview).toEqual({
        allocation: { marketplaceFee: { amount: "0.00" }, shares: Array(2).fill({ seller: null }) },
        violations: [0, 1].map((index) => ({
          code: "NOT_FOUND",
          path: ["input", "carts", `${index}`, "sellerId"],
        })),
      });
    });

    test("has orders, references and idempotency keys of its own", async () => {
      const { gateway, credentials, order, seller } = world;
      const key = credentials.stranger;
      const own = await gateway.connectSeller("MLA", key);
      const inputOf = async (shop: typeof seller) => ({
        idempotencyKey: "the-same-key-of-two-marketplaces",
        ...{ provider: "MERCADO_PAGO", currency: "ARS", description: "Books" },
        buyer: someBuyer(),
        externalReference: order.reference,
        carts: [
          {
            sellerId: shop.id,
            products: [{ name: "Novel", unitPrice: "8.00", quantity: 1 }],
            cardToken: await shop.cardToken(),
          },
        ],
      });
      const make = async (shop: typeof seller, credential: string) =>
        gateway.mutate(
          "createMarketplaceOrder",
          await inputOf(shop),
          "replayed order { id }",
          credential,
        );
      const ofFirst = await make(seller, credentials.marketplace);
      const ofSecond = await make(own, key);
      expect(ofSecond).toMatchObject({ replayed: false, userErrors: [] });
      expect(ofSecond.order.id).not.toBe(ofFirst.order.id);
      const document =
        "query ($reference: String!) { marketplaceOrder(externalReference: $reference) { id } marketplaceOrders { edges { node { id } } } }";
      const seen = (credential: string) => gateway.data(document, asked(world), credential);
      expect(await seen(key)).toEqual({
        marketplaceOrder: ofSecond.order,
        marketplaceOrders: { edges: [{ node: ofSecond.order }] },
      });
      const { marketplaceOrder, marketplaceOrders } = await seen(credentials.marketplace);
      expect(marketplaceOrder).toEqual(ofFirst.order);
      expect(JSON.stringify(marketplaceOrders)).not.toContain(ofSecond.order.id);
    });
  });
});
