import { isIP } from "node:net";
import { formatAmount, isCurrency, type Money, parseAmount } from "../../../domain/money";
import type { FrequencyType, Period, Recurrence } from "../../../domain/recurrence";
import type { AllowedMethods, PlanTerms } from "../../../domain/subscription-plan";
import { isObject, type JsonObject, objectOf, readList, readName, readText } from "../../json";
import type { ProviderRefusal, SubscriptionSeller } from "../../provider";
import { amountLiteral, readAmount } from "../amounts";
import { amountRefusal } from "../payment-request";
import { siteById, siteOfCountry } from "../sites";

/** The provider's words; it knows no weeks and no years (measured: 400). */
const wordOf: Readonly<Record<FrequencyType, "days" | "months" | null>> = {
  DAYS: "days",
  WEEKS: null,
  MONTHS: "months",
  YEARS: null,
};

/** What may be asked for in one charge, in major units. Measured in Argentina; of other countries nothing is known. */
const amountLimits: Readonly<Record<string, { readonly least: string; readonly most: string }>> = {
  MLA: { least: "15.00", most: "2000000.00" },
};

/** Why the provider would not take such terms, seen without asking. */
export function termsRefusals(
  { recurrence, backUrl }: Partial<PlanTerms>,
  seller: SubscriptionSeller,
): readonly ProviderRefusal[] {
  return [
    ...(recurrence === undefined ? [] : recurrenceRefusals(recurrence, seller)),
    ...(backUrl === undefined || isPublic(backUrl) ? [] : [localBackUrl]),
  ];
}

function recurrenceRefusals(
  { amount, freeTrial, ...period }: Recurrence,
  seller: SubscriptionSeller,
): readonly ProviderRefusal[] {
  const refusals = [
    amountRefusal(amount, "recurrence.amount") ?? limitRefusal(amount, seller),
    periodRefusal(period, "recurrence.frequencyType"),
    freeTrial === null ? undefined : periodRefusal(freeTrial, "recurrence.freeTrial.frequencyType"),
  ];
  return refusals.filter((refusal) => refusal !== undefined);
}

/** Below the least, or above the most, that the country takes in one charge. */
export function limitRefusal(
  amount: Money,
  { country }: SubscriptionSeller,
  field = "recurrence.amount",
): ProviderRefusal | undefined {
  const site = siteById(country) ?? siteOfCountry(country);
  const limits = site === undefined ? undefined : amountLimits[site.id];
  if (limits === undefined || site?.currency !== amount.currency) return undefined;
  const [least, most] = [limits.least, limits.most].map((text) =>
    parseAmount(text, amount.currency),
  );
  if (typeof least !== "object" || typeof most !== "object") throw new TypeError("no limits");
  if (amount.minor >= least.minor && amount.minor <= most.minor) return undefined;
  const message = `Mercado Pago charges ${limits.least} to ${limits.most} ${amount.currency} at a time; ${formatAmount(amount)} was asked for.`;
  return { code: "INVALID_AMOUNT", field, message, retryable: false };
}

function periodRefusal({ frequencyType }: Period, field: string): ProviderRefusal | undefined {
  if (wordOf[frequencyType] !== null) return undefined;
  const message =
    "Mercado Pago counts in DAYS and MONTHS: 7 DAYS are a week, 12 MONTHS are a year.";
  return { code: "INVALID_INPUT", field, message, retryable: false };
}

const localBackUrl: ProviderRefusal = {
  code: "INVALID_INPUT",
  field: "backUrl",
  message: "Mercado Pago wants an address that payers everywhere can reach, with a public name.",
  retryable: false,
};

/** Local names and bare addresses are refused (seen by integrations). */
function isPublic(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  const isNamed =
    isIP(hostname.replace(/[[\]]/g, "")) === 0 && /\.[a-z][a-z\d-]*[a-z\d]$/i.test(hostname);
  return isNamed && !/(^|\.)(localhost|local|internal)$/i.test(hostname);
}

/** `auto_recurring`, as plans have it. */
export function recurringOf(recurrence: Recurrence) {
  const { repetitions, billingDay, billingDayProportional, freeTrial } = recurrence;
  return {
    ...periodOf(recurrence),
    transaction_amount: amountLiteral(recurrence.amount),
    currency_id: recurrence.amount.currency,
    repetitions: repetitions ?? undefined,
    billing_day: billingDay ?? undefined,
    billing_day_proportional: billingDay === null ? undefined : billingDayProportional,
    free_trial: freeTrial === null ? undefined : periodOf(freeTrial),
  };
}

function periodOf({ frequency, frequencyType }: Period): object {
  return { frequency, frequency_type: wordOf[frequencyType] ?? frequencyType };
}

export function methodsOf({ types, methods }: AllowedMethods): object {
  return {
    payment_types: types.map((id) => ({ id })),
    payment_methods: methods.map((id) => ({ id })),
  };
}

/** Undefined where what is needed cannot be read. */
export function readRecurrence(json: unknown): Recurrence | undefined {
  if (!isObject(json)) return undefined;
  const period = readPeriod(json);
  const currency = readText(json.currency_id);
  if (period === undefined || currency === null || !isCurrency(currency)) return undefined;
  const amount = readAmount(json.transaction_amount, currency);
  if (amount === undefined) return undefined;
  return {
    ...period,
    amount,
    repetitions: readCount(json.repetitions),
    billingDay: readCount(json.billing_day),
    billingDayProportional: json.billing_day_proportional === true,
    freeTrial: readPeriod(objectOf(json.free_trial)) ?? null,
  };
}

function readPeriod(json: JsonObject): Period | undefined {
  const frequency = readCount(json.frequency);
  const type = Object.entries(wordOf).find(
    ([, word]) => word !== null && word === json.frequency_type,
  );
  if (frequency === null || type === undefined) return undefined;
  return { frequency, frequencyType: type[0] as FrequencyType };
}

/** Numbers of these endpoints are text in some answers. */
function readCount(value: unknown): number | null {
  const count = typeof value === "string" ? Number(value) : value;
  return typeof count === "number" && Number.isInteger(count) && count > 0 && count < 1e6
    ? count
    : null;
}

/** Null where nothing is restricted. */
export function readMethods(json: unknown): AllowedMethods | null {
  if (!isObject(json)) return null;
  const readIds = (list: unknown) =>
    readList(list, (item) => (isObject(item) ? (readName(item.id) ?? undefined) : undefined));
  const types = readIds(json.payment_types);
  const methods = readIds(json.payment_methods);
  return types.length === 0 && methods.length === 0 ? null : { types, methods };
}

/**
 * A link to the provider's page. `activation` leads to a page that does not exist (open since September 2026), and without it
 * the link works: it is taken off here, and nowhere else.
 */
export function cleanLink(url: string | null): string | null {
  if (url === null) return null;
  const link = new URL(url);
  if (!link.searchParams.has("activation")) return url;
  link.searchParams.delete("activation");
  return link.href;
}
