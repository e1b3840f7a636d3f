import { randomUUID } from "node:crypto";
import {
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isObjectType,
} from "graphql";
import { demoSubmerchants } from "../../src/demo";
import { subscriptionOf } from "../support/billing";
import { describeEachDatabase } from "../support/databases";
import { type ConnectedSeller, MovableClock, TestGateway } from "../support/gateway";
import { largestInput } from "../support/largest-input";
import { orderComesTo, payMethod, paymentAtPayu, threeCarts } from "../support/orders";
import { makePlan, planOf } from "../support/plans";
import { openPointShop } from "../support/point";
import { fieldsOf, readSchema } from "../support/schema-walk";
import type { Json } from "../support/simulator";
import { connectSubmerchant, payoutOf, type Submerchant } from "../support/submerchants";

/** Left out: it excludes another field, or is for another provider. */
const none = null;
const key = () => randomUUID().padEnd(128, "~");

interface Things {
  readonly gateway: TestGateway;
  readonly clock: MovableClock;
  readonly seller: ConnectedSeller;
  readonly submerchant: Submerchant;
}

/** What each mutation's input has to name, so that the rest can be as large as may be. */
const givenTo: Readonly<Record<string, (things: Things) => Promise<Json>>> = {
  createPayment: async ({ gateway, seller }) => ({
    ...(await gateway.cardPayment(seller)),
    ...{ idempotencyKey: key(), payer: {}, applicationFee: none, allowNearIdentical: none },
    payWith: none,
  }),
  "createPayment of a boleto": async ({ gateway }) => {
    const { id: sellerId } = await gateway.connectSeller("MLB");
    return {
      ...{ idempotencyKey: key(), sellerId, amount: "10.00", currency: "BRL", payer: {} },
      ...{ applicationFee: none, allowNearIdentical: none },
      ...{ cardToken: none, methodId: none, issuerId: none, installments: none },
      payWith: {
        ...{ card: none, pix: none, bankRedirect: none, walletToken: none },
        ...{ payByLink: none, blik: none },
        voucher: { methodId: "bolbradesco", address: {}, validForSeconds: 259_200 },
      },
    };
  },
  "createPayment at PayU": async () => ({
    ...paymentAtPayu(),
    ...{ idempotencyKey: key(), payer: {}, description: undefined },
    ...{ cardToken: none, methodId: none, issuerId: none, installments: none, payWith: none },
    additionalInfo: { ipAddress: "127.0.0.1" },
  }),
  createMarketplaceOrder: async () => ({
    ...{ idempotencyKey: key(), currency: "PLN", total: none, validForSeconds: none },
    payMethod: { payByLink: none, cardToken: none, ...payMethod },
    payWith: none,
    ipAddress: "127.0.0.1",
    carts: demoSubmerchants.slice(0, 2).map(({ id }) => ({
      ...{ sellerId: id, amount: none, fee: none },
      ...{ cardToken: none, methodId: none, installments: none, payWith: none },
    })),
  }),
  "createMarketplaceOrder cart by cart": async ({ gateway, seller }) => ({
    ...{ idempotencyKey: key(), provider: "MERCADO_PAGO", currency: "ARS" },
    ...{ payMethod: none, payWith: none, total: none, validForSeconds: none, continueUrl: none },
    carts: await Promise.all(
      [seller, await gateway.connectSeller()].map(async (one) => ({
        ...{ sellerId: one.id, amount: none, fee: none },
        ...{ cardToken: none, methodId: none, installments: none },
        payWith: {
          ...{ pix: none, voucher: none, bankRedirect: none, walletToken: none },
          ...{ payByLink: none, blik: none },
          card: { token: await one.cardToken(), methodId: "visa" },
        },
      })),
    ),
  }),
  refundPayment: async ({ gateway, seller }) => {
    const input = await gateway.cardPayment(seller);
    const { payment } = await gateway.mutate("createPayment", input, "payment { id }");
    return { idempotencyKey: key(), paymentId: payment.id, amount: none };
  },
  capturePayment: held,
  cancelPayment: held,
  refundMarketplaceOrder: async ({ gateway, clock }) => {
    const input = threeCarts({ payMethod });
    const { order } = await gateway.mutate("createMarketplaceOrder", input, "order { id }");
    await orderComesTo(gateway, clock, order.id, "COMPLETED");
    return { idempotencyKey: key(), orderId: order.id, amount: none };
  },
  captureMarketplaceOrder: heldOrder,
  cancelMarketplaceOrder: heldOrder,
  createPayout: async ({ submerchant }) => ({
    ...payoutOf(submerchant),
    ...{ idempotencyKey: key(), exchange: none },
  }),
  transferFunds: async ({ submerchant }) => ({
    ...{ idempotencyKey: key(), sellerId: submerchant.id, direction: "SELLER_TO_MARKETPLACE" },
    ...{ amount: "1.00", currency: "PLN" },
  }),
  createBillingSubscription: async ({ seller }) => ({
    ...subscriptionOf(seller),
    ...{ idempotencyKey: key(), reason: "x".repeat(255) },
    ...{ planId: none, amount: none, cardToken: none, startDate: none, endDate: none },
    recurrence: { ...subscriptionOf(seller).recurrence, freeTrial: none },
  }),
  createSubscriptionPlan: async ({ seller }) => planGiven(planOf(seller)),
  updateSubscriptionPlan: async ({ gateway, seller }) => ({
    planId: (await makePlan(gateway, seller)).id,
    ...{ idempotencyKey: key(), recurrence: none, isActive: none },
    ...{ ...ofProvider, reason: "x".repeat(255) },
  }),
  createPointOrder: async ({ gateway, clock }) => {
    const { input } = await openPointShop(gateway, clock);
    return {
      ...input(),
      ...{ idempotencyKey: key(), method: none, installments: 1, expiresInSeconds: 900 },
    };
  },
  cancelPointOrder: async ({ gateway, clock }) => {
    const shop = await openPointShop(gateway, clock);
    const { pointOrder } = await shop.create();
    return { idempotencyKey: key(), orderId: pointOrder.id, deviceId: none };
  },
  createSeller: async () => ({ reference: randomUUID().padEnd(64, "_") }),
  updateSeller: async ({ seller }) => ({ id: seller.id, reference: randomUUID().padEnd(64, "_") }),
  createTestUser: async () => ({ idempotencyKey: key(), country: "AR" }),
  createApiKey: async ({ seller }) => ({ role: "PARTNER", sellerIds: [seller.id] }),
};

