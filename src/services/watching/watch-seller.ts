import { notFound, refuse } from "../../domain/errors";
import type { SellerId, StreamId } from "../../domain/ids";
import { type Principal, scopeOf } from "../../domain/principal";
import type { EventEntity } from "../../entities/event.entity";
import type { Cursors } from "../../events/cursor";
import type { EventFeed } from "../../events/event-feed";
import type { EventLog } from "../../events/event-log";
import type { SellerService } from "../seller/seller.service";

export interface WatchDependencies {
  readonly sellers: SellerService;
  readonly log: EventLog;
  readonly feed: EventFeed<StreamId, EventEntity>;
  readonly cursors: Cursors;
}

/** Which seller's log to watch. A seller's own key need not name it. */
export interface SellerWatchRequest {
  readonly sellerId?: SellerId;
  /** A cursor of an earlier update: everything since it comes first. */
  readonly after?: string;
}

/**
 * The wanted events of a seller's log: from now on, or from behind a cursor. Without end.
 * @throws Refusal NOT_FOUND, INVALID_INPUT or CURSOR_INVALID
 */
export async function watchSeller(
  deps: WatchDependencies,
  principal: Principal,
  { after, ...request }: SellerWatchRequest,
  isWanted: (event: EventEntity) => boolean,
): Promise<AsyncIterable<EventEntity>> {
  const sellerId =
    request.sellerId ?? (principal.role === "SELLER" ? principal.sellerId : undefined);
  if (sellerId === undefined) {
    throw refuse("INVALID_INPUT", "say whose: sellerId", ["sellerId"]);
  }
  const scope = scopeOf(principal);
  const [seller] = await deps.sellers.byIds(scope, [sellerId]);
  // A watch token sees its payment, and nothing else of the seller.
  if (seller === undefined || scope.onlyPaymentId !== undefined) {
    throw notFound("seller", ["sellerId"]);
  }
  const from =
    after === undefined ? await deps.log.lastSeq(sellerId) : deps.cursors.seqIn(sellerId, after);
  return chain([], deps.feed.follow(sellerId, from), isWanted);
}

/**
 * First these, then those, as far as they are wanted. Not a generator: `return` must reach the feed at once,
 * also while the next event is awaited.
 */
export function chain(
  first: readonly EventEntity[],
  then: AsyncGenerator<EventEntity, void, undefined>,
  isWanted: (event: EventEntity) => boolean,
): AsyncIterableIterator<EventEntity> {
  const waiting = first.filter(isWanted);
  let place = 0;
  return {
    async next() {
      const ready = waiting[place];
      if (ready !== undefined) {
        place++;
        return { value: ready, done: false };
      }
      for (;;) {
        const result = await then.next();
        if (result.done || isWanted(result.value)) return result;
      }
    },
    async return() {
      await then.return();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
