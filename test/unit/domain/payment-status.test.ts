import type { MoveVerdict } from "../../../src/domain/moves";
import { judgeMove, type PaymentStatus, paymentStatuses } from "../../../src/domain/payment-status";
import {
  judgeRefundMove,
  type RefundStatus,
  refundStatuses,
} from "../../../src/domain/refund-status";

/** What may follow each status, written down here a second time, apart from the table under test. */
const settled = "PARTIALLY_REFUNDED REFUNDED IN_DISPUTE CHARGED_BACK";
const allowed: Record<PaymentStatus, string> = {
  PROCESSING: `UNKNOWN FAILED PENDING IN_REVIEW AUTHORIZED APPROVED REJECTED CANCELLED EXPIRED ${settled}`,
  UNKNOWN: `FAILED PENDING IN_REVIEW AUTHORIZED APPROVED REJECTED CANCELLED EXPIRED ${settled}`,
  PENDING: `IN_REVIEW AUTHORIZED APPROVED REJECTED CANCELLED EXPIRED ${settled}`,
  IN_REVIEW: `PENDING AUTHORIZED APPROVED REJECTED CANCELLED EXPIRED ${settled}`,
  AUTHORIZED: `APPROVED CANCELLED EXPIRED ${settled}`,
  APPROVED: settled,
  PARTIALLY_REFUNDED: settled,
  IN_DISPUTE: "APPROVED PARTIALLY_REFUNDED REFUNDED CHARGED_BACK",
  REFUNDED: "CHARGED_BACK",
  REJECTED: "",
  CANCELLED: "",
  EXPIRED: "",
  FAILED: "",
  CHARGED_BACK: "",
};
const anomalies: Partial<Record<PaymentStatus, string>> = {
  // A look may come so late that it shows only what became of the money.
  REJECTED: `APPROVED AUTHORIZED ${settled}`,
  CANCELLED: `APPROVED AUTHORIZED ${settled}`,
  EXPIRED: `APPROVED AUTHORIZED ${settled}`,
  FAILED: `APPROVED AUTHORIZED PENDING IN_REVIEW REJECTED ${settled}`,
  // What was refunded in full before it was charged back is so again, once the bank has paid that back.
  CHARGED_BACK: "APPROVED PARTIALLY_REFUNDED REFUNDED",
};
const pairs = paymentStatuses.flatMap((from) => paymentStatuses.map((to) => [from, to] as const));

describe("a payment's moves", () => {
  test.each(pairs)("%s to %s", (from, to) => {
    const isAllowed = allowed[from].split(" ").includes(to);
    const isAnomaly = (anomalies[from] ?? "").split(" ").includes(to);
    const fresh: MoveVerdict = isAllowed ? "ALLOWED" : isAnomaly ? "ANOMALY" : "FORBIDDEN";
    expect(judgeMove(from, to, true)).toBe(fresh);
    expect(judgeMove(from, to, false)).toBe(isAllowed ? "ALLOWED" : "FORBIDDEN");
  });
});

test.each(paymentStatuses.filter((status) => status !== "PROCESSING"))(
  "%s can follow another status",
  (to) => {
    const before = paymentStatuses.filter((from) => from !== to);
    expect(before.some((from) => judgeMove(from, to, false) === "ALLOWED")).toBe(true);
  },
);

describe("a refund's moves", () => {
  const expected: Record<RefundStatus, string> = {
    PROCESSING: "UNKNOWN PENDING COMPLETED REJECTED CANCELLED FAILED",
    UNKNOWN: "PENDING COMPLETED REJECTED CANCELLED FAILED",
    PENDING: "COMPLETED REJECTED CANCELLED",
    COMPLETED: "",
    REJECTED: "",
    CANCELLED: "",
    FAILED: "",
  };
  const all = refundStatuses.flatMap((from) => refundStatuses.map((to) => [from, to] as const));

  test.each(all)("%s to %s", (from, to) => {
    expect(judgeRefundMove(from, to, false) === "ALLOWED").toBe(
      expected[from].split(" ").includes(to),
    );
  });
});
