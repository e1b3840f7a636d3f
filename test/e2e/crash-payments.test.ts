import { randomUUID } from "node:crypto";
import { failpointSteps } from "../../src/operations/failpoints";
import { describeKilled } from "../support/killed-gateway";
import { eventually, type Json } from "../support/simulator";

describeKilled("a gateway that is killed while it moves a payment", (gateway) => {
  test.each(failpointSteps)("at createPayment:%s has charged exactly once", async (step) => {
    const payment = await gateway.dieAndCarryOn(
      step,
      "createPayment",
      () => gateway.newPayment(),
      "APPROVED",
    );
    expect(await gateway.effects(payment.id)).toEqual(["charge"]);
  });

  test.each(failpointSteps)("at refundPayment:%s has refunded exactly once", async (step) => {
    const prepare = async () => {
      const { made: payment } = await gateway.mutate("createPayment", await gateway.newPayment());
      return { idempotencyKey: randomUUID(), paymentId: payment.id, amount: "30.00" };
    };
    const payment = await gateway.dieAndCarryOn(
      step,
      "refundPayment",
      prepare,
      "PARTIALLY_REFUNDED",
    );
    expect(await gateway.effects(payment.id)).toEqual(["charge", "refund"]);
  });

  test.each(["after-claim", "after-send"])(
    "at capturePayment:%s has captured exactly once",
    async (step) => {
      const prepare = async () => {
        const { made: payment } = await gateway.mutate(
          "createPayment",
          await gateway.newPayment({ capture: false }),
        );
        return { idempotencyKey: randomUUID(), paymentId: payment.id, amount: "50.00" };
      };
      const payment = await gateway.dieAndCarryOn(step, "capturePayment", prepare, "APPROVED");
      expect(await gateway.effects(payment.id)).toEqual(["authorize", "capture"]);
    },
  );

  test.each(["after-claim", "after-send"])("at cancelPayment:%s has cancelled", async (step) => {
    const prepare = async () => {
      const { made: payment } = await gateway.mutate(
        "createPayment",
        await gateway.newPayment({ capture: false }),
      );
      return { idempotencyKey: randomUUID(), paymentId: payment.id };
    };
    const payment = await gateway.dieAndCarryOn(step, "cancelPayment", prepare, "CANCELLED");
    expect(await gateway.effects(payment.id)).toEqual(["authorize", "cancel"]);
  });

  test("told to stop, ends the call that is under way and leaves nothing open", async () => {
    await gateway.start({ MERCADO_PAGO_TIMEOUT_MS: "10000" });
    await gateway.simulator.control("POST", "/faults", {
      match: { method: "POST", path: "^/v1/payments$" },
      effect: { kind: "latency", ms: 1_000 },
    });
    const input = await gateway.newPayment();
    const answer = gateway.mutate("createPayment", input);
    // The fault is used up when the call has reached the simulator.
    await eventually(async () => {
      const { faults } = await gateway.simulator.control("GET", "/faults");
      return faults.every(({ times }: Json) => times === 0);
    });
    const ended = gateway.stop();
    expect((await answer).made.status).toBe("APPROVED");
    await ended;
  });
});
