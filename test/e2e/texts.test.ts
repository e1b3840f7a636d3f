import {
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isObjectType,
  isRequiredArgument,
} from "graphql";
import { createLogger } from "../../src/logging/logger";
import { pay } from "../support/access-world";
import { type GraphqlAnswer, MovableClock, TestGateway } from "../support/gateway";
import { inputWith, type Place, placeholderOf, placesIn } from "../support/input-walk";
import { makeOrder, threeCarts } from "../support/orders";
import { openPointShop } from "../support/point";
import { mutationBody, type Refused, refusedBy } from "../support/refused-by";
import { argumentsOf, fieldsOf, readSchema, selectionOf } from "../support/schema-walk";
import type { Json } from "../support/simulator";

/** A text that somebody has cut within an emoji. */
const cut = "a text that ends in half \ud83d";
/** What stands for "\ud83d" in a type of its own kind. */
const cutOf: Readonly<Record<string, unknown>> = {
  CurrencyCode: "\ud83d",
  Cursor: cut,
  DateTime: `2026-01-31T12:00:00Z${"\ud83d"}`,
  Decimal: "1\ud83d",
  EmailAddress: `ana${"\ud83d"}@example.com`,
  ID: cut,
  String: cut,
  URL: `https://shop.example/${"\ud83d"}`,
};
const cards = ["4509953566233704", "4111 - 1111 - 1111 - 1111", "nro4509953566233704"];

const log: string[] = [];
const clock = new MovableClock();
let gateway: TestGateway;
let schema: GraphQLSchema;
/** Things that have fields with arguments. */
let ids: Record<string, string>;
beforeAll(async () => {
  gateway = await TestGateway.start({
    clock,
    logger: createLogger("trace", { write: (line) => log.push(line) }),
  });
  schema = await readSchema(gateway);
  const seller = await gateway.connectSeller();
  ids = {
    Seller: seller.id,
    Payment: (await pay(gateway, seller)).id,
    MarketplaceOrder: (await makeOrder(gateway, threeCarts())).id,
    PointDevice: (await openPointShop(gateway, clock)).deviceId,
  };
});
afterAll(() => gateway.stop());

/** Every scalar of every mutation's input. */
function places(): { mutation: string; place: Place }[] {
  return fieldsOf(schema, "Mutation").flatMap(({ name: mutation }) =>
    placesIn(inputOf(mutation)).map((place) => ({ mutation, place })),
  );
}

function inputOf(mutation: string) {
  const input = schema.getMutationType()?.getFields()[mutation]?.args[0];
  const type = input && getNamedType(input.type);
  if (!isInputObjectType(type)) throw new Error(`${mutation} has no input`);
  return type;
}

const refuseAt = (mutation: string, { path }: Place, value: unknown): Promise<Refused> =>
  refusedBy(gateway, log, mutationBody(mutation, inputWith(inputOf(mutation), path, value)));

describe("half of a character is refused", () => {
  test("with its place in every text of every mutation's input", async () => {
    for (const { mutation, place } of places()) {
      if (["Boolean", "Int", "JSONObject"].includes(place.scalar)) continue;
      const value = cutOf[place.scalar];
      const { refusals, errors } = await refuseAt(mutation, place, value);
      const at = `input.${place.path.join(".")}`;
      // Scalars with a form of their own end the document.
      const isTold =
        errors.length > 0
          ? errors.every((error) => error.startsWith("BAD_REQUEST "))
          : refusals.includes(`INVALID_INPUT ${at}`);
      expect([mutation, at, isTold, refusals, errors]).toEqual([
        ...[mutation, at, true, refusals, errors],
      ]);
    }
  });

  test("in metadata, also in the names of its fields", async () => {
    const [place] = placesIn(inputOf("createPayment")).filter(
      ({ scalar }) => scalar === "JSONObject",
    );
    if (place === undefined) throw new Error("there is no metadata");
    for (const [metadata, at] of [
      [{ a: { b: ["whole", cut] } }, "input.metadata.a.b.1"],
      [{ a: { [cut]: 1 } }, "input.metadata.a"],
      [{ [cut]: 1 }, "input.metadata"],
    ] as const) {
      const { refusals } = await refuseAt("createPayment", place, metadata);
      expect(refusals).toContain(`INVALID_INPUT ${at}`);
    }
  });

  test("in every argument of every query, and in its filters and inputs", async () => {
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type) || /^(?:__|Mutation$|Subscription$)/.test(type.name)) continue;
      const place = placeOf(type.name);
      for (const field of Object.values(type.getFields())) await refusesCutArguments(field, place);
    }
  });

  test("in every argument of every subscription", async () => {
    const client = gateway.client();
    for (const field of fieldsOf(schema, "Subscription")) {
      for (const [given] of cutArgumentsOf(field)) {
        const { declared, passed } = argumentsOf(field, given);
        const query = `subscription ${declared} { ${field.name}${passed} ${selectionOf(field.type)} }`;
        const results = client.iterate({ query, variables: given });
        const told = results.next().then(
          ({ value }) => JSON.stringify(value.errors),
          (errors) => JSON.stringify(errors),
        );
        expect([field.name, await told]).toEqual([
          field.name,
          expect.stringMatching(/BAD_REQUEST|INVALID_INPUT/),
        ]);
      }
    }
  });
});

