import { errorFacts } from "../../../../src/domain/errors";
import { meaningByCode } from "../../../../src/providers/mercado-pago/errors";
import { failureOf, readErrorCode } from "../../../../src/providers/mercado-pago/failures";
import { answerOf } from "../scripted-http";
import { golden } from "./golden";

describe("what an answer proves", () => {
  test.each([408, 409, 423, 425, 429, 500, 502, 503, 504, 599])(
    "%i leaves the outcome unknown, whatever its body says",
    (status) => {
      for (const json of [golden("error-card-token"), undefined]) {
        const answer = answerOf(status, json);
        expect(failureOf(answer)).toEqual({ kind: "unknown", reason: `HTTP ${status}` });
        expect(answer.told).toEqual([]);
      }
    },
  );

  test.each([100, 301, 302, 304])("%i is no answer of Mercado Pago's", (status) => {
    const answer = answerOf(status, golden("error-card-token"));
    expect(failureOf(answer).kind).toBe("unknown");
    expect(answer.told).toHaveLength(1);
  });

  test.each([400, 401, 402, 403, 404, 405, 406, 410, 413, 415, 422, 451])(
    "%i in the words of somebody else is no no, and a person is told",
    (status) => {
      const strange = [
        ...[undefined, null, {}, [], "Forbidden", { message: "Forbidden" }],
        ...[{ error: "Forbidden" }, { error: "Not Found", status, path: "/v1/payments" }],
        ...[
          { code: status, message: "Forbidden" },
          { code: `${status}`, message: "Forbidden" },
        ],
        ...[{ error: { code: status, message: "Forbidden" } }, { cause: [{}] }, { cause: ["7"] }],
        ...[{ message: "Unknown error", error: null, cause: null }, { status }],
      ];
      for (const json of strange) {
        const answer = answerOf(status, json);
        const reason = `HTTP ${status} without Mercado Pago's own words`;
        expect(failureOf(answer)).toEqual({ kind: "unknown", reason });
        expect(answer.told).toEqual([reason]);
      }
    },
  );

  test.each<[string, unknown, string]>([
    ["message and status", { message: "m", status: 400 }, "no code"],
    [
      "an empty cause",
      { message: "m", error: "bad_request", status: 400, cause: [] },
      "bad_request",
    ],
    ["a cause that is null", { error: "odd_word", cause: null }, "odd_word"],
    ["code and message", { code: "E7", message: "m" }, "E7"],
    ["a cause", { cause: [{ code: 424242, description: "d" }] }, "424242"],
  ])("%s is a no", (_name, json, word) => {
    const what = word === "no code" ? word : `code ${word}`;
    expect(failureOf(answerOf(400, json))).toEqual({
      kind: "refused",
      refusal: {
        code: "PROVIDER_REFUSED",
        message: `Mercado Pago refused the request (HTTP 400, ${what}).`,
        retryable: false,
        ...(word === "no code" ? {} : { providerCode: word }),
      },
    });
  });

  test("a word without a cause has the meaning of its code", () => {
    const json = { error: "invalid_notification_url", cause: null };
    expect(failureOf(answerOf(400, json))).toMatchObject({
      refusal: {
        message: expect.stringContaining("notification address"),
        providerCode: "invalid_notification_url",
      },
    });
  });

  test.each([
    ["error-no-token", "5"],
    ["error-invalid-token", "unauthorized"],
    ["error-card-token", "2006"],
  ])("401 asks for new credentials: %s", (name, providerCode) => {
    expect(failureOf(answerOf(401, golden(name)))).toMatchObject({
      kind: "refused",
      refusal: {
        code: "SELLER_RECONNECT_NEEDED",
        credentialsRefused: true,
        retryable: false,
        providerCode,
      },
    });
  });

  test.each([
    ["4040", "INVALID_AMOUNT"],
    ["4041", "INVALID_AMOUNT"],
    ["CC_VAL_433", "PROVIDER_REFUSED"],
  ])("401 with the business code %s is not about the token", (code, expected) => {
    const failure = failureOf(answerOf(401, { cause: [{ code }] }));
    expect(failure).toMatchObject({
      kind: "refused",
      refusal: { code: expected, providerCode: code },
    });
    expect(failure).not.toHaveProperty("refusal.credentialsRefused");
  });

  test.each([2004, 2001, 801, 2032])(
    "400 with code %i does not say that nothing happened",
    (code) => {
      expect(failureOf(answerOf(400, { cause: [{ code }] })).kind).toBe("unknown");
    },
  );

  test("a failure of the card token service comes before any money", () => {
    expect(failureOf(answerOf(400, { cause: [{ code: 2007 }] }))).toMatchObject({
      kind: "refused",
      refusal: { code: "PROVIDER_UNAVAILABLE", retryable: true },
    });
  });
});

