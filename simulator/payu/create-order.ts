import { randomBytes } from "node:crypto";
import { isObject, type JsonObject } from "../core/json-body";
import { shortDay } from "./dates";
import { invalid, refusal } from "./errors";
import { type ChosenMethod, findPayByLink } from "./methods";
import type { Order, Pos } from "./model";
import { beginOrder, openOrder } from "./order-moves";
import { type OrderRequest, readOrderRequest } from "./order-request";
import type { World } from "./world";

export interface CreatedOrder {
  order: Order;
  /** 201 when nothing is left to the buyer, 302 when a page is. */
  httpStatus: 201 | 302;
  statusCode: string;
}

/** Makes an order or throws the refusal. Nothing is changed, the card token neither, when it throws. */
export function createOrder(world: World, pos: Pos, body: unknown): CreatedOrder {
  const request = readOrderRequest(body);
  if (request.posId !== pos.posId) {
    throw refusal("foreignPos", "Permission denied for given action");
  }
  if (request.currency !== pos.currency) {
    throw invalid("currencyCode", `is not ${pos.currency}, the currency of this POS`);
  }
  refuseRepetition(world, pos, request);
  for (const { seller } of request.carts) checkSeller(world, pos, seller);
  const { method } = request;
  if (method?.type === "CARD_TOKEN") useCardToken(world, pos, method);
  const order = newOrder(world, pos, request, isObject(body) ? body : {});
  openOrder(world, order);
  if (!method || needsPage(method)) return { order, httpStatus: 302, ...statusOf(pos, method) };
  beginOrder(world, order);
  return { order, httpStatus: 201, ...statusOf(pos, method) };
}

/** Looked at before anything that may have changed since, so that a repeated request always finds its order. */
function refuseRepetition(world: World, pos: Pos, { extOrderId }: OrderRequest): void {
  const existing = extOrderId === null ? undefined : world.orders.withExtId(pos.posId, extOrderId);
  if (!existing) return;
  const beside = { orderId: existing.id, extOrderId };
  throw refusal("orderNotUnique", "Order with given extOrderId already exists", beside);
}

/** Choice: who may not be paid out for lack of verification may not sell either, in the words of payouts. */
function checkSeller(world: World, pos: Pos, extCustomerId: string): void {
  const seller = world.seller(pos.marketplaceId, extCustomerId);
  if (!seller) throw refusal("orderSellerNotFound", `The seller ${extCustomerId} is not known`);
  if (!seller.verified) throw refusal("sellerNotVerified", `${extCustomerId} is not verified`);
  if (!seller.active) throw refusal("sellerNotActive", `${extCustomerId} is not active`);
}

function useCardToken(world: World, pos: Pos, { value }: ChosenMethod): void {
  const token = `${pos.posId} ${value}`;
  if (world.usedCardTokens.has(token)) {
    throw invalid("payMethods.payMethod.value", "is a card token that was used before");
  }
  world.usedCardTokens.add(token);
}

function newOrder(world: World, pos: Pos, request: OrderRequest, sent: JsonObject): Order {
  const now = world.clock.now();
  const { settleMs } = world.settings;
  const { extOrderId, currency, totalMinor, carts, notifyUrl, continueUrl, method } = request;
  const settlesAlone = method !== undefined && !needsPage(method) && settleMs !== null;
  return {
    id: orderId(world, now),
    posId: pos.posId,
    extOrderId,
    status: "NEW",
    currency,
    totalMinor,
    carts,
    method: method ? chosen(method) : null,
    resultCode: method?.decision.resultCode ?? null,
    asks3ds: method?.decision.page === "3DS",
    capturedMinor: 0,
    refunds: [],
    createdAt: now,
    settlesAt: settlesAlone ? now + settleMs : null,
    expiresAt: now + request.validityMs,
    completedAt: null,
    paymentId: String(world.newId()),
    pageToken: randomBytes(16).toString("hex"),
    notifyUrl,
    continueUrl,
    stale: null,
    request: sent,
  };
}

function chosen({ decision: _decision, ...method }: ChosenMethod): Order["method"] {
  return method;
}

/** Ten letters or digits, the day, and an end that all samples share. */
function orderId(world: World, now: number): string {
  const number = world.newId().toString(36).toUpperCase().padStart(10, "0");
  return `${number}${shortDay(now)}GUEST000P01`;
}

function needsPage({ type, isBlikCode, decision }: ChosenMethod): boolean {
  return decision.page !== null || (type === "PBL" && !isBlikCode);
}

function statusOf({ currency }: Pos, method: ChosenMethod | undefined): { statusCode: string } {
  const page = method?.decision.page ?? null;
  if (page !== null) return { statusCode: `WARNING_CONTINUE_${page}` };
  const isWarned = method?.type === "PBL" && findPayByLink(currency, method.value)?.warns;
  return { statusCode: isWarned ? "WARNING_CONTINUE_REDIRECT" : "SUCCESS" };
}
