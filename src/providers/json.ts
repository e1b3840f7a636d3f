/**
 * Reading what providers answer. Only what is needed is looked at, and additions never hurt; what cannot be read
 * is nothing, never a guess.
 */

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text that says something; null for anything else. */
export function readText(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** An id or a word. None that a provider documents is longer, and the columns that keep them are not either. */
export function readName(value: unknown): string | null {
  const text = readText(value);
  return text !== null && text.length <= 64 ? text : null;
}

/** Where people can be sent to: never a script. */
export function readUrl(value: unknown): string | null {
  const text = readText(value);
  return text !== null && /^https?:/i.test(text) && URL.canParse(text) ? text : null;
}

/** A time with its offset. Without one it would mean another moment on another machine. */
export function readDate(value: unknown): Date | null {
  if (typeof value !== "string" || !/(?:Z|[+-]\d\d:?\d\d)$/.test(value)) return null;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? null : new Date(ms);
}

export function readList<T>(value: unknown, read: (item: unknown) => T | undefined): T[] {
  if (!Array.isArray(value)) return [];
  const items: T[] = [];
  for (const item of value) {
    const result = read(item);
    if (result !== undefined) items.push(result);
  }
  return items;
}

const nothing: JsonObject = {};

export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : nothing;
}
