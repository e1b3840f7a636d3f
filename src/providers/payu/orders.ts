import type { OrderObservation } from "../../domain/order-observation";
import type { CreateOrderCommand, OrderOperations, Outcome, ShopCall } from "../provider";
import { isSuccess, type PayuClient, type Reply, type Request } from "./client";
import { orderDeedErrors, orderErrors, orderStateLiteral } from "./errors";
import { failureOf } from "./failures";
import { orderBody, orderRefusal } from "./order-request";
import { type CreatedOrder, readCreated, readEnvelope, readOrder, readResultCode } from "./wire";

type Seen = Outcome<OrderObservation>;

/** Orders of one seller or several. */
export class PayuOrders implements OrderOperations {
  constructor(private readonly client: PayuClient) {}

  /**
   * POST /api/v2_1/orders. A repeated extOrderId is refused, and the refusal names the order that has it: that makes
   * sending again safe, and is the only way to find an order whose answer was lost. Where the buyer
   * was to go on is then not told again.
   */
  async create(command: CreateOrderCommand, { shop }: ShopCall): Promise<Seen> {
    const refusal = orderRefusal(command);
    if (refusal !== undefined) return { kind: "refused", refusal };
    const reply = await this.client.ask(shop, (settings) => ({
      operation: "createOrder",
      method: "POST",
      path: "/api/v2_1/orders",
      body: orderBody(command, settings),
    }));
    if (reply.kind !== "answer") return reply;
    const created = readCreated(reply.json);
    if (isSuccess(reply)) {
      if (created === undefined) return { kind: "unknown", reason: "the answer names no order" };
      if (created.reference !== null && created.reference !== command.reference) {
        return { kind: "unknown", reason: "the answer is about another order" };
      }
      return { kind: "accepted", value: observationOf(command, created) };
    }
    if (readEnvelope(reply.json).statusCode !== "ERROR_ORDER_NOT_UNIQUE") {
      return failureOf(reply, orderErrors);
    }
    if (created === undefined) return { kind: "unknown", reason: "an order with our id is there" };
    const seen = await this.get(created.orderId, { shop });
    if (seen.kind === "accepted" && seen.value !== null)
      return { kind: "accepted", value: seen.value };
    return { kind: "unknown", reason: "an order with our id is there, and cannot be read yet" };
  }

  /** GET /api/v2_1/orders/{id}; for one that has ended, also why. */
  async get(
    providerOrderId: string,
    { shop }: ShopCall,
  ): Promise<Outcome<OrderObservation | null>> {
    const answer = await this.client.find(shop, "getOrder", orderPath(providerOrderId));
    if (answer.kind !== "accepted") return answer;
    if (answer.value === null) return { kind: "accepted", value: null };
    const order = readOrder(answer.value.json);
    if (order === undefined) return { kind: "unknown", reason: "the answer is no readable order" };
    if (order.providerOrderId !== providerOrderId) {
      return { kind: "unknown", reason: "the answer is about another order" };
    }
    if (order.status !== "CANCELLED") return { kind: "accepted", value: order };
    return this.#withReason(order, shop);
  }

  /** POST …/captures; without a body all of it. */
  capture(providerOrderId: string, call: ShopCall): Promise<Seen> {
    return this.#act(providerOrderId, call, "COMPLETED", (path) => ({
      operation: "captureOrder",
      method: "POST",
      path: `${path}/captures`,
      body: {},
    }));
  }

  /** DELETE /api/v2_1/orders/{id}. */
  cancel(providerOrderId: string, call: ShopCall): Promise<Seen> {
    return this.#act(providerOrderId, call, "CANCELLED", (path) => ({
      operation: "cancelOrder",
      method: "DELETE",
      path,
    }));
  }

  /** Neither answer shows the order, and a repeated deed is refused: what counts is what a look shows after it. */
  async #act(
    providerOrderId: string,
    call: ShopCall,
    goal: "COMPLETED" | "CANCELLED",
    requestOf: (path: string) => Request,
  ): Promise<Seen> {
    const reply = await this.client.ask(call.shop, () => requestOf(orderPath(providerOrderId)));
    if (reply.kind !== "answer") return reply;
    if (!isSuccess(reply) && !isWrongState(reply)) return failureOf(reply, orderDeedErrors);
    const seen = await this.get(providerOrderId, call);
    if (seen.kind !== "accepted" || seen.value === null) {
      return { kind: "unknown", reason: "it was answered, and the order cannot be read" };
    }
    const isDone =
      seen.value.status === goal || (goal === "CANCELLED" && seen.value.status === "REJECTED");
    if (isDone) return { kind: "accepted", value: seen.value };
    // Reading servers may lag behind what was just done, now or by an earlier attempt whose answer was lost.
    const mayBeDone = seen.value.status === "AUTHORIZED" && isTransitionRefused(reply);
    if (isSuccess(reply) || mayBeDone) {
      return { kind: "unknown", reason: "the order does not show it yet" };
    }
    return failureOf(reply, orderDeedErrors);
  }

  async #withReason(order: OrderObservation, shop: string): Promise<Seen> {
    const path = `${orderPath(order.providerOrderId)}/transactions`;
    const answer = await this.client.find(shop, "getTransactions", path);
    // What has ended stays as it was first seen: a decline that is taken for a cancellation would stay one.
    if (answer.kind === "unknown") return answer;
    const reason =
      answer.kind === "accepted" && answer.value !== null
        ? readResultCode(answer.value.json)
        : null;
    if (reason === null) return { kind: "accepted", value: order };
    return {
      kind: "accepted",
      value: { ...order, status: "REJECTED", providerStatusDetail: reason },
    };
  }
}

export function orderPath(providerOrderId: string): string {
  return `/api/v2_1/orders/${encodeURIComponent(providerOrderId)}`;
}

/** Accepted, and never more than that: whether it is paid, only a look tells. */
function observationOf(
  command: CreateOrderCommand,
  { orderId, redirectUri }: CreatedOrder,
): OrderObservation {
  return {
    providerOrderId: orderId,
    status: "PENDING",
    providerStatus: "NEW",
    providerStatusDetail: null,
    total: command.total,
    reference: command.reference,
    carts: null,
    method: null,
    redirectUrl: redirectUri,
    completedAt: null,
  };
}

function isWrongState(reply: Extract<Reply, { kind: "answer" }>): boolean {
  return reply.status === 400 && readEnvelope(reply.json).codeLiteral === orderStateLiteral;
}

/** "Order has incorrect status. Transition is impossible.", which a repeated capture is told as well. */
function isTransitionRefused(reply: Extract<Reply, { kind: "answer" }>): boolean {
  return isWrongState(reply) && readEnvelope(reply.json).code === "108";
}
