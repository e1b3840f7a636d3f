import { randomUUID } from "node:crypto";
import { demoSellers } from "../../src/demo";
import { failpointSteps } from "../../src/operations/failpoints";
import { describeKilled } from "../support/killed-gateway";
import type { Json } from "../support/simulator";

const [seller] = demoSellers;

describeKilled("a gateway that is killed while it sends an amount to a reader", (gateway) => {
  /** A reader of the demo seller's for each death. */
  const newInput = async (): Promise<Json> => {
    const userId = Number(seller.providerAccountId);
    const reader = await gateway.simulator.control("POST", "/readers", { userId, pickUpMs: null });
    const document = "query ($id: ID!) { pointDevices(sellerId: $id) { id providerDeviceId } }";
    for (;;) {
      // What the provider lists is good for three seconds.
      const { pointDevices } = await gateway.ask(document, { id: seller.id });
      const device = pointDevices.find((each: Json) => each.providerDeviceId === reader.id);
      if (device !== undefined) {
        const { id: deviceId } = device;
        return { idempotencyKey: randomUUID(), deviceId, amount: "12.00", currency: "ARS" };
      }
      await new Promise((wait) => setTimeout(wait, 200));
    }
  };
  const ordersAt = async ({ providerOrderId }: Json): Promise<Json> =>
    gateway.simulator.control("GET", `/in-person-orders/${providerOrderId}`);

  test.each(failpointSteps)("at createPointOrder:%s has made one order", async (step) => {
    const order = await gateway.dieAndCarryOn(step, "createPointOrder", newInput, "CREATED");
    expect(await ordersAt(order)).toMatchObject({
      ...{ status: "created", externalReference: order.id, amountMinor: 1200 },
    });
  });

  test.each(failpointSteps)(
    "at cancelPointOrder:%s has ended it, with the reader free",
    async (step) => {
      const prepare = async () => {
        const { made } = await gateway.mutate("createPointOrder", await newInput());
        return { idempotencyKey: randomUUID(), orderId: made.id };
      };
      const order = await gateway.dieAndCarryOn(step, "cancelPointOrder", prepare, "CANCELLED");
      expect(await ordersAt(order)).toMatchObject({ status: "canceled" });
      expect(order.device).toEqual({ status: "FREE" });
    },
  );
});
