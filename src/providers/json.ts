import { cutText } from "../domain/text";

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

/**
 * A text that says something; null for anything else. Half of a character, which no column keeps as it is, becomes "�":
 * what a provider tells cannot be refused.
 */
export function readText(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value.toWellFormed() : null;
}

/**
 * An id or a word. None that a provider documents is longer or has other characters, and the columns that keep them
 * are no wider. Ids become parts of paths: a dot or two would be another place.
 */
export function readName(value: unknown, longest = 64): string | null {
  const text = readText(value);
  if (text === null || text.length > longest) return null;
  return /^(?!\.{1,2}$)[\x21-\x7e]+$/.test(text) ? text : null;
}

/** A word of an error that may be shown to clients: nothing but what looks like a code. */
export function readCode(value: unknown): string | null {
  const text = readText(value);
  return text !== null && /^[\w.-]{1,64}$/.test(text) ? text : null;
}

/**
 * The word of an error in the shape of OAuth (RFC 6749, 5.2), as both providers spell theirs: in small letters. Web
 * servers and proxies put the name of the HTTP status there ("Forbidden", "Not Found").
 */
export function readErrorWord(value: unknown): string | null {
  const word = readCode(value);
  return word !== null && /^[a-z][a-z\d_.-]*$/.test(word) ? word : null;
}

/** A token. It goes into a header, and sealed into a column. */
export function readToken(value: unknown): string | null {
  const text = readText(value);
  return text !== null && /^[\x21-\x7e]{1,4096}$/.test(text) ? text : null;
}

/** A lifetime in seconds, told as a number or as digits; in milliseconds. */
export function readSeconds(value: unknown): number | null {
  const seconds = typeof value === "string" && /^\d{1,12}$/.test(value) ? Number(value) : value;
  const isLifetime = typeof seconds === "number" && seconds > 0 && seconds < 1e12;
  return isLifetime ? Math.floor(seconds * 1_000) : null;
}

/** More than any page of a bank takes, and well within the column that keeps it. */
const longestUrl = 4_096;

/** Where people can be sent to: never a script, and in plain characters. */
export function readUrl(value: unknown): string | null {
  const text = readText(value);
  if (text === null || !/^https?:/i.test(text) || !URL.canParse(text)) return null;
  const plain = /^[\x21-\x7e]+$/.test(text) ? text : new URL(text).href;
  return plain.length <= longestUrl ? plain : null;
}

/** A picture that a page can show: over https only, since pages that take payments let in nothing else. */
export function readPictureUrl(value: unknown): string | null {
  const url = readUrl(value);
  return url?.startsWith("https:") ? url : null;
}

/** A text for buyers, cut where no name or sentence of a provider's is longer. */
export function readLine(value: unknown, longest = 200): string | null {
  const text = readText(value)?.trim() ?? "";
  return text === "" ? null : cutText(text, longest);
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
