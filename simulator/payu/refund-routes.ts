import type { FastifyInstance } from "fastify";
import { isObject } from "../core/json-body";
import { authenticate } from "./caller";
import { refusal } from "./errors";
import type { Order, Pos, Refund } from "./model";
import { findOrder, names } from "./order-routes";
import { viewRefund } from "./order-view";
import { openRefund, planRefund } from "./refund-moves";
import { type RefundRequest, readRefundRequest } from "./refund-request";
import type { World } from "./world";

/** Refunds without an id of their own may not follow each other faster (PayU docs: refunds). */
const shortestWaitMs = 1_000;

/** `/api/v2_1/orders/:id/refunds`: whole and partial refunds, of the order or of one seller. */
export function registerRefunds(app: FastifyInstance, world: World): void {
  app.post<{ Params: { id: string } }>("/api/v2_1/orders/:id/refunds", (request, reply) => {
    const pos = authenticate(world, request);
    const order = findRefundable(world, pos, request.params.id, request.body);
    const asked = readRefundRequest(request.body, order);
    if (asked.extRefundId === null && order.carts.length > 0) {
      throw refusal("extRefundIdMissing", "extRefundId is required for marketplaces");
    }
    const known = findRepeated(world, order, asked);
    const refund = known ?? openRefund(world, order, asked);
    const answer = {
      ...names(order),
      refund: viewRefund(order, refund),
      status: { statusCode: "SUCCESS", statusDesc: "Refund queued for processing" },
    };
    if (!known) planRefund(world, order, refund);
    return reply.send(answer);
  });

  app.get<{ Params: { id: string } }>("/api/v2_1/orders/:id/refunds", (request, reply) => {
    const order = findOrder(world, authenticate(world, request), request.params.id);
    return reply.send({ refunds: order.refunds.map((refund) => viewRefund(order, refund)) });
  });

  app.get<{ Params: { id: string; refundId: string } }>(
    "/api/v2_1/orders/:id/refunds/:refundId",
    (request, reply) => {
      const order = findOrder(world, authenticate(world, request), request.params.id);
      const refund = order.refunds.find(({ id }) => id === request.params.refundId);
      if (!refund) throw refusal("dataNotFound", "Could not find data for given criteria.");
      return reply.send(viewRefund(order, refund));
    },
  );
}

/** Choice: an unknown order has a code of its own when the refund names a seller. */
function findRefundable(world: World, pos: Pos, id: string, body: unknown): Order {
  const namesSeller =
    isObject(body) && isObject(body.refund) && body.refund.extCustomerId !== undefined;
  if (namesSeller && !world.orders.get(id)) {
    throw refusal("marketplaceOrderNotFound", "The order is not known");
  }
  return findOrder(world, pos, id);
}

/**
 * The refund that this request asks for again. With an id of its own, other data are refused. Choice:
 * without one, the same data always mean the same refund, as the reference has it, and other data
 * within a second come too often.
 */
function findRepeated(world: World, order: Order, asked: RefundRequest): Refund | undefined {
  const { extRefundId, fingerprint } = asked;
  const known = order.refunds.find(
    (refund) =>
      refund.extRefundId === extRefundId &&
      (extRefundId !== null || refund.fingerprint === fingerprint),
  );
  if (known && known.fingerprint !== fingerprint) {
    throw refusal("refundMismatch", "extRefundId was used with other data");
  }
  const latest = order.refunds.at(-1);
  const isSoon = latest && world.clock.now() - latest.createdAt < shortestWaitMs;
  if (!known && extRefundId === null && isSoon) {
    throw refusal("refundTooOften", "Refunds without extRefundId need a second between them");
  }
  return known;
}
