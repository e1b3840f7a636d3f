import { ShortCache } from "../../../src/services/shared/short-cache";

describe("a short cache", () => {
  let now = 0;
  let reads: string[] = [];
  const clock = { now: () => new Date(now), offsetMs: 0 };
  const cacheOf = (limit = 100) => new ShortCache<string>(clock, { keepMs: 1_000, limit });
  const reader = (answer: string) => async () => {
    reads.push(answer);
    return answer;
  };
  beforeEach(() => {
    now = 0;
    reads = [];
  });

  test("asks once for what is asked for at the same time, and again when it is old", async () => {
    const cache = cacheOf();
    const both = await Promise.all([cache.get("a", reader("1")), cache.get("a", reader("2"))]);
    expect(both).toEqual(["1", "1"]);
    now = 999;
    expect(await cache.get("a", reader("3"))).toBe("1");
    now = 1_000;
    expect(await cache.get("a", reader("4"))).toBe("4");
    expect(reads).toEqual(["1", "4"]);
  });

  test("tells all who wait of a failure, and does not keep it", async () => {
    const cache = cacheOf();
    const failing = () => Promise.reject(new Error("no answer"));
    const both = [cache.get("a", failing), cache.get("a", reader("1"))];
    await expect(both[0]).rejects.toThrow("no answer");
    await expect(both[1]).rejects.toThrow("no answer");
    expect(await cache.get("a", reader("2"))).toBe("2");
  });

  test("keeps no more than it may, and lets go first what was not asked for longest", async () => {
    const cache = cacheOf(2);
    for (const key of ["a", "b", "a", "c"]) await cache.get(key, reader(key));
    expect(reads).toEqual(["a", "b", "c"]);
    await cache.get("a", reader("a"));
    await cache.get("c", reader("c"));
    expect(reads).toEqual(["a", "b", "c"]);
    await cache.get("b", reader("b again"));
    expect(reads).toEqual(["a", "b", "c", "b again"]);
  });

  test("forgets by the beginning of the key, also what is still on its way", async () => {
    const cache = cacheOf();
    await cache.get("acc_1 PLN", reader("1"));
    const late = cache.get("acc_1 EUR", reader("2"));
    await cache.get("acc_10 PLN", reader("3"));
    cache.forget("acc_1 ");
    await late;
    await cache.get("acc_1 PLN", reader("4"));
    await cache.get("acc_1 EUR", reader("5"));
    await cache.get("acc_10 PLN", reader("6"));
    expect(reads).toEqual(["1", "2", "3", "4", "5"]);
  });
});
