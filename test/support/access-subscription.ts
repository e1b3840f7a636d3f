import { SubscriptionPlanEntity } from "../../src/entities/subscription-plan.entity";
import type { ConnectedSeller, TestGateway } from "./gateway";
import { makePlan } from "./plans";

/** A plan with everything that it can have. */
export interface SubscriptionsOfTheWorld {
  readonly planId: string;
}

export async function makeSubscriptionsOfTheWorld(
  gateway: TestGateway,
  seller: ConnectedSeller,
): Promise<SubscriptionsOfTheWorld> {
  const { id: planId } = await makePlan(gateway, seller, {
    externalReference: "gym",
    allowedMethods: { types: ["credit_card"] },
  });
  await addWhatTheSimulatorHasNot(gateway, planId);
  return { planId };
}

/** The matrix wants to see who would see it. */
async function addWhatTheSimulatorHasNot(
  { app: { database } }: TestGateway,
  planId: SubscriptionPlanEntity["id"],
): Promise<void> {
  const failure = { code: "PROVIDER_REFUSED", message: "refused", path: ["input"] } as const;
  const plans = database.table(SubscriptionPlanEntity);
  await database.write((unit) => unit.change(plans.update({ failure }, { id: planId }, 1)));
}
