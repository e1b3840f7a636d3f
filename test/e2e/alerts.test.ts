import { demoMarketplaceId } from "../../src/demo";
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

  const alertRows = (code: string) =>
    gateway.app.database.read(
      "SELECT subject_id, marketplace_id, seller_id, seen_count, cleared_because, cleared_by FROM alert WHERE code = ? ORDER BY id",
      [code],
    );
  const ended = (code: string, because: string) =>
    eventually(async () => {
      gateway.app.wakeJobs();
      const rows = await alertRows(code);
      return rows.length > 0 && rows.every(({ cleared_because }) => cleared_because === because);
    });
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
    const [alert, ...others] = await alertRows("RECONNECT_NEEDED");
    expect([alert?.seller_id, alert?.marketplace_id, others]).toEqual([
      seller.id,
      demoMarketplaceId,
      [],
    ]);
    const accountId = alert?.subject_id;
    await gateway.mutate("disconnectSeller", { accountId }, "account { id }");
    await ended("RECONNECT_NEEDED", "the seller is connected anew, or disconnected for good");
    expect(await alertRows("RECONNECT_NEEDED")).toMatchObject([
      { cleared_by: "GATEWAY end-alerts" },
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
    expect(await alertRows("DELIVERY_STUCK")).toMatchObject([
      { seen_count: 1, cleared_because: null },
    ]);
    await gateway.simulator.control("DELETE", "/faults");
    // The provider is left alone for some seconds after so many failures: until then a look puts the next one off.
    await eventually(async () => {
      clock.advance(60 * 60_000);
      gateway.app.wakeJobs();
      const [row] = await alertRows("DELIVERY_STUCK");
      return row?.cleared_because === "the notification was worked off";
    });
  });
});
