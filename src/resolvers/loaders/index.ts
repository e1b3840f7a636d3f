import DataLoader from "dataloader";
import type {
  Id,
  MarketplaceOrderId,
  PaymentId,
  ProviderAccountId,
  SellerId,
} from "../../domain/ids";
import type { Scope } from "../../domain/principal";
import { UnreadableRowError } from "../../domain/unreadable-row";
import type { EventEntity } from "../../entities/event.entity";
import type { PaymentEntity } from "../../entities/payment.entity";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type { RefundEntity } from "../../entities/refund.entity";
import type { EventLog } from "../../events/event-log";
import { kinds, type NodeKind, type NodeKindName, nodeKindNames, type RowOf } from "../kinds";
import type { ResolverServices } from "../services";

/** A loader for each kind of thing, by its id. */
type NodeLoaders = {
  readonly [K in NodeKindName]: DataLoader<Id<K>, RowOf<K> | undefined>;
};

/** One loader for each edge, made for each request: many keys become one query, within the caller's scope. */
export interface Loaders extends NodeLoaders {
  /** Those that payments went to, also where they have moved to a seller out of scope since. */
  readonly accountsOfPayments: DataLoader<ProviderAccountId, ProviderAccountEntity | undefined>;
  readonly accountsOfSeller: DataLoader<SellerId, readonly ProviderAccountEntity[]>;
  /** How far the logs of sellers have come. */
  readonly logEnds: DataLoader<SellerId, bigint>;
  readonly paymentsOfOrder: DataLoader<MarketplaceOrderId, readonly PaymentEntity[]>;
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
  const { payments, orders, accounts, events } = services;
  return {
    // What has these accounts, refunds and timelines was read in scope before.
    accountsOfPayments: loaderByIds(async (ids) => {
      const found = await accounts.byIds(ids);
      return ids.map((id) => found.get(id));
    }),
    accountsOfSeller: new DataLoader(async (ids) =>
      groupBy(ids, await accounts.ofSellers(ids), (account) => account.sellerId),
    ),
    logEnds: new DataLoader(async (ids) => {
      const ends = await events.lastSeqs(ids);
      return ids.map((id) => ends.get(id) ?? 0n);
    }),
    paymentsOfOrder: new DataLoader(async (ids) =>
      groupBy(ids, await orders.reader.paymentsOf(scope, ids), (payment) => payment.orderId),
    ),
    refundsOfPayment: new DataLoader(async (ids) =>
      groupBy(ids, await payments.reader.refundsOf(ids), (refund) => refund.paymentId),
    ),
    timelines: new DataLoader((keys) => loadTimelines(events, keys), {
      cacheKeyFn: ({ id, after, limit }) => `${id} ${after} ${limit}`,
    }),
    ...nodeLoaders(services, scope),
  };
}

/** The loader of a kind whose name is a variable. */
export function loaderOf<K extends NodeKindName>(
  loaders: Loaders,
  name: K,
): DataLoader<Id<K>, RowOf<K> | undefined> {
  return loaders[name] as unknown as DataLoader<Id<K>, RowOf<K> | undefined>;
}

function nodeLoaders(services: ResolverServices, scope: Scope): NodeLoaders {
  const loaders: Partial<Record<NodeKindName, unknown>> = {};
  for (const name of nodeKindNames) {
    const kind = kinds[name] as NodeKind<NodeKindName, unknown>;
    loaders[name] = loaderByIds((ids: readonly Id<NodeKindName>[]) =>
      kind.byIds(services, scope, ids),
    );
  }
  // The compiler does not follow which kind each loader was made from.
  return loaders as NodeLoaders;
}

/** Things by their ids, in one query. Where a row cannot be read, each is read by itself: one fails, the others do not. */
function loaderByIds<K, V>(read: (ids: readonly K[]) => Promise<readonly V[]>): DataLoader<K, V> {
  const readAlone = async (id: K): Promise<V | Error> => {
    const [found] = await read([id]);
    return found as V;
  };
  return new DataLoader(async (ids) => {
    try {
      return await read(ids);
    } catch (fault) {
      if (!(fault instanceof UnreadableRowError)) throw fault;
      return Promise.all(
        ids.map((id) =>
          readAlone(id).catch((own: unknown) =>
            own instanceof Error ? own : new Error(String(own)),
          ),
        ),
      );
    }
  });
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
