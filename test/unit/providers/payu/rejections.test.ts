import { languages } from "../../../../src/domain/rejection";
import { rejectionOf, rejections } from "../../../../src/providers/payu/rejections";

test.each([
  ["AUT_ERROR_NO_AUTHORIZATION", "ISSUER", "USE_OTHER_METHOD"],
  ["AUT_ERROR_ANTIFRAUD_DECLINED", "FRAUD_PREVENTION", "USE_OTHER_METHOD"],
  ["REG_ERROR_ANTIFRAUD_DECLINED", "FRAUD_PREVENTION", "USE_OTHER_METHOD"],
  ["REG_ERROR_AUTHENTICATION_REJECTED", "ISSUER", "CORRECT_AND_RETRY"],
])("%s: %s, %s", (code, category, advice) => {
  expect(rejectionOf(code)).toMatchObject({ code, category, advice });
});

test("the catalogue has the documented ones and no other", () => {
  expect(rejections).toHaveLength(4);
  for (const rejection of rejections) expect(rejectionOf(rejection.code)).toBe(rejection);
});

test("each has a message in every language, and none speaks of fraud", () => {
  for (const { buyerMessage } of rejections) {
    expect(Object.keys(buyerMessage).sort()).toEqual([...languages].sort());
    for (const text of Object.values(buyerMessage)) {
      expect(text).toMatch(/^\p{Lu}.*\.$/u);
      expect(text).not.toMatch(/fraud|fraude|risk|riesgo|risco|oszust|ryzyk|blacklist/i);
    }
  }
});

test.each(["AUT_ERROR_OF_TOMORROW", "", "constructor"])(
  "the unknown word %p has a fallback",
  (code) => {
    expect(rejectionOf(code)).toMatchObject({
      code,
      category: "PROVIDER",
      advice: "USE_OTHER_METHOD",
      buyerMessage: { EN: "The payment did not go through. Please try another payment method." },
    });
  },
);
