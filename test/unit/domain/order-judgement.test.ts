import fc from "fast-check";
import {
  judgeOrderMove,
  judgeOrderObservation,
  type KnownOrder,
} from "../../../src/domain/order-judgement";
import type { OrderObservation } from "../../../src/domain/order-observation";
import {
  type ObservedOrderStatus,
  orderAwaitsOutcome,
  orderMoves,
  orderStatuses,
  paymentStatusIn,
} from "../../../src/domain/order-status";
import { judgeMove } from "../../../src/domain/payment-status";

const known: KnownOrder = {
  id: "ord_1",
  status: "PENDING",
  providerStatus: "PENDING",
  providerOrderId: "P1",
  currency: "PLN",
  totalMinor: 5000n,
  carts: [
    { providerAccountId: "a", amountMinor: 1500n, feeMinor: 20n },
    { providerAccountId: "b", amountMinor: 3500n, feeMinor: 350n },
  ],
};
const money = (minor: bigint) => ({ minor, currency: "PLN" as const });
const seen: OrderObservation = {
  providerOrderId: "P1",
  status: "COMPLETED",
  providerStatus: "COMPLETED",
  providerStatusDetail: null,
  total: money(5000n),
  reference: "ord_1",
  carts: [
    { providerAccountId: "b", amount: money(3500n), fee: money(350n) },
    { providerAccountId: "a", amount: money(1500n), fee: money(20n) },
  ],
  method: null,
  nextAction: null,
  completedAt: null,
};

test("an observation that fits is applied", () => {
  expect(judgeOrderObservation(known, seen)).toEqual({
    kind: "apply",
    status: "COMPLETED",
    anomaly: false,
  });
});

test.each<[string, Partial<OrderObservation>]>([
  ["another order", { providerOrderId: "P2" }],
  ["another reference", { reference: "ord_2" }],
  ["another total", { total: money(5001n) }],
  ["another currency", { total: { minor: 5000n, currency: "EUR" } }],
  ["a cart less", { carts: seen.carts?.slice(1) ?? null }],
  [
    "another seller",
    { carts: (seen.carts ?? []).map((cart) => ({ ...cart, providerAccountId: "c" })) },
  ],
  ["another fee", { carts: (seen.carts ?? []).map((cart) => ({ ...cart, fee: money(0n) })) }],
])("%s is quarantined", (_, change) => {
  expect(judgeOrderObservation(known, { ...seen, ...change }).kind).toBe("quarantine");
});

test("what came late or twice changes nothing", () => {
  const done = { ...known, status: "COMPLETED" as const };
  expect(judgeOrderObservation(done, seen).kind).toBe("same");
  expect(judgeOrderObservation(done, { ...seen, status: "PENDING" }).kind).toBe("ignore");
  const refunded = { ...known, status: "REFUNDED" as const };
  expect(judgeOrderObservation(refunded, seen).kind).toBe("same");
});

test("a word that we do not know leaves the order as it is", () => {
  expect(judgeOrderObservation(known, { ...seen, status: null }).kind).toBe("ignore");
});

test("an order that had ended and turns out to be paid is an anomaly, from a look only", () => {
  expect(judgeOrderMove("CANCELLED", "COMPLETED", true)).toBe("ANOMALY");
  expect(judgeOrderMove("CANCELLED", "COMPLETED", false)).toBe("FORBIDDEN");
});

test("no series of observations leaves an order that is paid, but by refunds", () => {
  const observed: ObservedOrderStatus[] = [
    "PENDING",
    "AUTHORIZED",
    "COMPLETED",
    "REJECTED",
    "CANCELLED",
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...observed), { maxLength: 12 }), (series) => {
      let status: KnownOrder["status"] = "PROCESSING";
      let wasPaid = false;
      for (const next of series) {
        const verdict = judgeOrderObservation({ ...known, status }, { ...seen, status: next });
        if (verdict.kind === "apply") status = verdict.status;
        wasPaid ||= status === "COMPLETED";
        if (wasPaid) expect(status).toBe("COMPLETED");
      }
    }),
  );
});

test("wherever an order may go, its payments may go along", () => {
  const shared = Object.keys(paymentStatusIn) as (keyof typeof paymentStatusIn)[];
  for (const from of shared) {
    for (const to of shared) {
      if (judgeOrderMove(from, to, true) === "FORBIDDEN") continue;
      const verdict = judgeMove(paymentStatusIn[from], paymentStatusIn[to], true);
      expect([from, to, verdict]).not.toEqual([from, to, "FORBIDDEN"]);
    }
  }
});

test("funds that are held and then let go are cancelled, whatever the provider calls it", () => {
  const held = { ...known, status: "AUTHORIZED" as const };
  expect(judgeOrderObservation(held, { ...seen, status: "REJECTED" })).toEqual({
    kind: "apply",
    status: "CANCELLED",
    anomaly: false,
  });
});

test("an order that waits for nothing has ended, or can only be refunded", () => {
  for (const status of orderStatuses) {
    if (orderAwaitsOutcome[status]) continue;
    for (const next of orderMoves[status]) {
      expect(["PARTIALLY_REFUNDED", "REFUNDED"]).toContain(next);
    }
  }
});
