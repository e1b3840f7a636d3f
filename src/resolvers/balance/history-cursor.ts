import { refuse } from "../../domain/errors";
import type { Currency } from "../../domain/money";
import { isGiven } from "../given";

/** Which part of a balance's history is paged through. */
export interface HistoryRange {
  readonly from: Date;
  readonly to: Date;
  readonly currency: Currency | null;
}

/** A place in it: so many of the newest lie before it, of so many that there were. */
export interface HistoryPlace {
  readonly offset: number;
  readonly total: number;
}

const longestMs = 92 * 24 * 3_600_000;
/** Further in than anybody pages. */
const longestHistory = 1_000_000;

/**
 * Where to read on; undefined at the beginning.
 * @throws Refusal INVALID_INPUT for a range that makes no sense, CURSOR_INVALID for another one's cursor.
 */
export function readHistory(
  range: HistoryRange,
  after: string | null | undefined,
): HistoryPlace | undefined {
  const { from, to } = range;
  if (from >= to) throw refuse("INVALID_INPUT", "must be after `from`", ["to"]);
  if (to.getTime() - from.getTime() > longestMs) {
    throw refuse("INVALID_INPUT", "at most 92 days at once", ["to"]);
  }
  return isGiven(after) ? readCursor(range, after) : undefined;
}

/** The opaque text of a place. It holds for its own range only. */
export function historyCursor(range: HistoryRange, { offset, total }: HistoryPlace): string {
  return Buffer.from(JSON.stringify([keyOf(range), offset, total])).toString("base64url");
}

/** The place where it is now: what has been added meanwhile lies before it, being newer. */
export function movedTo({ offset, total }: HistoryPlace, totalNow: number): number {
  return Math.max(0, offset + totalNow - total);
}

function readCursor(range: HistoryRange, cursor: string): HistoryPlace {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    const [key, offset, total]: unknown[] = Array.isArray(parts) ? parts : [];
    if (key === keyOf(range) && isCount(offset) && isCount(total)) return { offset, total };
  } catch {
    // Falls through to the refusal.
  }
  throw refuse("CURSOR_INVALID", "this cursor is not from a history of this range", ["after"]);
}

function keyOf({ from, to, currency }: HistoryRange): string {
  return [from.getTime(), to.getTime(), currency ?? ""].join(" ");
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0 && Number(value) <= longestHistory;
}
