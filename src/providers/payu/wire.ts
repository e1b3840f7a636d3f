import { type Currency, isCurrency } from "../../domain/money";
import type { CartObservation, OrderObservation } from "../../domain/order-observation";
import type { MethodDetail, RefundObservation } from "../../domain/payment-observation";
import {
  isObject,
  type JsonObject,
  objectOf,
  readCode,
  readDate,
  readErrorWord,
  readName,
  readText,
  readUrl,
} from "../json";
import { distinctRefunds } from "../refund-list";
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

export function readEnvelope(json: unknown): Envelope {
  if (!isObject(json)) return noEnvelope;
  const status = objectOf(json.status);
  const statusCode =
    readCode(status.statusCode) ?? readErrorWord(json.error) ?? readCode(status.code);
  return {
    // Older answers put the product's former name in front.
    statusCode: statusCode?.replace(/^OPENPAYU_/, "") ?? null,
    code: readCode(status.code),
    codeLiteral: readCode(status.codeLiteral),
    textCode: readCode(status.statusDesc),
  };
}

/**
 * Whether an error has a form that PayU gives to its errors: `{status: {statusCode}}`, `{status: {code}}` where
 * onboarding answers, `{error, error_description}` in the words of OAuth.
 */
export function isOwnError(json: unknown): boolean {
  const { statusCode } = readEnvelope(json);
  return statusCode !== null && statusCode !== "SUCCESS";
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
    // Where the buyer goes on is told once, in the answer to the order.
    nextAction: undefined,
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

/** What became of the attempts to pay an order. */
export interface Attempts {
  readonly count: number;
  /** Why the newest one that tells so was declined; null where none was. */
  readonly resultCode: string | null;
}

/** `{transactions: [{resultCode?}]}`. Undefined where one of them cannot be read: it may have the reason. */
export function readAttempts(json: unknown): Attempts | undefined {
  const list = isObject(json) ? json.transactions : undefined;
  if (!Array.isArray(list)) return undefined;
  let resultCode: string | null = null;
  for (const each of list) {
    if (!isObject(each)) return undefined;
    const told = each.resultCode ?? null;
    const code = readCode(told);
    if (code === null && told !== null) return undefined;
    resultCode = code ?? resultCode;
  }
  return { count: list.length, resultCode };
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
  const refunds = list.map((item) => readRefund(item, currency)).filter((one) => one !== undefined);
  return refunds.length === list.length ? distinctRefunds(refunds) : undefined;
}

/** What an answer to a new order names: its id, our reference, and where the buyer goes on. */
export interface CreatedOrder {
  readonly orderId: string;
  readonly reference: string | null;
  readonly redirectUri: string | null;
  /** Whether that page may be shown in a frame; told of cards. */
  readonly iframeAllowed: boolean;
}

export function readCreated(json: unknown): CreatedOrder | undefined {
  const { orderId, extOrderId, redirectUri, iframeAllowed }: JsonObject = objectOf(json);
  const id = readName(orderId);
  if (id === null) return undefined;
  return {
    orderId: id,
    reference: readText(extOrderId),
    redirectUri: readUrl(redirectUri),
    iframeAllowed: iframeAllowed === true,
  };
}
