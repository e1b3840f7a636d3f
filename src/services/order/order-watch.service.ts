import { notFound, refuse } from "../../domain/errors";
import type { MarketplaceOrderId, SellerId } from "../../domain/ids";
import { type Principal, scopeOf } from "../../domain/principal";
import type { EventEntity } from "../../entities/event.entity";
import { chain, type WatchDependencies, watchSeller } from "../watching/watch-seller";
import type { OrderReader } from "./order-reader";

/** What to watch: one order, or all orders in which a seller has a cart. */
export interface OrderWatchRequest {
  readonly id?: MarketplaceOrderId;
  readonly sellerId?: SellerId;
  /** A cursor of an earlier update: everything since it comes first. */
  readonly after?: string;
}

interface Dependencies extends WatchDependencies {
  readonly reader: OrderReader;
}

/**
 * Live updates of orders. One order is followed in its own log, from its present state (its newest event); a
 * seller's orders in the seller's log, where the payments of its carts change.
 */
export class OrderWatchService {
  constructor(private readonly deps: Dependencies) {}

  /**
   * Checks the request and gives the events to show, without end.
   * @throws Refusal NOT_FOUND, INVALID_INPUT or CURSOR_INVALID
   */
  async watch(
    principal: Principal,
    request: OrderWatchRequest,
  ): Promise<AsyncIterable<EventEntity>> {
    const { id, ...ofSeller } = request;
    if (id !== undefined) return this.#watchOrder(principal, id, request.after);
    if (request.sellerId === undefined && principal.role !== "SELLER") {
      throw refuse("INVALID_INPUT", "say what to watch: id or sellerId", ["id"]);
    }
    return watchSeller(this.deps, principal, ofSeller, isCartEvent);
  }

  async #watchOrder(
    principal: Principal,
    id: MarketplaceOrderId,
    after: string | undefined,
  ): Promise<AsyncIterable<EventEntity>> {
    const scope = scopeOf(principal);
    const order =
      scope.onlyPaymentId === undefined ? await this.deps.reader.byId(scope, id) : undefined;
    if (order === undefined) throw notFound("order", ["id"]);
    if (after !== undefined) {
      const seq = this.deps.cursors.seqIn(id, after);
      return chain([], this.deps.feed.follow(id, seq), () => true);
    }
    // State and event are one transaction: the event of this version is the state that was read.
    const present = await this.deps.log.find(id, order.version);
    if (present === undefined) throw new Error(`${id} has no event ${order.version}`);
    return chain([present], this.deps.feed.follow(id, present.seq), () => true);
  }
}

function isCartEvent({ snapshot }: EventEntity): boolean {
  return snapshot.orderId !== undefined;
}
