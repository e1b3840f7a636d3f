import {
  type ErrorTable,
  orderActionErrors,
  orderErrors,
  payoutErrors,
  refundErrors,
  transferErrors,
} from "../../../../src/providers/payu/errors";
import { failureOf } from "../../../../src/providers/payu/failures";
import { answerOf } from "../scripted-http";

const status = (statusCode: string, codeLiteral?: string, code?: string) => ({
  status: { statusCode, severity: "ERROR", code, codeLiteral, statusDesc: "…" },
});

test.each<[string, ErrorTable, string, string, string]>([
  // The same numbers, by the endpoint they come from.
  ["refund 9103", refundErrors, "AMOUNT_TO_BIG", "9103", "REFUND_EXCEEDS_REMAINING"],
  ["payout 9103", payoutErrors, "AMOUNT_TO_BIG", "9103", "INVALID_AMOUNT"],
  ["refund 9104", refundErrors, "AMOUNT_TO_SMALL", "9104", "INVALID_AMOUNT"],
  ["payout 9104", payoutErrors, "MARKETPLACE_CUSTOMER_IS_NOT_ACTIVE", "9104", "SELLER_NOT_PAYABLE"],
  ["refund 9106", refundErrors, "REFUND_TO_OFTEN", "9106", "PROVIDER_REFUSED"],
  ["payout 9106", payoutErrors, "MARKETPLACE_CUSTOMER_IS_LOCKED", "9106", "SELLER_NOT_PAYABLE"],
  ["refund 9999", refundErrors, "CUSTOMER_NOT_FOUND", "9999", "NO_CAPABLE_ACCOUNT"],
  ["payout 9999", payoutErrors, "CUSTOMER_NOT_FOUND", "9999", "NO_CAPABLE_ACCOUNT"],
  ["order 9999", orderErrors, "DATA_NOT_FOUND", "9999", "NO_CAPABLE_ACCOUNT"],
  ["refund 9102", refundErrors, "NO_BALANCE", "9102", "INSUFFICIENT_BALANCE"],
  ["refund 9108", refundErrors, "PAID", "9108", "REFUND_EXCEEDS_REMAINING"],
  ["refund 9109", refundErrors, "AMOUNT_EXCEEDED", "9109", "REFUND_EXCEEDS_REMAINING"],
  ["refund 9110", refundErrors, "AMBIGUOUS_REFUND_SOURCE", "9110", "PROVIDER_REFUSED"],
  ["refund 9116", refundErrors, "EXT_REFUND_ID_MISSING", "9116", "PROVIDER_REFUSED"],
  ["refund 9118", refundErrors, "NO_SHOPPING_CARTS_IN_ORDER", "9118", "PROVIDER_REFUSED"],
  ["refund 9119", refundErrors, "MARKETPLACE_TRANSACTION_NOT_FOUND", "9119", "PROVIDER_REFUSED"],
  ["payout 9132", payoutErrors, "MARKETPLACE_CUSTOMER_NOT_VERIFIED", "9132", "SELLER_NOT_PAYABLE"],
  ["payout 9133", payoutErrors, "PROVIDING_BANK_ACCOUNT_IS_FORBIDDEN", "9133", "PROVIDER_REFUSED"],
  ["payout funds", payoutErrors, "NOT_ENOUGH_FUNDS", "", "INSUFFICIENT_BALANCE"],
  ["transfer funds", transferErrors, "MARKETPLACE_NO_BALANCE", "", "INSUFFICIENT_BALANCE"],
  [
    "transfer limit",
    transferErrors,
    "MARKETPLACE_FEE_TRANSFER_LIMITS_EXCEEDED",
    "",
    "TRANSFER_LIMIT_EXCEEDED",
  ],
  ["BLIK code", orderErrors, "INVALID_BLIK_CODE", "", "INVALID_INPUT"],
  ["refund 9101", refundErrors, "TRANS_NOT_ENDED", "9101", "ACTION_NOT_AVAILABLE"],
])("%s is told by its literal", (_, table, literal, number, code) => {
  const json = status("BUSINESS_ERROR", literal, number);
  expect(failureOf(answerOf(400, json), table)).toEqual({
    kind: "refused",
    refusal: expect.objectContaining({ code, providerCode: literal }),
  });
});

