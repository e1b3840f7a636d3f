import { Decimal } from "decimal.js";
import { decimalsOf, type Money } from "./money";

/** A share of an amount in millionths: 25,000 is 2.5 %. Whole numbers, so that nothing is lost on the way. */
export type Ppm = number;

const ppmPerPercent = 10_000;

/** Reads "2.5" as millionths; undefined unless it is from 0 to 100 with at most four decimals. */
export function ppmOfPercent(text: string): Ppm | undefined {
  if (!/^\d{1,3}(\.\d*)?$/.test(text)) return undefined;
  const ppm = new Decimal(text).mul(ppmPerPercent);
  return ppm.isInteger() && ppm.lte(100 * ppmPerPercent) ? ppm.toNumber() : undefined;
}

/** "2.5" for 25,000. */
export function percentOfPpm(ppm: Ppm): string {
  return new Decimal(ppm).div(ppmPerPercent).toFixed();
}

/**
 * The share of an amount, rounded down to what the provider takes with so many decimals: the seller never
 * gives more than was agreed, and the fee never exceeds the amount. Which way to round is our choice.
 */
export function shareOf(amount: Money, ppm: Ppm, decimals: number): Money {
  const surplus = Math.max(0, decimalsOf(amount.currency) - decimals);
  const step = 10n ** BigInt(surplus);
  const exact = (amount.minor * BigInt(ppm)) / 1_000_000n;
  return { minor: exact - (exact % step), currency: amount.currency };
}
