import { randomUUID } from "node:crypto";
import { orderOf } from "./access-order";
import { moveOf, transferOf } from "./access-payout";
import { type AccessWorld, type Asker, addAccount, pay } from "./access-world";
import { subscribe, subscriptionOf } from "./billing";
import { accountsOf, answerConsent, startConnection } from "./consent";
import { makeOrder, someBuyer } from "./orders";
import { makePlan, planOf } from "./plans";
import { argumentsOf, fieldsOf, selectionOf } from "./schema-walk";
import type { Json } from "./simulator";
import { newSubmerchant } from "./submerchants";

/**
 * How the access matrix's rows are asked for. "payments by reference" is a row about the field `payments`.
 */
export function fieldOf(row: string): string {
  return row.split(" ")[0] ?? "";
}

export type Variables = Record<string, unknown>;

/** What the root fields are asked for: always something of the seller's. */
export const queried: Record<string, (world: AccessWorld) => Variables> = {
  cardIssuers: ({ seller }) => ({ ...checkoutOf(seller), cardBin: "450995" }),
  documentTypes: ({ seller }) => ({ sellerId: seller.id }),
  installmentPlans: ({ seller }) => ({
    ...checkoutOf(seller),
    amount: "100.50",
    cardBin: "450995",
  }),
  paymentMethods: ({ seller }) => checkoutOf(seller),
  "paymentMethods of one's own": ({ seller }) => ({ currency: seller.shop.seller.currency }),
  events: () => ({ first: 3 }),
  "events of a seller": ({ seller }) => ({ first: 3, sellerIds: [seller.id] }),
  marketplaceOrder: ({ order }) => ({ id: order.id }),
  "marketplaceOrder by reference": ({ order }) => ({ externalReference: order.reference }),
  marketplaceOrders: ({ seller }) => ({ filter: { sellerId: seller.id } }),
  node: ({ payment }) => ({ id: payment.id }),
  "node of an order": ({ order }) => ({ id: order.id }),
  "node of a subscription": ({ subscriptions }) => ({ id: subscriptions.subscriptionId }),
  billingSubscription: ({ subscriptions }) => ({ id: subscriptions.subscriptionId }),
  billingSubscriptions: ({ seller }) => ({ filter: { sellerId: seller.id } }),
  "node of a plan": ({ subscriptions }) => ({ id: subscriptions.planId }),
  subscriptionPlan: ({ subscriptions }) => ({ id: subscriptions.planId }),
  subscriptionPlans: ({ seller }) => ({ filter: { sellerId: seller.id } }),
  "node of a payout": ({ moves }) => ({ id: moves.payoutId }),
  "node of a card reader": ({ reader }) => ({ id: reader.deviceId }),
  "node of an order at a card reader": ({ reader }) => ({ id: reader.orderId }),
  "node of a transfer": ({ moves }) => ({ id: moves.transferId }),
  nodes: ({ payment }) => ({ ids: [payment.id] }),
  payment: ({ payment }) => ({ id: payment.id }),
  "payment by reference": ({ payment }) => ({ externalReference: payment.reference }),
  payments: ({ seller }) => ({ filter: { sellerId: seller.id } }),
  payout: ({ moves }) => ({ id: moves.payoutId }),
  payouts: ({ seller }) => ({ filter: { sellerId: seller.id } }),
  pointDevice: ({ reader }) => ({ id: reader.deviceId }),
  pointOrder: ({ reader }) => ({ id: reader.orderId }),
  pointOrders: ({ seller }) => ({ filter: { sellerId: seller.id } }),
  pointDevices: ({ seller }) => ({ sellerId: seller.id }),
  seller: ({ seller }) => ({ id: seller.id }),
  "seller by reference": ({ seller }) => ({ reference: `shop${seller.shop.seller.userId}` }),
  splitPreview: ({ seller }) => {
    const { currency, carts } = orderOf(seller.id);
    return { input: { currency, carts } };
  },
  transfer: ({ moves }) => ({ id: moves.transferId }),
  webhookDeliveries: ({ payment }) => ({ filter: { subjectId: payment.id } }),
  webhookDelivery: ({ deliveryId }) => ({ id: deliveryId }),
};

function checkoutOf({ id, shop }: AccessWorld["seller"]): Variables {
  return { sellerId: id, currency: shop.seller.currency };
}

