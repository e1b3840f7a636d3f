import { changesByItself, languages, words } from "../../../demo/checkout/buyer-words";
import { type PaymentStatus, paymentStatuses } from "../../../src/domain/payment-status";
import type { Language, RejectionAdvice, RejectionCategory } from "../../../src/domain/rejection";

/** The demo imports nothing of the gateway's, since shops copy it. Where it misses a value, this does not compile. */
interface Told {
  readonly statuses: Record<PaymentStatus, string>;
  readonly remedies: Record<RejectionAdvice, string>;
  readonly categories: Record<RejectionCategory, string>;
}
const told: Record<Language, Told> = words;

test.each(languages)("a buyer who reads %s is told of every status", (language) => {
  expect(Object.keys(told[language].statuses).sort()).toEqual([...paymentStatuses].sort());
});

test("the page knows of every status whether to wait", () => {
  expect(Object.keys(changesByItself).sort()).toEqual([...paymentStatuses].sort());
});
