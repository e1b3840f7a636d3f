import { isObject, type JsonObject } from "../../core/json-body";
import { parseWireDate } from "../dates";
import { type Site, type SiteId, toMinor } from "../sites";
import type { World } from "../world";
import { invalid, missing, refuse } from "./errors";
import { frequencyTypes, type Period, type Terms } from "./model";

/** What may be asked for in one charge, in major units. Measured in Argentina; of other countries nothing is known. */
const amountLimits: Partial<Record<SiteId, { least: number; most: number }>> = {
  MLA: { least: 15, most: 2_000_000 },
};

/** Names that are not known are ignored, here and inside. */
export function bodyOf(body: unknown): JsonObject {
  if (!isObject(body)) throw refuse("Parameters passed are invalid");
  return body;
}

/** `auto_recurring` is one object; a list of them is refused (measured). */
export function recurringOf(sent: JsonObject): JsonObject {
  const { auto_recurring: recurring } = sent;
  if (!isGiven(recurring)) return {};
  if (!isObject(recurring)) throw refuse("Parameters passed are invalid");
  return recurring;
}

export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** The terms of a plan, or those of a subscription without one: then what only plans have is dropped (measured). */
export function readTerms(recurring: JsonObject, site: Site, isPlan: boolean): Terms {
  const period = readPeriod(recurring, "auto_recurring");
  // The amount comes before the currency, as measured.
  const amountMinor = readAmount(recurring.transaction_amount, site);
  readCurrency(recurring.currency_id, site);
  const freeTrial = readTrial(recurring.free_trial);
  const none = { repetitions: null, billingDay: null, isProportional: false };
  return {
    ...period,
    amountMinor,
    freeTrial,
    ...(isPlan ? readPlanTerms(recurring, period) : none),
  };
}

export function readAmount(value: unknown, site: Site): number {
  if (!isGiven(value)) throw missing("transaction_amount");
  if (typeof value !== "number") throw invalid("auto_recurring.transaction_amount");
  if (value <= 0) throw refuse("transaction_amount must be a positive number");
  const { least, most } = amountLimits[site.id] ?? { least: 0, most: Number.MAX_SAFE_INTEGER };
  if (value < least) throw refuse(`Cannot pay an amount lower than $ ${least.toFixed(2)}`);
  if (value > most) throw refuse(`Cannot pay an amount greater than $ ${most.toFixed(2)}`);
  const minor = toMinor(value, site.decimals);
  if (minor === undefined) {
    throw refuse(`transaction_amount cannot have more than ${site.decimals} decimals`);
  }
  return minor;
}

export function readCurrency(value: unknown, site: Site): void {
  if (!isGiven(value)) throw missing("currency_id");
  if (value !== site.currency) throw invalid("auto_recurring.currency_id");
}

function readPlanTerms(recurring: JsonObject, period: Period) {
  const { billing_day, billing_day_proportional, repetitions } = recurring;
  const hasBillingDay = isGiven(billing_day);
  if ((hasBillingDay || billing_day_proportional === true) && period.frequencyType !== "months") {
    const text = "Only monthly frequencies are able to receive billing day or proportional";
    throw refuse(hasBillingDay ? `${text}, the only valid frequency is months` : text);
  }
  const isProportional = billing_day_proportional ?? false;
  if (typeof isProportional !== "boolean") {
    throw invalid("auto_recurring.billing_day_proportional");
  }
  return {
    repetitions: isGiven(repetitions) ? readCount(repetitions, "auto_recurring.repetitions") : null,
    billingDay: hasBillingDay ? readCount(billing_day, "auto_recurring.billing_day", 28) : null,
    isProportional,
  };
}

function readTrial(value: unknown): Period | null {
  if (!isGiven(value)) return null;
  if (!isObject(value)) throw invalid("auto_recurring.free_trial");
  return readPeriod(value, "auto_recurring.free_trial");
}

function readPeriod(given: JsonObject, at: string): Period {
  if (!isGiven(given.frequency)) throw missing("frequency");
  if (!isGiven(given.frequency_type)) throw missing("frequency_type");
  const frequency = readCount(given.frequency, `${at}.frequency`);
  const frequencyType = frequencyTypes.find((type) => type === given.frequency_type);
  if (!frequencyType) throw invalid(`${at}.frequency_type`);
  return { frequency, frequencyType };
}

function readCount(value: unknown, at: string, most = 10_000): number {
  const isCount = typeof value === "number" && Number.isInteger(value) && value > 0;
  if (!isCount || value > most) throw invalid(at);
  return value;
}

/** `reason` and `external_reference`: at most 255 characters, none of them invisible. */
export function readText(sent: JsonObject, name: string): string | null {
  const value = sent[name];
  if (!isGiven(value)) return null;
  if (typeof value !== "string" || value.length > 255 || /\p{Cc}/u.test(value)) {
    throw invalid(name);
  }
  return value === "" ? null : value;
}

export function requireText(sent: JsonObject, name: string): string {
  const text = readText(sent, name);
  if (text === null) throw missing(name);
  return text;
}

export function readEmail(value: unknown): string {
  if (!isGiven(value) || value === "") throw missing("payer_email");
  if (typeof value !== "string" || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) {
    throw invalid("payer_email");
  }
  return value;
}

/** An address that payers everywhere can reach. Choice: plain http will do. */
export function readBackUrl(world: World, value: unknown): string {
  if (!isGiven(value) || value === "") throw missing("back_url");
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : undefined;
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  const isPublic = isWeb && /\.[a-z]{2,}$/i.test(url.hostname) && !isReserved(url.hostname);
  if (!isPublic && !(isWeb && world.settings.subscriptions.acceptsLocalBackUrls)) {
    throw refuse("Invalid value for back_url, must be a valid URL");
  }
  return String(value);
}

function isReserved(hostname: string): boolean {
  return /(^|\.)(localhost|local|internal)$/i.test(hostname);
}

/** How old a start may be, since clocks differ and calls take time. A choice, as the refusal's words are. */
const startToleranceMs = 60 * 60 * 1000;

/** When a subscription begins and when it ends. What is left out, or lies a little in the past, begins at once. */
export function readDates(
  recurring: JsonObject,
  now: number,
): { startAt: number | null; endAt: number | null } {
  const startAt = readDate(recurring, "start_date");
  const endAt = readDate(recurring, "end_date");
  if (startAt !== null && startAt < now - startToleranceMs) {
    throw refuse("auto_recurring.start_date cannot be in the past");
  }
  if (endAt !== null && endAt <= now) throw refuse("auto_recurring.end_date cannot be in the past");
  if (endAt !== null && startAt !== null && endAt <= startAt) {
    throw refuse("auto_recurring.end_date must be after auto_recurring.start_date");
  }
  return { startAt: startAt !== null && startAt > now ? startAt : null, endAt };
}

function readDate(recurring: JsonObject, name: string): number | null {
  const value = recurring[name];
  if (!isGiven(value)) return null;
  const instant = parseWireDate(value);
  if (instant === undefined) throw invalid(`auto_recurring.${name}`);
  return instant;
}
