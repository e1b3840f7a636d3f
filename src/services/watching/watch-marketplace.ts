import { notFound, refuse } from "../../domain/errors";
import { type EventType, eventSubjects } from "../../domain/events";
import {
  isId,
  type MarketplaceId,
  type MarketplaceOrderId,
  type ProviderAccountId,
  type SellerId,
} from "../../domain/ids";
import { type Principal, rightsOf, type Scope, scopeOf } from "../../domain/principal";
import type { EventEntity } from "../../entities/event.entity";
import type { EventFeed } from "../../events/event-feed";
import type { EventNumberer } from "../../events/event-numberer";
import type { MarketplaceEvent, MarketplaceLog } from "../../events/marketplace-log";
import type { OrderReader } from "../order/order-reader";
import type { WatchDependencies } from "./watch-seller";

/** Which events, and from where on. */
export interface EventsRequest {
  /** A cursor of the same stream. */
  readonly after?: string;
  readonly types?: readonly EventType[];
  readonly sellerIds?: readonly SellerId[];
}

/** An event in the stream that is read: its cursor names a place there. */
export interface PlacedEvent {
  readonly event: EventEntity;
  readonly cursor: string;
}

/** A page of a stream. `end` is the place up to which it was looked through, also where nothing was found. */
export interface EventPage {
  readonly items: readonly PlacedEvent[];
  readonly end: string | null;
  readonly hasNext: boolean;
  readonly hasPrevious: boolean;
}

interface Dependencies extends WatchDependencies {
  readonly orders: OrderReader;
  readonly marketplaceLog: MarketplaceLog;
  readonly marketplaceFeed: EventFeed<MarketplaceId, MarketplaceEvent>;
  readonly numberer: EventNumberer;
}

type IsWanted = (event: EventEntity) => boolean | Promise<boolean>;

/** The stream that a principal reads: that of its marketplace, or one seller's log. */
interface Stream {
  readonly logId: MarketplaceId | SellerId;
  lastSeq(): Promise<bigint>;
  after(seq: bigint, limit: number): Promise<readonly MarketplaceEvent[]>;
  /** Its events as the feed hands them to all followers, each the same object for all. */
  follow(seq: bigint): Following;
  isWanted: IsWanted;
}

interface Following {
  next(): Promise<IteratorResult<MarketplaceEvent, void>>;
  return(value: undefined): Promise<unknown>;
}

const sellersLimit = 500;
const batchSize = 500;
/** Events that one page looks through: a rare kind does not make a query read all that ever happened. */
const pageReach = 5_000;
/** Orders whose sellers a reader remembers. */
const rememberedLimit = 1_000;

/**
 * Everything that happens, in one stream. The marketplace reads that of all its sellers and orders. A seller reads its own log,
 * and a partner that of the one seller whom it names: neither learns how much happens at others, and no reader looks through
 * what is not its own.
 */
export class MarketplaceWatchService {
  /** One wrapper for each event of a seller's log, so that those who watch it share the executions. */
  readonly #placed = new WeakMap<EventEntity, MarketplaceEvent>();

  constructor(private readonly deps: Dependencies) {}

  /**
   * Events from now on, or from behind a cursor. Without end.
   * @throws Refusal FORBIDDEN, NOT_FOUND, INVALID_INPUT or CURSOR_INVALID
   */
  async watch(
    principal: Principal,
    request: EventsRequest,
  ): Promise<AsyncIterableIterator<MarketplaceEvent>> {
    const stream = await this.#streamOf(principal, request);
    const { after } = request;
    // Told first: what happens from now on is numbered at once.
    if (isId("Marketplace", stream.logId)) this.deps.numberer.watched(stream.logId);
    const from =
      after === undefined ? await stream.lastSeq() : this.deps.cursors.seqIn(stream.logId, after);
    return onlyWanted(stream.follow(from), ({ event }) => stream.isWanted(event));
  }

  /**
   * A page of what has happened, oldest first.
   * @throws Refusal FORBIDDEN, NOT_FOUND, INVALID_INPUT or CURSOR_INVALID
   */
  async page(principal: Principal, request: EventsRequest, size: number): Promise<EventPage> {
    const stream = await this.#streamOf(principal, request);
    const { after } = request;
    const { cursors } = this.deps;
    const begin = after === undefined ? 0n : cursors.seqIn(stream.logId, after);
    if (isId("Marketplace", stream.logId)) await this.deps.numberer.settle(stream.logId);

    const cursorAt = (seq: bigint) => cursors.write({ streamId: stream.logId, seq });
    const items: PlacedEvent[] = [];
    const hasPrevious = after !== undefined;
    let end = begin;
    for (let looked = 0; looked < pageReach; ) {
      const batch = await stream.after(end, batchSize);
      for (const { seq, event } of batch) {
        if (await stream.isWanted(event)) {
          // The page is full, and there is one more.
          if (items.length === size) {
            return { items, end: cursorAt(end), hasNext: true, hasPrevious };
          }
          items.push({ event, cursor: cursorAt(seq) });
        }
        end = seq;
      }
      looked += batch.length;
      if (batch.length < batchSize) {
        return { items, end: end === 0n ? null : cursorAt(end), hasNext: false, hasPrevious };
      }
    }
    return { items, end: cursorAt(end), hasNext: true, hasPrevious };
  }

  /** The place behind all that has happened so far at the marketplace. */
  async cursorOf(marketplaceId: MarketplaceId): Promise<string> {
    await this.deps.numberer.settle(marketplaceId);
    const seq = await this.deps.marketplaceLog.lastSeq(marketplaceId);
    return this.deps.cursors.write({ streamId: marketplaceId, seq });
  }

