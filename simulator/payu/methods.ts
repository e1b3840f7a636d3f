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
export function readMethod(
  order: Fields,
  totalMinor: number,
  currency: string,
): ChosenMethod | undefined {
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
      if (!findPayByLink(currency, value))
        throw invalid(method.path("value"), "is no enabled payment method");
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

interface PayByLink {
  value: string;
  name: string;
  isEnabled: boolean;
  /** Answered with WARNING_CONTINUE_REDIRECT in place of SUCCESS. */
  warns: boolean;
}

function link(value: string, name: string, more: Partial<PayByLink> = {}): PayByLink {
  return { value, name, isEnabled: true, warns: false, ...more };
}

const everywhere = [
  link("c", "Card"),
  link("ap", "Google Pay"),
  link("jp", "Apple Pay"),
  link("dpkl", "Klarna"),
];

/**
 * A few of the pay-by-links of each country. Choice: the real lists are agreed with each shop, and longer; a shop in
 * another currency has those of all countries alone.
 */
const byCurrency: Readonly<Record<string, readonly PayByLink[]>> = {
  PLN: [
    link("m", "mTransfer"),
    link("c", "Karta płatnicza"),
    link("blik", "BLIK"),
    link("o", "Płać z Bankiem Pekao"),
    link("ap", "Google Pay"),
    link("jp", "Apple Pay"),
    link("ai", "Raty PayU"),
    link("dpt", "PayU Płacę później"),
    link("orx", "Orange", { warns: true }),
    link("bnx", "BNP Paribas", { warns: true }),
    link("gbx", "GetinBank", { warns: true }),
    link("nlx", "Noble Bank", { warns: true }),
    link("ab", "Alior Bank", { isEnabled: false }),
  ],
  CZK: [
    link("cs", "Platba 24"),
    link("mp", "mPeníze"),
    link("kb", "Mojeplatba"),
    link("rf", "ePlatby"),
    link("bt", "Bankovní převod"),
    ...everywhere,
  ],
  RON: [link("bt", "Transfer bancar"), ...everywhere],
};

/** What a shop in this currency offers. */
export function payByLinksIn(currency: string): readonly PayByLink[] {
  return byCurrency[currency] ?? [...everywhere, link("m", "mTransfer"), link("blik", "BLIK")];
}

export function findPayByLink(currency: string, value: string): PayByLink | undefined {
  return payByLinksIn(currency).find((each) => each.value === value && each.isEnabled);
}
