import type { FastifyInstance } from "fastify";
import { isObject } from "../core/json-body";
import { authenticate } from "./caller";
import { createOrder } from "./create-order";
import { invalid, refusal } from "./errors";
import { Fields } from "./fields";
import type { Order, Pos } from "./model";
import { cancelOrder, captureOrder, planSettlement } from "./order-moves";
import { viewOrder, viewTransactions } from "./order-view";
import { pageUrl } from "./pay-page";
import type { World } from "./world";

interface OrderPath {
  Params: { id: string };
}

/** `/api/v2_1/orders`: create, read, capture, cancel. */
export function registerOrders(app: FastifyInstance, world: World): void {
  app.post("/api/v2_1/orders", (request, reply) => {
    const pos = authenticate(world, request);
    const { order, httpStatus, statusCode } = createOrder(world, pos, request.body);
    planSettlement(world, order);
    const redirectUri = httpStatus === 302 ? pageUrl(world, order) : undefined;
    if (redirectUri !== undefined) reply.header("location", redirectUri);
    return reply.code(httpStatus).send({
      status: { statusCode },
      redirectUri,
      ...names(order),
    });
  });

  app.get<OrderPath>("/api/v2_1/orders/:id", (request, reply) => {
    const order = findOrder(world, authenticate(world, request), request.params.id);
    const status = readStatus(order);
    return reply.send({
      orders: [viewOrder(order, status)],
      status: { statusCode: "SUCCESS", statusDesc: "Request processing successful" },
      properties: status === "NEW" ? [] : [{ name: "PAYMENT_ID", value: order.paymentId }],
    });
  });

  app.get<OrderPath>("/api/v2_1/orders/:id/transactions", (request, reply) => {
    const order = findOrder(world, authenticate(world, request), request.params.id);
    return reply.send(viewTransactions(order));
  });

  app.delete<OrderPath>("/api/v2_1/orders/:id", (request, reply) => {
    const order = findOrder(world, authenticate(world, request), request.params.id);
    cancelOrder(world, order);
    const statusDesc = "Order was canceled";
    return reply.send({ ...names(order), status: { statusCode: "SUCCESS", statusDesc } });
  });

  app.post<OrderPath>("/api/v2_1/orders/:id/captures", (request, reply) => {
    const order = findOrder(world, authenticate(world, request), request.params.id);
    captureOrder(world, order, readCapture(order, request.body));
    return reply.send(updated);
  });

  // Deprecated, and still listed.
  app.put<OrderPath>("/api/v2_1/orders/:id/status", (request, reply) => {
    const order = findOrder(world, authenticate(world, request), request.params.id);
    const body = Fields.of(request.body);
    if (body.requiredText("orderId") !== order.id)
      throw invalid("orderId", "is not that in the path");
    if (body.requiredText("orderStatus") !== "COMPLETED") {
      throw invalid("orderStatus", "can be COMPLETED only");
    }
    captureOrder(world, order);
    return reply.send(updated);
  });
}

const updated = { status: { statusCode: "SUCCESS", statusDesc: "Status was updated" } };

/** Choice: another POS's order is refused like another POS's token, and not hidden. */
export function findOrder(world: World, pos: Pos, id: string): Order {
  const order = world.orders.get(id);
  if (!order) throw refusal("dataNotFound", "Could not find data for given criteria.");
  if (order.posId !== pos.posId) {
    throw refusal("foreignPos", "Permission denied for given action");
  }
  return order;
}

export function names(order: Order): { orderId: string; extOrderId?: string } {
  const { id: orderId, extOrderId } = order;
  return extOrderId === null ? { orderId } : { orderId, extOrderId };
}

/** The status, or the one before, for as many reads as were asked for. */
function readStatus(order: Order): Order["status"] {
  const { stale } = order;
  if (stale === null || stale.reads === 0) return order.status;
  stale.reads -= 1;
  return stale.status;
}

function readCapture(order: Order, body: unknown): number | undefined {
  if (!isObject(body) || Object.keys(body).length === 0) return undefined;
  const capture = Fields.of(body);
  if (capture.requiredText("currencyCode") !== order.currency) {
    throw invalid("currencyCode", "is not the order's");
  }
  return capture.requiredDigits("amount");
}