/** What the provider has a say in: it counts half characters, and knows its methods. */
const ofProvider = {
  allowedMethods: { types: ["credit_card"], methods: ["visa"] },
  backUrl: "https://gym.example/back",
};

function planGiven(plan: Json): Json {
  const recurrence = { ...plan.recurrence, freeTrial: none };
  return { ...plan, ...ofProvider, idempotencyKey: key(), reason: "x".repeat(255), recurrence };
}

/** Mutations that store no text of the caller's beside what they name. */
const textless = [
  "completeSellerConnection",
  "createWatchToken",
  "cancelSubscription",
  "changeSubscriptionAmount",
  // A token and a fingerprint, which are sent on and not kept.
  "changeSubscriptionCard",
  "pauseSubscription",
  "resumeSubscription",
  "setSecondaryPaymentMethod",
  "disconnectSeller",
  "enablePointIntegration",
  // What it is told has to be known at PayU.
  "linkSubmerchant",
  "refreshSellerCredentials",
  "removePointDevice",
  // Its largest reason is given in webhook-deliveries.test.ts.
  "replayWebhook",
  "revokeApiKey",
  // Wants an order whose end nobody knows.
  "settlePointOrder",
  "startSellerConnection",
];

async function held({ gateway, seller }: Things): Promise<Json> {
  const input = await gateway.cardPayment(seller, { capture: false });
  const { payment } = await gateway.mutate("createPayment", input, "payment { id }");
  return { idempotencyKey: key(), paymentId: payment.id, amount: none };
}

async function heldOrder({ gateway, clock }: Things): Promise<Json> {
  const cardToken = await gateway.simulator.payu.cardToken();
  const input = threeCarts({ payMethod: { cardToken }, capture: false });
  const { order } = await gateway.mutate("createMarketplaceOrder", input, "order { id }");
  await orderComesTo(gateway, clock, order.id, "AUTHORIZED");
  return { idempotencyKey: key(), orderId: order.id };
}

