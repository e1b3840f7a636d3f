import { PassThrough } from "node:stream";
import {
  buildSchema,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFieldResolver,
  GraphQLScalarType,
  graphql,
} from "graphql";
import { Refusal, refuse } from "../../../src/domain/errors";
import { createLogger } from "../../../src/logging/logger";
import { createErrorPresenter } from "../../../src/server/graphql/errors";

const sink = new PassThrough();
class ValidationFailed extends Error {}
const present = createErrorPresenter({
  logger: createLogger("info", sink),
  refusalOf: (error) =>
    error instanceof ValidationFailed
      ? refuse("INVALID_INPUT", error.message, ["input"])
      : undefined,
});

/** Runs a query whose fields do what they are told, and shows its first error. */
async function shown(
  query: string,
  resolve?: GraphQLFieldResolver<unknown, unknown>,
  mayIntrospect = true,
) {
  const schema = buildSchema(`
    scalar Amount
    enum Colour { RED }
    input Input { amount: Amount! }
    input Card { token: String! uses: Int! }
    type Query { field(number: Int! = 1, amount: Amount, input: Input, card: Card, colour: Colour): String price: Amount }
  `);
  const amount = schema.getType("Amount") as GraphQLScalarType;
  amount.parseValue = (value) => {
    if (value === "refused") throw refuse("TOO_MANY_DECIMALS", "Too many decimals.");
    throw new TypeError(`cannot read ${String(value)}`);
  };
  amount.parseLiteral = (node) => amount.parseValue("value" in node ? node.value : undefined);
  amount.serialize = (value) => {
    throw new GraphQLError(`cannot show ${String(value)}`);
  };
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    if (resolve !== undefined) field.resolve = resolve;
  }
  const variableValues = {
    value: "secret",
    nothing: null,
    input: { amount: "secret" },
    long: "; Value ".repeat(30_000),
  };
  const { errors } = (await graphql({ schema, source: query, variableValues })) as ExecutionResult;
  return present(errors?.[0], { requestId: "request-1", mayIntrospect });
}

const throwing = (error: unknown) => () => {
  throw error;
};

it.each([
  ["an error", new Error("secret")],
  ["a GraphQLError", new GraphQLError("secret", { extensions: { code: "SECRET" } })],
  ["text", "secret"],
  [
    "an error of a library with a code",
    Object.assign(new Error("secret"), { code: "BAD_REQUEST" }),
  ],
])("masks %s that a resolver throws, and logs it", async (_what, error) => {
  const formatted = await shown("{ field }", throwing(error));
  expect(formatted).toEqual({
    message: "Internal error",
    path: ["field"],
    locations: [{ line: 1, column: 3 }],
    extensions: { code: "INTERNAL_SERVER_ERROR", retryable: true, requestId: "request-1" },
  });
  expect(String(sink.read())).toMatch(/"requestId":"request-1".*secret/);
});

it("masks what a scalar says of a value that it cannot show", async () => {
  const formatted = await shown("{ price }", () => "secret");
  expect(formatted.message).toBe("Internal error");
});

it("shows refusals of resolvers and scalars, and errors that are refusals in truth", async () => {
  const refusal = new Refusal({ code: "NOT_FOUND", message: "No.", path: [], retryable: true });
  expect(await shown("{ field }", throwing(refusal))).toMatchObject({
    message: "No.",
    path: ["field"],
    extensions: { code: "NOT_FOUND", retryable: true },
  });
  expect(await shown('{ field(amount: "refused") }')).toMatchObject({
    message: "Too many decimals.",
    extensions: { code: "TOO_MANY_DECIMALS", retryable: false },
  });
  expect(await shown("{ field }", throwing(new ValidationFailed("Bad.")))).toMatchObject({
    message: "Bad.",
    extensions: { code: "INVALID_INPUT", path: ["input"] },
  });
});

it.each([
  [
    "a variable of a scalar",
    "query A($value: Amount) { field(amount: $value) }",
    'Variable "$value" got invalid value; it is no Amount.',
  ],
  [
    "a field of a variable",
    "query A($input: Input) { field(input: $input) }",
    'Variable "$input" got invalid value at "input.amount"; it is no Amount.',
  ],
  [
    "a number",
    "query A($value: Int!) { field(number: $value) }",
    'Variable "$value" got invalid value; it is no Int.',
  ],
  [
    "an enum",
    "query A($value: Colour) { field(colour: $value) }",
    'Variable "$value" got invalid value; it is no Colour.',
  ],
  [
    "a text behind a missing colon",
    '{ field(amount "secret") }',
    'Syntax Error: Expected ":", found String.',
  ],
  [
    "a block of text behind a missing colon",
    '{ field(amount """secret""") }',
    'Syntax Error: Expected ":", found BlockString.',
  ],
  [
    "a number in a name's place",
    "{ field(input: {amount: 1 4111}) }",
    "Syntax Error: Expected Name, found Int.",
  ],
  [
    "a literal that a variable makes wrong",
    'query A($nothing: Int = 1) { field(card: {token: "secret", uses: $nothing}) }',
    'Argument "card" has invalid value.',
  ],
])("does not repeat %s that cannot be read", async (_what, query, message) => {
  expect(await shown(query)).toMatchObject({ message, extensions: { code: "BAD_REQUEST" } });
});

it.each([
  [
    "a variable",
    "query A($long: Int) { field(number: $long) }",
    'Variable "$long" got invalid value; it is not valid.',
  ],
  [
    "a literal",
    `{ field(number: "${" Did you mean ".repeat(18_000)}") }`,
    "Int cannot represent non-integer value.",
  ],
])("takes no time over %s as long as a request", async (_what, query, message) => {
  const start = performance.now();
  expect(await shown(query)).toMatchObject({ message });
  expect(performance.now() - start).toBeLessThan(1_000);
});

it("tells of an argument that must not be null where the field runs", async () => {
  const formatted = await shown("query A($nothing: Int = 1) { field(number: $nothing) }");
  expect(formatted).toMatchObject({
    message: 'Argument "number" of non-null type "Int!" must not be null.',
    path: ["field"],
    extensions: { code: "BAD_REQUEST", retryable: false },
  });
});

it("suggests names only to who may read the schema", async () => {
  expect((await shown("{ fiel }")).message).toContain("Did you mean");
  expect((await shown("{ fiel }", undefined, false)).message).toBe(
    'Cannot query field "fiel" on type "Query".',
  );
});

it("cuts endless messages", async () => {
  const { message } = await shown(`{ ${"x".repeat(5000)} }`);
  expect(message.length).toBeLessThanOrEqual(501);
});
