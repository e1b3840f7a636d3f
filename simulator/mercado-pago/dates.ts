/** How far the dates that the provider writes are behind UTC. */
export const wireOffsetMs = 4 * 60 * 60 * 1000;

/** A date as the provider writes it: milliseconds and the offset -04:00, whatever the country. */
export function wireDate(instant: number): string {
  return new Date(instant - wireOffsetMs).toISOString().replace("Z", "-04:00");
}

/** Reads `yyyy-MM-dd'T'HH:mm:ss.SSSZ`, with an offset or Z; undefined for anything else. */
export function parseWireDate(text: unknown): number | undefined {
  if (typeof text !== "string") return undefined;
  const isWellFormed = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:?\d\d)$/.test(text);
  if (!isWellFormed) return undefined;
  const instant = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  return Number.isNaN(instant) ? undefined : instant;
}
