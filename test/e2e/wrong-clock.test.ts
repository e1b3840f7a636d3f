import { alertLogger } from "../support/alerts";
import { describeEachDatabase } from "../support/databases";
import { TestGateway } from "../support/gateway";
import { eventually, type Json } from "../support/simulator";

const minuteMs = 60_000;

/** A process on a machine whose clock nobody sets. */
const offBy = (ms: number) => ({ now: () => new Date(Date.now() + ms), offsetMs: 0 });

describeEachDatabase("a process whose clock is wrong", (database) => {
  let gateway: TestGateway;
  afterEach(() => gateway.stop());
  const start = async (aheadMs: number) => {
    const { alerts, logger } = alertLogger();
    gateway = await TestGateway.start({
      database,
      logger,
      clock: offBy(aheadMs),
      env: { METRICS_TOKEN: "metrics-of-the-test", MERCADO_PAGO_TIMEOUT_MS: "5000" },
    });
    return { alerts, seller: await gateway.connectSeller() };
  };

  test("10 minutes slow leaves a payment alone that is still being made", async () => {
    const { seller } = await start(-10 * minuteMs);
    const { simulator } = gateway;
    const match = { method: "POST", path: "^/v1/payments$" };
    const skip = 1_000;
    const counter = await simulator.control("POST", "/faults", { match, skip, effect: "hang" });
    // Workers look for what is due every second.
    const effect = { kind: "latency", ms: 2_500 };
    await simulator.control("POST", "/faults", { match, times: 10, effect });

    const inputs = await Promise.all(Array.from({ length: 4 }, () => gateway.cardPayment(seller)));
    const answers = await Promise.all(
      inputs.map((input) => gateway.mutate("createPayment", input, "payment { status }")),
    );
    expect(answers.map(({ payment }) => payment.status)).toEqual(inputs.map(() => "APPROVED"));
    const { faults } = await simulator.control("GET", "/faults");
    const counted = faults.find(({ id }: Json) => id === counter.id);
    expect(skip - counted.skip).toBe(inputs.length);
  });

  test("10 minutes fast looks no later than others", async () => {
    const { seller } = await start(10 * minuteMs);
    await gateway.simulator.control("POST", "/faults", {
      match: { method: "POST", path: "^/v1/payments$" },
      effect: "drop-before",
    });
    const askedAt = Date.now();
    const { payment } = await gateway.mutate(
      "createPayment",
      await gateway.cardPayment(seller),
      "payment { status createdAt nextCheckAt }",
    );
    expect(payment.status).toBe("UNKNOWN");
    const createdAfterMs = Date.parse(payment.createdAt) - askedAt;
    expect(Math.abs(createdAfterMs)).toBeLessThan(5_000);
    const nextLookAfterMs = Date.parse(payment.nextCheckAt) - askedAt;
    expect(nextLookAfterMs).toBeGreaterThan(10_000);
    expect(nextLookAfterMs).toBeLessThan(30_000);
  });

  test("is told of, once, and measured", async () => {
    const { alerts } = await start(-10 * minuteMs);
    await eventually(async () => alerts.length > 0);
    expect(alerts).toMatchObject([
      { msg: "the clocks of this process and of the database differ", aheadBySeconds: -600 },
    ]);
    const answer = await fetch(`${gateway.url}/metrics`, {
      headers: { authorization: "Bearer metrics-of-the-test" },
    });
    expect(await answer.text()).toMatch(/^gateway_clock_skew_seconds -(599|600)\.?/m);
  });
});
