import fc from "fast-check";
import {
  orderStatusOf,
  payoutStatusOf,
  payoutStatusOfNumber,
  refundStatusOf,
} from "../../../../src/providers/payu/statuses";

test.each([
  ["NEW", "PENDING"],
  ["PENDING", "PENDING"],
  ["WAITING_FOR_CONFIRMATION", "AUTHORIZED"],
  ["COMPLETED", "COMPLETED"],
  ["CANCELED", "CANCELLED"],
  ["REJECTED", "REJECTED"],
  // With two L it is a payout's word.
  ["CANCELLED", null],
  ["completed", null],
])("an order that is %s: %s", (word, expected) => {
  expect(orderStatusOf(word)).toBe(expected);
});

test.each([
  ["PENDING", "PENDING"],
  ["FINALIZED", "COMPLETED"],
  ["CANCELED", "CANCELLED"],
  ["COMPLETED", null],
])("a refund that is %s: %s", (word, expected) => {
  expect(refundStatusOf(word)).toBe(expected);
});

test.each([
  ["PENDING", "PENDING"],
  ["WAITING", "PENDING"],
  ["REALIZED", "PAID"],
  ["CANCELLED", "CANCELLED"],
  // With one L it is an order's word.
  ["CANCELED", null],
])("a payout that is %s: %s", (word, expected) => {
  expect(payoutStatusOf(word)).toBe(expected);
});

test.each([
  ["1", "PENDING"],
  ["2", "PENDING"],
  ["3", "CANCELLED"],
  ["4", "PENDING"],
  ["5", "PAID"],
  ["6", "RETURNED"],
  // "Rejected", and by PayU's own words in progress.
  ["7", "PENDING"],
  ["8", null],
  ["0", null],
  ["05", null],
])("a payout that is notified as %s: %s", (number, expected) => {
  expect(payoutStatusOfNumber(number)).toBe(expected);
});

const readers = { orderStatusOf, refundStatusOf, payoutStatusOf, payoutStatusOfNumber };

test.each(Object.entries(readers))("%s takes no word of tomorrow for one of today", (_, read) => {
  for (const word of ["", "constructor", "toString", "__proto__"]) expect(read(word)).toBeNull();
  fc.assert(fc.property(fc.string({ minLength: 18 }), (word) => expect(read(word)).toBeNull()));
});
