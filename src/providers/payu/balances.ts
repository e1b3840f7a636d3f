import { type Currency, isCurrency } from "../../domain/money";
import type { Answer } from "../answer";
import { isObject, objectOf, readDate, readText } from "../json";
import type {
  BalanceMovement,
  BalanceObservation,
  BalanceOperations,
  Outcome,
  ReadCall,
} from "../provider";
import { readMoney } from "./amounts";
import type { PayuClient } from "./client";

type MovementsQuery = Parameters<BalanceOperations["movements"]>[0] & {
  /** Movements of this type alone, in PayU's word. */
  readonly type?: string;
};

interface Movements {
  readonly items: readonly BalanceMovement[];
  readonly total: number;
}

/** Types of operations that take money out of the seller's balance. */
const outgoing: ReadonlySet<string> = new Set([
  "PAYMENT_SENT",
  "PAYOUT",
  "REFUND_SENT",
  "ADMIN_TRANSFER_SENT",
  "FEE_TRANSFER_SENT",
  "CHARGEBACK",
]);

/** Sellers' balances and their history. */
export class PayuBalances implements BalanceOperations {
  constructor(private readonly client: PayuClient) {}

  async balance(currency: Currency, call: ReadCall): Promise<Outcome<BalanceObservation | null>> {
    const path = `${sellerPath(call)}/balances?currencyCode=${currency}`;
    const answer = await this.client.find(call.credentials.shop, "getBalance", path);
    if (answer.kind !== "accepted") return answer;
    if (answer.value === null) return { kind: "accepted", value: null };
    const { availableAmount, totalAmount } = objectOf(objectOf(answer.value.json).balance);
    const available = readMoney(availableAmount, currency);
    const total = readMoney(totalAmount, currency);
    return available === undefined || total === undefined
      ? answer.value.unreadable("the answer is no readable balance")
      : { kind: "accepted", value: { available, total } };
  }

  /** PayU counts in pages: they are read until what was asked for is there, or there is no more. */
  async movements(query: MovementsQuery, call: ReadCall): Promise<Outcome<Movements>> {
    const { offset, limit } = query;
    const read: BalanceMovement[] = [];
    let page = Math.floor(offset / limit);
    let passed = page * limit;
    while (true) {
      const answer = await this.#page(query, page, call);
      if (answer.kind !== "accepted") return answer;
      const { items, total } = answer.value;
      const asked = Math.min(limit, Math.max(0, total - passed));
      if (read.length === 0 && page > 0 && items.length !== asked) {
        // The largest page is not published. Where pages are smaller than asked for, they are counted from the first.
        page = 0;
        passed = 0;
        continue;
      }
      read.push(...items);
      const isEnough = passed + read.length >= Math.min(offset + limit, total);
      if (isEnough || items.length === 0) {
        const inside = offset - passed;
        return { kind: "accepted", value: { items: read.slice(inside, inside + limit), total } };
      }
      page++;
    }
  }

  async #page({ type, currency, from, to, limit }: MovementsQuery, page: number, call: ReadCall) {
    const parameters = new URLSearchParams({
      eventDateFrom: from.toISOString(),
      // PayU counts what happened at this very moment as well.
      eventDateTo: new Date(to.getTime() - 1).toISOString(),
      limit: `${limit}`,
      // A page number, whatever its name says.
      offset: `${page}`,
      sortBy: "-eventDate",
      ...(currency === null ? {} : { currencyCode: currency }),
      ...(type === undefined ? {} : { type }),
    });
    const path = `${sellerPath(call)}/operations?${parameters}`;
    const answer = await this.client.get(call.credentials.shop, "listOperations", path);
    return answer.kind === "accepted" ? readPage(answer.value) : answer;
  }
}

export function sellerPath({ credentials }: ReadCall): string {
  return `/api/v2_1/customers/ext/${encodeURIComponent(credentials.providerAccountId)}`;
}

function readPage(answer: Answer): Outcome<Movements> {
  const { json } = answer;
  const list = isObject(json) ? json.operations : undefined;
  const { records } = objectOf(objectOf(json).pageResponse);
  // An empty text would count as zero, and zero says that there is nothing to be found.
  const total = /^\d+$/.test(`${records}`) ? Number(records) : Number.NaN;
  if (!Array.isArray(list) || !Number.isSafeInteger(total)) {
    return answer.unreadable("the answer is no list of operations");
  }
  const items = list.map(readMovement);
  return items.some((item) => item === undefined)
    ? answer.unreadable("an operation cannot be read")
    : { kind: "accepted", value: { items: items as BalanceMovement[], total } };
}

function readMovement(json: unknown): BalanceMovement | undefined {
  if (!isObject(json)) return undefined;
  const type = readText(json.type);
  const currency = readText(json.currencyCode);
  if (type === null || currency === null || !isCurrency(currency)) return undefined;
  const amount = readMoney(json.amount, currency);
  if (amount === undefined) return undefined;
  // The sample shows amounts without a sign; should one come with it, it is believed.
  const isOut = outgoing.has(type) && amount.minor > 0n;
  const details = objectOf(json.details);
  return {
    type,
    amount: isOut ? { ...amount, minor: -amount.minor } : amount,
    status: readText(json.status),
    description: readText(json.description),
    providerId:
      readText(details.refundId) ??
      readText(details.payoutId) ??
      readText(details.orderId) ??
      readText(details.correctionId),
    reference:
      readText(details.extRefundId) ??
      readText(details.extPayoutId) ??
      readText(details.extTransferId) ??
      readText(details.extOrderId),
    requestedAt: readDate(json.creationDate),
    finishedAt: readDate(json.eventDate),
  };
}
