import type { MovementKind } from "../../domain/balance-movement";
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

/**
 * PayU's types of operations, and which take money out of the balance. Choices: REFUND_RECEIVED, documented by its name
 * alone, is what a seller gets back of a fee when a sale is refunded. ADMIN_CORRECTION goes the way that its sign says.
 */
const types: ReadonlyMap<string, { readonly kind: MovementKind; readonly isOut?: true }> = new Map([
  ["PAYMENT_RECEIVED", { kind: "PAYMENT" }],
  ["PAYMENT_SENT", { kind: "OTHER", isOut: true }],
  ["REFUND_SENT", { kind: "REFUND", isOut: true }],
  ["REFUND_RECEIVED", { kind: "FEE_RETURNED" }],
  ["PAYOUT", { kind: "PAYOUT", isOut: true }],
  ["RETURN", { kind: "PAYOUT_RETURNED" }],
  ["FEE_TRANSFER_SENT", { kind: "TRANSFER", isOut: true }],
  ["FEE_TRANSFER_RECEIVED", { kind: "TRANSFER" }],
  ["ADMIN_TRANSFER_SENT", { kind: "TRANSFER", isOut: true }],
  ["ADMIN_TRANSFER_RECEIVED", { kind: "TRANSFER" }],
  ["CHARGEBACK", { kind: "CHARGEBACK", isOut: true }],
  ["ADMIN_CORRECTION", { kind: "CORRECTION" }],
]);

/**
 * Choice: what is under way has left the balance, and what was called off has come back to it. The samples show
 * COMPLETED alone; orders and refunds write the other word with one L, payouts with two.
 */
const undone: ReadonlySet<string> = new Set(["CANCELED", "CANCELLED"]);

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
  const details = objectOf(json.details);
  const told = readMoney(json.amount, currency);
  // A fee that cannot be read would make a sum that is wrong. The sample's amount is the sale's, with the fee in it.
  const fee = details.feeAmount == null ? null : readMoney(details.feeAmount, currency);
  if (told === undefined || fee === undefined) return undefined;
  const { kind, isOut = false } = types.get(type) ?? { kind: "OTHER" };
  // The sample shows amounts without a sign; should one come with it, it is believed.
  const minor = isOut && told.minor > 0n ? -told.minor : told.minor;
  const status = readText(json.status);
  const isUndone = status !== null && undone.has(status);
  const providerOrderId = readText(details.orderId);
  return {
    kind,
    type,
    amount: { minor, currency },
    fee,
    net: { minor: isUndone ? 0n : minor - (fee?.minor ?? 0n), currency },
    status,
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
    order:
      providerOrderId === null
        ? null
        : { providerId: providerOrderId, reference: readText(details.extOrderId) },
    requestedAt: readDate(json.creationDate),
    finishedAt: readDate(json.eventDate),
  };
}
