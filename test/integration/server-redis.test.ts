import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { createRateLimits } from "../../src/server/rate-limits";

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
});
