import type { Order, Refund } from "./model";

/** All orders, found by their id, by the shop's own id, and by the ids of their refunds. */
export class OrderBook {
  readonly #byId = new Map<string, Order>();
  readonly #byExtId = new Map<string, Order>();
  readonly #byRefund = new Map<string, Order>();

  add(order: Order): void {
    this.#byId.set(order.id, order);
    if (order.extOrderId !== null) this.#byExtId.set(`${order.posId} ${order.extOrderId}`, order);
    for (const refund of order.refunds) this.#byRefund.set(refund.id, order);
  }

  addRefund(order: Order, refund: Refund): void {
    order.refunds.push(refund);
    this.#byRefund.set(refund.id, order);
  }

  get(id: string): Order | undefined {
    return this.#byId.get(id);
  }

  /** A shop's id stays used for ever, whatever became of the order. */
  withExtId(posId: string, extOrderId: string): Order | undefined {
    return this.#byExtId.get(`${posId} ${extOrderId}`);
  }

  withRefund(refundId: string): { order: Order; refund: Refund } | undefined {
    const order = this.#byRefund.get(refundId);
    const refund = order?.refunds.find(({ id }) => id === refundId);
    return order && refund && { order, refund };
  }

  all(): Order[] {
    return [...this.#byId.values()];
  }

  restore(orders: Order[]): void {
    for (const map of [this.#byId, this.#byExtId, this.#byRefund]) map.clear();
    for (const order of orders) this.add(order);
  }
}
