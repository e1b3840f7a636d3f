import {
  buildSchema,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
} from "graphql";
import type { Role } from "../../../src/domain/principal";
import { buildGatewaySchema } from "../../../src/resolvers/schema";
import { guardFields, visibility } from "../../../src/resolvers/visibility";
import {
  type Answer,
  anAccount,
  anEvent,
  anId,
  anOrder,
  aPayment,
  aRefund,
  aSeller,
  principals,
  run,
  services,
} from "./fixtures";

type Sight = "clear" | "masked" | "null" | "empty" | "refused";
const roles = ["MARKETPLACE", "SELLER", "PARTNER", "WATCHER"] as const satisfies readonly Role[];

const all: Sight[] = ["clear", "clear", "clear", "clear"];
const nullForWatchers: Sight[] = ["clear", "clear", "clear", "null"];
const emptyForWatchers: Sight[] = ["clear", "clear", "clear", "empty"];
const refusedForWatchers: Sight[] = ["clear", "clear", "clear", "refused"];

/** What each of the roles above sees of each field. */
const payment: Record<string, Sight[]> = {
  id: all,
  provider: all,
  status: all,
  rejection: all,
  amount: all,
  capturedAmount: all,
  refundedAmount: all,
  refundableAmount: all,
  nextAction: all,
  redirectUrl: all,
  expiresAt: all,
  createdAt: all,
  updatedAt: all,
  approvedAt: all,
  applicationFee: nullForWatchers,
  availableActions: emptyForWatchers,
  description: nullForWatchers,
  events: refusedForWatchers,
  externalReference: nullForWatchers,
  fees: emptyForWatchers,
  metadata: nullForWatchers,
  method: nullForWatchers,
  netReceivedAmount: nullForWatchers,
  nextCheckAt: nullForWatchers,
  order: nullForWatchers,
  payer: ["clear", "clear", "masked", "null"],
  pointOrder: nullForWatchers,
  providerPaymentId: nullForWatchers,
  providerStatus: nullForWatchers,
  providerStatusDetail: nullForWatchers,
  refundableUntil: nullForWatchers,
  refunds: emptyForWatchers,
  seller: refusedForWatchers,
  settlement: nullForWatchers,
  statementDescriptor: nullForWatchers,
};

let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await buildGatewaySchema();
});

const rejection = {
  code: "cc_rejected_other_reason",
  category: "ISSUER",
  advice: "USE_OTHER_METHOD",
  buyerMessage: { EN: "en", ES: "es", PT: "pt", PL: "pl" },
};
const accountsOf = async (ids: string[]) => new Map(ids.map((id) => [id, anAccount()]));
const gateway = services({
  payments: {
    reader: {
      byIds: async (_: unknown, ids: string[]) => ids.map((id) => paymentById(id)),
      refundsOf: async () => [aRefund()],
      refundsByIds: async () => [aRefund()],
    },
    checkSoon: () => {},
    nextActionOf: () => ({ kind: "GO_TO_PAGE", url: "https://pay.example/900" }),
    actionsOf: () => [{ action: "REFUND", obstacle: undefined }],
  },
  orders: { reader: { byIds: async () => [anOrder()] } },
  pointOrders: { reader: { byIds: async () => [pointOrder] } },
  sellers: { byIds: async () => [aSeller()] },
  accounts: { byIds: accountsOf },
  events: { find: async () => anEvent(), ofTopics: async () => [anEvent()] },
  registry: {
    get: () => ({ rejectionOf: () => rejection, refunds: { windowDays: () => 180 } }),
    all: () => [],
  },
});

const pointOrder = {
  ...{ id: anId("PointOrder"), currency: "ARS", amountMinor: 5_000n, paidMinor: null },
  failure: null,
};

/** The second one is declined, so that the first can have everything that an approved one has. */
function paymentById(id: string) {
  return id === anId("Payment")
    ? aPayment({ orderId: anId("MarketplaceOrder"), pointOrderId: pointOrder.id })
    : aPayment({ id: anId("Payment", 1), status: "REJECTED" });
}

const selections: Record<string, string> = {
  events: "{ edges { node { id } } }",
  payer: "{ email firstName lastName identification { type number } }",
};

function selectionOf(field: string): string {
  const type = (schema.getType("Payment") as GraphQLObjectType).getFields()[field]?.type;
  if (type === undefined) throw new Error(`no field ${field}`);
  return isLeafType(getNamedType(type)) ? "" : (selections[field] ?? "{ __typename }");
}