/** Where fields of a type stand in a document. */
function placeOf(type: string): (asked: string) => string {
  switch (type) {
    case "Query":
      return (asked) => asked;
    case "Money":
      return (asked) => `payment(id: "${ids.Payment}") { amount { ${asked} } }`;
    default:
      // Cursors are read before anything is looked for, so that those need nothing to be there.
      return (asked) => `node(id: "${ids[type] ?? "?"}") { ... on ${type} { ${asked} } }`;
  }
}

/** Arguments with one cut text each, and the place of that text. */
function cutArgumentsOf(field: GraphQLField<unknown, unknown>): [given: Json, place: string][] {
  return field.args.flatMap((argument): [Json, string][] => {
    const type = getNamedType(argument.type);
    if (isInputObjectType(type)) {
      return placesIn(type)
        .filter(({ scalar }) => scalar in cutOf)
        .map(({ path, scalar }) => [
          { [argument.name]: inputWith(type, path, cutOf[scalar]) },
          [argument.name, ...path].join("."),
        ]);
    }
    const value = cutOf[type.name];
    if (value === undefined) return [];
    const isList = String(argument.type).includes("[");
    return [[{ [argument.name]: isList ? [value] : value }, argument.name]];
  });
}

/** Asks for the field with each of its texts cut once; `documentOf` says where the field stands. */
async function refusesCutArguments(
  field: GraphQLField<unknown, unknown>,
  documentOf: (asked: string) => string,
): Promise<void> {
  for (const [given, place] of cutArgumentsOf(field)) {
    const others = field.args.filter(
      (argument) => isRequiredArgument(argument) && !(argument.name in given),
    );
    const placeholders = others.map(({ name, type }) => [name, placeholderOf(type)]);
    const variables = { ...given, ...Object.fromEntries(placeholders) };
    const { declared, passed } = argumentsOf(field, variables);
    const selection =
      field.name === "splitPreview" ? "{ violations { code path } }" : selectionOf(field.type);
    const asked = documentOf(`${field.name}${passed} ${selection}`);
    const answer = await gateway.query(`query ${declared} { ${asked} }`, variables);
    expect([asked, placesToldBy(answer)]).toEqual([asked, expect.arrayContaining([place])]);
  }
}

/** Where an answer says that a value is not good. */
function placesToldBy({ data, errors }: GraphqlAnswer): (string | undefined)[] {
  if (errors === undefined) {
    return data.splitPreview.violations.map(({ path }: Json) => path.join("."));
  }
  return errors.map(({ message, extensions }) => {
    if (extensions.code === "INVALID_INPUT") return extensions.path.join(".");
    const [, variable, inside] =
      /^Variable "\$(\w+)" got invalid value(?: at "([\w.[\]]+)")?;/.exec(message) ?? [];
    return inside?.replace(/\[(\d+)\]/g, ".$1") ?? variable;
  });
}

describe("a card number is refused", () => {
  /** Where one passes: `input-texts.ts` says why. */
  const exceptions = [
    "ChangeSubscriptionCardInput.deviceId",
    "CompleteSellerConnectionInput.code",
    "CompleteSellerConnectionInput.state",
    "CreateBillingSubscriptionInput.deviceId",
    "CreateMarketplaceOrderInput.deviceId",
    "CreatePaymentInput.deviceId",
  ];

  test("in every text of every mutation's input, but for what is named", async () => {
    const passed = new Set<string>();
    const searched = new Set<string>();
    for (const { mutation, place } of places()) {
      if (!["String", "EmailAddress", "ID"].includes(place.scalar)) continue;
      for (const card of cards) {
        const { refusals, errors } = await refuseAt(mutation, place, card);
        const at = ` input.${place.path.join(".")}`;
        // A list's own rule names the list.
        const told = [...refusals, ...errors].filter((refusal) =>
          [at, at.replace(/\.0$/, "")].some((place) => refusal.endsWith(place)),
        );
        if (told.length === 0) passed.add(place.coordinate);
        if (told.includes(`CARD_DATA_NOT_ACCEPTED${at}`)) searched.add(place.coordinate);
      }
    }
    const tokens = [
      ...["CartInput", "ChangeSubscriptionCardInput", "CreateBillingSubscriptionInput"],
      ...["CreatePaymentInput", "OrderPayMethodInput", "SetSecondaryPaymentMethodInput"],
    ];
    const withLetters = [
      ...tokens.map((type) => `${type}.cardToken`),
      ...["PayWithCardInput.token", "PayWithWalletTokenInput.token"],
    ];
    expect([...passed].sort()).toEqual([...exceptions, ...withLetters].sort());
    for (const token of withLetters) expect(searched).toContain(token);
    expect(searched).toContain("CreatePaymentInput.idempotencyKey");
  });
});
