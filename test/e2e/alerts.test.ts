import { alertLogger } from "../support/alerts";
import { describeEachDatabase } from "../support/databases";
import { MovableClock, TestGateway } from "../support/gateway";
import { eventually, type Json } from "../support/simulator";

describeEachDatabase("a person is told", (database) => {
  const clock = new MovableClock();
  const { alerts, logger } = alertLogger();
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await TestGateway.start({
      database,
      clock,
      logger,
      notifications: { mode: "on", delayMs: 5 },
    });
  });
  afterAll(() => gateway.stop());

  const told = (message: string): Json[] => alerts.filter(({ msg }) => msg === message);

  test("of a seller who has to connect anew", async () => {
    const seller = await gateway.connectSeller();
    const input = await gateway.cardPayment(seller);
    await gateway.simulator.control("POST", `/accounts/${seller.shop.seller.userId}/revoke`, {});
    await gateway.mutate("createPayment", input, "payment { status }");
    await eventually(() => told("a seller has to connect anew").length > 0);
    expect(told("a seller has to connect anew")).toMatchObject([
      { sellerId: seller.id, reason: expect.stringContaining("ended the authorization") },
    ]);
  });

  test("once, of a notification that nobody has worked off for more than an hour", async () => {
    const seller = await gateway.connectSeller();
    const input = await gateway.cardPayment(seller, {}, "CONT");
    const { payment } = await gateway.mutate(
      "createPayment",
      input,
      "payment { providerPaymentId }",
    );
    await gateway.simulator.control("POST", "/faults", {
      match: { method: "GET", path: "^/v1/payments/" },
      effect: { kind: "status", code: 503 },
      times: "always",
    });
    await gateway.simulator.control("POST", `/payments/${payment.providerPaymentId}`, {
      status: "approved",
      status_detail: "accredited",
    });
    const endedLooks = async (): Promise<number> => {
      const [row] = await gateway.app.database.read(
        "SELECT attempts FROM inbox_delivery WHERE finished_at IS NULL AND lease_token IS NULL",
      );
      return Number(row?.attempts ?? 0);
    };
    for (let looks = 1; looks <= 7; looks++) {
      await eventually(async () => {
        gateway.app.wakeJobs();
        return (await endedLooks()) >= looks;
      });
      expect(told("a notification is not worked off").length).toBeLessThanOrEqual(1);
      clock.advance(25 * 60 * 60_000);
    }
    expect(told("a notification is not worked off")).toMatchObject([{ provider: "MERCADO_PAGO" }]);
    await gateway.simulator.control("DELETE", "/faults");
  });
});
