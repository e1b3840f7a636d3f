import { randomUUID } from "node:crypto";
import type { ConnectedSeller, TestGateway } from "./gateway";
import type { Json } from "./simulator";

const period = "frequency frequencyType";
export const planFields = `id status providerStatus providerPlanId externalReference reason
  recurrence { ${period} amount { amount currency } repetitions billingDay billingDayProportional freeTrial { ${period} } }
  allowedMethods { types methods } backUrl checkoutUrl failure { code } seller { id }
  events(first: 20) { edges { node { id type from to source } } }`;

/** A plan by the month that the provider takes as it stands. */
export function planOf(
  { id, shop }: Pick<ConnectedSeller, "id" | "shop">,
  { recurrence, ...extra }: Json = {},
): Json {
  return {
    idempotencyKey: randomUUID(),
    sellerId: id,
    reason: "Gym, monthly",
    backUrl: "https://gym.example/back",
    recurrence: {
      ...{ frequency: 1, frequencyType: "MONTHS" },
      ...{ amount: "1500.00", currency: shop.seller.currency },
      ...recurrence,
    },
    ...extra,
  };
}

export async function makePlan(
  gateway: TestGateway,
  seller: ConnectedSeller,
  extra: Json = {},
): Promise<Json> {
  const shown = `plan { ${planFields} }`;
  const { plan, userErrors } = await gateway.mutate(
    "createSubscriptionPlan",
    planOf(seller, extra),
    shown,
  );
  if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
  return plan;
}
