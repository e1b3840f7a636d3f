import { wireOffsetMs } from "../dates";
import type { Period, Terms } from "./model";

const minute = 60 * 1000;
export const day = 24 * 60 * minute;

/**
 * Choice: the provider's days and months begin at midnight of the offset in which it writes its dates, in every
 * country. Where a month lacks the day, its last day stands in, and the month after has the day again.
 */
export function addPeriods(instant: number, period: Period, count: number): number {
  const steps = period.frequency * count;
  return period.frequencyType === "days" ? instant + steps * day : addMonths(instant, steps);
}

export function addMonths(instant: number, months: number): number {
  const local = new Date(instant - wireOffsetMs);
  const first = new Date(local);
  first.setUTCDate(1);
  first.setUTCMonth(first.getUTCMonth() + months);
  const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0));
  first.setUTCDate(Math.min(local.getUTCDate(), length.getUTCDate()));
  return first.getTime() + wireOffsetMs;
}

/** The same time of the day on the next billing day; a month later where today is one. */
export function nextBillingDay(instant: number, billingDay: number): number {
  const local = new Date(instant - wireOffsetMs);
  const months = local.getUTCDate() < billingDay ? 0 : 1;
  local.setUTCDate(1);
  local.setUTCMonth(local.getUTCMonth() + months);
  local.setUTCDate(billingDay);
  return local.getTime() + wireOffsetMs;
}

export function dayOfMonth(instant: number): number {
  return new Date(instant - wireOffsetMs).getUTCDate();
}

/** `2026-12-10`, the day on which an instant lies. */
export function dateOf(instant: number): string {
  return new Date(instant - wireOffsetMs).toISOString().slice(0, 10);
}

/** When a cycle falls due. The first one is 0. */
export function dueAt(terms: Terms, firstDueAt: number, cycle: number): number {
  if (cycle === 0 || terms.billingDay === null) return addPeriods(firstDueAt, terms, cycle);
  // Choice: the first billing day ends the first cycle, whatever the frequency; those after it are full.
  return addPeriods(nextBillingDay(firstDueAt, terms.billingDay), terms, cycle - 1);
}

/** Renewals are made together, once an hour at the same minute after they fell due (measured). */
export function nextBatch(instant: number, batchMinute: number): number {
  const hour = 60 * minute;
  const inHour = Math.floor(instant / hour) * hour + batchMinute * minute;
  return inHour > instant ? inHour : inHour + hour;
}

/**
 * What the first cycle costs where it is shorter than the others: its days out of thirty (Mercado Pago docs), rounded
 * half up. Choice: never more than the whole, and the whole where the first cycle begins on a billing day.
 */
export function firstAmountMinor(terms: Terms, firstDueAt: number): number {
  const { amountMinor, billingDay, isProportional } = terms;
  if (!isProportional || billingDay === null || dayOfMonth(firstDueAt) === billingDay) {
    return amountMinor;
  }
  const days = Math.round((nextBillingDay(firstDueAt, billingDay) - firstDueAt) / day);
  return Number((BigInt(amountMinor) * BigInt(Math.min(days, 30)) + 15n) / 30n);
}