  cursorIn({ seq, event }: MarketplaceEvent, principal: Principal): string {
    const streamId = rightsOf(principal).followMarketplace
      ? principal.marketplaceId
      : event.streamId;
    return this.deps.cursors.write({ streamId, seq });
  }

  async #streamOf(principal: Principal, { types, sellerIds }: EventsRequest): Promise<Stream> {
    const scope = scopeOf(principal);
    if (!rightsOf(principal).seeDetails) {
      throw refuse("FORBIDDEN", "a credential that stands in a page does not follow what happens");
    }
    if (types?.length === 0) throw namesNothing("types");
    if (sellerIds?.length === 0) throw namesNothing("sellerIds");
    if (sellerIds !== undefined) await this.#checkSellers(scope, sellerIds);

    const ofType = ({ type }: EventEntity) => types === undefined || types.includes(type);
    if (rightsOf(principal).followMarketplace) {
      const ofSellers = sellerIds === undefined ? always : this.#ofSellers(scope, sellerIds);
      const isWanted: IsWanted = (event) => ofType(event) && ofSellers(event);
      return this.#streamOfMarketplace(scope.marketplaceId, isWanted);
    }
    const own = principal.role === "SELLER" ? [principal.sellerId] : undefined;
    const [sellerId, ...others] = sellerIds ?? own ?? [];
    if (sellerId === undefined || others.length > 0) {
      throw refuse("INVALID_INPUT", "name the one seller whose events these are", ["sellerIds"]);
    }
    const isInSight = this.#isInSight(scope);
    return this.#streamOfSeller(sellerId, (event) => ofType(event) && isInSight(event));
  }

  async #checkSellers(scope: Scope, sellerIds: readonly SellerId[]): Promise<void> {
    if (sellerIds.length > sellersLimit) {
      throw refuse("INVALID_INPUT", `at most ${sellersLimit} sellers`, ["sellerIds"]);
    }
    const found = await this.deps.sellers.byIds(scope, sellerIds);
    const missing = found.indexOf(undefined);
    if (missing >= 0) throw notFound("seller", ["sellerIds", String(missing)]);
  }

  #streamOfMarketplace(marketplaceId: MarketplaceId, isWanted: IsWanted): Stream {
    const { marketplaceLog, marketplaceFeed, numberer } = this.deps;
    return {
      logId: marketplaceId,
      lastSeq: async () => {
        await numberer.settle(marketplaceId);
        return marketplaceLog.lastSeq(marketplaceId);
      },
      after: (seq, limit) => marketplaceLog.after(marketplaceId, seq, limit),
      follow: (seq) => marketplaceFeed.follow(marketplaceId, seq),
      isWanted,
    };
  }

  #streamOfSeller(sellerId: SellerId, isWanted: IsWanted): Stream {
    const { log, feed } = this.deps;
    return {
      logId: sellerId,
      lastSeq: () => log.lastSeq(sellerId),
      after: async (seq, limit) =>
        (await log.after(sellerId, seq, limit)).map((event) => this.#place(event)),
      follow: (seq) => placed(feed.follow(sellerId, seq), (event) => this.#place(event)),
      isWanted,
    };
  }

  #place(event: EventEntity): MarketplaceEvent {
    let place = this.#placed.get(event);
    if (place === undefined) {
      place = { seq: event.seq, event };
      this.#placed.set(event, place);
    }
    return place;
  }

  /** An order concerns those who have a cart in it, which it has from its beginning. */
  #ofSellers(scope: Scope, sellerIds: readonly SellerId[]): IsWanted {
    const named = new Set<string>(sellerIds);
    const concerned = new Map<MarketplaceOrderId, boolean>();
    return async ({ streamId }) => {
      if (!isId("MarketplaceOrder", streamId)) return named.has(streamId);
      const known = concerned.get(streamId);
      if (known !== undefined) return known;
      const carts = await this.deps.orders.paymentsOf({ ...scope, sellerIds }, [streamId]);
      if (concerned.size >= rememberedLimit) concerned.clear();
      concerned.set(streamId, carts.length > 0);
      return carts.length > 0;
    };
  }

  /** What happened to an account before it moved to another seller shows an account that is out of sight. */
  #isInSight(scope: Scope): IsWanted {
    return async ({ type, subjectId }) => {
      if (eventSubjects[type] !== "ProviderAccount") return true;
      const ids = [subjectId as ProviderAccountId];
      return (await this.deps.sellers.accountsByIds(scope, ids))[0] !== undefined;
    };
  }
}

const always: IsWanted = () => true;

function namesNothing(argument: string) {
  return refuse("INVALID_INPUT", "name at least one, or leave this out", [argument]);
}

/** Not a generator: `return` must reach the feed at once, also while the next event is awaited. */
function onlyWanted(
  events: Following,
  isWanted: (event: MarketplaceEvent) => boolean | Promise<boolean>,
): AsyncIterableIterator<MarketplaceEvent> {
  return {
    async next() {
      for (;;) {
        const result = await events.next();
        if (result.done || (await isWanted(result.value))) return result;
      }
    },
    async return() {
      await events.return(undefined);
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** The same events, each in its place. */
function placed(
  events: AsyncGenerator<EventEntity, void, undefined>,
  place: (event: EventEntity) => MarketplaceEvent,
): Following {
  return {
    async next() {
      const result = await events.next();
      return result.done ? result : { value: place(result.value), done: false };
    },
    return: () => events.return(),
  };
}
