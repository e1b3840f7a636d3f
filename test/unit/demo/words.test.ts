import { languages, words } from "../../../demo/checkout/words";
import { changesByItself } from "../../../demo/checkout/words/words";
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

/** Every text of a language, by its place; texts with gaps are filled in. */
function textsIn(value: unknown, place = ""): [place: string, text: string][] {
  if (typeof value === "string") return [[place, value]];
  if (typeof value === "function") return [[place, value("1", "2", "3")]];
  return Object.entries(value as object).flatMap(([key, each]) =>
    textsIn(each, place === "" ? key : `${place}.${key}`),
  );
}

test.each(languages)("no text is missing in %s", (language) => {
  const texts = textsIn(words[language]);
  expect(texts.map(([place]) => place)).toEqual(textsIn(words.EN).map(([place]) => place));
  expect(texts.filter(([, text]) => text.trim() === "")).toEqual([]);
});

/** Names, and words that are the same in several languages. */
const sameEverywhere =
  /^(methods\.(PIX|BLIK|PAY_BY_LINK)|fields\.email|order\.total|methods\.BANK_REDIRECT)$/;

test.each(["ES", "PT", "PL"] as const)("%s is no English", (language) => {
  const english = new Map(textsIn(words.EN));
  const left = textsIn(words[language]).filter(
    ([place, text]) =>
      text.length > 3 && english.get(place) === text && !sameEverywhere.test(place),
  );
  expect(left).toEqual([]);
});
