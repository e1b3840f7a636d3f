import { errorFacts } from "../../domain/errors";
import { isObject } from "../json";
import type { ProviderRefusal } from "../provider";
import { type ErrorMeaning, meaningByCode } from "./errors";
import { readId } from "./wire";

/** An answer that is no success: what to conclude from it. */
export type Failure =
  | { readonly kind: "refused"; readonly refusal: ProviderRefusal }
  | { readonly kind: "unknown"; readonly reason: string };

/**
 * Codes that come with a 4xx and yet do not say that nothing happened. A wrong "no" would let a payment be
 * made twice; a wrong "unknown" costs one look-up.
 */
const undecided: ReadonlyMap<string, string> = new Map([
  // The gateway behind Mercado Pago failed on the charge itself: it may have been made.
  ["2004", "the card gateway behind Mercado Pago failed"],
  // "Same request within a minute": perhaps our own first one, whose answer was lost.
  ["2001", "the same request is already there"],
  ["801", "the same request is already there"],
  // Refund not found; in older docs also: the idempotency key was used before.
  ["2032", "no refund, or the idempotency key was used before"],
]);

/** Answers to be tried again or found out: no "no" is in them, whatever their body says. */
const undecidedStatuses: ReadonlySet<number> = new Set([408, 409, 423, 425, 429]);

/** Business codes that some pages list under HTTP 401; a new token changes nothing about them. */
const codesNotOfTheToken: ReadonlySet<string> = new Set(["4040", "4041", "CC_VAL_433"]);

/**
 * What to conclude from an answer other than 2xx. Decides on status and cause code, never on texts. `byStatus`
 * is what a status without a code says of this one request.
 */
export function failureOf(
  status: number,
  json: unknown,
  byStatus?: ReadonlyMap<number, ErrorMeaning>,
): Failure {
  const providerCode = readErrorCode(json);
  const told = providerCode === undefined ? byStatus?.get(status) : undefined;
  if (told !== undefined) return { kind: "refused", refusal: withRetryable(told) };
  if (status < 400 || status >= 500 || undecidedStatuses.has(status)) {
    return { kind: "unknown", reason: `HTTP ${status}` };
  }
  const why = providerCode === undefined ? undefined : undecided.get(providerCode);
  if (why !== undefined) return { kind: "unknown", reason: `HTTP ${status}: ${why}` };
  return { kind: "refused", refusal: refusalOf(status, providerCode) };
}

function refusalOf(status: number, providerCode: string | undefined): ProviderRefusal {
  const given = providerCode === undefined ? {} : { providerCode };
  if (status === 401 && !codesNotOfTheToken.has(providerCode ?? "")) {
    return {
      code: "SELLER_RECONNECT_NEEDED",
      message: "Mercado Pago did not accept the seller's access token.",
      retryable: false,
      credentialsRefused: true,
      ...given,
    };
  }
  const meaning = meaningByCode.get(providerCode ?? "") ?? unknownMeaning(status, providerCode);
  return { ...withRetryable(meaning), ...given };
}

function withRetryable(meaning: ErrorMeaning): ProviderRefusal {
  return { ...meaning, retryable: errorFacts[meaning.code].retryable };
}

function unknownMeaning(status: number, providerCode: string | undefined): ErrorMeaning {
  const code = providerCode === undefined ? "no code" : `code ${providerCode}`;
  return {
    code: "PROVIDER_REFUSED",
    message: `Mercado Pago refused the request (HTTP ${status}, ${code}).`,
  };
}

/**
 * The first cause's code. Seen: `cause` as a list, a nested list, one object, empty, or absent with `code`
 * beside `message`; the code as number or text (docs, SDK issues, field measurement).
 */
export function readErrorCode(json: unknown): string | undefined {
  if (!isObject(json)) return undefined;
  let cause = json.cause;
  while (Array.isArray(cause)) cause = cause[0];
  const code = (isObject(cause) ? readId(cause.code) : null) ?? readId(json.code);
  // It is shown to clients: nothing but what looks like a code.
  return code !== null && /^[\w.-]{1,64}$/.test(code) ? code : undefined;
}
