import type { Payout } from "./model";

/** All payouts, found by their id and by the shop's own id. */
export class PayoutBook {
  readonly #byId = new Map<string, Payout>();
  readonly #byExtId = new Map<string, Payout>();

  add(payout: Payout): void {
    this.#byId.set(payout.id, payout);
    const { shopId, extPayoutId } = payout;
    if (extPayoutId !== null) this.#byExtId.set(`${shopId} ${extPayoutId}`, payout);
  }

  get(id: string): Payout | undefined {
    return this.#byId.get(id);
  }

  withExtId(shopId: string, extPayoutId: string): Payout | undefined {
    return this.#byExtId.get(`${shopId} ${extPayoutId}`);
  }

  all(): Payout[] {
    return [...this.#byId.values()];
  }

  restore(payouts: Payout[]): void {
    this.#byId.clear();
    this.#byExtId.clear();
    for (const payout of payouts) this.add(payout);
  }
}
