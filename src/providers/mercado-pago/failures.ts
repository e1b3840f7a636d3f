import { errorFacts } from "../../domain/errors";
import type { Answer, Unknown } from "../answer";
import { isObject, type JsonObject, readCode, readErrorWord, readText } from "../json";
import type { ProviderRefusal } from "../provider";
import { type ErrorMeaning, meaningByCode } from "./errors";
import { inPersonMeaning } from "./in-person/errors";
import { readId } from "./wire";

/** An answer that is no success: what to conclude from it. */
export type Failure = { readonly kind: "refused"; readonly refusal: ProviderRefusal } | Unknown;

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

/** What an endpoint without codes means by the text of its "no"; undefined where the text is not known. */
export type MeaningOfText = (text: string) => ErrorMeaning | undefined;

/** Answers to be tried again or found out: no "no" is in them, whatever their body says. */
const undecidedStatuses: ReadonlySet<number> = new Set([408, 409, 423, 425, 429]);

/**
 * Codes under HTTP 401 that a new token changes nothing about: business codes that some pages list there, and 7, which is
 * about the application (measured).
 */
const codesNotOfTheToken: ReadonlySet<string> = new Set(["4040", "4041", "CC_VAL_433", "7"]);

/**
 * What to conclude from an answer other than 2xx. Decides on status and cause code, never on texts. `byStatus`
 * is what a status without a code says of this one request; `ofText` names the reason of a "no", and makes none. A "no" is one in Mercado Pago's own words: whatever else
 * comes is of somebody on the way, who does not know what became of the request.
 */
export function failureOf(
  answer: Answer,
  byStatus?: ReadonlyMap<number, ErrorMeaning>,
  ofText?: MeaningOfText,
): Failure {
  const { status, json } = answer;
  const isOwn = isOwnError(answer);
  const code = readErrorCode(json);
  // Orders refuse in a list of their own, by codes that say "no" whatever the status is.
  const first = firstErrorOf(json);
  const word = first && readCode(first.code);
  if (status < 500 && first !== undefined && word) {
    const details = Array.isArray(first.details) ? first.details : [];
    const meaning = inPersonMeaning(word, details);
    if (meaning !== undefined) {
      return { kind: "refused", refusal: { ...withRetryable(meaning), providerCode: word } };
    }
  }
  const told = isOwn && code === undefined ? byStatus?.get(status) : undefined;
  if (told !== undefined) return { kind: "refused", refusal: withRetryable(told) };
  if (status >= 500 || undecidedStatuses.has(status)) {
    return { kind: "unknown", reason: `HTTP ${status}` };
  }
  if (status < 400 || !isOwn) {
    return answer.unreadable(`HTTP ${status} without Mercado Pago's own words`);
  }
  const why = code === undefined ? undefined : undecided.get(code);
  if (why !== undefined) return { kind: "unknown", reason: `HTTP ${status}: ${why}` };
  const meant = ofText?.(isObject(json) ? (readText(json.message) ?? "") : "");
  return { kind: "refused", refusal: refusalOf(status, code ?? readWord(json), meant) };
}

function refusalOf(
  status: number,
  providerCode: string | undefined,
  meant?: ErrorMeaning,
): ProviderRefusal {
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
  const meaning =
    meant ?? meaningByCode.get(providerCode ?? "") ?? unknownMeaning(status, providerCode);
  return { ...withRetryable(meaning), ...given };
}

export function withRetryable(meaning: ErrorMeaning): ProviderRefusal {
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
 * Whether an error has a form that Mercado Pago gives to its errors. Seen: `{message, error, status, cause}`, each of
 * them missing or null in some answers; `{code, message}`; `{message, status}`. A code that repeats the HTTP status
 * is any proxy's.
 */
export function isOwnError({ status, json }: Pick<Answer, "status" | "json">): boolean {
  if (!isObject(json)) return false;
  const code = readErrorCode(json);
  if (code !== undefined && code !== String(status)) return true;
  if (readWord(json) !== undefined) return true;
  return json.status === status && readText(json.message) !== null;
}

/**
 * The first cause's code. Seen: `cause` as a list, a nested list, one object, empty, null, or absent with `code`
 * beside `message`; the code as number or text (docs, SDK issues, field measurement).
 */
export function readErrorCode(json: unknown): string | undefined {
  if (!isObject(json)) return undefined;
  return (
    readCode(causeCodeOf(json) ?? readId(json.code)) ??
    readCode(firstErrorOf(json)?.code) ??
    undefined
  );
}

/** Orders put all that is wrong into a list (Mercado Pago docs: create order). */
function firstErrorOf(json: unknown): JsonObject | undefined {
  const errors: unknown = isObject(json) ? json.errors : undefined;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  return isObject(first) ? first : undefined;
}

function causeCodeOf(json: JsonObject): string | null {
  let { cause } = json;
  while (Array.isArray(cause)) cause = cause[0];
  return isObject(cause) ? readId(cause.code) : null;
}

/** What stands in for a code where there is none, such as "invalid_notification_url" or "bad_request". */
function readWord(json: unknown): string | undefined {
  return (isObject(json) ? readErrorWord(json.error) : null) ?? undefined;
}
