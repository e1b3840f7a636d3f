import { ulid } from "ulid";
import { z } from "zod";
import type { Caller } from "../caller";
import { headerOf } from "../payment-routes";
import type { World } from "../world";
import {
  type App,
  authenticateForOrder,
  authenticateOrders,
  doneBefore,
  orderKey,
  orderRefusal,
  rememberDone,
} from "./answers";
import { findOrder } from "./find-order";
import type { InPersonOrder, Reader } from "./model";
import { isTestReader, registerOrderEvents } from "./order-events";
import { askToCancel, cancelOrder, openOrder, readerOf } from "./order-moves";
import { registerOrderRefunds } from "./order-refunds";
import {
  checkSponsor,
  durationMs,
  newOrder,
  type PointOrderRequest,
  type QrOrderRequest,
  readAmountText,
  readOrderRequest,
  usualLifeMs,
} from "./order-request";
import { searchOrders } from "./order-search";
import { viewOrder } from "./order-view";

/** `/v1/orders` for readers and QR codes: create, read, search, cancel, refund, and events of test readers. */
export function registerOrders(app: App, world: World): void {
  app.post("/v1/orders", (request, reply) => {
    const caller = authenticateOrders(world, request);
    const key = orderKey(caller, request, "POST /v1/orders");
    const before = doneBefore(world, key, request);
    const original = before === undefined ? undefined : world.inPerson.order(before);
    // Measured: status 201 again. Choice: with the very answer of then, whatever happened since.
    if (original?.firstAnswer) return reply.code(201).send(original.firstAnswer);
    const body = readOrderRequest(request.body);
    checkSponsor(world, body);
    const order =
      body.type === "point" ? pointOrder(world, caller, body) : qrOrder(world, caller, body);
    order.firstAnswer = viewOrder(world, order);
    openOrder(world, order);
    rememberDone(world, key, request, order.key);
    return reply.code(201).send(order.firstAnswer);
  });

  app.get("/v1/orders", (request, reply) => {
    const caller = authenticateForOrder(world, request, "orders");
    return reply.send(searchOrders(world, caller, request.query));
  });

  app.get<{ Params: { id: string } }>("/v1/orders/:id", (request, reply) => {
    const caller = authenticateForOrder(world, request, "orders");
    return reply.send(viewOrder(world, findOrder(world, caller, request.params.id)));
  });

  app.post<{ Params: { id: string } }>("/v1/orders/:id/cancel", (request, reply) => {
    const caller = authenticateForOrder(world, request, "orders");
    const key = orderKey(caller, request, `POST ${request.params.id}/cancel`);
    const order = findOrder(world, caller, request.params.id);
    if (doneBefore(world, key, request) !== undefined) {
      const isAsked = order.transactionDetail === "cancellation_requested";
      return reply.code(isAsked ? 202 : 200).send(viewOrder(world, order));
    }
    const status = cancel(world, order, headerOf(request, "x-allow-cancelable-status"));
    rememberDone(world, key, request, order.key);
    return reply.code(status).send(viewOrder(world, order));
  });

  registerOrderRefunds(app, world);
  registerOrderEvents(app, world);
}

/** The status that the answer has: 200 for the end of the order, 202 for a wish that the reader may ignore. */
function cancel(world: World, order: InPersonOrder, allowed: string | undefined): 200 | 202 {
  if (order.status === "created") {
    cancelOrder(world, order, "canceled_by_api");
    return 200;
  }
  if (order.status === "canceled") {
    throw orderRefusal(409, "order_already_canceled", "The order was canceled before");
  }
  // Choice: the header may name several states; it helps only where it names the one that the order is in.
  const isAllowed = (allowed ?? "").split(",").some((status) => status.trim() === "at_terminal");
  const reader = readerOf(world, order);
  if (order.status === "at_terminal" && isAllowed && reader?.canBeAskedToCancel === true) {
    askToCancel(world, order);
    return 202;
  }
  throw orderRefusal(409, "cannot_cancel_order", "The order's state does not allow this");
}

function pointOrder(world: World, caller: Caller, body: PointOrderRequest): InPersonOrder {
  const path = "$.transactions.payments[0].amount";
  const amountMinor = readAmountText(body.transactions.payments[0]?.amount ?? "", caller, path);
  const reader = ownReader(world, caller, body.config.point.terminal_id);
  const pos = world.inPerson.posOf(reader);
  if (pos === undefined) {
    const message = "The terminal belongs to no store and point of sale";
    throw orderRefusal(403, "store_pos_not_found", message);
  }
  if (world.inPerson.orderAtReader(reader.id) !== undefined) {
    const message = "There is already a queued order on the terminal";
    throw orderRefusal(409, "already_queued_order_for_terminal", message);
  }
  return newOrder(
    world,
    caller,
    { ...common(world, body), id: newOrderId(world, isTestReader(reader.id)), amountMinor },
    { reader },
  );
}

/** Choice: a terminal that does not exist, and one that was removed, is answered like somebody else's. */
export function ownReader(world: World, caller: Caller, id: string): Reader {
  const reader = world.inPerson.readers.get(id);
  if (reader?.account === caller.account.userId) return reader;
  const message = "The terminal does not belong to the user";
  throw orderRefusal(403, "forbidden_checking_terminal_owner", message);
}

/**
 * Choice: every order is taken, and the printed code leads to the newest that is still open; the documents
 * do not say what becomes of one before it. It is not canceled.
 */
function qrOrder(world: World, caller: Caller, body: QrOrderRequest): InPersonOrder {
  const amountMinor = readAmountText(body.total_amount, caller, "$.total_amount");
  const path = "$.transactions.payments[0].amount";
  const paid = readAmountText(body.transactions.payments[0]?.amount ?? "", caller, path);
  if (paid !== amountMinor) {
    const message = "The payment's amount is not the total amount";
    throw orderRefusal(400, "invalid_total_amount", message);
  }
  const items = body.items?.reduce(
    (sum, item) => sum + Math.round(Number(item.unit_price) * 100) * item.quantity,
    0,
  );
  if (items !== undefined && items !== Math.round(Number(body.total_amount) * 100)) {
    const message = "The items do not add up to the total amount";
    throw orderRefusal(400, "order_items_total_amount_mismatch", message);
  }
  const { external_pos_id, mode } = body.config.qr;
  const pos = world.inPerson.posWithExternalId(caller.account.userId, external_pos_id);
  // Choice: the code; the reference of QR orders names none for it.
  if (pos === undefined)
    throw orderRefusal(404, "pos_not_found", "The point of sale was not found");
  return newOrder(
    world,
    caller,
    { ...common(world, body), id: newOrderId(world, false), amountMinor },
    { pos, mode },
  );
}

function common(world: World, body: PointOrderRequest | QrOrderRequest) {
  const life = body.expiration_time === undefined ? undefined : durationMs(body.expiration_time);
  return {
    api: "orders" as const,
    externalReference: body.external_reference,
    description: body.description ?? null,
    expiresAt: world.clock.now() + (life ?? usualLifeMs),
    request: z.looseObject({}).parse(body),
  };
}

function newOrderId(world: World, isTest: boolean): string {
  return `${isTest ? "ORDTST" : "ORD"}${ulid(world.clock.now())}`;
}
