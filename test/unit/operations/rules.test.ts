import { requestHash } from "../../../src/operations/request-hash";
import { nextCheckAt } from "../../../src/operations/schedule";

describe("a request's hash", () => {
  test("does not depend on the order of fields, nor on absent ones", () => {
    const hash = requestHash("pay", { a: 1, b: { c: [1, 2], d: "x" } });
    expect(requestHash("pay", { b: { d: "x", c: [1, 2], e: undefined }, a: 1, f: null })).toBe(
      hash,
    );
  });

  test.each([
    ["a value", "pay", { a: 2 }],
    ["the order of a list", "pay", { a: 1, list: [2, 1] }],
    ["the operation", "refund", { a: 1, list: [1, 2] }],
    ["a type", "pay", { a: "1", list: [1, 2] }],
  ])("depends on %s", (_what, operation, args) => {
    expect(requestHash(operation, args)).not.toBe(requestHash("pay", { a: 1, list: [1, 2] }));
  });

  test("takes whole numbers of any size and times", () => {
    const at = new Date(0);
    expect(requestHash("pay", { n: 2n ** 70n, at })).toBe(requestHash("pay", { at, n: 2n ** 70n }));
  });
});

describe("the schedule of checks", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  const delays = [15, 60, 300, 900, 3_600, 21_600, 86_400, 86_400];

  test.each(delays.map((seconds, attempts) => [attempts, seconds]))(
    "after %d attempts waits %d s and up to a fifth more",
    (attempts, seconds) => {
      expect(nextCheckAt(now, attempts, () => 0).getTime()).toBe(now.getTime() + seconds * 1_000);
      const latest = nextCheckAt(now, attempts, () => 0.999_999).getTime() - now.getTime();
      expect(latest).toBeGreaterThan(seconds * 1_190);
      expect(latest).toBeLessThanOrEqual(seconds * 1_200);
    },
  );
});
