import type { Money } from "./money";

/** What periods are counted in. A provider may know fewer: that is its adapter's business. */
export const frequencyTypes = ["DAYS", "WEEKS", "MONTHS", "YEARS"] as const;
export type FrequencyType = (typeof frequencyTypes)[number];

/** A length of time as the calendar has it: every two months, every thirty days. */
export interface Period {
  readonly frequency: number;
  readonly frequencyType: FrequencyType;
}

/** How often money is taken, how much, and for how long. */
export interface Recurrence extends Period {
  readonly amount: Money;
  /** How many periods there are; null: no end. */
  readonly repetitions: number | null;
  /** The day of the month on which all are charged, 1 to 28; null: the day on which each one began. */
  readonly billingDay: number | null;
  /** Whether the part up to the first billing day costs its share alone. */
  readonly billingDayProportional: boolean;
  /** What is given before the first charge. */
  readonly freeTrial: Period | null;
}

/** What is wrong with terms, whoever bills by them. */
export interface TermsFault {
  /** Relative to the recurrence. */
  readonly field: string;
  readonly message: string;
}

const daysIn: Readonly<Record<FrequencyType, number>> = {
  DAYS: 1,
  WEEKS: 7,
  // Of the year of the calendar, leap days included.
  MONTHS: 365.25 / 12,
  YEARS: 365.25,
};

/** Faults of terms as a whole; each field by itself was checked before. */
export function recurrenceFaults(terms: Omit<Recurrence, "amount">): readonly TermsFault[] {
  const { frequencyType, billingDay, billingDayProportional, repetitions, freeTrial } = terms;
  const faults: TermsFault[] = [];
  const isMonthly = frequencyType === "MONTHS";
  if (billingDay !== null && !isMonthly) {
    faults.push({ field: "billingDay", message: "only what is charged by the month has one" });
  }
  if (billingDayProportional && billingDay === null) {
    const message = "only what has a billingDay has a first charge that is a share of the others";
    faults.push({ field: "billingDayProportional", message });
  }
  // Choice: a trial may be longer than one period, and not longer than all of them.
  if (freeTrial !== null && repetitions !== null) {
    const whole = daysOf(terms) * repetitions;
    if (daysOf(freeTrial) > whole) {
      faults.push({ field: "freeTrial", message: "the free trial is longer than the plan" });
    }
  }
  return faults;
}

export function isSamePeriod(one: Period | null, other: Period | null): boolean {
  return one?.frequency === other?.frequency && one?.frequencyType === other?.frequencyType;
}

/** On average. */
function daysOf({ frequency, frequencyType }: Period): number {
  return frequency * daysIn[frequencyType];
}
