import "reflect-metadata";
import {
  buildSchema,
  type GraphQLInputObjectType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printSchema,
  validateSchema,
} from "graphql";
import { buildGatewaySchema } from "../../../src/resolvers/schema";

let schema: GraphQLSchema;
let types: GraphQLNamedType[];
beforeAll(async () => {
  schema = await buildGatewaySchema();
  types = Object.values(schema.getTypeMap()).filter(
    (type) => !type.name.startsWith("__") && !isSpecifiedScalarType(type),
  );
});

const mutations = () => Object.values(schema.getMutationType()?.getFields() ?? {});
const inputOf = (mutation: string) =>
  schema.getType(`${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`);
const payloadOf = (mutation: string) =>
  schema.getType(`${mutation[0]?.toUpperCase()}${mutation.slice(1)}Payload`);

/** Everything that has a name, with its description: "Payment.amount", "Query.payments(first)". */
function* described(): Generator<[string, string | null | undefined]> {
  for (const type of types) {
    yield [type.name, type.description];
    if (isEnumType(type)) {
      for (const { name, description } of type.getValues()) {
        yield [`${type.name}.${name}`, description];
      }
    }
    if (isInputObjectType(type)) {
      for (const { name, description } of Object.values(type.getFields())) {
        yield [`${type.name}.${name}`, description];
      }
    }
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const { name, description, args } of Object.values(type.getFields())) {
      yield [`${type.name}.${name}`, description];
      for (const arg of args) yield [`${type.name}.${name}(${arg.name})`, arg.description];
    }
  }
}

describe("the schema", () => {
  test("is valid, and reads back from its own text", () => {
    expect(validateSchema(schema)).toEqual([]);
    const text = printSchema(lexicographicSortSchema(schema));
    expect(printSchema(buildSchema(text))).toBe(text);
  });

  test("describes every type, field, argument and value in a sentence", () => {
    const undescribed = [...described()]
      .filter(([, description]) => !/^\S.*[.]$/s.test(description ?? ""))
      .map(([name]) => name);
    expect(undescribed).toEqual([]);
  });

  test("uses every type that it has", () => {
    const registered = types.map(({ name }) => name).sort();
    const rebuilt = buildSchema(printSchema(schema));
    expect(Object.keys(rebuilt.getTypeMap())).toEqual(expect.arrayContaining(registered));
  });

  test("has no word for what must never come in or go out", () => {
    const forbidden = /accessToken|refreshToken|secret|cardNumber|securityCode|cvv|pan$/i;
    const fields = types.flatMap((type) =>
      isObjectType(type) || isInputObjectType(type)
        ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`)
        : [],
    );
    expect(fields.filter((field) => forbidden.test(field))).toEqual([]);
  });
});

describe("every mutation", () => {
  test("takes one input and answers one payload, each of its own", () => {
    expect(mutations().length).toBeGreaterThan(0);
    for (const { name, args, type } of mutations()) {
      expect(args.map((arg) => `${arg.name}: ${arg.type}`)).toEqual([`input: ${inputOf(name)}!`]);
      expect(String(type)).toBe(`${payloadOf(name)}!`);
      expect(isInputObjectType(inputOf(name))).toBe(true);
    }
  });

  test("has userErrors in its payload", () => {
    for (const { name } of mutations()) {
      const payload = payloadOf(name) as GraphQLObjectType;
      expect(payload.getInterfaces().map(String)).toEqual(["MutationPayload"]);
      expect(String(payload.getFields().userErrors?.type)).toBe("[UserError!]!");
    }
  });

  test("answers null, not an error, for what it refused", () => {
    for (const { name } of mutations()) {
      const fields = Object.values((payloadOf(name) as GraphQLObjectType).getFields());
      const required = fields.filter(({ type }) => String(type).endsWith("!"));
      for (const field of required) expect(["replayed", "userErrors"]).toContain(field.name);
    }
  });

  test("that makes something at a provider needs an idempotency key and says whether it was a replay", () => {
    const keyed = [
      "cancelMarketplaceOrder",
      "cancelPayment",
      "cancelPointOrder",
      "cancelSubscription",
      "captureMarketplaceOrder",
      "capturePayment",
      "changeSubscriptionAmount",
      "changeSubscriptionCard",
      "createBillingSubscription",
      "createMarketplaceOrder",
      "createPayment",
      "createPayout",
      "createPointOrder",
      "createSubscriptionPlan",
      "createTestUser",
      "pauseSubscription",
      "refundMarketplaceOrder",
      "refundPayment",
      "resumeSubscription",
      "setSecondaryPaymentMethod",
      "transferFunds",
      "updateSubscriptionPlan",
    ];
    const replaying = mutations().filter(
      ({ name }) => (payloadOf(name) as GraphQLObjectType).getFields().replayed !== undefined,
    );
    expect(replaying.map(({ name }) => name).sort()).toEqual(keyed);
    for (const name of keyed) {
      const input = inputOf(name) as GraphQLInputObjectType;
      expect(String(input.getFields().idempotencyKey?.type)).toBe("String!");
      expect(String((payloadOf(name) as GraphQLObjectType).getFields().replayed?.type)).toBe(
        "Boolean!",
      );
    }
  });
});

describe("every connection", () => {
  test("has edges with cursors, and a page of its own", () => {
    const connections = types.filter(({ name }) => name.endsWith("Connection"));
    expect(connections.length).toBeGreaterThan(0);
    for (const connection of connections as GraphQLObjectType[]) {
      const edge = connection.name.replace(/Connection$/, "Edge");
      const node = connection.name.replace(/Connection$/, "");
      expect(String(connection.getFields().edges?.type)).toBe(`[${edge}!]!`);
      expect(String(connection.getFields().pageInfo?.type)).toBe("PageInfo!");
      const edgeFields = (schema.getType(edge) as GraphQLObjectType).getFields();
      expect(String(edgeFields.cursor?.type)).toBe("String!");
      expect(String(edgeFields.node?.type)).toBe(`${node}!`);
    }
  });
});
