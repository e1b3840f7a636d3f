import { buildSchema, type ExecutionResult, graphql } from "graphql";
import { withoutEmptyPayloads } from "../../../src/server/graphql/empty-payloads";

const schema = buildSchema(`
  type UserError { code: String! }
  type Event { id: ID! }
  type Order { id: ID! events: Event! }
  type PayPayload { replayed: Boolean! order: Order other: Order secret: String userErrors: [UserError!]! }
  type Query { nothing: Int }
  type Mutation { pay(refused: Boolean): PayPayload! again: PayPayload! }
`);
const order = {
  id: "1",
  events: () => {
    throw new Error("a fault");
  },
};
const pay = ({ refused = false }: { refused?: boolean }) => ({
  replayed: false,
  order: refused ? null : order,
  other: { id: "2", events: { id: "3" } },
  secret: "shown once",
  userErrors: refused ? [{ code: "NO" }] : [],
});

async function run(source: string): Promise<ExecutionResult> {
  const result = await graphql({ schema, source, rootValue: { pay, again: () => pay({}) } });
  return withoutEmptyPayloads(result);
}

test.each([
  "mutation { pay { order { events { id } } userErrors { code } } }",
  "mutation { pay { __typename replayed o: order { events { id } } userErrors { code } } }",
  "mutation { done: pay { order { events { id } } } }",
  "mutation { pay { order { id } } again { order { events { id } } userErrors { code } } }",
])("a payload that a fault has emptied is none: %s", async (source) => {
  const { data, errors } = await run(source);
  expect(data).toBeNull();
  expect(errors).toHaveLength(1);
});

test.each([
  ["what was done", "mutation { pay { order { id } userErrors { code } } }", 0],
  [
    "a refusal",
    "mutation { pay(refused: true) { order { events { id } } userErrors { code } } }",
    0,
  ],
  ["something beside the fault", "mutation { pay { order { events { id } } other { id } } }", 1],
  ["a text beside the fault", "mutation { pay { order { events { id } } secret } }", 1],
  ["an empty list without a fault", "mutation { pay { userErrors { code } } }", 0],
])("a payload with %s stays", async (_what, source, faults) => {
  const { data, errors = [] } = await run(source);
  expect(data?.pay).toEqual(expect.any(Object));
  expect(errors).toHaveLength(faults);
});
