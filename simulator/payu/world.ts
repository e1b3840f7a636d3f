import { type SharedSnapshot, SharedWorld, type SharedWorldOptions } from "../core/shared-world";
import { Books } from "./books";
import type { Effect, Order, Payout, Pos, Seller, Token } from "./model";
import { OrderBook } from "./order-book";
import { PayoutBook } from "./payout-book";
import { defaultSettings, type Settings } from "./settings";

export interface WorldOptions extends SharedWorldOptions {
  /** Where payouts of POS without an address of their own are told of. */
  payoutUrl: string;
}

const minute = 60_000;
const hour = 60 * minute;

/**
 * When a notification is sent again, counted from the first attempt (PayU docs: lifecycle). Choice:
 * the published table reads like that, but does not say so.
 */
const retriesAfterMs = [
  ...[1, 2, 5, 10, 30].map((minutes) => minutes * minute),
  ...[1, 2, 3, 6, 9, 12, 15, 18, 21, 24, 36, 48, 60, 72].map((hours) => hours * hour),
];
const retryWaitsMs = retriesAfterMs.map((after, index) => after - (retriesAfterMs[index - 1] ?? 0));

interface Snapshot extends SharedSnapshot<Effect> {
  poses: Pos[];
  sellers: Seller[];
  tokens: Token[];
  orders: Order[];
  payouts: Payout[];
  usedCardTokens: string[];
  transfers: string[];
  accounts: ReturnType<Books["snapshot"]>;
}

/** Everything that one simulated PayU knows. The routes act on it and hold nothing themselves. */
export class World extends SharedWorld<Effect> {
  readonly poses = new Map<string, Pos>();
  readonly tokens = new Map<string, Token>();
  readonly orders = new OrderBook();
  readonly payouts = new PayoutBook();
  readonly books = new Books();
  readonly usedCardTokens = new Set<string>();
  /** The extTransferIds that were used, each behind its marketplace. */
  readonly transfers = new Set<string>();
  settings: Settings;
  readonly #sellers = new Map<string, Seller>();

  constructor(private readonly options: WorldOptions) {
    super(options, { retryWaitsMs, acceptedStatuses: [200] });
    this.settings = defaultSettings(options.payoutUrl);
    this.stateFile.keep(() => ({ payu: this.#snapshot() }));
  }

  /** Runs the task when so much time has passed; at once for 0. */
  after(instant: number, task: () => void): void {
    if (instant <= this.clock.now()) task();
    else this.schedule.at(instant, task);
  }

  addSeller(seller: Seller): void {
    this.#sellers.set(`${seller.marketplaceId} ${seller.extCustomerId}`, seller);
    this.changed();
  }

  seller(marketplaceId: string, extCustomerId: string): Seller | undefined {
    return this.#sellers.get(`${marketplaceId} ${extCustomerId}`);
  }

  sellersOf(marketplaceId: string): Seller[] {
    return [...this.#sellers.values()].filter((seller) => seller.marketplaceId === marketplaceId);
  }

  /** The POS that made an order or a payout; such POS are never removed. */
  posOf({ posId }: { posId: string }): Pos {
    const pos = this.poses.get(posId);
    if (!pos) throw new Error(`There is no POS ${posId}`);
    return pos;
  }

  /** Brings back a saved state. False when there is none. */
  load(): boolean {
    const saved = (this.stateFile.read() as { payu?: Snapshot } | undefined)?.payu;
    if (saved === undefined) return false;
    this.restoreShared(saved);
    for (const pos of saved.poses) this.poses.set(pos.posId, pos);
    for (const seller of saved.sellers) this.addSeller(seller);
    for (const token of saved.tokens) this.tokens.set(token.value, token);
    for (const token of saved.usedCardTokens) this.usedCardTokens.add(token);
    for (const transfer of saved.transfers) this.transfers.add(transfer);
    this.orders.restore(saved.orders);
    this.payouts.restore(saved.payouts);
    this.books.restore(saved.accounts);
    return true;
  }

  /** Back to nothing; whoever resets seeds anew. */
  reset(): void {
    this.resetShared();
    const all = [this.poses, this.#sellers, this.tokens, this.usedCardTokens, this.transfers];
    for (const collection of all) collection.clear();
    this.orders.restore([]);
    this.payouts.restore([]);
    this.books.restore([]);
    this.settings = defaultSettings(this.options.payoutUrl);
    this.changed();
  }

  #snapshot(): Snapshot {
    return {
      ...this.sharedSnapshot(),
      poses: [...this.poses.values()],
      sellers: [...this.#sellers.values()],
      tokens: [...this.tokens.values()],
      orders: this.orders.all(),
      payouts: this.payouts.all(),
      usedCardTokens: [...this.usedCardTokens],
      transfers: [...this.transfers],
      accounts: this.books.snapshot(),
    };
  }
}
