import { LRUCache } from "lru-cache";
import type { Clock } from "../../domain/clock";
import type { OrderObservation } from "../../domain/order-observation";
import type { Answer } from "../answer";
import type {
  CreateOrderCommand,
  OrderOperations,
  OrderTerms,
  Outcome,
  ProviderRefusal,
  ShopCall,
} from "../provider";
import { isSuccess, type PayuClient, type Request } from "./client";
import { orderActionErrors, orderErrors, orderStateLiteral, valueLiteral } from "./errors";
import { type Failure, failureOf } from "./failures";
import { orderBody, orderRefusal, orderRefusals, suspectOf } from "./order-request";
import { type CreatedOrder, readAttempts, readCreated, readEnvelope, readOrder } from "./wire";

type Seen = Outcome<OrderObservation>;

/**
 * How long an ended order's list of transactions has to stay empty until it is believed. Choice: how far the list
 * lags behind the order is not published.
 */
const emptyForMs = 10 * 60_000;
/** Orders whose empty list is remembered, of each process. */
const mostEmpty = 10_000;

/** Orders of one seller or several. */
export class PayuOrders implements OrderOperations {
  /** Ended orders whose list of transactions was empty, and since when that is known. */
  readonly #emptySince = new LRUCache<string, number>({ max: mostEmpty });

  constructor(
    private readonly client: PayuClient,
    private readonly clock: Clock,
  ) {}

  refusalsOf(terms: OrderTerms): readonly ProviderRefusal[] {
    return orderRefusals(terms);
  }

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
      if (created === undefined) return reply.unreadable("the answer names no order");
      if (created.reference !== null && created.reference !== command.reference) {
        return reply.unreadable("the answer is about another order");
      }
      return { kind: "accepted", value: observationOf(command, created) };
    }
    if (readEnvelope(reply.json).statusCode !== "ERROR_ORDER_NOT_UNIQUE") {
      const failure = failureOf(reply, orderErrors);
      const suspect = namesNoValue(reply, failure) ? suspectOf(command) : undefined;
      return suspect === undefined ? failure : { kind: "refused", refusal: suspect };
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
    const seen = await this.#look(providerOrderId, shop);
    if (seen.kind !== "accepted" || seen.value?.status !== "CANCELLED") return seen;
    return this.#withReason(seen.value, shop);
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

  /** Neither answer shows the order, and a repeated call is refused: what counts is what a look shows after it. */
  async #act(
    providerOrderId: string,
    call: ShopCall,
    goal: "COMPLETED" | "CANCELLED",
    requestOf: (path: string) => Request,
  ): Promise<Seen> {
    const reply = await this.client.ask(call.shop, () => requestOf(orderPath(providerOrderId)));
    if (reply.kind !== "answer") return reply;
    if (!isSuccess(reply) && !isWrongState(reply)) return failureOf(reply, orderActionErrors);
    // What PayU has just cancelled for us needs no other reason.
    const isReason = goal === "CANCELLED" && isSuccess(reply);
    const seen = isReason
      ? await this.#look(providerOrderId, call.shop)
      : await this.get(providerOrderId, call);
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
    return failureOf(reply, orderActionErrors);
  }

  /** The order as it stands, without the reason of one that has ended. */
  async #look(providerOrderId: string, shop: string): Promise<Outcome<OrderObservation | null>> {
    const answer = await this.client.find(shop, "getOrder", orderPath(providerOrderId));
    if (answer.kind !== "accepted") return answer;
    if (answer.value === null) return { kind: "accepted", value: null };
    const order = readOrder(answer.value.json);
    if (order === undefined) return answer.value.unreadable("the answer is no readable order");
    return order.providerOrderId === providerOrderId
      ? { kind: "accepted", value: order }
      : answer.value.unreadable("the answer is about another order");
  }

  /**
   * GET …/transactions. What has ended stays as it was first seen: a decline that is taken for a cancellation would
   * stay one. Only what PayU tells of the transactions, be it that there are none, is an answer.
   */
  async #withReason(order: OrderObservation, shop: string): Promise<Seen> {
    const path = `${orderPath(order.providerOrderId)}/transactions`;
    const answer = await this.client.find(shop, "getTransactions", path);
    if (answer.kind !== "accepted") return { kind: "unknown", reason: "why it ended is not told" };
    if (answer.value === null) return { kind: "accepted", value: order };
    const attempts = readAttempts(answer.value.json);
    if (attempts === undefined) {
      return answer.value.unreadable("the answer is no readable list of transactions");
    }
    if (attempts.count === 0 && this.#isNewlyEmpty(order.providerOrderId)) {
      return { kind: "unknown", reason: "no transaction is shown yet" };
    }
    this.#emptySince.delete(order.providerOrderId);
    const { resultCode } = attempts;
    if (resultCode === null) return { kind: "accepted", value: order };
    return {
      kind: "accepted",
      value: { ...order, status: "REJECTED", providerStatusDetail: resultCode },
    };
  }

  /** Whether an empty list may be one that lags behind: a process believes it once it has stayed empty. */
  #isNewlyEmpty(providerOrderId: string): boolean {
    const nowMs = this.clock.now().getTime();
    const since = this.#emptySince.get(providerOrderId);
    if (since !== undefined) return nowMs - since < emptyForMs;
    this.#emptySince.set(providerOrderId, nowMs);
    return true;
  }
}

export function orderPath(providerOrderId: string): string {
  return `/api/v2_1/orders/${encodeURIComponent(providerOrderId)}`;
}

/** Accepted, and never more than that: whether it is paid, only a look tells. */
function observationOf(
  command: CreateOrderCommand,
  { orderId, redirectUri, iframeAllowed }: CreatedOrder,
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
    nextAction:
      redirectUri === null
        ? null
        : { kind: "GO_TO_PAGE", url: redirectUri, mayBeFramed: iframeAllowed, expiresAt: null },
    completedAt: null,
  };
}

/** PayU refuses a value and says no more; its antifraud has the same literal under another status. */
function namesNoValue(reply: Answer, failure: Failure): boolean {
  return (
    reply.status === 400 &&
    failure.kind === "refused" &&
    failure.refusal.providerCode === valueLiteral &&
    readEnvelope(reply.json).statusCode === valueLiteral
  );
}

function isWrongState(reply: Answer): boolean {
  return reply.status === 400 && readEnvelope(reply.json).codeLiteral === orderStateLiteral;
}

/** "Order has incorrect status. Transition is impossible.", which a repeated capture is told as well. */
function isTransitionRefused(reply: Answer): boolean {
  return isWrongState(reply) && readEnvelope(reply.json).code === "108";
}
