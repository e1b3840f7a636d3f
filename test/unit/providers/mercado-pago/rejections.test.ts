import { languages } from "../../../../src/domain/rejection";
import { rejectionOf, rejections } from "../../../../src/providers/mercado-pago/rejections";

test.each([
  ["cc_rejected_bad_filled_card_number", "DATA_ENTRY", "CORRECT_AND_RETRY", "cardNumber"],
  ["cc_rejected_bad_filled_date", "DATA_ENTRY", "CORRECT_AND_RETRY", "expirationDate"],
  ["cc_rejected_bad_filled_other", "DATA_ENTRY", "CORRECT_AND_RETRY", "cardForm"],
  ["cc_rejected_bad_filled_security_code", "DATA_ENTRY", "CORRECT_AND_RETRY", "securityCode"],
  ["cc_rejected_call_for_authorize", "ISSUER", "CALL_ISSUER", undefined],
  ["cc_rejected_card_disabled", "ISSUER", "CALL_ISSUER", undefined],
  ["cc_rejected_duplicated_payment", "ISSUER", "USE_OTHER_METHOD", undefined],
  ["cc_rejected_insufficient_amount", "ISSUER", "USE_OTHER_METHOD", undefined],
  ["cc_rejected_invalid_installments", "ISSUER", "CORRECT_AND_RETRY", "installments"],
  ["cc_rejected_max_attempts", "ISSUER", "USE_OTHER_METHOD", undefined],
  ["cc_rejected_blacklist", "FRAUD_PREVENTION", "DO_NOT_RETRY", undefined],
  ["cc_rejected_high_risk", "FRAUD_PREVENTION", "USE_OTHER_METHOD", undefined],
  ["cc_rejected_other_reason", "FRAUD_PREVENTION", "USE_OTHER_METHOD", undefined],
  ["cc_rejected_card_error", "PROVIDER", "USE_OTHER_METHOD", undefined],
  ["cc_rejected_card_type_not_allowed", "ISSUER", "USE_OTHER_METHOD", undefined],
  ["cc_rejected_3ds_challenge", "ISSUER", "CORRECT_AND_RETRY", undefined],
  ["cc_rejected_3ds_mandatory", "ISSUER", "USE_OTHER_METHOD", undefined],
  ["cc_rejected_time_out", "ISSUER", "WAIT", undefined],
  ["bank_error", "ISSUER", "WAIT", undefined],
  ["insufficient_amount", "ISSUER", "USE_OTHER_METHOD", undefined],
  ["rejected_by_bank", "ISSUER", "USE_OTHER_METHOD", undefined],
  ["rejected_by_regulations", "PROVIDER", "DO_NOT_RETRY", undefined],
  ["rejected_high_risk", "FRAUD_PREVENTION", "USE_OTHER_METHOD", undefined],
  ["rejected_insufficient_data", "DATA_ENTRY", "CORRECT_AND_RETRY", "identification"],
  ["rejected_other_reason", "PROVIDER", "USE_OTHER_METHOD", undefined],
])("%s: %s, %s, field %s", (code, category, advice, field) => {
  const rejection = rejectionOf(code);
  expect(rejection).toMatchObject({ code, category, advice });
  expect(rejection.field).toBe(field);
});

test("the catalogue has the documented ones and no other", () => {
  expect(rejections).toHaveLength(25);
  for (const rejection of rejections) expect(rejectionOf(rejection.code)).toBe(rejection);
});

test("each has a short message of its own in every language", () => {
  for (const { code, buyerMessage } of rejections) {
    expect(Object.keys(buyerMessage).sort()).toEqual([...languages].sort());
    const texts = Object.values(buyerMessage);
    expect(new Set(texts).size).toBe(languages.length);
    for (const text of texts) {
      expect(text).toMatch(/^\p{Lu}.*\.$/u);
      expect({ code, isShort: text.length <= 130 }).toEqual({ code, isShort: true });
      // Fraud scoring is never mentioned: it would tell a thief what to change.
      expect(text).not.toMatch(/fraud|fraude|risk|riesgo|risco|oszust|ryzyk|blacklist/i);
    }
  }
});

test.each(["cc_rejected_of_tomorrow", "", "constructor"])(
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
