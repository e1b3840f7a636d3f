import { BillingSubscriptionEntity } from "../../src/entities/billing-subscription.entity";
import { SubscriptionPlanEntity } from "../../src/entities/subscription-plan.entity";
import { joinOf, subscribe } from "./billing";
import type { ConnectedSeller, TestGateway } from "./gateway";
import { makePlan } from "./plans";

/** A plan and a subscription with everything that they can have. */
export interface SubscriptionsOfTheWorld {
  readonly planId: string;
  readonly subscriptionId: string;
}

export async function makeSubscriptionsOfTheWorld(
  gateway: TestGateway,
  seller: ConnectedSeller,
): Promise<SubscriptionsOfTheWorld> {
  const { id: planId } = await makePlan(gateway, seller, {
    externalReference: "gym",
    allowedMethods: { types: ["credit_card"] },
  });
  const input = await joinOf(seller, planId, { externalReference: "member" });
  const { id: subscriptionId } = await subscribe(gateway, input);
  await addWhatTheSimulatorHasNot(gateway, planId, subscriptionId);
  return { planId, subscriptionId };
}

/** The matrix wants to see who would see it. */
async function addWhatTheSimulatorHasNot(
  { app: { database } }: TestGateway,
  planId: SubscriptionPlanEntity["id"],
  subscriptionId: BillingSubscriptionEntity["id"],
): Promise<void> {
  const failure = { code: "PROVIDER_REFUSED", message: "refused", path: ["input"] } as const;
  const plans = database.table(SubscriptionPlanEntity);
  const subscriptions = database.table(BillingSubscriptionEntity);
  const endDate = new Date(Date.now() + 400 * 86_400_000);
  const changes = { failure, endDate, secondaryMethodId: "account_money" };
  await database.write((unit) => {
    unit.change(plans.update({ failure }, { id: planId }, 1));
    unit.change(subscriptions.update(changes, { id: subscriptionId }, 1));
  });
}
