import { refuse } from "../../domain/errors";
import type { Currency } from "../../domain/money";
import { isGiven } from "../given";

/** Which part of a balance's history is paged through. */
export interface HistoryRange {
  readonly from: Date;
  readonly to: Date;
  readonly currency: Currency | null;
}

/** A place in it. */
export interface HistoryPlace {
  /** So many of the newest lie before it. */
  readonly offset: number;
  /**
   * What happens while somebody pages would move all places: where the range reaches into the future, it ends at
   * the moment of its first page.
   */
  readonly until: Date;
}

const longestMs = 92 * 24 * 3_600_000;
/** Further in than anybody pages. */
const offsetLimit = 1_000_000;
/** The last moment that a Date knows. */
const maxTime = 8.64e15;
/** Ends are rounded down to this, so that those who look at the same time look at the same page. */
const endStepMs = 3_000;

/** @throws Refusal INVALID_INPUT for a range that makes no sense, CURSOR_INVALID for another one's cursor. */
export function readHistory(
  range: HistoryRange,
  after: string | null | undefined,
  now: Date,
): HistoryPlace {
  const { from, to } = range;
  if (from >= to) throw refuse("INVALID_INPUT", "must be after `from`", ["to"]);
  if (to.getTime() - from.getTime() > longestMs) {
    throw refuse("INVALID_INPUT", "at most 92 days at once", ["to"]);
  }
  if (isGiven(after)) return readCursor(range, after);
  const end = new Date(now.getTime() - (now.getTime() % endStepMs));
  return { offset: 0, until: to < end ? to : end };
}

/** The opaque text of a place. It holds for its own range only. */
export function historyCursor(range: HistoryRange, { offset, until }: HistoryPlace): string {
  return Buffer.from(JSON.stringify([rangeKey(range), offset, until.getTime()])).toString(
    "base64url",
  );
}

function readCursor(range: HistoryRange, cursor: string): HistoryPlace {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    const [key, offset, until]: unknown[] = Array.isArray(parts) ? parts : [];
    if (
      key === rangeKey(range) &&
      isWithin(offset, 1, offsetLimit) &&
      isWithin(until, 0, maxTime)
    ) {
      return { offset, until: new Date(Math.min(until, range.to.getTime())) };
    }
  } catch {
    // Falls through to the refusal.
  }
  throw refuse("CURSOR_INVALID", "this cursor is not from a history of this range", ["after"]);
}

function rangeKey({ from, to, currency }: HistoryRange): string {
  return [from.getTime(), to.getTime(), currency ?? ""].join(" ");
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;
}
