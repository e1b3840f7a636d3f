import type { LedgerType } from "../core/ledger";
import { accountName } from "./books";
import { type Pos, refundedMinor } from "./model";
import type { World } from "./world";

interface Balance {
  totalMinor: number;
  availableMinor: number;
}

/** Where all the money of a marketplace in one currency is, and where it came from. */
export interface Totals {
  currency: string;
  sellers: ({ extCustomerId: string } & Balance)[];
  /** The shops' own accounts: fees, and sales without sellers. */
  shops: ({ shopId: string } & Balance)[];
  capturedMinor: number;
  /** Refunds under way included: their money has left the balances. */
  refundedMinor: number;
  /** Payouts under way included, returned ones not. */
  paidOutMinor: number;
  /** Corrections included. */
  grantedMinor: number;
  chargedBackMinor: number;
}

/**
 * At every moment: sellers + shops + paid out = captured − refunded + granted − charged back. The right-hand side
 * comes from the orders, refunds and payouts themselves and not from the accounts.
 */
export function totalsOf(world: World, pos: Pos): Totals {
  const now = world.clock.now();
  const { marketplaceId, currency } = pos;
  const poses = [...world.poses.values()].filter(
    (other) => other.marketplaceId === marketplaceId && other.currency === currency,
  );
  const posIds = new Set(poses.map(({ posId }) => posId));
  const ours = ({ posId }: { posId: string }) => posIds.has(posId);
  const orders = world.orders.all().filter(ours);
  const payouts = world.payouts.all().filter(ours);
  const entries = (wanted: LedgerType) =>
    world.ledger.list({}).filter(({ type, account }) => type === wanted && posIds.has(account));
  const shops = [...new Map(poses.map((shop) => [shop.shopId, shop])).values()];
  return {
    currency,
    sellers: world.sellersOf(marketplaceId).map(({ extCustomerId }) => ({
      extCustomerId,
      ...world.books.balance(accountName(pos, extCustomerId), now),
    })),
    shops: shops.map((shop) => ({
      shopId: shop.shopId,
      ...world.books.balance(accountName(shop, null), now),
    })),
    capturedMinor: sum(orders, ({ capturedMinor }) => capturedMinor),
    refundedMinor: sum(orders, refundedMinor),
    paidOutMinor: sum(payouts, ({ code, amountMinor }) =>
      code === 3 || code === 6 ? 0 : amountMinor,
    ),
    grantedMinor: sum(entries("grant"), ({ amountMinor }) => amountMinor),
    chargedBackMinor: sum(entries("chargeback"), ({ amountMinor }) => amountMinor),
  };
}

function sum<Item>(items: readonly Item[], amountOf: (item: Item) => number): number {
  return items.reduce((all, item) => all + amountOf(item), 0);
}
