import { Decimal } from "decimal.js";
import type { Currency, Money } from "../../domain/money";
import type {
  BuyerField,
  CardInstallments,
  CardIssuer,
  CardType,
  DocumentType,
  InstallmentPlan,
  MethodKind,
} from "../../domain/payment-method";
import type { Answer } from "../answer";
import {
  isObject,
  type JsonObject,
  objectOf,
  readLine,
  readList,
  readName,
  readPictureUrl,
  readText,
} from "../json";
import type { CardQuery, ListedMethod, LookUpOperations, Outcome, ReadCall } from "../provider";
import { amountLiteral, readAmount } from "./amounts";
import type { MercadoPagoClient } from "./client";
import { formsOf } from "./methods";
import { amountRefusal } from "./payment-request";
import { readId } from "./wire";

/** What a seller's account takes, and on what terms: the answers differ by account (docs, payment methods). */
export class MercadoPagoLookUps implements LookUpOperations {
  constructor(private readonly client: MercadoPagoClient) {}

  /** GET /v1/payment_methods. It names no currency: an account has one. */
  async methods(
    { currency }: { readonly currency: Currency },
    call: ReadCall,
  ): Promise<Outcome<readonly ListedMethod[]>> {
    const answer = await this.client.get("listPaymentMethods", "/v1/payment_methods", call);
    if (answer.kind !== "accepted") return answer;
    return readAll(answer.value, "methods", (json) => readMethod(json, currency));
  }

  /**
   * GET /v1/payment_methods/installments. The OpenAPI file wants the method; pages of the provider's own library ask
   * by the digits alone. Both are given.
   */
  async installmentPlans(
    { bin, methodId, amount, issuerId }: Parameters<LookUpOperations["installmentPlans"]>[0],
    call: ReadCall,
  ): Promise<Outcome<readonly CardInstallments[]>> {
    const refusal = amountRefusal(amount, "amount");
    if (refusal !== undefined) return { kind: "refused", refusal };
    const query = new URLSearchParams({
      payment_method_id: methodId,
      amount: amountLiteral(amount).text,
      bin,
      ...(issuerId === null ? {} : { issuer_id: issuerId }),
    });
    const path = `/v1/payment_methods/installments?${query}`;
    const answer = await this.client.get("listInstallments", path, call);
    if (answer.kind !== "accepted") return answer;
    return readAll(answer.value, "instalments", (json) => readInstallments(json, amount));
  }

  /** GET /v1/identification_types. There are none for Mexico; choice: a 404 in Mercado Pago's own words says so. */
  async documentTypes(call: ReadCall): Promise<Outcome<readonly DocumentType[]>> {
    const path = "/v1/identification_types";
    const answer = await this.client.find("listDocumentTypes", path, call);
    if (answer.kind !== "accepted") return answer;
    if (answer.value === null) return { kind: "accepted", value: [] };
    return readAll(answer.value, "document types", readDocumentType);
  }

  /**
   * GET /v1/payment_methods/card_issuers. Known from the provider's library for pages, which gives a public key.
   * Choice: the seller's token, as for the others, and no key in an address.
   */
  async cardIssuers(
    { bin, methodId }: CardQuery,
    call: ReadCall,
  ): Promise<Outcome<readonly CardIssuer[]>> {
    const query = new URLSearchParams({ payment_method_id: methodId, bin });
    const path = `/v1/payment_methods/card_issuers?${query}`;
    const answer = await this.client.get("listCardIssuers", path, call);
    if (answer.kind !== "accepted") return answer;
    return readAll(answer.value, "issuers", (json) => readIssuer(json, methodId));
  }
}

/** Items that cannot be read are left out; they inform, and decide nothing. */
function readAll<T>(
  answer: Answer,
  what: string,
  read: (json: unknown) => T | undefined,
): Outcome<readonly T[]> {
  const { json } = answer;
  if (!Array.isArray(json)) return answer.unreadable(`the answer is no list of ${what}`);
  return { kind: "accepted", value: readList(json, read) };
}