export const watched: Record<string, (world: AccessWorld) => Variables> = {
  marketplaceEvents: ({ marketplaceCursor }) => ({ after: marketplaceCursor }),
  "marketplaceEvents of a seller": ({ seller, cursor }) => ({
    sellerIds: [seller.id],
    after: cursor,
  }),
  "marketplaceEvents of one's own": ({ cursor }) => ({ after: cursor }),
  marketplaceOrderUpdated: ({ order }) => ({ id: order.id }),
  "marketplaceOrderUpdated of a seller": ({ seller, cursor }) => ({
    sellerId: seller.id,
    after: cursor,
  }),
  "marketplaceOrderUpdated of one's own": ({ cursor }) => ({ after: cursor }),
  paymentUpdated: ({ payment }) => ({ id: payment.id }),
  // What has happened since comes at once, so that nothing has to happen now.
  "paymentUpdated of a seller": ({ seller, cursor }) => ({ sellerId: seller.id, after: cursor }),
  "paymentUpdated of one's own": ({ cursor }) => ({ after: cursor }),
  billingSubscriptionUpdated: ({ subscriptions }) => ({ id: subscriptions.subscriptionId }),
  "billingSubscriptionUpdated of a seller": ({ seller, cursor }) => ({
    sellerId: seller.id,
    after: cursor,
  }),
  "billingSubscriptionUpdated of one's own": ({ cursor }) => ({ after: cursor }),
  payoutUpdated: ({ moves }) => ({ id: moves.payoutId }),
  "payoutUpdated of a seller": ({ seller, cursor }) => ({ sellerId: seller.id, after: cursor }),
  "payoutUpdated of one's own": ({ cursor }) => ({ after: cursor }),
  pointDeviceUpdated: ({ reader }) => ({ id: reader.deviceId }),
  "pointDeviceUpdated of a seller": ({ seller, cursor }) => ({
    sellerId: seller.id,
    after: cursor,
  }),
  "pointDeviceUpdated of one's own": ({ cursor }) => ({ after: cursor }),
  pointOrderUpdated: ({ reader }) => ({ id: reader.orderId }),
  "pointOrderUpdated of a seller": ({ seller, cursor }) => ({
    sellerId: seller.id,
    after: cursor,
  }),
  "pointOrderUpdated of one's own": ({ cursor }) => ({ after: cursor }),
  sellerConnectionUpdated: ({ seller, cursor }) => ({ sellerId: seller.id, after: cursor }),
  "sellerConnectionUpdated of one's own": ({ cursor }) => ({ after: cursor }),
};

/** Inputs that would be good from somebody who may. Each is for a thing of its own. */
export const inputs: Record<string, (world: AccessWorld, asker: Asker) => Promise<Variables>> = {
  cancelPayment: authorized,
  capturePayment: authorized,
  refundPayment: async ({ gateway, seller }) => ({
    idempotencyKey: randomUUID(),
    paymentId: (await pay(gateway, seller)).id,
  }),
  enablePointIntegration: async ({ reader }) => ({ deviceId: reader.spareId }),
  removePointDevice: async ({ reader }) => ({ deviceId: reader.spareId }),
  changeSubscriptionAmount: async (world) => ({ ...(await agreed(world)), amount: "99.00" }),
  changeSubscriptionCard: async (world) => ({
    ...(await agreed(world)),
    cardToken: await world.seller.cardToken(),
  }),
  setSecondaryPaymentMethod: async (world) => ({
    ...(await agreed(world)),
    methodId: "account_money",
  }),
  pauseSubscription: agreed,
  resumeSubscription: async (world) => {
    const { subscriptionId } = await agreed(world);
    const pause = { idempotencyKey: randomUUID(), subscriptionId };
    await world.gateway.mutate("pauseSubscription", pause, "subscription { id }");
    return { idempotencyKey: randomUUID(), subscriptionId };
  },
  cancelSubscription: agreed,
  createBillingSubscription: async ({ seller }) => subscriptionOf(seller),
  createSubscriptionPlan: async ({ seller }) => planOf(seller),
  updateSubscriptionPlan: async ({ gateway, seller }) => ({
    idempotencyKey: randomUUID(),
    planId: (await makePlan(gateway, seller)).id,
    reason: "Renamed",
  }),
  createPointOrder: async ({ reader, seller }) => ({
    ...{ idempotencyKey: randomUUID(), deviceId: reader.newDevice().id },
    ...{ amount: "5.00", currency: seller.shop.seller.currency },
  }),
  cancelPointOrder: async ({ reader }) => ({
    ...{ idempotencyKey: randomUUID(), orderId: await reader.newOrder() },
  }),
  settlePointOrder: async ({ reader }) => ({
    ...{ orderId: await reader.newLostOrder(), outcome: "NOT_PAID", reason: "Nothing on it" },
  }),
  createPayout: async ({ seller }) => moveOf(seller),
  transferFunds: async ({ seller }) => transferOf(seller),
  createPayment: ({ gateway, seller }) => gateway.cardPayment(seller),
  cancelMarketplaceOrder: (world) => orderWith(world, { capture: false }),
  captureMarketplaceOrder: (world) => orderWith(world, { capture: false }),
  refundMarketplaceOrder: (world) => orderWith(world),
  createMarketplaceOrder: async ({ seller }) => orderOf(seller.id),
  linkSubmerchant: async ({ gateway, seller }) => ({
    sellerId: seller.id,
    shop: "demo",
    submerchantId: await newSubmerchant(gateway),
  }),
  replayWebhook: async ({ deliveryId }) => ({ id: deliveryId, reason: "ticket 4711" }),
  startSellerConnection: async ({ seller }) => ({ sellerId: seller.id }),
  "startSellerConnection to move": async ({ seller }) => ({
    sellerId: seller.id,
    moveFromOtherSeller: true,
  }),
  completeSellerConnection: async ({ gateway, seller, credentials }, asker) => {
    const beginner = asker === "seller" ? asker : "marketplace";
    const input = { sellerId: seller.id };
    const url = await startConnection(gateway, input, credentials[beginner]);
    const back = await answerConsent(url, { userId: seller.shop.seller.userId });
    return Object.fromEntries(back.searchParams);
  },
  refreshSellerCredentials: async ({ gateway, seller }) => {
    const accounts = await accountsOf(gateway, seller.id);
    const isRenewable = ({ acceptsPayments, publicKey }: Json) =>
      acceptsPayments && publicKey !== null;
    return { accountId: accounts.find(isRenewable).id };
  },
  disconnectSeller: async ({ gateway, seller }) => ({
    accountId: await addAccount(gateway, seller),
  }),
  createWatchToken: async ({ payment }) => ({ paymentId: payment.id }),
  createSeller: async () => ({ reference: randomUUID(), name: "New shop" }),
  updateSeller: async ({ seller }) => ({ id: seller.id, name: `Renamed ${randomUUID()}` }),
  createTestUser: async () => ({ idempotencyKey: randomUUID(), country: "AR" }),
  createApiKey: async (world) => {
    await world.endSpareKeys();
    return { role: "SELLER", sellerId: world.seller.id };
  },
  "createApiKey for a page": async (world) => {
    await world.endSpareKeys();
    return { role: "PUBLISHABLE", sellerId: world.seller.id };
  },
  "createApiKey for a partner": async ({ seller }) => ({
    role: "PARTNER",
    name: `partner ${randomUUID()}`,
    sellerIds: [seller.id],
  }),
  revokeApiKey: async (world, asker) => {
    if (asker !== "marketplace" && asker !== "seller") return { id: world.sellerKeyId };
    await world.endSpareKeys();
    const input = { role: "SELLER", sellerId: world.seller.id };
    return { id: (await world.gateway.mutate("createApiKey", input, "apiKey { id }")).apiKey.id };
  },
};

