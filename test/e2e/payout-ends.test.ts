import { alertLogger, toldOf } from "../support/alerts";
import { describeEachDatabase } from "../support/databases";
import { MovableClock, TestGateway } from "../support/gateway";
import { eventually, type Json } from "../support/simulator";
import { connectSubmerchant, payoutOf, type Submerchant } from "../support/submerchants";

const dayMs = 24 * 3_600_000;
/** PayU's answer when a seller has too little money. */
const refused = { status: { statusCode: "BUSINESS_ERROR", codeLiteral: "NOT_ENOUGH_FUNDS" } };

/** What becomes of payouts that nobody tells us of. */
describeEachDatabase("a payout without notifications", (database) => {
  let gateway: TestGateway;
  let seller: Submerchant;
  const clock = new MovableClock();
  const { alerts, logger } = alertLogger();
  beforeAll(async () => {
    gateway = await TestGateway.start({ database, clock, logger });
    await gateway.simulator.payu.control("POST", "/settings", { payoutStepMs: null });
    seller = await connectSubmerchant(gateway, { grantMinor: 1_000_000 });
  });
  afterAll(() => gateway.stop());

  const create = async (): Promise<Json> =>
    (await gateway.mutate("createPayout", payoutOf(seller), "payout { id providerPayoutId }"))
      .payout;
  const move = (payout: Json, status: number) =>
    gateway.simulator.payu.movePayout(payout.providerPayoutId, status);
  const letPass = async (ms: number) => {
    await gateway.simulator.payu.advance(ms);
    clock.advance(ms);
  };
  const read = async ({ id }: Json): Promise<Json> => {
    const document = "query ($id: ID!) { payout(id: $id) { status fundsReturned } }";
    return (await gateway.data(document, { id })).payout;
  };
  const comesTo = (payout: Json, status: string, stepMs: number): Promise<void> =>
    eventually(async () => {
      await letPass(stepMs);
      gateway.app.wakeJobs();
      return (await read(payout)).status === status;
    });
  const dueAt = async ({ id }: Json): Promise<number | null> => {
    const [row] = await gateway.app.database.read("SELECT due_at FROM payout WHERE id = ?", [id]);
    return row?.due_at === null ? null : Number(row?.due_at);
  };

  test("that has ended after PayU stopped showing it is read from the seller's history", async () => {
    const payout = await create();
    await letPass(15 * dayMs);
    await move(payout, 5);
    await comesTo(payout, "PAID", 20_000);
  });

  test("that was paid and sent back is noticed for two weeks", async () => {
    const payout = await create();
    await move(payout, 5);
    await comesTo(payout, "PAID", 20_000);
    await move(payout, 6);
    await comesTo(payout, "RETURNED", dayMs / 2);
    expect((await read(payout)).fundsReturned).toBe(true);
  });

  test("that was paid is looked at no more after two weeks", async () => {
    const payout = await create();
    await move(payout, 5);
    await comesTo(payout, "PAID", 20_000);
    await letPass(15 * dayMs);
    await eventually(async () => {
      gateway.app.wakeJobs();
      return (await dueAt(payout)) === null;
    });
    expect((await read(payout)).status).toBe("PAID");
  });

  test("that was refused and yet made is found a day later, and told to a person", async () => {
    await gateway.simulator.payu.control("POST", "/faults", {
      match: { method: "POST", path: "^/api/v2_1/payouts$" },
      effect: { kind: "effect-then-status", code: 400, body: refused },
    });
    const { payout } = await gateway.mutate(
      "createPayout",
      payoutOf(seller),
      "payout { id status }",
    );
    expect(payout.status).toBe("FAILED");
    await comesTo(payout, "PENDING", dayMs / 2);
    expect((await read(payout)).fundsReturned).toBe(false);
    await toldOf(
      alerts,
      expect.objectContaining({
        msg: "a payout that had ended changed again",
        payoutId: payout.id,
        from: "FAILED",
        to: "PENDING",
      }),
    );
  });

  test("that was refused is looked for no more after two weeks", async () => {
    await gateway.simulator.payu.control("POST", "/faults", {
      match: { method: "POST", path: "^/api/v2_1/payouts$" },
      effect: { kind: "status", code: 400, body: refused },
    });
    const { payout } = await gateway.mutate(
      "createPayout",
      payoutOf(seller),
      "payout { id status }",
    );
    expect(await dueAt(payout)).toBeGreaterThan(clock.now().getTime() + dayMs - 60_000);
    await letPass(15 * dayMs);
    await eventually(async () => {
      gateway.app.wakeJobs();
      return (await dueAt(payout)) === null;
    });
    expect((await read(payout)).status).toBe("FAILED");
  });

  test("that does not end is told to a person after two weeks, and asked about once a week", async () => {
    const payout = await create();
    await letPass(15 * dayMs);
    await eventually(async () => {
      gateway.app.wakeJobs();
      return Number(await dueAt(payout)) > clock.now().getTime() + 6 * dayMs;
    });
    expect((await read(payout)).status).toBe("PENDING");
    // What was committed can be read a moment before it is told.
    const ofPayout = () => alerts.filter(({ payoutId }) => payoutId === payout.id);
    await eventually(() => ofPayout().length > 0);
    expect(ofPayout()).toContainEqual(
      expect.objectContaining({ msg: "a payout does not come to an end", status: "PENDING" }),
    );
  });
});
