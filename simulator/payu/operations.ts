import type { JsonObject } from "../core/json-body";
import { accountName } from "./books";
import { parseWireDate, wireDate } from "./dates";
import { invalid, missing } from "./errors";
import type { Fields } from "./fields";
import type { Operation, Pos } from "./model";
import type { World } from "./world";

/** Choice: how many records a page has that does not say so, and at most. */
const usualLimit = 20;
const highestLimit = 100;

type Listed = Operation & { currency: string };

/** A page of what moved an account. `offset` is the number of a page from 0, not of a record. */
export function listOperations(world: World, pos: Pos, seller: string, query: Fields): JsonObject {
  const filters = readFilters(query);
  const compare = readOrder(query);
  const limit = query.has("limit") ? query.requiredAmount("limit") : usualLimit;
  if (limit > highestLimit) throw invalid("limit", `is more than ${highestLimit}`);
  const page = query.digits("offset") ?? 0;
  const currencies = seller === pos.feeAccount ? [pos.currency] : currenciesOf(world, pos);
  const found = currencies
    .flatMap((currency) =>
      world.books
        .operations(accountName({ ...pos, currency }, seller))
        .map((operation) => ({ ...operation, currency })),
    )
    .filter((operation) => filters.every((matches) => matches(operation)))
    .sort(compare);
  const shown = found.slice(page * limit, (page + 1) * limit);
  return {
    operations: shown.map(view),
    pageResponse: {
      records: String(found.length),
      size: String(shown.length),
      pageCount: String(Math.ceil(found.length / limit)),
    },
    status: { statusCode: "SUCCESS" },
  };
}

/** All currencies in which the marketplace sells. */
function currenciesOf(world: World, pos: Pos): string[] {
  const poses = [...world.poses.values()].filter(
    ({ marketplaceId }) => marketplaceId === pos.marketplaceId,
  );
  return [...new Set(poses.map(({ currency }) => currency))];
}

type Filter = (operation: Listed) => boolean;

/** Choice: what is not finished yet has the date of its creation as the date of its event. */
function readFilters(query: Fields): Filter[] {
  const eventFrom = readDate(query, "eventDateFrom");
  const eventTo = readDate(query, "eventDateTo");
  if (eventFrom === undefined) throw missing("eventDateFrom");
  if (eventTo === undefined) throw missing("eventDateTo");
  const createdFrom = readDate(query, "creationDateFrom") ?? Number.NEGATIVE_INFINITY;
  const createdTo = readDate(query, "creationDateTo") ?? Number.POSITIVE_INFINITY;
  const types = readList(query, "type");
  const currencies = readList(query, "currencyCode");
  return [
    ({ eventAt }) => eventAt >= eventFrom && eventAt <= eventTo,
    ({ createdAt }) => createdAt >= createdFrom && createdAt <= createdTo,
    ({ type }) => types?.includes(type) ?? true,
    ({ currency }) => currencies?.includes(currency) ?? true,
  ];
}

/** A plus that was not encoded arrives as a space, and is not understood. */
function readDate(query: Fields, name: string): number | undefined {
  const text = query.text(name);
  const instant = parseWireDate(text);
  if (text !== undefined && instant === undefined) {
    throw invalid(name, "is no ISO date and time with an offset");
  }
  return instant;
}

function readList(query: Fields, name: string): string[] | undefined {
  return query.text(name, 1024)?.split(",");
}

const sortKeys = {
  eventDate: ({ eventAt }: Listed) => eventAt,
  creationDate: ({ createdAt }: Listed) => createdAt,
  type: ({ type }: Listed) => type,
  currencyCode: ({ currency }: Listed) => currency,
};

/** Choice: the newest event first unless asked for otherwise; equals in the order in which they were made. */
function readOrder(query: Fields): (left: Listed, right: Listed) => number {
  const asked = query.text("sortBy") ?? "-eventDate";
  // Choice: a space is a plus that was not encoded, and counts as one.
  const [, sign, name = ""] = /^([+\- ]?)(\w+)$/.exec(asked) ?? [];
  const keyOf = sortKeys[name as keyof typeof sortKeys] as
    | ((operation: Listed) => number | string)
    | undefined;
  if (!keyOf) throw invalid("sortBy", `is none of ${Object.keys(sortKeys).join(", ")}`);
  const direction = sign === "-" ? -1 : 1;
  return (left, right) => {
    const [a, b] = [keyOf(left), keyOf(right)];
    if (a === b) return direction * (left.id - right.id);
    return a < b ? -direction : direction;
  };
}

function view(operation: Listed): JsonObject {
  return {
    type: operation.type,
    amount: String(operation.amountMinor),
    currencyCode: operation.currency,
    description: operation.description,
    status: operation.status,
    creationDate: wireDate(operation.createdAt),
    eventDate: wireDate(operation.eventAt),
    details: operation.details,
  };
}