async function agreed({ gateway, seller }: AccessWorld): Promise<Variables> {
  const input = subscriptionOf(seller, { cardToken: await seller.cardToken() });
  return { idempotencyKey: randomUUID(), subscriptionId: (await subscribe(gateway, input)).id };
}

async function authorized({ gateway, seller }: AccessWorld): Promise<Variables> {
  const { id } = await pay(gateway, seller, { capture: false });
  return { idempotencyKey: randomUUID(), paymentId: id };
}

/** An order of the seller's alone, which is answered for at once: it is paid cart by cart. */
async function orderWith(
  { gateway, seller }: AccessWorld,
  extra: Record<string, unknown> = {},
): Promise<Variables> {
  const { id } = await makeOrder(gateway, {
    idempotencyKey: randomUUID(),
    provider: "MERCADO_PAGO",
    currency: seller.shop.seller.currency,
    description: "Books",
    buyer: someBuyer(),
    carts: [
      {
        sellerId: seller.id,
        products: [{ name: "Novel", unitPrice: "8.00", quantity: 2 }],
        cardToken: await seller.cardToken(),
        methodId: "visa",
      },
    ],
    ...extra,
  });
  return { idempotencyKey: randomUUID(), orderId: id };
}

/** A document for one root field, with those of its arguments that are given. */
export function documentOf(
  { schema }: AccessWorld,
  operation: "query" | "mutation" | "subscription",
  row: string,
  given: object,
): string {
  const root = `${operation[0]?.toUpperCase()}${operation.slice(1)}`;
  const field = fieldsOf(schema, root).find(({ name }) => name === fieldOf(row));
  if (field === undefined) throw new Error(`the schema has no ${root}.${row}`);
  const { declared, passed } = argumentsOf(field, given);
  return `${operation} ${declared} { ${field.name}${passed} ${selectionOf(field.type)} }`;
}

/** The first answer to a subscription: an update, or why there is none. */
export async function firstOf(
  { gateway }: AccessWorld,
  document: string,
  variables: Variables,
  credential: string | null,
): Promise<{ data?: Json; errors?: Json[]; closed?: number }> {
  const client = gateway.client(credential);
  const updates = client.iterate<Json>({ query: document, variables });
  const answer = await updates.next().then(
    ({ value }) => value,
    (fault) => (Array.isArray(fault) ? { errors: fault } : { closed: fault.code }),
  );
  await updates.return?.();
  await client.dispose();
  return answer;
}

/** One word for an answer; the same words as in the matrix. */
export function sightOf(
  { data, errors, closed }: { data?: Json; errors?: Json[] | undefined; closed?: number },
  read: (data: Json) => Json,
): string {
  if (closed !== undefined) return String(closed);
  if (errors !== undefined) return errors[0].extensions.code;
  const value = read(data);
  if (value === undefined) return "hidden";
  return sightOfValue(value);
}

function sightOfValue(value: Json): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return String(value);
  if (value.userErrors !== undefined) return value.userErrors[0]?.code ?? "done";
  const items = value.edges ?? value;
  if (Array.isArray(items) && items.length === 0) return "empty";
  if (Array.isArray(items) && items.every((item) => item === null)) return "null";
  return JSON.stringify(value).includes("***") ? "masked" : "yes";
}
