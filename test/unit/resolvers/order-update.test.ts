import { execute, type GraphQLSchema, parse } from "graphql";
import { createContextFactory } from "../../../src/resolvers/context";
import { buildGatewaySchema } from "../../../src/resolvers/schema";
import { anEvent, anId, principals, services } from "./fixtures";

let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await buildGatewaySchema();
});

describe("an update of an order that a cart's payment tells of", () => {
  test.each([
    ["AUTHORIZED", "AUTHORIZED"],
    ["IN_REVIEW", "PENDING"],
    ["APPROVED", "COMPLETED"],
    ["EXPIRED", "CANCELLED"],
    ["CHARGED_BACK", "COMPLETED"],
  ])("which is %s says %s", async (toStatus, status) => {
    const orderId = anId("MarketplaceOrder");
    const { data, errors } = await execute({
      schema,
      document: parse(
        `subscription { marketplaceOrderUpdated(sellerId: "${anId("Seller")}") { status event { to } } }`,
      ),
      rootValue: anEvent({ toStatus, snapshot: { orderId } }),
      contextValue: createContextFactory(services({}))({
        principal: principals.SELLER,
        requestId: "r-1",
      }),
    });
    expect(errors).toBeUndefined();
    expect(data?.marketplaceOrderUpdated).toEqual({ status, event: { to: toStatus } });
  });
});