const cardTypeOf: ReadonlyMap<string, CardType> = new Map([
  ["credit_card", "CREDIT"],
  ["debit_card", "DEBIT"],
  ["prepaid_card", "PREPAID"],
]);

/** Methods that are another kind than their type says. */
const kindById: ReadonlyMap<string, MethodKind> = new Map([
  ["pix", "PIX"],
  ["pse", "BANK_REDIRECT"],
  ["webpay", "BANK_REDIRECT"],
  // A wallet whose token a page makes; its payments carry the type of a debit card.
  ["yape", "WALLET"],
]);

const kindByType: ReadonlyMap<string, MethodKind> = new Map([
  ...[...cardTypeOf.keys()].map((type) => [type, "CARD"] as const),
  ["ticket", "VOUCHER"],
  ["atm", "VOUCHER"],
  ["bank_transfer", "BANK_TRANSFER"],
]);

/** What a method asks for beside its own `additional_info_needed` (docs, each method's page). */
const fieldsById: ReadonlyMap<string, readonly BuyerField[]> = new Map([
  ["pix", ["NAME", "DOCUMENT"]],
  ["bolbradesco", ["NAME", "DOCUMENT", "ADDRESS"]],
  ["pse", ["DOCUMENT", "PERSON_TYPE", "BANK", "ADDRESS", "PHONE"]],
]);

const fieldByWord: ReadonlyMap<string, BuyerField> = new Map([
  ["cardholder_name", "CARDHOLDER_NAME"],
  ["cardholder_identification_type", "DOCUMENT"],
  ["cardholder_identification_number", "DOCUMENT"],
  ["identification_type", "DOCUMENT"],
  ["identification_number", "DOCUMENT"],
  ["first_name", "NAME"],
  ["last_name", "NAME"],
  ["entity_type", "PERSON_TYPE"],
  ["financial_institution", "BANK"],
]);

/**
 * An active method of a kind that the gateway can take. Money in an account of Mercado Pago's and its credit need a
 * buyer who has logged in there, which only its own pages do: they are left out, like kinds that nobody knows yet.
 */
function readMethod(json: unknown, currency: Currency): ListedMethod | undefined {
  if (!isObject(json) || json.status !== "active") return undefined;
  const id = readName(json.id);
  const typeId = readName(json.payment_type_id);
  if (id === null || typeId === null) return undefined;
  const kind = kindById.get(id) ?? kindByType.get(typeId);
  if (kind === undefined) return undefined;
  const words = readList(json.additional_info_needed, (word) =>
    fieldByWord.get(readText(word) ?? ""),
  );
  const isCard = kind === "CARD";
  const minutes = json.accreditation_time;
  return {
    id,
    kind,
    payWith: formsOf(id, isCard),
    cardType: isCard ? (cardTypeOf.get(typeId) ?? null) : null,
    name: readLine(json.name) ?? id,
    logoUrl: readPictureUrl(json.secure_thumbnail) ?? readPictureUrl(json.thumbnail),
    minAmount: readAmount(json.min_allowed_amount, currency) ?? null,
    maxAmount: readAmount(json.max_allowed_amount, currency) ?? null,
    currencies: [currency],
    buyerFields: [...new Set<BuyerField>(["EMAIL", ...(fieldsById.get(id) ?? []), ...words])],
    banks: kind === "BANK_REDIRECT" ? readList(json.financial_institutions, readBank) : [],
    settlesInMinutes: isMinutes(minutes) ? minutes : null,
    separateCapture: json.deferred_capture === "supported",
    ...(isCard ? { takesCard: readCardRule(json.settings) } : {}),
  };
}

function isMinutes(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value < 2 ** 31;
}

function readBank(json: unknown) {
  const id = readId(objectOf(json).id);
  const name = readLine(objectOf(json).description);
  return id === null || name === null ? undefined : { id, name };
}

interface CardRule {
  readonly pattern: RegExp;
  readonly exclusion: RegExp | undefined;
}

