import { buildSchema, type GraphQLFormattedError, getIntrospectionQuery, parse } from "graphql";
import { QueryCost } from "../../../src/server/graphql/query-cost";

const schema = buildSchema(`
  type Query { payments(first: Int, last: Int, after: String): PaymentConnection! payment(id: ID!): Payment nodes(ids: [ID!]!): [Payment]! pinned(first: Int!): PaymentConnection! }
  type Mutation { createPayment(input: Input!): Payload! }
  input Input { amount: Int! }
  type Payload { payment: Payment }
  type Subscription { paymentUpdated(id: ID): Payment! }
  type Payment { id: ID! tags: [String!]! amount: Money! refunds: [Refund!]! seller: Seller! events(first: Int): EventConnection! }
  type Money { amount: Int! }
  type Refund { id: ID! amount: Money! }
  type Seller { id: ID! payments(first: Int): PaymentConnection! }
  type PaymentConnection { edges: [PaymentEdge!]! nodes: [Payment!]! pageInfo: PageInfo! totalCount: Int! }
  type PaymentEdge { cursor: String! node: Payment! }
  type EventConnection { edges: [EventEdge!]! }
  type EventEdge { node: Event! }
  type Event { id: ID! }
  type PageInfo { hasNextPage: Boolean! }
`);
const cost = new QueryCost(schema);
const of = (query: string, variables?: Record<string, unknown>, name?: string) =>
  cost.of(parse(query), name, variables);

it.each([
  ["plain values cost nothing", "{ __typename }", 0],
  ["an object costs one", '{ payment(id: "1") { id tags } }', 1],
  ["objects in it cost one each", '{ payment(id: "1") { amount { amount } seller { id } } }', 3],
  ["a list without a size counts as ten", '{ payment(id: "1") { refunds { id } } }', 12],
  ["a page counts by its size", "{ payments(first: 50) { edges { node { id } } } }", 51],
  ["from either end", "{ payments(last: 50) { edges { node { id } } } }", 51],
  ["a page without a size counts as twenty", "{ payments { nodes { id } } }", 21],
  [
    "a page is never counted larger than it can be",
    "{ payments(first: 1000000) { nodes { id } } }",
    101,
  ],
  ["nor smaller than nothing", "{ payments(first: -5) { nodes { id } } }", 1],
  ["ids count each", '{ nodes(ids: ["1", "2", "3"]) { amount { amount } } }', 4],
  ["mutations cost more", "mutation { createPayment(input: {amount: 1}) { payment { id } } }", 11],
  [
    "subscriptions cost what one event does",
    "subscription { paymentUpdated { amount { amount } } }",
    2,
  ],
  ["introspection has one price", getIntrospectionQuery(), 100],
])("%s", (_what, query, points) => {
  expect(of(query)).toBe(points);
});

it("admits a full page with sellers and events, and refuses pages in pages", () => {
  expect(
    of(`{ payments(first: 100) { pageInfo { hasNextPage } edges { node {
      amount { amount } seller { id } events(first: 10) { edges { node { id } } } } } } }`),
  ).toBeLessThanOrEqual(5000);
  expect(() =>
    of("{ payments(first: 100) { nodes { seller { payments(first: 100) { nodes { id } } } } } }"),
  ).toThrow("costs too much");
});

it("remembers costs for each size and operation, not across them", () => {
  const document = parse(`
    query Page($n: Int = 10) { payments(first: $n) { nodes { id } } }
    query One($with: Boolean!) { payment(id: "1") { amount @include(if: $with) { amount } } }
  `);
  const page = (n?: unknown) => cost.of(document, "Page", n === undefined ? {} : { n });
  expect([page(1), page(50), page(1), page(), page(null)]).toEqual([2, 51, 2, 11, 21]);
  const one = (value: boolean) => cost.of(document, "One", { with: value });
  expect([one(true), one(false), one(true)]).toEqual([2, 1, 2]);
});

it("does not take an absent variable for null because of its name", () => {
  const document = parse(
    "query ($constructor: Int = 100) { payments(first: $constructor) { nodes { id } } }",
  );
  const page = (variables: Record<string, unknown>) => cost.of(document, undefined, variables);
  expect([page({ constructor: null }), page({})]).toEqual([21, 101]);
});

it("says where an argument is wrong", () => {
  const faultOf = (run: () => unknown): GraphQLFormattedError => {
    try {
      run();
    } catch (error) {
      return error as GraphQLFormattedError;
    }
    throw new Error("did not throw");
  };
  const query = "query A($n: Int) { payments(first: $n) { nodes { id } } }";
  expect(faultOf(() => of(query, { n: "many" })).locations).toHaveLength(1);
});
