import DataLoader from "dataloader";
import type {
  MarketplaceOrderId,
  PaymentId,
  PayoutId,
  ProviderAccountId,
  RefundId,
  SellerId,
  TestUserId,
  TransferId,
} from "../../domain/ids";
import type { Scope } from "../../domain/principal";
import type { EventEntity } from "../../entities/event.entity";
import type { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import type { PaymentEntity } from "../../entities/payment.entity";
import type { PayoutEntity } from "../../entities/payout.entity";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type { RefundEntity } from "../../entities/refund.entity";
import type { SellerEntity } from "../../entities/seller.entity";
import type { TestUserEntity } from "../../entities/test-user.entity";
import type { TransferEntity } from "../../entities/transfer.entity";
import type { EventLog } from "../../events/event-log";
import type { ResolverServices } from "../context";

/** One loader for each edge, made for each request: many keys become one query, within the caller's scope. */
export interface Loaders {
  readonly payments: DataLoader<PaymentId, PaymentEntity | undefined>;
  readonly sellers: DataLoader<SellerId, SellerEntity | undefined>;
  readonly accounts: DataLoader<ProviderAccountId, ProviderAccountEntity | undefined>;
  /** Those that payments went to, also where they have moved to a seller out of scope since. */
  readonly accountsOfPayments: DataLoader<ProviderAccountId, ProviderAccountEntity | undefined>;
  readonly accountsOfSeller: DataLoader<SellerId, readonly ProviderAccountEntity[]>;
  readonly orders: DataLoader<MarketplaceOrderId, MarketplaceOrderEntity | undefined>;
  readonly paymentsOfOrder: DataLoader<MarketplaceOrderId, readonly PaymentEntity[]>;
  readonly payouts: DataLoader<PayoutId, PayoutEntity | undefined>;
  readonly transfers: DataLoader<TransferId, TransferEntity | undefined>;
  readonly testUsers: DataLoader<TestUserId, TestUserEntity | undefined>;
  readonly refunds: DataLoader<RefundId, RefundEntity | undefined>;
  readonly refundsOfPayment: DataLoader<PaymentId, readonly RefundEntity[]>;
  readonly timelines: DataLoader<TimelineKey, readonly EventEntity[], string>;
}

/** A part of the timeline of a payment, order, payout or transfer. */
export interface TimelineKey {
  readonly id: string;
  readonly after: bigint;
  readonly limit: number;
}

export function createLoaders(services: ResolverServices, scope: Scope): Loaders {
  const { payments, orders, payouts, transfers, sellers, accounts, testUsers, events } = services;
  return {
    payments: new DataLoader((ids) => payments.reader.byIds(scope, ids)),
    sellers: new DataLoader((ids) => sellers.byIds(scope, ids)),
    accounts: new DataLoader((ids) => sellers.accountsByIds(scope, ids)),
    // What has these accounts, refunds and timelines was read in scope before.
    accountsOfPayments: new DataLoader(async (ids) => {
      const found = await accounts.byIds(ids);
      return ids.map((id) => found.get(id));
    }),
    accountsOfSeller: new DataLoader(async (ids) =>
      groupBy(ids, await accounts.ofSellers(ids), (account) => account.sellerId),
    ),
    orders: new DataLoader((ids) => orders.reader.byIds(scope, ids)),
    paymentsOfOrder: new DataLoader(async (ids) =>
      groupBy(ids, await orders.reader.paymentsOf(scope, ids), (payment) => payment.orderId),
    ),
    payouts: new DataLoader((ids) => payouts.reader.byIds(scope, ids)),
    transfers: new DataLoader((ids) => transfers.reader.byIds(scope, ids)),
    testUsers: new DataLoader((ids) => testUsers.byIds(scope, ids)),
    refunds: new DataLoader((ids) => payments.reader.refundsByIds(scope, ids)),
    refundsOfPayment: new DataLoader(async (ids) =>
      groupBy(ids, await payments.reader.refundsOf(ids), (refund) => refund.paymentId),
    ),
    timelines: new DataLoader((keys) => loadTimelines(events, keys), {
      cacheKeyFn: ({ id, after, limit }) => `${id} ${after} ${limit}`,
    }),
  };
}

/** One query for all timelines from one place on; a document that lists things has one such place. */
async function loadTimelines(
  log: EventLog,
  keys: readonly TimelineKey[],
): Promise<EventEntity[][]> {
  const timelines = new Map<TimelineKey, EventEntity[]>();
  const isAlike = (a: TimelineKey) => (b: TimelineKey) =>
    a.after === b.after && a.limit === b.limit;
  for (const key of keys) {
    if (timelines.has(key)) continue;
    const alike = keys.filter(isAlike(key));
    const ids = alike.map(({ id }) => id);
    const events = await log.ofTopics(ids, key.after, key.limit);
    const found = groupBy(ids, events, ({ topicId }) => topicId);
    for (const [index, each] of alike.entries()) timelines.set(each, found[index] ?? []);
  }
  return keys.map((key) => timelines.get(key) ?? []);
}

/** The rows of each key, in the order of the keys. */
function groupBy<K, V>(keys: readonly K[], rows: readonly V[], keyOf: (row: V) => K | null): V[][] {
  const groups = new Map<K | null, V[]>(keys.map((key) => [key, []]));
  for (const row of rows) groups.get(keyOf(row))?.push(row);
  return keys.map((key) => groups.get(key) ?? []);
}
