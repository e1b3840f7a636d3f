import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { createBusinessLimits, createRateLimits } from "../../src/server/http/rate-limits";

/** Rate limits over several processes. Needs a Redis: TEST_REDIS_URL. */
const url = process.env.TEST_REDIS_URL;
if (url === undefined) {
  const message = "Shared rate limits were NOT tested: set TEST_REDIS_URL";
  if (process.env.CI !== undefined) throw new Error(message);
  console.warn(message);
}
const suite = url === undefined ? describe.skip : describe;

suite("rate limits of two processes", () => {
  const settings = {
    requestsPerMinutePerAddress: 1,
    pointsPerMinutePerPrincipal: 10,
    pointsPerMinutePerPage: 10,
    webhooksPerMinutePerAddress: 1,
  };
  const connections: Redis[] = [];
  const connect = async () => {
    const redis = new Redis(url ?? "", { lazyConnect: true, retryStrategy: () => null });
    redis.on("error", () => {});
    await redis.connect();
    connections.push(redis);
    return redis;
  };
  afterAll(async () => {
    for (const redis of connections) if (redis.status === "ready") await redis.quit();
  });

  it("count together", async () => {
    const [one, two] = [await connect(), await connect()];
    const key = randomUUID();
    const first = createRateLimits(settings, one).principals;
    const second = createRateLimits(settings, two).principals;
    expect(await first.take(key, 6)).toBeUndefined();
    expect(await second.take(key, 4)).toBeUndefined();
    expect(await second.take(key, 1)).toBeGreaterThan(0);
    expect(await first.take(key, 1)).toBeGreaterThan(0);
    expect(await first.take(randomUUID(), 1)).toBeUndefined();
  });

  it("count alone without Redis, instead of turning everybody away or letting everything pass", async () => {
    const redis = await connect();
    const limit = createRateLimits(settings, redis).principals;
    const key = randomUUID();
    expect(await limit.take(key, 10)).toBeUndefined();
    redis.disconnect();
    expect(await limit.take(key, 10)).toBeUndefined();
    expect(await limit.take(key, 1)).toBeGreaterThan(0);
  });

  it("count each of what a business does apart, and look without counting", async () => {
    const limitsOf = async () =>
      createBusinessLimits(
        {
          connectionStartsPerTenMinutes: 1,
          paymentsPerMinutePerSeller: undefined,
          paymentsPerMinutePerAddress: undefined,
          lookUpsPerMinutePerAccount: undefined,
          failuresPerHourPerCardToken: 2,
          refundsPerDayPerSeller: 1,
          signedWebhooksPerMinute: undefined,
          unsignedWebhooksPerMinute: undefined,
          unsignedLooksPerMinutePerAccount: undefined,
        },
        await connect(),
      );
    const [one, two] = [await limitsOf(), await limitsOf()];
    const key = randomUUID();
    expect(one.paymentsOfSeller).toBeUndefined();
    expect(await one.connectionStarts?.take(key)).toBeUndefined();
    expect(await two.connectionStarts?.take(key)).toBeGreaterThan(540);
    expect(await two.refundsOfSeller?.take(key)).toBeUndefined();

    for (const limits of [one, two]) {
      expect(await limits.failuresOfCardToken?.look(key)).toBeUndefined();
      await limits.failuresOfCardToken?.take(key);
    }
    expect(await one.failuresOfCardToken?.look(key)).toBeGreaterThan(3_540);
    connections.at(-1)?.disconnect();
    expect(await two.failuresOfCardToken?.look(key)).toBeUndefined();
  });
});
