import { paymentStatusOf, refundStatusOf } from "../../../../src/providers/mercado-pago/statuses";

test.each([
  ["pending", "pending_waiting_transfer", 0n, "PENDING"],
  ["pending", "pending_waiting_payment", 0n, "PENDING"],
  ["pending", "pending_challenge", 0n, "PENDING"],
  ["in_process", "offline_process", 0n, "IN_REVIEW"],
  ["in_process", "pending_contingency", 0n, "IN_REVIEW"],
  ["in_process", "pending_review_manual", 0n, "IN_REVIEW"],
  ["in_process", "deferred_retry", 0n, "IN_REVIEW"],
  ["authorized", "pending_capture", 0n, "AUTHORIZED"],
  ["approved", "accredited", 0n, "APPROVED"],
  ["approved", null, 0n, "APPROVED"],
  ["approved", "partially_refunded", 1n, "PARTIALLY_REFUNDED"],
  ["approved", "partially_refunded", 0n, "PARTIALLY_REFUNDED"],
  ["approved", "accredited", 9_999n, "PARTIALLY_REFUNDED"],
  ["approved", "partially_refunded", 10_000n, "REFUNDED"],
  ["in_mediation", "pending", 0n, "IN_DISPUTE"],
  ["rejected", "cc_rejected_other_reason", 0n, "REJECTED"],
  ["cancelled", "expired", 0n, "EXPIRED"],
  ["cancelled", "by_collector", 0n, "CANCELLED"],
  ["cancelled", "by_payer", 0n, "CANCELLED"],
  ["cancelled", "by_admin", 0n, "CANCELLED"],
  ["cancelled", null, 0n, "CANCELLED"],
  ["refunded", "refunded", 10_000n, "REFUNDED"],
  ["refunded", "bpp_refunded", 0n, "REFUNDED"],
  ["charged_back", "in_process", 0n, "CHARGED_BACK"],
  ["charged_back", "settled", 10_000n, "CHARGED_BACK"],
  ["charged_back", "reimbursed", 0n, "APPROVED"],
  ["charged_back", "reimbursed", 2_500n, "PARTIALLY_REFUNDED"],
  ["approved_soon", "accredited", 0n, null],
  ["", null, 0n, null],
  ["constructor", null, 0n, null],
] as const)("%s, %s, %p refunded of 10000: %s", (status, detail, refundedMinor, expected) => {
  expect(paymentStatusOf({ status, detail, refundedMinor, amountMinor: 10_000n })).toBe(expected);
});

test("a payment of nothing is not taken for refunded", () => {
  const facts = { status: "approved", detail: "accredited", refundedMinor: 0n, amountMinor: 0n };
  expect(paymentStatusOf(facts)).toBe("APPROVED");
});

test.each([
  ["approved", "COMPLETED"],
  ["in_process", "PENDING"],
  ["authorized", "PENDING"],
  ["rejected", "REJECTED"],
  ["cancelled", "CANCELLED"],
  ["reversed", null],
  ["toString", null],
])("a refund that is %s: %s", (word, expected) => {
  expect(refundStatusOf(word)).toBe(expected);
});