async function see(field: string, role: Role): Promise<Sight> {
  const { data, errors } = await run(
    schema,
    `query ($id: ID!) { payment(id: $id) { ${field} ${selectionOf(field)} } }`,
    {
      services: gateway,
      principal: principals[role],
      variables: { id: anId("Payment", field === "rejection" ? 1 : 0) },
    },
  );
  if (errors !== undefined) {
    expect(errors.map(({ originalError }) => originalError)).toEqual([
      expect.objectContaining({ code: "FORBIDDEN" }),
    ]);
    return "refused";
  }
  const value: Answer = data?.payment[field];
  if (value === null) return "null";
  if (Array.isArray(value) && value.length === 0) return "empty";
  return JSON.stringify(value).includes("***") ? "masked" : "clear";
}

describe("a payment", () => {
  test("has a place in the table for each of its fields", () => {
    const { Payment } = schema.getTypeMap() as Record<string, GraphQLObjectType>;
    expect(Object.keys(Payment?.getFields() ?? {}).sort()).toEqual(Object.keys(payment).sort());
  });

  test.each(Object.entries(payment))("shows %s as the table says", async (field, expected) => {
    expect(await Promise.all(roles.map((role) => see(field, role)))).toEqual(expected);
  });

  test("shows partners a payer who cannot be told", async () => {
    const { data } = await run(
      schema,
      `query ($id: ID!) { payment(id: $id) { payer ${selections.payer} } }`,
      { services: gateway, principal: principals.PARTNER, variables: { id: anId("Payment") } },
    );
    expect(data?.payment.payer).toEqual({
      email: "a***@***",
      firstName: "A***",
      lastName: "P***",
      identification: { type: "DNI", number: "1***" },
    });
  });
});

describe("a watch token", () => {
  const ask = (document: string, variables: Record<string, unknown> = {}) =>
    run(schema, document, { services: gateway, principal: principals.WATCHER, variables });

  test.each([
    "{ payments { edges { node { id } } } }",
    "{ sellers { edges { node { id } } } }",
    '{ seller(reference: "shop-0") { id } }',
  ])("is refused %s", async (document) => {
    const { errors } = await ask(document);
    expect(errors?.map(({ originalError }) => originalError)).toEqual([
      expect.objectContaining({ code: "FORBIDDEN" }),
    ]);
  });

  test("finds no payment by its reference, not even its own", async () => {
    expect(await ask('{ payment(externalReference: "order-1") { id } }')).toEqual({
      data: { payment: null },
    });
  });

  test("finds its payment among ids, and nothing else", async () => {
    const ids = [
      anId("Payment"),
      anId("Seller"),
      anId("ProviderAccount"),
      anId("Refund"),
      `evt_${anId("Payment")}_2`,
    ];
    const { data } = await ask("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", { ids });
    expect(data?.nodes).toEqual([{ id: anId("Payment") }, null, null, null, null]);
  });

  test("is told what it is, and not whose", async () => {
    const { data } = await ask("{ viewer { role marketplaceId seller { id } mayMoveMoney } }");
    expect(data?.viewer).toEqual({
      role: "WATCHER",
      marketplaceId: null,
      seller: null,
      mayMoveMoney: false,
    });
  });
});

describe("the rules", () => {
  test("name only what the schema has", () => {
    for (const [type, rules] of Object.entries(visibility)) {
      const fields = (schema.getType(type) as GraphQLObjectType | undefined)?.getFields();
      expect(fields).toBeDefined();
      if (!("guard" in rules))
        expect(Object.keys(fields ?? {}).sort()).toEqual(Object.keys(rules).sort());
    }
  });

  test("stop the start when nobody has decided who sees a field", () => {
    const other = buildSchema("type Query { node: Int } type Payment { id: ID, secret: String }");
    expect(() => guardFields(other)).toThrow("does not say who sees Payment.secret");
    const foreign = buildSchema("type Query { node: Foreign } type Foreign { id: ID }");
    expect(() => guardFields(foreign)).toThrow("does not say who sees Foreign.id");
  });

  test("give null and nothing only where the schema allows it", () => {
    for (const [type, rules] of Object.entries(visibility)) {
      const fields = (schema.getType(type) as GraphQLObjectType).getFields();
      for (const [name, rule] of Object.entries(rules)) {
        const fieldType = String(fields[name]?.type);
        if (rule.note === "Null for watch tokens.") expect(fieldType).not.toMatch(/!$/);
        if (rule.note === "Empty for watch tokens.") expect(fieldType).toMatch(/^\[.*\]!$/);
      }
    }
  });
});
