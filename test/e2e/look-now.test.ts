import { lookNow } from "../../src/services/upkeep/look-now";
import { describeEachDatabase } from "../support/databases";
import { MovableClock, TestGateway } from "../support/gateway";
import { eventually } from "../support/simulator";

const dayMs = 24 * 60 * 60_000;
const leaseMs = 60_000;

describeEachDatabase("after an outage", (database) => {
  test("what had been put off for a day is looked at as soon as an operator says so", async () => {
    const clock = new MovableClock();
    const gateway = await TestGateway.start({ database, clock });
    try {
      const seller = await gateway.connectSeller();
      await gateway.simulator.control("POST", "/faults", {
        match: { path: "^/v1/payments" },
        effect: "drop-before",
        times: 1_000,
      });
      const { payment } = await gateway.mutate(
        "createPayment",
        await gateway.cardPayment(seller),
        "payment { id status }",
      );
      expect(payment.status).toBe("UNKNOWN");
      const { database: rows } = gateway.app;
      const putOff = (operationLease: string | null) =>
        rows.write((unit) => {
          const due = clock.now().getTime() + dayMs;
          for (const table of ["operation", "payment"]) {
            unit.change({
              sql: `UPDATE ${table} SET due_at = ?, attempts = 7 WHERE due_at IS NOT NULL`,
              values: [due],
            });
          }
          unit.change({
            sql: "UPDATE operation SET due_at = ?, lease_token = ? WHERE due_at IS NOT NULL",
            values: [operationLease === null ? due : due - dayMs + leaseMs / 2, operationLease],
          });
        });
      await gateway.simulator.control("DELETE", "/faults");
      // Somebody is at the operation just now: it is left to them.
      await putOff("somebody");
      expect(await lookNow(rows, clock, leaseMs)).toBe(1);
      await putOff(null);
      expect(await lookNow(rows, clock, leaseMs)).toBe(2);
      gateway.app.wakeJobs();
      await eventually(async () => {
        const document = "query ($id: ID!) { payment(id: $id) { status } }";
        return (await gateway.data(document, { id: payment.id })).payment.status === "APPROVED";
      });
    } finally {
      await gateway.stop();
    }
  });
});
