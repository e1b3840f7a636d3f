import { decodeTime } from "ulid";
import { createIdFactory } from "../../../src/security/ids";

const noon = Date.UTC(2026, 0, 31, 12);
const secondMs = 1_000;
const hourMs = 3_600_000;

let now: number;
const ids = () => createIdFactory({ offsetMs: 0, now: () => new Date(now) });
const timeOf = (id: string) => decodeTime(id.slice(4));

beforeEach(() => {
  now = noon;
});

test("are in the order in which they were made, inside a millisecond and over small steps back", () => {
  const factory = ids();
  const made = [0, 0, 1, -2 * secondMs, -9 * secondMs, 2].map((step) => {
    now = noon + step;
    return factory.next("Payment");
  });
  expect(made).toEqual([...new Set(made)].sort());
});

test("tell the time again once a clock that was an hour ahead is set right", () => {
  const factory = ids();
  now = noon + hourMs;
  factory.next("Payment");
  now = noon;
  // Lists narrowed to a time look for ids of that time.
  const [first, second] = [factory.next("Payment"), factory.next("Payment")];
  expect([first, second].map(timeOf)).toEqual([noon, noon]);
  expect(second > first).toBe(true);
});
