import { containsCardNumber } from "../../domain/card-number";
import { Refusal, refuse, type UserErrorFact } from "../../domain/errors";
import type { MarketplaceId, SellerId } from "../../domain/ids";
import { type Currency, isCurrency, type Money, parseAmount } from "../../domain/money";
import type { Provider } from "../../domain/provider";
import type { ItemDetails, PayerDetails } from "../../providers/provider";

/** An item as callers give it: its price is in the payment's currency. */
export interface ItemInput extends Omit<ItemDetails, "unitPrice"> {
  readonly unitPrice: string;
}

/** What `createPayment` takes, after the schema's own checks of shape and length. */
export interface CreatePaymentArgs {
  readonly marketplaceId: MarketplaceId;
  readonly sellerId: SellerId;
  readonly provider?: Provider;
  /** In major units as exact text. */
  readonly amount: string;
  readonly currency: Currency;
  readonly applicationFee?: string;
  readonly capture: boolean;
  readonly cardToken?: string;
  readonly methodId?: string;
  readonly issuerId?: string;
  readonly installments?: number;
  readonly payer: PayerDetails;
  readonly description?: string;
  readonly externalReference?: string;
  readonly statementDescriptor?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly items?: readonly ItemInput[];
  readonly additionalPayer?: Omit<PayerDetails, "email" | "identification"> & {
    readonly registeredAt?: string;
  };
  readonly ipAddress?: string;
  readonly deviceId?: string;
  readonly allowNearIdentical: boolean;
}

const metadataLimitBytes = 4_096;

/** Machine-made values that no person types: a card number in them would have to be put there on purpose. */
const uncheckedFields = new Set([
  "marketplaceId",
  "sellerId",
  "cardToken",
  "deviceId",
  "ipAddress",
  "phone",
]);

/** @throws Refusal UNSUPPORTED_CURRENCY */
export function readCurrency(code: string, path: readonly string[]): Currency {
  if (isCurrency(code)) return code;
  throw refuse("UNSUPPORTED_CURRENCY", `the gateway does not know the currency ${code}`, path);
}

/**
 * An amount above zero (or from zero, for fees).
 * @throws Refusal INVALID_AMOUNT or TOO_MANY_DECIMALS
 */
export function readAmount(
  text: string,
  currency: Currency,
  path: readonly string[],
  options: { decimals?: number; zeroAllowed?: boolean } = {},
): Money {
  const money = parseAmount(text, currency, options.decimals);
  if (money === "TOO_MANY_DECIMALS") {
    throw refuse(
      "TOO_MANY_DECIMALS",
      `${currency} amounts here have fewer decimals than ${text}`,
      path,
    );
  }
  if (money === "NOT_A_NUMBER" || money === "TOO_LARGE") {
    throw refuse("INVALID_AMOUNT", "the amount is not a number, or too large", path);
  }
  if (money.minor < 0n || (money.minor === 0n && options.zeroAllowed !== true)) {
    throw refuse("INVALID_AMOUNT", "the amount must be above zero", path);
  }
  return money;
}

/** Refuses text that carries a card number, and metadata that is too large. All faults at once. */
export function checkTexts(args: object): void {
  const errors: UserErrorFact[] = [];
  searchCardNumbers(args, ["input"], errors);
  const metadata: unknown = (args as { metadata?: unknown }).metadata;
  if (metadata !== undefined && Buffer.byteLength(JSON.stringify(metadata)) > metadataLimitBytes) {
    errors.push({
      code: "INVALID_INPUT",
      message: `metadata may have at most ${metadataLimitBytes} bytes as JSON`,
      path: ["input", "metadata"],
    });
  }
  const [first, ...rest] = errors;
  if (first !== undefined) throw new Refusal(first, ...rest);
}

function searchCardNumbers(value: unknown, path: readonly string[], errors: UserErrorFact[]): void {
  if (typeof value === "string" || typeof value === "number") {
    // A company's tax number has 14 digits and may pass the check by chance; no card number is that short
    // and also a document.
    const isDocument = path.at(-2) === "identification";
    const text = String(value);
    if (isDocument && text.replace(/\D/g, "").length <= 14) return;
    if (containsCardNumber(text)) {
      errors.push({
        code: "CARD_DATA_NOT_ACCEPTED",
        message: "this text contains what looks like a card number; it was not stored or sent",
        path,
      });
    }
    return;
  }
  if (typeof value !== "object" || value === null) return;
  for (const [name, field] of Object.entries(value)) {
    if (path.length === 1 && uncheckedFields.has(name)) continue;
    // Names of metadata fields are the caller's text too; a path that repeated one would leak it.
    if (path[1] === "metadata" && containsCardNumber(name)) {
      searchCardNumbers(name, path, errors);
      continue;
    }
    searchCardNumbers(field, [...path, name], errors);
  }
}
