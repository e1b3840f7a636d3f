import { isObject, type JsonObject } from "../core/json-body";
import type { Caller } from "./caller";
import { parseWireDate } from "./dates";
import { refusal } from "./errors";
import type { Payment } from "./model";
import { viewPayment } from "./payment-view";
import type { World } from "./world";

const day = 24 * 60 * 60 * 1000;
const defaultLimit = 30;
/** Choice: the code for too many rows is documented, the number is not. Asking for more gives this many. */
const highestLimit = 100;
/** Older payments can still be read by id (Mercado Pago docs: search payments). */
const searchableMs = 365 * day;

const dates: Record<string, (payment: Payment) => number | null> = {
  date_created: (payment) => payment.createdAt,
  date_approved: (payment) => payment.approvedAt,
  date_last_updated: (payment) => payment.updatedAt,
  // The release follows the approval after a fixed time, so that it sorts and filters alike.
  money_release_date: (payment) => payment.approvedAt && payment.approvedAt + 14 * day,
};

export function searchPayments(world: World, caller: Caller, rawQuery: unknown): JsonObject {
  const query: JsonObject = isObject(rawQuery) ? rawQuery : {};
  const now = world.clock.now();
  const account = caller.account.userId;
  const reference = query.external_reference;
  const candidates =
    typeof reference === "string"
      ? world.payments.withReference(account, reference)
      : world.payments.ofAccount(account);
  const inRange = rangeFilter(query, now);
  const found = candidates.filter(
    (payment) =>
      payment.createdAt >= now - searchableMs &&
      (query.status === undefined || payment.status === query.status) &&
      inRange(payment),
  );
  const limit = Math.min(readCount(query.limit, defaultLimit), highestLimit);
  const offset = readCount(query.offset, 0);
  return {
    paging: { total: found.length, limit, offset },
    results: sorted(found, query)
      .slice(offset, offset + limit)
      .map((payment) => viewPayment(world, payment)),
  };
}

/** Choice: newest first when nothing is asked for. */
function sorted(payments: Payment[], query: JsonObject): Payment[] {
  const dateOf = dates[String(query.sort ?? "date_created")];
  if (!dateOf) throw refusal(1003);
  const criteria = query.criteria ?? "desc";
  if (criteria !== "asc" && criteria !== "desc") throw refusal(1004);
  const sign = criteria === "asc" ? 1 : -1;
  return payments.sort(
    (left, right) => sign * ((dateOf(left) ?? 0) - (dateOf(right) ?? 0) || left.id - right.id),
  );
}

function rangeFilter(query: JsonObject, now: number): (payment: Payment) => boolean {
  const { range, begin_date: begin, end_date: end } = query;
  if (range === undefined && begin === undefined && end === undefined) return () => true;
  const dateOf = dates[String(range ?? "date_created")];
  if (!dateOf) throw refusal(1003);
  const from = begin === undefined ? Number.NEGATIVE_INFINITY : readDate(begin, now);
  const to = end === undefined ? Number.POSITIVE_INFINITY : readDate(end, now);
  return (payment) => {
    const date = dateOf(payment);
    return date !== null && date >= from && date <= to;
  };
}

/** An instant, or a relative date such as NOW, NOW-30DAYS or NOW-12HOURS, which clients commonly send. */
function readDate(value: unknown, now: number): number {
  const relative = /^NOW(?:([+-])(\d+)(HOUR|DAY|MONTH|YEAR)S?)?$/.exec(String(value));
  if (relative) {
    const [, sign, count, unit] = relative;
    const units: Record<string, number> = {
      HOUR: day / 24,
      DAY: day,
      MONTH: 30 * day,
      YEAR: 365 * day,
    };
    const distance = Number(count ?? 0) * (units[unit ?? "DAY"] ?? day);
    return sign === "-" ? now - distance : now + distance;
  }
  // A plus sign that was not encoded arrives as a blank.
  const instant = parseWireDate(String(value).replace(" ", "+"));
  if (instant === undefined) throw refusal(1001);
  return instant;
}

function readCount(value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  const count = Number(value);
  if (!Number.isInteger(count) || count < 0) throw refusal(1);
  return count;
}
