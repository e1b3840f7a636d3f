import { type Currency, isCurrency } from "../../domain/money";
import type { CartObservation, OrderObservation } from "../../domain/order-observation";
import type { MethodDetail, RefundObservation } from "../../domain/payment-observation";
import {
  isObject,
  type JsonObject,
  objectOf,
  readDate,
  readName,
  readText,
  readUrl,
} from "../json";
import { readMoney } from "./amounts";
import { orderStatusOf, refundStatusOf } from "./statuses";

/** What an error says, whichever of its shapes it has. */
export interface Envelope {
  readonly statusCode: string | null;
  readonly code: string | null;
  readonly codeLiteral: string | null;
  /** The text, where it is nothing but a code: a few are told nowhere else. */
  readonly textCode: string | null;
}

/** Words that are shown to clients: nothing but what looks like a code. */
function readWord(value: unknown): string | null {
  const text = readText(value);
  return text !== null && /^[\w.-]{1,64}$/.test(text) ? text : null;
}

export function readEnvelope(json: unknown): Envelope {
  if (!isObject(json)) return noEnvelope;
  const status = objectOf(json.status);
  const statusCode = readWord(status.statusCode) ?? readWord(json.error) ?? readWord(status.code);
  return {
    // Older answers put the product's former name in front.
    statusCode: statusCode?.replace(/^OPENPAYU_/, "") ?? null,
    code: readWord(status.code),
    codeLiteral: readWord(status.codeLiteral),
    textCode: readWord(status.statusDesc),
  };
}

const noEnvelope: Envelope = { statusCode: null, code: null, codeLiteral: null, textCode: null };

/** One order of `{orders: [...]}`. */
export function readOrder(json: unknown): OrderObservation | undefined {
  const list = isObject(json) ? json.orders : undefined;
  const order: unknown = Array.isArray(list) && list.length === 1 ? list[0] : undefined;
  if (!isObject(order)) return undefined;
  const providerOrderId = readName(order.orderId);
  const providerStatus = readName(order.status);
  const currency = readText(order.currencyCode);
  if (providerOrderId === null || providerStatus === null) return undefined;
  if (currency === null || !isCurrency(currency)) return undefined;
  const total = readMoney(order.totalAmount, currency);
  const carts = readCarts(order.shoppingCarts, currency);
  if (total === undefined || carts === undefined) return undefined;
  const status = orderStatusOf(providerStatus);
  return {
    providerOrderId,
    status,
    providerStatus,
    providerStatusDetail: null,
    total,
    reference: readText(order.extOrderId),
    carts,
    method: readMethod(order.payMethod),
    redirectUrl: null,
    // The receipt's time is in notifications only, which are no source of truth.
    completedAt: null,
  };
}

/** Null where the order has none; undefined where they cannot be read. */
function readCarts(
  value: unknown,
  currency: Currency,
): readonly CartObservation[] | null | undefined {
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value)) return undefined;
  const carts: CartObservation[] = [];
  for (const cart of value) {
    const { extCustomerId, amount, fee } = objectOf(cart);
    const providerAccountId = readText(extCustomerId);
    const read = readMoney(amount, currency);
    const kept = readMoney(fee ?? 0, currency);
    if (providerAccountId === null || read === undefined || kept === undefined) return undefined;
    carts.push({ providerAccountId, amount: read, fee: kept });
  }
  return carts;
}

function readMethod(value: unknown): MethodDetail | null {
  const typeId = readName(objectOf(value).type);
  if (typeId === null) return null;
  return {
    methodId: readName(objectOf(value).value),
    typeId,
    issuerId: null,
    installments: null,
    cardFirstSix: null,
    cardLastFour: null,
  };
}

/** `{transactions: [{resultCode?}]}`: why the newest one was declined. */
export function readResultCode(json: unknown): string | null {
  const list = isObject(json) ? json.transactions : undefined;
  if (!Array.isArray(list)) return null;
  return (
    list.map((each) => readWord(objectOf(each).resultCode)).findLast((code) => code !== null) ??
    null
  );
}

/** A refund, beside an order's id or by itself. Amount and status may be missing. */
export function readRefund(json: unknown, currency: Currency): RefundObservation | undefined {
  if (!isObject(json)) return undefined;
  const providerRefundId = readName(json.refundId);
  const amount = readMoney(json.amount, currency);
  if (providerRefundId === null || amount === undefined) return undefined;
  const providerStatus = readName(json.status) ?? "PENDING";
  return {
    providerRefundId,
    reference: readText(json.extRefundId),
    status: refundStatusOf(providerStatus),
    providerStatus,
    amount,
    createdAt: readDate(json.creationDateTime),
  };
}

/** A bare list, `{refunds: [...]}`, or `{refunds: false}` for none. All of them or undefined. */
export function readRefunds(json: unknown, currency: Currency): RefundObservation[] | undefined {
  const list = Array.isArray(json) ? json : isObject(json) ? json.refunds : undefined;
  if (list === false) return [];
  if (!Array.isArray(list)) return undefined;
  const refunds = list.map((item) => readRefund(item, currency));
  return refunds.some((refund) => refund === undefined)
    ? undefined
    : (refunds as RefundObservation[]);
}

/** What an answer to a new order names: its id, our reference, and where the buyer goes on. */
export interface CreatedOrder {
  readonly orderId: string;
  readonly reference: string | null;
  readonly redirectUri: string | null;
}

export function readCreated(json: unknown): CreatedOrder | undefined {
  const { orderId, extOrderId, redirectUri }: JsonObject = objectOf(json);
  const id = readName(orderId);
  if (id === null) return undefined;
  return { orderId: id, reference: readText(extOrderId), redirectUri: readUrl(redirectUri) };
}
