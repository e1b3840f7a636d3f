import { containsCardNumber } from "../domain/card-number";
import { Refusal, type UserErrorFact } from "../domain/errors";

/** A refusal for each text and number in the value that carries a card number. */
export function cardNumbersIn(value: unknown, path: readonly string[]): UserErrorFact[] {
  if (typeof value === "string" || typeof value === "number") {
    const text = String(value);
    return !isShortDocument(text, path) && containsCardNumber(text) ? [cardNumberAt(path)] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, field]) =>
    // Names of metadata fields are the caller's text too; a path that repeated one would leak it.
    path[1] === "metadata" && containsCardNumber(name)
      ? [cardNumberAt(path)]
      : cardNumbersIn(field, [...path, name]),
  );
}

/** Tokens have letters. Digits alone are what somebody put in a token's place. */
export function cardNumberAsToken(
  token: string | undefined,
  path: readonly string[],
): UserErrorFact[] {
  return token === undefined || /\p{L}/u.test(token) ? [] : cardNumbersIn(token, path);
}

/** @throws Refusal with all of the errors, where there are any. */
export function refuseAny(errors: readonly UserErrorFact[]): void {
  const [first, ...rest] = errors;
  if (first !== undefined) throw new Refusal(first, ...rest);
}

/**
 * A company's tax number has 14 digits and may pass the check by chance; no card number is that short and
 * also a document.
 */
function isShortDocument(text: string, path: readonly string[]): boolean {
  return path.at(-2) === "identification" && text.replace(/\D/g, "").length <= 14;
}

function cardNumberAt(path: readonly string[]): UserErrorFact {
  return {
    code: "CARD_DATA_NOT_ACCEPTED",
    message: "this text contains what looks like a card number; it was not stored or sent",
    path,
  };
}