/** Which cards are the method's, by the patterns of their first digits in its `settings`. */
function readCardRule(settings: unknown): (bin: string) => boolean {
  const rules = readList(settings, (each): CardRule | undefined => {
    const { pattern, exclusion_pattern } = objectOf(objectOf(each).bin);
    const wanted = readPattern(pattern);
    return wanted && { pattern: wanted, exclusion: readPattern(exclusion_pattern) };
  });
  return (bin) =>
    rules.some(({ pattern, exclusion }) => pattern.test(bin) && exclusion?.test(bin) !== true);
}

/** Longer than any that was seen. It is tried on eight digits at most, so that no pattern takes long. */
const longestPattern = 20_000;

function readPattern(value: unknown): RegExp | undefined {
  const text = readText(value);
  if (text === null || text.length > longestPattern) return undefined;
  try {
    return new RegExp(text);
  } catch {
    return undefined;
  }
}

function readInstallments(json: unknown, amount: Money): CardInstallments | undefined {
  if (!isObject(json)) return undefined;
  const methodId = readName(json.payment_method_id);
  if (methodId === null) return undefined;
  return {
    methodId,
    cardType: cardTypeOf.get(readText(json.payment_type_id) ?? "") ?? null,
    issuer: readIssuer(json.issuer, methodId) ?? null,
    plans: readList(json.payer_costs, (cost) => readPlan(cost, amount)),
  };
}

/** A plan whose cost cannot be read exactly is left out: a page would show a wrong price. */
function readPlan(json: unknown, amount: Money): InstallmentPlan | undefined {
  if (!isObject(json)) return undefined;
  const { currency } = amount;
  const count = json.installments;
  const installmentAmount = readAmount(json.installment_amount, currency);
  const totalAmount = readAmount(json.total_amount, currency);
  if (typeof count !== "number" || !Number.isInteger(count) || count < 1 || count > 999) {
    return undefined;
  }
  if (installmentAmount === undefined || totalAmount === undefined) return undefined;
  if (!isWithin(json, amount)) return undefined;
  return {
    count,
    installmentAmount,
    totalAmount,
    ratePercent: readRate(json.installment_rate),
    labels: readLabels(json.labels),
    message: readLine(json.recommended_message),
  };
}

function isWithin(json: JsonObject, { minor, currency }: Money): boolean {
  const min = readAmount(json.min_allowed_amount, currency);
  const max = readAmount(json.max_allowed_amount, currency);
  return (min === undefined || minor >= min.minor) && (max === undefined || minor <= max.minor);
}

function readRate(value: unknown): string | null {
  const isRate = typeof value === "number" && Number.isFinite(value) && Math.abs(value) < 100_000;
  return isRate ? new Decimal(value).toFixed() : null;
}

/** "CFT_25,41%|TEA_21,00%" among words that say what to recommend. */
function readLabels(value: unknown): string[] {
  return readList(value, (label) => readText(label) ?? undefined)
    .flatMap((label) => label.split("|"))
    .flatMap((part) => {
      const [, name, percent] = /^([A-Z]{2,6})_(\d[\d.,]{0,11}%)$/.exec(part.trim()) ?? [];
      return name === undefined ? [] : [`${name} ${percent}`];
    });
}

function readIssuer(json: unknown, methodId: string): CardIssuer | undefined {
  if (!isObject(json)) return undefined;
  const id = readId(json.id);
  const name = readLine(json.name);
  if (id === null || name === null) return undefined;
  const logoUrl = readPictureUrl(json.secure_thumbnail) ?? readPictureUrl(json.thumbnail);
  return { id, methodId, name, logoUrl };
}

function readDocumentType(json: unknown): DocumentType | undefined {
  if (!isObject(json)) return undefined;
  const id = readName(json.id);
  if (id === null) return undefined;
  return {
    id,
    name: readLine(json.name) ?? id,
    digitsOnly: json.type === "number",
    minLength: readLength(json.min_length),
    maxLength: readLength(json.max_length),
  };
}

function readLength(value: unknown): number | null {
  const isLength = typeof value === "number" && Number.isInteger(value) && value > 0 && value < 256;
  return isLength ? value : null;
}
