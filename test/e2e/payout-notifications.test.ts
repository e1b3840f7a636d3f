import { systemClock } from "../../src/domain/clock";
import { InboxDeliveryEntity, untouchedDelivery } from "../../src/entities/inbox-delivery.entity";
import { createIdFactory } from "../../src/security/ids";
import { alertLogger, toldOf } from "../support/alerts";
import { describeEachDatabase } from "../support/databases";
import { MovableClock, TestGateway } from "../support/gateway";
import { eventually, type Json } from "../support/simulator";
import {
  connectSubmerchant,
  notifyOfPayouts,
  payoutOf,
  type Submerchant,
  tellOfPayout,
  workedOff,
} from "../support/submerchants";

const fields =
  "id status providerStatus providerPayoutId fundsReturned events(first: 20) { edges { node { type to source } } }";

describeEachDatabase("PayU's notifications of payouts", (database) => {
  let gateway: TestGateway;
  let seller: Submerchant;
  const clock = new MovableClock();
  const { alerts, logger } = alertLogger();
  beforeAll(async () => {
    gateway = await TestGateway.start({
      database,
      logger,
      clock,
      // Late enough for the answer to have been written down.
      notifications: { mode: "on", delayMs: 200 },
    });
    await gateway.simulator.payu.control("POST", "/settings", { payoutStepMs: null });
    await notifyOfPayouts(gateway);
    seller = await connectSubmerchant(gateway, { grantMinor: 1_000_000 });
  });
  afterAll(() => gateway.stop());
  beforeEach(async () => {
    alerts.length = 0;
    await gateway.simulator.payu.control("DELETE", "/faults");
    await mode({ mode: "on", duplicate: 0, forgeSignature: false });
  });

  const mode = (switches: Json) =>
    gateway.simulator.payu.control("POST", "/notifications", switches);
  const create = async (): Promise<Json> =>
    (await gateway.mutate("createPayout", payoutOf(seller), `payout { ${fields} }`)).payout;
  const read = async (id: string): Promise<Json> => {
    const document = `query ($id: ID!) { payout(id: $id) { ${fields} } }`;
    return (await gateway.data(document, { id })).payout;
  };
  const becomes = (id: string, expected: Json): Promise<void> =>
    eventually(async () => {
      const payout = await read(id);
      return Object.entries(expected).every(([name, value]) => payout[name] === value);
    });
  const timeline = async (id: string): Promise<string[]> =>
    (await read(id)).events.edges.map(({ node }: Json) => `${node.type} ${node.to}`);
  const deliveries = async (): Promise<number> =>
    (await gateway.app.database.read("SELECT id FROM inbox_delivery WHERE verdict <> 'forged'"))
      .length;
  const move = (payout: Json, status: number) =>
    gateway.simulator.payu.movePayout(payout.providerPayoutId, status);
  /** What a true notification of it says. */
  const about = (payout: Json, status: number, extra: Json = {}) => ({
    payout_id: payout.providerPayoutId,
    amount: "1000",
    currency: "PLN",
    status: String(status),
    ...extra,
  });
  const unapplied = (payout: Json) =>
    gateway.app.database.read("SELECT verdict, reason FROM observation WHERE subject_id = ?", [
      payout.id,
    ]);

  test("bring a payout to its end, with each of the provider's words on the way", async () => {
    const payout = await create();
    await becomes(payout.id, { providerStatus: "1" });
    await move(payout, 2);
    await becomes(payout.id, { providerStatus: "2", status: "PENDING" });
    await move(payout, 5);
    await becomes(payout.id, { providerStatus: "5", status: "PAID", fundsReturned: false });
    expect(await timeline(payout.id)).toEqual([
      "PAYOUT_CREATED PROCESSING",
      "PAYOUT_STATUS_CHANGED PENDING",
      "PAYOUT_UPDATED PENDING",
      "PAYOUT_UPDATED PENDING",
      "PAYOUT_STATUS_CHANGED PAID",
    ]);
    expect((await read(payout.id)).events.edges.at(-1).node.source).toBe("WEBHOOK");
  });

  test("say that what was paid has come back", async () => {
    const payout = await create();
    await move(payout, 5);
    await becomes(payout.id, { status: "PAID" });
    await move(payout, 6);
    await becomes(payout.id, { status: "RETURNED", fundsReturned: true });
  });

  test("that wait together are taken in the order in which they came", async () => {
    await mode({ mode: "off" });
    const payout = await create();
    const { database } = gateway.app;
    const table = database.table(InboxDeliveryEntity);
    const ids = createIdFactory(systemClock);
    const now = new Date();
    const before = await deliveries();
    await database.write((unit) => {
      for (const status of [2, 5, 6]) {
        unit.change(
          table.insert({
            id: ids.next("InboxDelivery"),
            ...untouchedDelivery,
            provider: "PAYU",
            shop: "demo",
            account: null,
            dedupeKey: `${payout.id} ${status}`,
            verdict: "signed",
            headers: {},
            query: {},
            rawBody: Buffer.from(
              JSON.stringify({ type: "payout", sig_ext: "", ...about(payout, status) }),
            ),
            result: null,
            receivedAt: now,
            finishedAt: null,
            dueAt: now,
            attempts: 0,
            leaseToken: null,
          }),
        );
      }
    });
    gateway.app.wakeJobs();
    await workedOff(gateway, before + 3);
    expect((await timeline(payout.id)).slice(2)).toEqual([
      "PAYOUT_UPDATED PENDING",
      "PAYOUT_STATUS_CHANGED PAID",
      "PAYOUT_STATUS_CHANGED RETURNED",
    ]);
  });

  test.each([4, 7])("with %i, which is in progress, end nothing", async (status) => {
    const payout = await create();
    await move(payout, status);
    await becomes(payout.id, { status: "PENDING", providerStatus: String(status) });
    expect((await read(payout.id)).fundsReturned).toBe(false);
    await move(payout, 5);
    await becomes(payout.id, { status: "PAID" });
  });

  test.each<[number, string]>([
    [3, "CANCELLED"],
    [6, "RETURNED"],
  ])("with %i say that the money is back", async (status, expected) => {
    const payout = await create();
    await move(payout, status);
    await becomes(payout.id, { status: expected, fundsReturned: true });
    expect(alerts).toEqual([]);
  });

  test("that repeat each other change a payout once", async () => {
    await mode({ duplicate: 3 });
    const payout = await create();
    await move(payout, 5);
    await becomes(payout.id, { status: "PAID" });
    await workedOff(gateway, 1);
    expect((await timeline(payout.id)).filter((each) => each.endsWith("PAID"))).toHaveLength(1);
  });

  test("that are older than what is known change nothing", async () => {
    await mode({ mode: "off" });
    const payout = await create();
    for (const status of [6, 5, 2, 1, 3]) {
      const before = await deliveries();
      expect(await tellOfPayout(gateway, "demo", about(payout, status))).toBe(200);
      await workedOff(gateway, before + 1);
    }
    expect(await read(payout.id)).toMatchObject({ status: "RETURNED", providerStatus: "6" });
    expect(await timeline(payout.id)).toHaveLength(3);
    expect((await unapplied(payout)).map(({ verdict }) => verdict)).toEqual(
      Array(4).fill("IGNORED"),
    );
    expect(alerts).toEqual([]);
  });

  test("that are forged, or not signed, are refused, and lead to nothing", async () => {
    const payout = await create();
    await becomes(payout.id, { providerStatus: "1" });
    await mode({ mode: "off" });
    const before = await deliveries();
    for (const signature of ["forged", "none"]) {
      const { status } = await gateway.simulator.payu.control("POST", "/notifications/send", {
        payoutId: payout.providerPayoutId,
        signature,
        body: { status: "5" },
      });
      expect(status).toBe(401);
    }
    expect(await deliveries()).toBe(before);
    expect((await read(payout.id)).status).toBe("PENDING");
  });

  test.each<[string, "demo" | "demo-eur", Json, string]>([
    ["another amount", "demo", { amount: "1001" }, "amount 1001 instead of 1000 minor units"],
    ["another currency", "demo", { currency: "EUR" }, "currency EUR instead of PLN"],
    ["another shop", "demo-eur", {}, "notified for shop demo-eur instead of demo"],
  ])("with %s are kept for a person and change nothing", async (_, shop, extra, reason) => {
    await mode({ mode: "off" });
    const payout = await create();
    const before = await deliveries();
    expect(await tellOfPayout(gateway, shop, about(payout, 5, extra))).toBe(200);
    expect((await workedOff(gateway, before + 1)).at(-1)).toBe("heard: quarantine");
    expect(await read(payout.id)).toMatchObject({ status: "PENDING", providerStatus: "PENDING" });
    expect(await timeline(payout.id)).toHaveLength(2);
    expect(await unapplied(payout)).toEqual([{ verdict: "QUARANTINED", reason }]);
    expect(alerts).toMatchObject([{ payoutId: payout.id, reason }]);
    // The true one is still believed.
    await tellOfPayout(gateway, "demo", about(payout, 5));
    await becomes(payout.id, { status: "PAID" });
  });

  test("with a number that nobody knows are kept for a person and change nothing", async () => {
    await mode({ mode: "off" });
    const payout = await create();
    const before = await deliveries();
    await tellOfPayout(gateway, "demo", about(payout, 8));
    await workedOff(gateway, before + 1);
    expect((await read(payout.id)).status).toBe("PENDING");
    expect(alerts).toMatchObject([{ reason: "unknown provider status 8" }]);
  });

  test("of payouts that are not ours are put aside", async () => {
    const before = await deliveries();
    const payout = { providerPayoutId: "0123456789abcdef0123456789abcdef" };
    await tellOfPayout(gateway, "demo", about(payout, 5));
    expect((await workedOff(gateway, before + 1)).at(-1)).toBe("ignored: not our payout");
  });

  test("of a payout that counted as refused have it looked up, and are heard then", async () => {
    await mode({ mode: "off" });
    await gateway.simulator.payu.control("POST", "/faults", {
      match: { method: "POST", path: "^/api/v2_1/payouts$" },
      effect: {
        kind: "effect-then-status",
        code: 400,
        body: { status: { statusCode: "BUSINESS_ERROR", codeLiteral: "NOT_ENOUGH_FUNDS" } },
      },
    });
    const payout = await create();
    expect(payout).toMatchObject({ status: "FAILED", providerPayoutId: null });
    const { entries } = await gateway.simulator.payu.control("GET", "/ledger");
    const made = entries.findLast(({ type }: Json) => type === "payout");
    const seen = { providerPayoutId: made.payoutId };
    await tellOfPayout(gateway, "demo", about(seen, 2));
    await becomes(payout.id, { status: "PENDING", providerPayoutId: made.payoutId });
    clock.advance(30_000);
    gateway.app.wakeJobs();
    await becomes(payout.id, { providerStatus: "2" });
    await toldOf(
      alerts,
      expect.objectContaining({ payoutId: payout.id, from: "FAILED", to: "PENDING" }),
    );
  });

  test("that come before the answer wait for it", async () => {
    await gateway.simulator.payu.control("POST", "/faults", {
      match: { method: "POST", path: "^/api/v2_1/payouts$" },
      effect: { kind: "effect-then-latency", ms: 1_500 },
    });
    const before = await deliveries();
    const answer = create();
    // "1" is there while the call is still under way.
    await eventually(async () => (await deliveries()) > before);
    const attempts = async () =>
      (await gateway.app.database.read("SELECT attempts FROM inbox_delivery ORDER BY id DESC"))[0]
        ?.attempts;
    await eventually(async () => Number(await attempts()) > 0);
    const payout = await answer;
    expect(payout.status).toBe("PENDING");
    clock.advance(30_000);
    gateway.app.wakeJobs();
    await becomes(payout.id, { providerStatus: "1" });
  });
});
