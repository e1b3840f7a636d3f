import { randomUUID } from "node:crypto";
import type { ConnectedSeller, TestGateway } from "./gateway";
import { planOf } from "./plans";
import type { Json } from "./simulator";

export const subscriptionFields = `id status providerStatus providerSubscriptionId externalReference reason payerEmail billingMode
  recurrence { frequency frequencyType amount { amount currency } freeTrial { frequency frequencyType } }
  startDate endDate nextChargeAt checkoutUrl methodId secondaryMethodId failure { code } plan { id } seller { id } nextCheckAt
  events(first: 100) { edges { node { id type from to source } } }`;

/** A subscription by the month that waits for its payer. */
export function subscriptionOf(
  seller: Pick<ConnectedSeller, "id" | "shop">,
  extra: Json = {},
): Json {
  return { payerEmail: `${randomUUID()}@testuser.com`, ...planOf(seller, extra) };
}

/** One of a plan, with a card. */
export async function joinOf(
  seller: ConnectedSeller,
  planId: string,
  extra: Json = {},
): Promise<Json> {
  return {
    idempotencyKey: randomUUID(),
    sellerId: seller.id,
    planId,
    payerEmail: `${randomUUID()}@testuser.com`,
    cardToken: await seller.cardToken(),
    ...extra,
  };
}

export async function subscribe(gateway: TestGateway, input: Json): Promise<Json> {
  const shown = `subscription { ${subscriptionFields} }`;
  const { subscription, userErrors } = await gateway.mutate(
    "createBillingSubscription",
    input,
    shown,
  );
  if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
  return subscription;
}

export async function readSubscription(gateway: TestGateway, id: string): Promise<Json> {
  const document = `query ($id: ID!) { billingSubscription(id: $id) { ${subscriptionFields} } }`;
  return (await gateway.data(document, { id })).billingSubscription;
}

/** How many there truly are of this reference. */
export async function subscriptionsThere(gateway: TestGateway, id: string): Promise<number> {
  const path = `/subscriptions?externalReference=${id}`;
  return (await gateway.simulator.control("GET", path)).subscriptions.length;
}
