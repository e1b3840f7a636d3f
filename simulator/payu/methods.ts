import { invalid, refusal } from "./errors";
import type { Fields } from "./fields";
import type { Method } from "./model";

/** What the bank will say, decided by the code or the token. */
export interface Decision {
  /** The buyer has to go to a page first. */
  page: "3DS" | "CVV" | null;
  /** Why the bank refuses; null when it agrees. */
  resultCode: string | null;
}

export interface ChosenMethod extends Method {
  decision: Decision;
}

const agrees: Decision = { page: null, resultCode: null };
const refuses: Decision = { page: null, resultCode: "AUT_ERROR_NO_AUTHORIZATION" };

/**
 * The one-use card tokens: `TOK_<word>`, or `TOK_<word>_` and anything. The real ones come out of
 * PayU's card form and decide nothing.
 */
const cardDecisions: Record<string, Decision> = {
  approve: agrees,
  decline: refuses,
  antifraud: { page: null, resultCode: "AUT_ERROR_ANTIFRAUD_DECLINED" },
  "3ds": { page: "3DS", resultCode: null },
  cvv: { page: "CVV", resultCode: null },
};
export const cardOutcomes = Object.keys(cardDecisions) as [string, ...string[]];

/**
 * BLIK's sandbox codes (PayU docs: testing BLIK). Choice: which result code belongs to which of them
 * is not published, and any other code of six digits is declined.
 */
function blikDecision(code: string): Decision {
  if (code.startsWith("777") || code === "200201") return agrees;
  const isCancelledByBuyer = code === "700702";
  return isCancelledByBuyer
    ? { page: null, resultCode: "REG_ERROR_AUTHENTICATION_REJECTED" }
    : refuses;
}

/** The chosen payment method; undefined leaves the choice to the page. */
export function readMethod(order: Fields, totalMinor: number): ChosenMethod | undefined {
  const method = order.object("payMethods")?.object("payMethod");
  if (!method) return undefined;
  const type = method.oneOf("type", [
    "PBL",
    "CARD_TOKEN",
    "PAYMENT_WALL",
    "BLIK_AUTHORIZATION_CODE",
    "BLIK_TOKEN",
    "TRANSPARENT",
  ]);
  if (type === undefined) throw invalid(method.path("type"), "is required");
  const amount = method.digits("amount");
  if (amount !== undefined && amount !== totalMinor) {
    throw invalid(method.path("amount"), "must be the totalAmount");
  }
  const authorization = method.oneOf("authorizationType", ["AUTHORIZATION", "PRE_AUTHORIZATION"]);
  const isPreAuthorization = authorization === "PRE_AUTHORIZATION";
  if (isPreAuthorization && type !== "CARD_TOKEN") {
    throw invalid(method.path("authorizationType"), "PRE_AUTHORIZATION is for cards only");
  }
  switch (type) {
    case "PAYMENT_WALL":
      return undefined;
    case "CARD_TOKEN": {
      const value = method.requiredText("value");
      const decision = cardDecision(value);
      if (!decision) throw invalid(method.path("value"), "is no card token that can be used");
      return { type, value, isBlikCode: false, isPreAuthorization, decision };
    }
    case "BLIK_AUTHORIZATION_CODE":
      return byBlik(method.text("authorizationCode") ?? method.requiredText("value"));
    case "PBL": {
      const value = method.requiredText("value");
      const code = method.text("authorizationCode");
      if (value === "blik" && code !== undefined) return byBlik(code);
      if (!findBank(value)) throw invalid(method.path("value"), "is no enabled payment method");
      return { type, value, isBlikCode: false, isPreAuthorization, decision: agrees };
    }
    default:
      throw invalid(method.path("type"), `${type} is not simulated`);
  }
}

function byBlik(code: string): ChosenMethod {
  if (!/^\d{6}$/.test(code)) throw refusal("blikCode", "INVALID_BLIK_CODE");
  const decision = blikDecision(code);
  return { type: "PBL", value: "blik", isBlikCode: true, isPreAuthorization: false, decision };
}

function cardDecision(token: string): Decision | undefined {
  const [, word = ""] = /^TOK_([^_]+)(_.*)?$/.exec(token) ?? [];
  return cardDecisions[word];
}

interface Bank {
  value: string;
  name: string;
  isEnabled: boolean;
  /** Answered with WARNING_CONTINUE_REDIRECT in place of SUCCESS. */
  warns: boolean;
}

/** A few of the pay-by-links. */
export const banks: readonly Bank[] = [
  { value: "m", name: "mTransfer", isEnabled: true, warns: false },
  { value: "c", name: "Karta płatnicza", isEnabled: true, warns: false },
  { value: "blik", name: "BLIK", isEnabled: true, warns: false },
  { value: "o", name: "Płać z Bankiem Pekao", isEnabled: true, warns: false },
  { value: "orx", name: "Orange", isEnabled: true, warns: true },
  { value: "bnx", name: "BNP Paribas", isEnabled: true, warns: true },
  { value: "gbx", name: "GetinBank", isEnabled: true, warns: true },
  { value: "nlx", name: "Noble Bank", isEnabled: true, warns: true },
  { value: "ab", name: "Alior Bank", isEnabled: false, warns: false },
];

export function findBank(value: string): Bank | undefined {
  return banks.find((bank) => bank.value === value && bank.isEnabled);
}
