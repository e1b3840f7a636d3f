import { randomUUID } from "node:crypto";
import type { SellerId } from "../../src/domain/ids";
import { describeEachDatabase } from "../support/databases";
import { TestGateway } from "../support/gateway";
import { makeOrder, payMethod, someBuyer } from "../support/orders";
import type { Json } from "../support/simulator";
import { allStatementsDuring } from "../support/statements";

const sellerCount = 20;

/** What an order costs the database does not depend on how many carts it has, nor a page on how many orders. */
describeEachDatabase("the statements of marketplace orders", (database) => {
  let gateway: TestGateway;
  let sellers: SellerId[];
  beforeAll(async () => {
    gateway = await TestGateway.start({ database });
    sellers = await Promise.all(Array.from({ length: sellerCount }, linkedSeller));
  });
  afterAll(() => gateway.stop());

  const linkedSeller = async (): Promise<SellerId> => {
    const submerchantId = `sub-${randomUUID()}`;
    await gateway.simulator.payu.control("POST", "/sellers", {
      pos: "900100",
      extCustomerId: submerchantId,
    });
    const reference = submerchantId.slice(0, 30);
    const input = { reference, name: "Shop of a test" };
    const { seller } = await gateway.mutate("createSeller", input, "seller { id }");
    const link = { sellerId: seller.id, shop: "demo", submerchantId };
    const { account } = await gateway.mutate("linkSubmerchant", link, "account { status }");
    expect(account.status).toBe("CONNECTED");
    return seller.id;
  };
  const order = (carts: number, first = 0) => ({
    idempotencyKey: randomUUID(),
    currency: "PLN",
    description: "Many shops, one buyer",
    ipAddress: "127.0.0.1",
    buyer: someBuyer(),
    payMethod,
    carts: sellers.slice(first, first + carts).map((sellerId) => ({
      sellerId,
      fee: "0.10",
      products: [{ name: "Pencil", unitPrice: "1.00", quantity: 2 }],
    })),
  });
  const statementsOf = async (document: string, variables: Json) =>
    (await allStatementsDuring(gateway, () => gateway.data(document, variables))).sort();

  test("are as many for twenty carts as for two", async () => {
    // With a seller each time who is not remembered from an order before.
    const make = (carts: number, first = 0) => {
      const input = order(carts, first);
      return allStatementsDuring(gateway, () => makeOrder(gateway, input));
    };
    await make(3);
    const ofTwo = await make(2, 3);
    expect(await make(sellerCount)).toEqual(ofTwo);
    expect(ofTwo.length).toBeLessThanOrEqual(16);
  });

  test("are as many for a page of five as for one of two, with everything in it", async () => {
    for (let i = 0; i < 5; i++) await makeOrder(gateway, order(3 + i));
    const document = `query ($first: Int!) { marketplaceOrders(first: $first) { edges { node {
      id status total { amount } carts { amount { amount } seller { name } } payments { id status seller { name } events(first: 5) { edges { node { type } } } }
      refunds { id } events(first: 5) { edges { node { type } } } allocation { shares { seller { name } net { amount } } } availableActions { action available }
    } } } }`;
    const ofTwo = await statementsOf(document, { first: 2 });
    expect(await statementsOf(document, { first: 5 })).toEqual(ofTwo);
    expect(ofTwo).toEqual([
      "SELECT event",
      "SELECT event",
      "SELECT marketplace_order",
      "SELECT payment",
      "SELECT refund",
      "SELECT seller",
    ]);
  });
});
