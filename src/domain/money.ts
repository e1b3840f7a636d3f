import { Decimal } from "decimal.js";

/**
 * Decimals of each currency that a provider of ours settles in, by ISO 4217. A provider may want fewer
 * (Mercado Pago takes whole COP only): that is the adapter's business, see `ProviderAdapter.currencies`.
 */
const currencyDecimals = {
  ARS: 2,
  BGN: 2,
  BRL: 2,
  CLP: 0,
  COP: 2,
  CZK: 2,
  EUR: 2,
  GBP: 2,
  HUF: 2,
  MXN: 2,
  PEN: 2,
  PLN: 2,
  RON: 2,
  USD: 2,
  UYU: 2,
} as const;

/** An ISO 4217 code that the gateway knows the decimals of. */
export type Currency = keyof typeof currencyDecimals;

export const currencies = Object.keys(currencyDecimals) as readonly Currency[];

export function isCurrency(code: string): code is Currency {
  return Object.hasOwn(currencyDecimals, code);
}

/** Decimals of the currency, by ISO 4217. */
export function decimalsOf(currency: Currency): number {
  return currencyDecimals[currency];
}

/** An exact amount: an integer number of minor units (cents, grosze; whole pesos for CLP). */
export interface Money {
  readonly minor: bigint;
  readonly currency: Currency;
}

/**
 * The largest amount held, in minor units. It is the largest integer that every layer below (SQLite's
 * and MySQL's drivers, JSON) passes on unharmed.
 */
export const maxMinor = BigInt(Number.MAX_SAFE_INTEGER);

export type AmountFault = "NOT_A_NUMBER" | "TOO_MANY_DECIMALS" | "TOO_LARGE";

/**
 * Reads a decimal in major units ("100.50") as money.
 * `decimals` may be lower than the currency's where a provider wants so; more digits than that are a
 * fault, never rounded. Returns the fault instead of throwing: it is input, not a programmer's mistake.
 */
export function parseAmount(
  text: string,
  currency: Currency,
  decimals: number = decimalsOf(currency),
): Money | AmountFault {
  const plain = plainAmount.exec(text);
  if (plain !== null) return readPlain(plain[1] ?? "", plain[2] ?? "", currency, decimals);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text)) return "NOT_A_NUMBER";
  const value = new Decimal(text);
  if (value.decimalPlaces() > Math.min(decimals, decimalsOf(currency))) return "TOO_MANY_DECIMALS";
  const minor = BigInt(value.toFixed(decimalsOf(currency)).replace(".", ""));
  if (minor > maxMinor || minor < -maxMinor) return "TOO_LARGE";
  return { minor, currency };
}

/** As nearly all amounts are written, and small enough to be held in any currency. */
const plainAmount = /^(\d{1,12})(?:\.(\d{1,3}))?$/;

/** The same as the library's answer, for a fifth of its time. */
function readPlain(
  whole: string,
  fraction: string,
  currency: Currency,
  decimals: number,
): Money | AmountFault {
  const held = decimalsOf(currency);
  let given = fraction.length;
  while (given > 0 && fraction.charCodeAt(given - 1) === 48) given--;
  if (given > Math.min(decimals, held)) return "TOO_MANY_DECIMALS";
  return { minor: BigInt(whole + fraction.slice(0, held).padEnd(held, "0")), currency };
}

/** The amount in major units as exact text with all of the currency's decimals: "100.50". */
export function formatAmount(money: Money): string {
  const decimals = decimalsOf(money.currency);
  const digits = (money.minor < 0n ? -money.minor : money.minor).toString();
  const sign = money.minor < 0n ? "-" : "";
  if (decimals === 0) return `${sign}${digits}`;
  const padded = digits.padStart(decimals + 1, "0");
  return `${sign}${padded.slice(0, -decimals)}.${padded.slice(-decimals)}`;
}

/** The sum. All amounts are of the given currency; another one is a programmer's mistake and throws. */
export function sumMoney(currency: Currency, amounts: readonly Money[]): Money {
  let minor = 0n;
  for (const amount of amounts) {
    assertSameCurrency(currency, amount.currency);
    minor += amount.minor;
  }
  return { minor, currency };
}

export function assertSameCurrency(expected: Currency, given: Currency): void {
  if (expected !== given) throw new TypeError(`amounts in ${expected} and ${given} do not add up`);
}