describeEachDatabase("the largest input", (database) => {
  let things: Things;
  let schema: GraphQLSchema;
  beforeAll(async () => {
    const clock = new MovableClock();
    const gateway = await TestGateway.start({ database, clock });
    schema = await readSchema(gateway);
    const [seller, submerchant] = [
      await gateway.connectSeller(),
      await connectSubmerchant(gateway),
    ];
    things = { gateway, clock, seller, submerchant };
  });
  afterAll(() => things.gateway.stop());

  test("is made of every mutation", () => {
    const made = Object.keys(givenTo).map((row) => row.split(" ")[0]);
    const all = fieldsOf(schema, "Mutation").map(({ name }) => name);
    expect([...new Set([...made, ...textless])].sort()).toEqual(all.sort());
  });

  test.each(Object.keys(givenTo))("of %s is stored and read back", async (row) => {
    const [mutation = ""] = row.split(" ");
    const field = schema.getMutationType()?.getFields()[mutation];
    const inputType = field && getNamedType(field.args[0]?.type);
    const payloadType = field && getNamedType(field.type);
    if (!isInputObjectType(inputType) || !isObjectType(payloadType)) throw new Error(row);
    const input = largestInput(inputType, (await givenTo[row]?.(things)) ?? {});

    const subject = Object.values(payloadType.getFields()).find(({ type }) => {
      const named = getNamedType(type);
      return isObjectType(named) && named.name !== "UserError";
    });
    if (subject === undefined) throw new Error(`${payloadType} has no subject`);
    const subjectType = getNamedType(subject.type);
    if (!isObjectType(subjectType)) throw new Error(row);
    const { written, selection } = sharedBy(inputType, subjectType, input);
    const shown = `${subject.name} { ${selection} __typename }`;
    const { gateway } = things;
    const payload = await gateway.mutate(mutation, input, shown);
    expect(payload.userErrors).toEqual([]);
    const [made] = [payload[subject.name]].flat();
    expect(made).toMatchObject(written);
    if (input.idempotencyKey === undefined) return;
    const again = await gateway.mutate(mutation, input, `replayed ${shown}`);
    expect([again.replayed, [again[subject.name]].flat()[0]]).toEqual([true, made]);
  });

  test("of an order is carried on by what was sealed of it, when its answer is lost", async () => {
    const { gateway, clock } = things;
    const type = schema.getType("CreateMarketplaceOrderInput");
    if (!isInputObjectType(type)) throw new Error("there are no orders");
    const input = largestInput(type, await givenTo.createMarketplaceOrder?.(things));
    await gateway.simulator.payu.control("POST", "/faults", {
      match: { method: "POST", path: "^/api/v2_1/orders$" },
      effect: "effect-then-drop",
    });
    const { order } = await gateway.mutate("createMarketplaceOrder", input, "order { id status }");
    expect(order.status).toBe("UNKNOWN");
    const sealed = "SELECT LENGTH(command_sealed) AS bytes FROM operation WHERE subject_id = ?";
    const [row] = await gateway.app.database.read(sealed, [order.id]);
    expect(Number(row?.bytes)).toBeGreaterThan(200_000);
    await orderComesTo(gateway, clock, order.id, "COMPLETED");
  });
});

/** What is in an input and in what it makes, under the same names. */
function sharedBy(
  inputType: GraphQLInputObjectType,
  type: GraphQLObjectType,
  input: Json,
): { written: Json; selection: string } {
  const written: Json = {};
  const selections: string[] = [];
  for (const { name, type: given } of Object.values(inputType.getFields())) {
    const shown = type.getFields()[name];
    if (shown === undefined || !(name in input)) continue;
    const [of, into] = [getNamedType(given), getNamedType(shown.type)];
    if (isInputObjectType(of) && isObjectType(into)) {
      const values: Json[] = Array.isArray(input[name]) ? input[name] : [input[name]];
      const inside = values.map((value) => sharedBy(of, into, value));
      if (inside[0] === undefined || inside[0].selection === "") continue;
      selections.push(`${name} { ${inside[0].selection} }`);
      const parts = inside.map((part) => part.written);
      written[name] = Array.isArray(input[name]) ? parts : parts[0];
    } else if (of.name === into.name && /^(?:String|EmailAddress|JSONObject)$/.test(of.name)) {
      selections.push(name);
      written[name] = input[name];
    }
  }
  return { written, selection: selections.join(" ") };
}