describe("codes", () => {
  test.each([
    [2006, "CARD_TOKEN_INVALID", "cardToken"],
    [3003, "CARD_TOKEN_INVALID", "cardToken"],
    [3029, "CARD_TOKEN_INVALID", "cardToken"],
    [2131, "INVALID_INPUT", "methodId"],
    [3028, "INVALID_INPUT", "methodId"],
    [2009, "INVALID_INPUT", "issuerId"],
    [4004, "INVALID_INPUT", "installments"],
    [4037, "INVALID_AMOUNT", "amount"],
    [4038, "FEE_EXCEEDS_AMOUNT", "applicationFee"],
    [4039, "INVALID_AMOUNT", "applicationFee"],
    [2059, "FEE_NOT_ALLOWED", "applicationFee"],
    [4050, "INVALID_INPUT", "payer.email"],
    [2060, "INVALID_INPUT", "payer.email"],
    [4022, "INVALID_INPUT", "metadata"],
    [2017, "REFUND_EXCEEDS_REMAINING", "amount"],
    [2018, "ACTION_NOT_AVAILABLE", undefined],
    [2063, "ACTION_NOT_AVAILABLE", undefined],
    [2024, "REFUND_WINDOW_CLOSED", undefined],
    [15016, "REFUND_WINDOW_CLOSED", undefined],
    [2084, "PROVIDER_REFUSED", "amount"],
    [4292, "PROVIDER_REFUSED", undefined],
    [2000, "PROVIDER_REFUSED", undefined],
    [424242, "PROVIDER_REFUSED", undefined],
  ])("%i is %s at %s", (code, expected, field) => {
    const failure = failureOf(answerOf(400, { message: "m", cause: [{ code }] }));
    if (failure.kind !== "refused") throw new Error("not refused");
    expect(failure.refusal.code).toBe(expected);
    expect(failure.refusal.field).toBe(field);
    expect(failure.refusal.providerCode).toBe(String(code));
    expect(failure.refusal.retryable).toBe(errorFacts[failure.refusal.code].retryable);
  });

  test("all have an advice that ends as a sentence", () => {
    for (const meaning of meaningByCode.values()) expect(meaning.message).toMatch(/^[A-Z].*\.$/);
  });
});

describe("where the code is", () => {
  test.each<[string, unknown, string | undefined]>([
    ["in the first cause", { cause: [{ code: 2006 }, { code: 4050 }] }, "2006"],
    ["as text", { cause: [{ code: "E301" }] }, "E301"],
    ["in a nested list", { cause: [[{ code: 126 }]] }, "126"],
    ["in a cause that is no list", { cause: { code: 23 } }, "23"],
    ["beside the message", { code: 4292, message: "m" }, "4292"],
    ["beside an empty cause", { code: "4292", cause: [] }, "4292"],
    ["nowhere: empty cause", { message: "m", cause: [] }, undefined],
    ["nowhere: empty nested cause", { message: "m", cause: [[]] }, undefined],
    ["nowhere: no cause", { message: "m", error: "bad_request", status: 400 }, undefined],
    ["nowhere: null", { cause: null }, undefined],
    ["nowhere: cause of text", { cause: ["2006"] }, undefined],
    ["nowhere: text", "2006", undefined],
    ["nowhere: a list", [{ code: 2006 }], undefined],
    ["nowhere: undefined", undefined, undefined],
    [
      "nowhere: what is no code",
      { cause: [{ code: "a sentence, with the payer's name" }] },
      undefined,
    ],
    ["nowhere: a number too large", { cause: [{ code: 2 ** 60 }] }, undefined],
  ])("%s", (_name, body, expected) => {
    expect(readErrorCode(body)).toBe(expected);
  });

  test.each([
    ["error-card-token", "2006"],
    ["error-payment-not-found", "2000"],
    ["error-idempotency-key-missing", "4292"],
    ["error-nested-cause", "4050"],
  ])("documented answer %s", (name, expected) => {
    expect(readErrorCode(golden(name))).toBe(expected);
  });
});

test("nothing of the provider's text is passed on", () => {
  const failure = failureOf(
    answerOf(400, {
      message: "payer jane@shop.example",
      cause: [{ code: 999999, description: "payer jane@shop.example" }],
    }),
  );
  expect(JSON.stringify(failure)).not.toContain("jane");
});
