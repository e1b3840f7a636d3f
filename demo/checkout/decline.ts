import { element, make, told } from "./dom";
import type { Field } from "./fields";
import { fieldAt } from "./fields";
import type { UserError } from "./gateway";
import { language, say } from "./language";
import type { Rejection } from "./live-status";
import type { FieldName, Refusal, Words } from "./words/words";

/** Which field a decline is about, where the card form has it. */
const fieldOfRejection: Readonly<Record<string, FieldName>> = {
  cardNumber: "cardNumber",
  expirationDate: "expirationDate",
  securityCode: "securityCode",
  installments: "installments",
  identification: "documentNumber",
};

/** Says why a card was declined, in the gateway's words, and marks what the buyer should correct. */
export function showRejection(rejection: Rejection, fields: readonly Field[]): void {
  const { advice, category, field, messages } = rejection;
  const message = say(make("p", { id: "rejection-message" }), () => messages[language()]);
  const remedy = told("strong", ({ remedies }) => remedies[advice], { id: "rejection-remedy" });
  const side = told("small", ({ categories }) => categories[category], {
    id: "rejection-category",
  });
  element("form-fault").replaceChildren(message, make("p", {}, remedy), make("p", {}, side));
  element("form-fault").hidden = false;
  const name = fieldOfRejection[field ?? ""];
  const wrong = fields.find((each) => each.name === name);
  wrong?.mark();
  // The provider does not say which one: all of the card is to be looked at.
  if (field === "cardForm") for (const each of fields) if (isOfCard(each.name)) each.mark();
}

function isOfCard(name: FieldName): boolean {
  return name === "cardNumber" || name === "expirationDate" || name === "securityCode";
}

/** Says why nothing was paid: at the field that is to blame, else above the form. */
export function showRefusal(errors: readonly UserError[], fields: readonly Field[]): void {
  const wrong = errors.flatMap(({ path }) => fieldAt(fields, path) ?? []);
  for (const field of wrong) field.mark();
  if (wrong[0] !== undefined) {
    clearFault();
    wrong[0].focus();
    return;
  }
  const kind = refusalOf(errors[0]?.code);
  sayFault(({ refusals }) => refusals[kind]);
}

export function sayFault(text: (words: Words) => string): void {
  element("form-fault").replaceChildren(told("p", text));
  element("form-fault").hidden = false;
}

export function clearFault(): void {
  element("form-fault").hidden = true;
  element("form-fault").replaceChildren();
}

/** Codes are for programs: buyers are told what they can do. */
function refusalOf(code: string | undefined): Refusal {
  switch (code) {
    case "RATE_LIMITED":
      return "TOO_MANY";
    case "NEAR_IDENTICAL_PAYMENT":
      return "REPEATED";
    case "APPLICATION_NOT_ALLOWED":
    case "FORBIDDEN":
    case "INVALID_AMOUNT":
    case "NO_CAPABLE_ACCOUNT":
    case "SELLER_NOT_PAYABLE":
    case "SELLER_RECONNECT_NEEDED":
    case "UNSUPPORTED_CURRENCY":
      return "SHOP";
    default:
      return "OTHER";
  }
}
