const hourMs = 60 * 60 * 1000;

/** Choice: the offset of a Polish winter all year round; samples show +01:00 and +02:00. */
const offset = { ms: hourMs, text: "+01:00" };

/** A date as PayU writes it: milliseconds and an offset. */
export function wireDate(instant: number): string {
  return new Date(instant + offset.ms).toISOString().replace("Z", offset.text);
}

/** `YYYY-MM-DD HH:MM:SS`, without an offset, as in notifications of payouts. */
export function plainDate(instant: number): string {
  return new Date(instant + offset.ms).toISOString().slice(0, 19).replace("T", " ");
}

/** Reads an ISO date and time with an offset or Z; undefined for anything else. */
export function parseWireDate(text: unknown): number | undefined {
  if (typeof text !== "string") return undefined;
  const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;
  const instant = form.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}

/** The six digits of a date inside an order's id. */
export function shortDay(instant: number): string {
  return new Date(instant + offset.ms).toISOString().slice(2, 10).replaceAll("-", "");
}
