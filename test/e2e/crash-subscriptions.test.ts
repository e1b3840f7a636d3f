import { randomUUID } from "node:crypto";
import { demoSellers } from "../../src/demo";
import { failpointSteps } from "../../src/operations/failpoints";
import { describeKilled } from "../support/killed-gateway";
import type { Json } from "../support/simulator";

const [seller] = demoSellers;

describeKilled("a gateway that is killed while it sells subscriptions", (gateway) => {
  const offer = (extra: Json = {}): Json => ({
    idempotencyKey: randomUUID(),
    sellerId: seller.id,
    reason: "Gym, monthly",
    backUrl: "https://gym.example/back",
    recurrence: { frequency: 1, frequencyType: "MONTHS", amount: "1500.00", currency: "ARS" },
    ...extra,
  });
  const agreement = async (): Promise<Json> =>
    offer({
      payerEmail: `${randomUUID()}@testuser.com`,
      cardToken: await gateway.cardTokenAt(seller.providerAccountId),
    });
  const subscriptionsOf = async ({ id }: Json): Promise<Json[]> => {
    const path = `/subscriptions?externalReference=${id}`;
    return (await gateway.simulator.control("GET", path)).subscriptions;
  };
  // What died before it was sent, and what died behind it, look alike: neither is sent again.
  const comesTo = (step: string, status: string) => (step === "after-claim" ? "UNKNOWN" : status);

  test.each(failpointSteps)("at createSubscriptionPlan:%s has one plan at most", async (step) => {
    const prepare = async () => offer();
    const status = comesTo(step, "ACTIVE");
    await gateway.dieAndCarryOn(step, "createSubscriptionPlan", prepare, status);
  });

  test.each(failpointSteps)(
    "at createBillingSubscription:%s has sent it once at most, and says what it knows",
    async (step) => {
      const status = comesTo(step, "AUTHORIZED");
      const made = await gateway.dieAndCarryOn(
        step,
        "createBillingSubscription",
        agreement,
        status,
      );
      expect(await subscriptionsOf(made)).toHaveLength(step === "after-claim" ? 0 : 1);
    },
  );

  test.each(failpointSteps)("at cancelSubscription:%s has ended it", async (step) => {
    await gateway.running();
    const { made } = await gateway.mutate("createBillingSubscription", await agreement());
    const prepare = async () => ({ idempotencyKey: randomUUID(), subscriptionId: made.id });
    await gateway.dieAndCarryOn(step, "cancelSubscription", prepare, "CANCELLED");
    expect(await subscriptionsOf(made)).toMatchObject([{ status: "cancelled" }]);
  });
});
