import { type ErrorCode, refuse } from "../../../src/domain/errors";
import { LookUpCache } from "../../../src/services/look-up/look-up-cache";

describe("a cache of look-ups", () => {
  let now: number;
  let reads: number;
  const clock = { now: () => new Date(now), offsetMs: 0 };
  const cacheOf = (extra: object = {}) =>
    new LookUpCache<{ n: number }>(clock, {
      ...{ limit: 2, freshMs: 100, usableMs: 1_000, patienceMs: 50, pauseMs: 10 },
      ...extra,
    });
  const good = async () => ({ n: ++reads });
  const failing = (code: ErrorCode) => async () => {
    reads++;
    throw refuse(code, "no");
  };
  const down = failing("PROVIDER_UNAVAILABLE");
  beforeEach(() => {
    now = 1_000_000;
    reads = 0;
  });

  test("asks once for all who ask at once, and again when the answer is old", async () => {
    const cache = cacheOf();
    const all = await Promise.all(Array.from({ length: 50 }, () => cache.get("a", good)));
    expect(new Set(all.map(({ value }) => value.n))).toEqual(new Set([1]));
    now += 99;
    expect(await cache.get("a", good)).toEqual({
      value: { n: 1 },
      readAt: new Date(1_000_000),
      isStale: false,
    });
    now += 1;
    expect(await cache.get("a", good)).toMatchObject({ value: { n: 2 }, isStale: false });
  });

  test("gives the last answer while there is none, says so, and does not ask all the time", async () => {
    const cache = cacheOf();
    await cache.get("a", good);
    now += 500;
    const old = { value: { n: 1 }, readAt: new Date(1_000_000), isStale: true };
    expect(await Promise.all([cache.get("a", down), cache.get("a", down)])).toEqual([old, old]);
    now += 9;
    expect(await cache.get("a", down)).toEqual(old);
    expect(reads).toBe(2);
    now += 1;
    expect(await cache.get("a", good)).toMatchObject({ value: { n: 3 }, isStale: false });
  });

  test("gives the last answer no longer than it may be used", async () => {
    const cache = cacheOf();
    await cache.get("a", good);
    now += 1_000;
    await expect(cache.get("a", down)).rejects.toMatchObject({ code: "PROVIDER_UNAVAILABLE" });
    expect(await cache.get("a", good)).toMatchObject({ value: { n: 3 }, isStale: false });
  });

  test("lets nobody wait for long who can be given an old answer", async () => {
    const cache = cacheOf();
    await cache.get("a", good);
    now += 500;
    let answer: (value: { n: number }) => void = () => {};
    const slow = () => new Promise<{ n: number }>((done) => (answer = done));
    expect(await cache.get("a", slow)).toMatchObject({ value: { n: 1 }, isStale: true });
    // Who comes meanwhile asks for nothing further.
    expect(await cache.get("a", good)).toMatchObject({ value: { n: 1 }, isStale: true });
    answer({ n: 9 });
    await Promise.resolve();
    expect(await cache.get("a", good)).toMatchObject({ value: { n: 9 }, isStale: false });
  });

  test("believes a no, forgets what was said before, and repeats the no for a moment", async () => {
    const cache = cacheOf();
    await cache.get("a", good);
    now += 100;
    const refused = { code: "SELLER_RECONNECT_NEEDED" };
    await expect(cache.get("a", failing("SELLER_RECONNECT_NEEDED"))).rejects.toMatchObject(refused);
    await expect(cache.get("a", good)).rejects.toMatchObject(refused);
    expect(reads).toBe(2);
    now += 10;
    expect(await cache.get("a", good)).toMatchObject({ value: { n: 3 } });
  });

  test("takes a fault of our own for no news", async () => {
    const cache = cacheOf();
    await cache.get("a", good);
    now += 100;
    const broken = () => Promise.reject(new TypeError("ours"));
    await expect(cache.get("a", broken)).rejects.toThrow("ours");
    now += 10;
    expect(await cache.get("a", down)).toMatchObject({ value: { n: 1 }, isStale: true });
  });

  test("tells all who wait of a failure", async () => {
    const cache = cacheOf();
    const both = await Promise.allSettled([cache.get("a", down), cache.get("a", good)]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(reads).toBe(1);
  });

  test("remembers so many, and those that were asked for last", async () => {
    const cache = cacheOf();
    for (const key of ["a", "b", "a", "c"]) await cache.get(key, good);
    expect(reads).toBe(3);
    await cache.get("a", good);
    expect(reads).toBe(3);
    await cache.get("b", good);
    expect(reads).toBe(4);
  });
});
