import { PassThrough } from "node:stream";
import {
  buildSchema,
  GraphQLError,
  type GraphQLScalarType,
  graphql,
  type ValueNode,
} from "graphql";
import { createLogger } from "../../../src/logging/logger";
import { createErrorPresenter } from "../../../src/server/graphql/errors";

const schema = buildSchema(`
  scalar Amount
  enum Currency { ARS }
  input Cart { amount: Amount! fee: Amount }
  input Input { amount: Amount! currency: Currency! carts: [Cart!] }
  type Query { pay(input: Input!, first: Int): String }
`);
const amount = schema.getType("Amount") as GraphQLScalarType;
// As the gateway's own scalars do (src/schema/shared/scalars.ts).
const read = (value: unknown, node?: ValueNode) => {
  if (typeof value === "string" && /^[\d.]+$/.test(value)) return value;
  throw new GraphQLError("Amount must be a number", { nodes: node ?? null });
};
amount.parseValue = (value) => read(value);
amount.parseLiteral = (node) => read("value" in node ? node.value : undefined, node);

const present = createErrorPresenter({ logger: createLogger("info", new PassThrough()) });

/** The codes and places of all errors. */
async function placesOf(source: string, variableValues?: Record<string, unknown>) {
  const { errors = [] } = await graphql({ schema, source, variableValues: variableValues ?? null });
  return errors.map((error) => {
    const { extensions } = present(error, { requestId: "request-1", mayIntrospect: true });
    return [extensions?.code, ...((extensions?.path as string[] | undefined) ?? ["no path"])].join(
      " ",
    );
  });
}

const whole = "query A($in: Input!) { pay(input: $in) }";

test.each([
  ["a scalar", { amount: "12,50", currency: "ARS" }, "input amount"],
  ["an enum", { amount: "1", currency: "ars" }, "input currency"],
  [
    "something in a list",
    { amount: "1", currency: "ARS", carts: [{ amount: "1" }, { amount: "1", fee: "x" }] },
    "input carts 1 fee",
  ],
  ["a missing field", { currency: "ARS" }, "input amount"],
  [
    "a missing field in a list",
    { amount: "1", currency: "ARS", carts: [{}] },
    "input carts 0 amount",
  ],
  ["null", { amount: null, currency: "ARS" }, "input amount"],
  ["an unknown field", { amount: "1", currency: "ARS", tip: 1 }, "input tip"],
  ["another type", "x", "input"],
  ["words like a place", { amount: 'x at "in.currency"; ', currency: "ARS" }, "input amount"],
  ["a long value", { amount: "x".repeat(9_000), currency: "ARS" }, "input amount"],
])("%s in a variable is named by its place in the argument", async (_what, given, place) => {
  expect(await placesOf(whole, { in: given })).toEqual([`BAD_REQUEST ${place}`]);
});

test("all that is wrong in a variable is named", async () => {
  expect(await placesOf(whole, { in: { amount: "12,50", currency: "ars" } })).toEqual([
    "BAD_REQUEST input amount",
    "BAD_REQUEST input currency",
  ]);
  expect(await placesOf(whole, {})).toEqual(["BAD_REQUEST input"]);
});

test.each([
  ['amount: "12,50", currency: ARS', "input amount"],
  ['amount: "1", currency: "ARS"', "input currency"],
  ['amount: "1", currency: ars', "input currency"],
  [
    'amount: "1", currency: ARS, carts: [{ amount: "1" }, { amount: "1", fee: true }]',
    "input carts 1 fee",
  ],
  ["currency: ARS", "input amount"],
  ["amount: null, currency: ARS", "input amount"],
  ['amount: "1", currency: ARS, tip: 1', "input tip"],
])("a literal is named by its place, too: { %s }", async (fields, place) => {
  expect(
    await placesOf(
      `{ other: pay(input: { amount: "1", currency: ARS }) pay(input: { ${fields} }) }`,
    ),
  ).toEqual([`BAD_REQUEST ${place}`]);
});

test("a variable inside of an argument is named by where it is used, in its own operation", async () => {
  const document = `
    query A($amount: Amount!) { pay(first: 1, input: { currency: ARS, amount: "1", carts: [{ amount: $amount }] }) }
    query B($amount: Amount!) { pay(input: { amount: $amount, currency: ARS }) }
  `;
  const { errors } = await graphql({
    schema,
    source: document,
    operationName: "B",
    variableValues: { amount: "12,50" },
  });
  const { extensions } = present(errors?.[0], { requestId: "request-1", mayIntrospect: true });
  expect(extensions?.path).toEqual(["input", "amount"]);
  const ofA = await graphql({
    schema,
    source: document,
    operationName: "A",
    variableValues: { amount: "12,50" },
  });
  expect(
    present(ofA.errors?.[0], { requestId: "r", mayIntrospect: true }).extensions?.path,
  ).toEqual([...["input", "carts", "0", "amount"]]);
});

test("what is wrong with a document beside its values has no such place", async () => {
  expect(await placesOf("{ pey }")).toEqual(["BAD_REQUEST no path"]);
  expect(await placesOf("{ pay }")).toEqual(["BAD_REQUEST no path"]);
  expect(await placesOf("{ pay(input: ")).toEqual(["BAD_REQUEST no path"]);
});
