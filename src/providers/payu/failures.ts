import { errorFacts } from "../../domain/errors";
import type { Answer, Unknown } from "../answer";
import type { ProviderRefusal } from "../provider";
import type { ErrorTable } from "./errors";
import { isOwnError, readEnvelope } from "./wire";

/** An answer that is no success: what to conclude from it. */
export type Failure = { readonly kind: "refused"; readonly refusal: ProviderRefusal } | Unknown;

/** Answers to be tried again or found out: no "no" is in them (408: "processing time exceeded"). */
const undecidedStatuses: ReadonlySet<number> = new Set([408, 409, 423, 425, 429]);

/** Words for "something went wrong at PayU", whatever their HTTP status: no "no" is in them either. */
const undecidedWords: ReadonlySet<string> = new Set([
  "ERROR_INTERNAL",
  "GENERAL_ERROR",
  "SERVICE_NOT_AVAILABLE",
  "TIMEOUT",
]);

/**
 * What to conclude from an answer other than success. Decides on the endpoint and the literal, never on the
 * number, which other endpoints use for something else. Of texts only what the endpoint's table lists counts. A "no"
 * is one in PayU's own words: whatever else comes is of somebody on the way, who does not know what became of the
 * request. PayU's 403 may be a page as well (a GET with a body is answered so), and nobody can tell those pages apart.
 */
export function failureOf(answer: Answer, table: ErrorTable = new Map()): Failure {
  const { status, json } = answer;
  const { statusCode, codeLiteral, textCode, code } = readEnvelope(json);
  if (status >= 500 || undecidedStatuses.has(status)) {
    return { kind: "unknown", reason: `HTTP ${status}` };
  }
  if (status < 400 || !isOwnError(json)) {
    return answer.unreadable(`HTTP ${status} without PayU's own words`);
  }
  if (status === 403) return notAllowed(codeLiteral ?? statusCode);
  const literal = table.has(textCode ?? "") ? textCode : codeLiteral;
  const meaning = table.get(literal ?? "") ?? table.get(statusCode ?? "");
  const providerCode = literal ?? statusCode ?? undefined;
  const given = providerCode === undefined ? {} : { providerCode };
  const isUndecided = meaning === undefined && undecidedWords.has(statusCode ?? "");
  if (meaning === "unknown" || isUndecided)
    return { kind: "unknown", reason: `PayU answered ${providerCode}` };
  if (meaning !== undefined) {
    const { retryable = errorFacts[meaning.code].retryable, ...rest } = meaning;
    return { kind: "refused", refusal: { ...rest, retryable, ...given } };
  }
  const what = [providerCode, code].filter((part) => part != null).join(", ");
  return {
    kind: "refused",
    refusal: {
      code: "PROVIDER_REFUSED",
      message: `PayU refused the request (HTTP ${status}${what === "" ? "" : `, ${what}`}).`,
      retryable: false,
      ...given,
    },
  };
}

/** The shop's credentials are not good for this, whatever word stands in the answer. */
function notAllowed(providerCode: string | null): Failure {
  const what = providerCode === null ? "" : `, ${providerCode}`;
  return {
    kind: "refused",
    refusal: {
      code: "PROVIDER_REFUSED",
      message: `PayU does not let the shop do this (HTTP 403${what}). Its operator has to look at its rights there.`,
      retryable: false,
      // Tells about this attempt only: an earlier one may have had its effect.
      credentialsRefused: true,
      ...(providerCode === null ? {} : { providerCode }),
    },
  };
}
