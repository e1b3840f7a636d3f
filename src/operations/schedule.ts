const seconds = 1_000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** When something without a definite end is asked about again. After the last step: daily. */
const checkDelaysMs = [15 * seconds, 1 * minutes, 5 * minutes, 15 * minutes, 1 * hours, 6 * hours];
const laterDelayMs = 24 * hours;

/** Spreads checks by up to this share of the delay, so that a recovering provider is not hit at once. */
const jitter = 0.2;

/** The moment of the next check of what changes seldom: a day on. `random` in [0, 1). */
export function nextDailyCheckAt(now: Date, random: () => number): Date {
  return new Date(now.getTime() + Math.round(laterDelayMs * (1 + jitter * random())));
}

/** The moment of the next check after `attempts` earlier ones. `random` in [0, 1). */
export function nextCheckAt(now: Date, attempts: number, random: () => number): Date {
  const delay = checkDelaysMs[attempts] ?? laterDelayMs;
  return new Date(now.getTime() + Math.round(delay * (1 + jitter * random())));
}
