import { setImmediate } from "node:timers/promises";
import { Readiness } from "../../../src/database/readiness";

/** A database whose writes end when the test says so. */
function writes() {
  const ends: { resolve(): void; reject(fault: Error): void }[] = [];
  const told: [boolean, unknown][] = [];
  const beat = () => new Promise<void>((resolve, reject) => ends.push({ resolve, reject }));
  const readiness = new Readiness({ beat }, (isReady, reason) => told.push([isReady, reason]));
  return { ends, told, readiness };
}

beforeEach(() => jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick"] }));
afterEach(() => jest.useRealTimers());

test("whoever asks within a second shares one write and its answer", async () => {
  const { ends, readiness } = writes();
  const asked = Array.from({ length: 50 }, () => readiness.isReady());
  ends[0]?.resolve();
  expect(await Promise.all(asked)).toEqual(Array(50).fill(true));
  jest.advanceTimersByTime(999);
  expect(await readiness.isReady()).toBe(true);
  expect(ends).toHaveLength(1);
  jest.advanceTimersByTime(1);
  const again = readiness.isReady();
  expect(ends).toHaveLength(2);
  ends[1]?.reject(new Error("full"));
  expect(await again).toBe(false);
});

test("a write that does not end is a no after two seconds, and no second one is begun beside it", async () => {
  const { ends, told, readiness } = writes();
  const first = readiness.isReady();
  await jest.advanceTimersByTimeAsync(2_000);
  expect(await first).toBe(false);
  jest.advanceTimersByTime(1_000);
  expect(await readiness.isReady()).toBe(false);
  expect(ends).toHaveLength(1);
  expect(told).toEqual([[false, expect.any(Error)]]);

  ends[0]?.resolve();
  await setImmediate();
  jest.advanceTimersByTime(1_000);
  const again = readiness.isReady();
  ends[1]?.resolve();
  expect(await again).toBe(true);
  expect(told).toEqual([
    [false, expect.any(Error)],
    [true, undefined],
  ]);
});