test("a code that stands in the text alone is told by it", () => {
  const json = {
    status: {
      statusCode: "ERROR_VALUE_INVALID",
      codeLiteral: "ERROR_VALUE_INVALID",
      statusDesc: "INVALID_BLIK_CODE",
    },
  };
  expect(failureOf(answerOf(400, json), orderErrors)).toMatchObject({
    refusal: {
      code: "INVALID_INPUT",
      field: "payWith.blik.code",
      providerCode: "INVALID_BLIK_CODE",
    },
  });
});

test("a payment that PayU has not ended can be refunded later", () => {
  const json = status("BUSINESS_ERROR", "TRANS_NOT_ENDED", "9101");
  const refusal = { code: "ACTION_NOT_AVAILABLE", retryable: true };
  expect(failureOf(answerOf(400, json), refundErrors)).toMatchObject({ refusal });
});

test.each(["REFUND_IDEMPOTENCY_MISMATCH", "UNKNOWN_ERROR", "REFUND_OUTER_ID_NOT_UNIQUE"])(
  "%s is no certain no",
  (literal) => {
    const json = status("BUSINESS_ERROR", literal);
    expect(failureOf(answerOf(400, json), refundErrors).kind).toBe("unknown");
  },
);

test.each([408, 409, 423, 425, 429, 500, 502, 503])(
  "HTTP %i proves nothing, whatever stands in it",
  (http) => {
    const json = status("BUSINESS_ERROR", "AMOUNT_TO_BIG");
    const answer = answerOf(http, json);
    expect(failureOf(answer, refundErrors).kind).toBe("unknown");
    expect(answer.told).toEqual([]);
  },
);

test.each([200, 302, 307, 400, 401, 403, 404, 415])(
  "HTTP %i in the words of somebody else proves nothing, and a person is told",
  (http) => {
    const strange = [
      ...[undefined, null, {}, [], "Forbidden", { message: "Forbidden" }, { error: "Forbidden" }],
      ...[{ status: http, error: "Not Found", path: "/" }, { error: { code: http } }],
      { status: { statusCode: "SUCCESS" } },
    ];
    for (const json of strange) {
      const answer = answerOf(http, json);
      const reason = `HTTP ${http} without PayU's own words`;
      expect(failureOf(answer)).toEqual({ kind: "unknown", reason });
      expect(answer.told).toEqual([reason]);
    }
  },
);

test.each<[string, ErrorTable]>([
  ["orders", orderErrors],
  ["captures and cancellations", orderActionErrors],
  ["refunds", refundErrors],
])("HTTP 403 tells of the shop's credentials, whatever its word means for %s", (_, table) => {
  const json = status("ERROR_VALUE_INVALID", "INVALID_AUTH_FOR_THIS_ORDER", "8062");
  expect(failureOf(answerOf(403, json), table)).toMatchObject({
    kind: "refused",
    refusal: {
      code: "PROVIDER_REFUSED",
      retryable: false,
      credentialsRefused: true,
      providerCode: "INVALID_AUTH_FOR_THIS_ORDER",
    },
  });
});

test.each<[string, unknown, string]>([
  ["the usual", status("ERROR_VALUE_INVALID"), "ERROR_VALUE_INVALID"],
  ["the former name in front", status("OPENPAYU_BUSINESS_ERROR"), "BUSINESS_ERROR"],
  ["that of tokens", { error: "access_denied", error_description: "…" }, "access_denied"],
  ["that of onboarding", { status: { code: "409x", message: "…" } }, "409x"],
])("reads a refusal in %s shape", (_, json, providerCode) => {
  expect(failureOf(answerOf(400, json))).toMatchObject({
    kind: "refused",
    refusal: { code: "PROVIDER_REFUSED", providerCode },
  });
});

test("repeats no text of the provider's", () => {
  const json = {
    status: { statusCode: "BUSINESS_ERROR", statusDesc: "ada@example.com", codeLiteral: "a b<c" },
  };
  expect(JSON.stringify(failureOf(answerOf(400, json)))).not.toMatch(/ada@|a b/);
});
