import { randomUUID } from "node:crypto";
import { demoSubmerchants } from "../../src/demo";
import { failpointSteps } from "../../src/operations/failpoints";
import { describeKilled } from "../support/killed-gateway";
import { eventually, type Json } from "../support/simulator";

const [submerchant, otherSubmerchant] = demoSubmerchants;

describeKilled("a gateway that is killed while an order is split", (gateway) => {
  const newSplitOrder = (extra: Record<string, unknown> = {}) => ({
    idempotencyKey: randomUUID(),
    provider: "PAYU",
    currency: "PLN",
    description: "Two shops",
    ipAddress: "127.0.0.1",
    buyer: { reference: `buyer-${randomUUID().slice(0, 8)}`, email: "ana.paz@testuser.com" },
    carts: [submerchant.id, otherSubmerchant.id].map((sellerId) => ({
      sellerId,
      fee: "0.50",
      products: [{ name: "Book", unitPrice: "10.00", quantity: 1 }],
    })),
    ...extra,
  });
  /** PayU's orders that were made under our id, and what happened to their money. */
  const splitOrderAt = async (id: string) => {
    const { entries } = await gateway.simulator.payu.control(
      "GET",
      `/ledger?externalReference=${id}`,
    );
    const ids = new Set<string>(entries.map(({ paymentId }: Json) => paymentId));
    const types: string[] = entries.map(({ type }: Json) => type);
    // What sellers and marketplace get of a charge is booked with it.
    return { ids: [...ids], effects: types.filter((type) => type !== "credit") };
  };
  /** Has the buyer pay on PayU's page, and PayU tell of it. */
  const payAtPayu = async (id: string) => {
    const [orderId = ""] = (await splitOrderAt(id)).ids;
    await gateway.simulator.payu.moveOrder(orderId, "COMPLETED");
    await gateway.simulator.payu.control("POST", "/notifications/send", { orderId });
    await eventually(async () => {
      const document = "query ($id: ID!) { marketplaceOrder(id: $id) { status } }";
      return (await gateway.ask(document, { id })).marketplaceOrder.status === "COMPLETED";
    });
  };

  test.each(failpointSteps)(
    "at createMarketplaceOrder:%s has made one order at PayU, which is paid once",
    async (step) => {
      const prepare = async () => newSplitOrder();
      const { id } = await gateway.dieAndCarryOn(
        step,
        "createMarketplaceOrder",
        prepare,
        "PENDING",
      );
      const made = await splitOrderAt(id);
      expect(made).toEqual({ ids: [expect.any(String)], effects: ["pend"] });
      await gateway.simulator.payu.moveOrder(made.ids[0] ?? "", "COMPLETED");
      expect((await splitOrderAt(id)).effects).toEqual(["pend", "charge"]);
    },
  );

  test.each(failpointSteps)(
    "at refundMarketplaceOrder:%s has refunded each cart at PayU exactly once",
    async (step) => {
      await gateway.simulator.payu.control("POST", "/settings", { refundMs: null });
      const prepare = async () => {
        const { made } = await gateway.mutate("createMarketplaceOrder", newSplitOrder());
        await payAtPayu(made.id);
        return { idempotencyKey: randomUUID(), orderId: made.id };
      };
      const { id } = await gateway.dieAndCarryOn(
        step,
        "refundMarketplaceOrder",
        prepare,
        "COMPLETED",
      );
      expect((await splitOrderAt(id)).effects).toEqual(["pend", "charge", "refund", "refund"]);
    },
  );
});
