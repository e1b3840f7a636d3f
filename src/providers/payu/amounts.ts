import { type Currency, decimalsOf, type Money, maxMinor } from "../../domain/money";

/**
 * What PayU's single platform settles in, of the currencies that the gateway knows. Every
 * amount there is in hundredths, whatever the currency's own decimals; ours have two as well, which the
 * module checks when it is loaded.
 */
const settled = ["BGN", "CZK", "EUR", "GBP", "HUF", "PLN", "RON", "USD"] as const;

export const takenDecimals: ReadonlyMap<Currency, number> = new Map(
  settled.map((currency) => {
    if (decimalsOf(currency) !== 2) throw new TypeError(`${currency} is not counted in hundredths`);
    return [currency, 2];
  }),
);

/** Amounts go out as text (orders, refunds) or as numbers (carts, payouts, transfers), always whole. */
export function minorText({ minor }: Money): string {
  return minor.toString();
}

export function minorNumber({ minor }: Money): number {
  return Number(minor);
}

/** PayU answers with texts almost everywhere and with numbers elsewhere; whole ones only, within bounds. */
export function readMoney(value: unknown, currency: Currency): Money | undefined {
  const text = typeof value === "number" ? `${value}` : value;
  if (typeof text !== "string" || !/^-?\d{1,16}$/.test(text)) return undefined;
  const minor = BigInt(text);
  return minor > maxMinor || minor < -maxMinor ? undefined : { minor, currency };
}
