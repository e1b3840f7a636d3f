import { Decimal } from "decimal.js";
import type { ErrorCode } from "../../domain/errors";
import {
  type Currency,
  decimalsOf,
  formatAmount,
  type Money,
  parseAmount,
} from "../../domain/money";

/**
 * What Mercado Pago settles in, one currency for each country, and the decimals that it takes. COP has two
 * decimals by ISO 4217, but Mercado Pago refuses fractions of it, as it does for CLP (seen by several public
 * integrations; the docs name no number).
 */
export const takenDecimals: ReadonlyMap<Currency, number> = new Map([
  ["ARS", 2],
  ["BRL", 2],
  ["CLP", 0],
  ["COP", 0],
  ["MXN", 2],
  ["PEN", 2],
  ["UYU", 2],
]);

/**
 * Mercado Pago's amounts are JSON numbers in major units, which we read as doubles. Up to this many, each
 * amount with two decimals has a double of its own (spacing below 0.01), so that reading is exact. Larger
 * ones are neither sent nor believed.
 */
const largestMajor = 2 ** 46;

/** Why an amount cannot be sent to Mercado Pago, or undefined when it can. */
export function amountFault(amount: Money): ErrorCode | undefined {
  const decimals = takenDecimals.get(amount.currency);
  if (decimals === undefined) return "UNSUPPORTED_CURRENCY";
  if (amount.minor <= 0n || amount.minor >= BigInt(largestMajor) * scaleOf(amount.currency)) {
    return "INVALID_AMOUNT";
  }
  const unit = 10n ** BigInt(decimalsOf(amount.currency) - decimals);
  return amount.minor % unit === 0n ? undefined : "TOO_MANY_DECIMALS";
}

/** The amount as the literal of a JSON number, in major units: 10050 centavos are "100.50". */
export function amountLiteral(amount: Money): ExactNumber {
  const text = formatAmount(amount);
  const isWhole = takenDecimals.get(amount.currency) === 0 && /\.0+$/.test(text);
  return new ExactNumber(isWhole ? text.slice(0, text.indexOf(".")) : text);
}

/** An amount of an answer; undefined where it is none, or could mean more than one. */
export function readAmount(value: unknown, currency: Currency): Money | undefined {
  const isNumber = typeof value === "number";
  if (isNumber && !(Math.abs(value) < largestMajor)) return undefined;
  if (isNumber && Number.isInteger(value)) {
    return { minor: BigInt(value) * scaleOf(currency), currency };
  }
  // The shortest text of a double below the limit is the text that was sent: see `largestMajor`.
  const text = isNumber ? String(value) : value;
  if (typeof text !== "string") return undefined;
  const amount = parseAmount(text, currency);
  if (typeof amount !== "string") return amount;
  return amount === "TOO_MANY_DECIMALS" ? withoutNoise(text, currency) : undefined;
}

/**
 * How far a sum may lie from an amount to be read as it, in minor units. What floating point adds to sums is far
 * below (33.300000000000004); another amount that could be meant is five hundred times as far away.
 */
const noise = 0.001;

/** A sum with more decimals than its currency has, where it can only mean one amount. */
function withoutNoise(text: string, currency: Currency): Money | undefined {
  const minor = new Decimal(text).times(scaleOf(currency).toString());
  const nearest = minor.round();
  if (!minor.minus(nearest).abs().lessThan(noise)) return undefined;
  return { minor: BigInt(nearest.toFixed(0)), currency };
}

function scaleOf(currency: Currency): bigint {
  return 10n ** BigInt(decimalsOf(currency));
}

/** A number that has to stand in JSON digit for digit. */
export class ExactNumber {
  constructor(readonly text: string) {}
}

/** `JSON.stringify` for plain values, but for exact numbers: those never pass through a double. */
export function toJson(value: unknown): string {
  if (value instanceof ExactNumber) return value.text;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(toJson).join(",")}]`;
  let members = "";
  for (const name of Object.keys(value)) {
    const member: unknown = value[name as keyof typeof value];
    if (member === undefined) continue;
    members += `${members === "" ? "" : ","}${JSON.stringify(name)}:${toJson(member)}`;
  }
  return `{${members}}`;
}
