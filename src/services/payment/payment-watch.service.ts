import { notFound, refuse } from "../../domain/errors";
import type { PaymentId, SellerId } from "../../domain/ids";
import { type Principal, scopeOf } from "../../domain/principal";
import type { EventEntity } from "../../entities/event.entity";
import type { Cursors } from "../../events/cursor";
import type { EventFeed } from "../../events/event-feed";
import type { EventLog } from "../../events/event-log";
import type { SellerService } from "../seller.service";
import type { PaymentReader } from "./payment-reader";

/** What to watch: one payment, or all of a seller. */
export interface WatchRequest {
  readonly id?: PaymentId;
  readonly sellerId?: SellerId;
  /** A cursor of an earlier update: everything since it comes first. */
  readonly after?: string;
}

const batchSize = 500;

interface Dependencies {
  readonly reader: PaymentReader;
  readonly sellers: SellerService;
  readonly log: EventLog;
  readonly feed: EventFeed;
  readonly cursors: Cursors;
}

/**
 * Live updates of payments: a place in the seller's event log that moves on. One payment begins with its
 * present state (its newest event), a seller with what happens from now on, `after` with what was missed.
 */
export class PaymentWatchService {
  constructor(private readonly deps: Dependencies) {}

  /**
   * Checks the request and gives the events to show, without end.
   * @throws Refusal NOT_FOUND, INVALID_INPUT or CURSOR_INVALID
   */
  async watch(principal: Principal, request: WatchRequest): Promise<AsyncIterable<EventEntity>> {
    const id = request.id ?? onlyPaymentOf(principal, request);
    if (id !== undefined) return this.#watchPayment(principal, id, request.after);
    const sellerId =
      request.sellerId ?? (principal.role === "SELLER" ? principal.sellerId : undefined);
    if (sellerId === undefined) {
      throw refuse("INVALID_INPUT", "say what to watch: id or sellerId", ["id"]);
    }
    return this.#watchSeller(principal, sellerId, request.after);
  }

  async #watchPayment(
    principal: Principal,
    id: PaymentId,
    after: string | undefined,
  ): Promise<AsyncIterable<EventEntity>> {
    const payment = await this.deps.reader.byId(scopeOf(principal), id);
    if (payment === undefined) throw notFound("payment", ["id"]);
    const isOwn = (event: EventEntity) => event.subjectId === id;

    if (after === undefined) {
      // State and event are one transaction: the event of this version is the state that was read.
      const present = await this.deps.log.find(payment.id, payment.version);
      if (present === undefined) throw new Error(`${payment.id} has no event ${payment.version}`);
      return chain([present], this.deps.feed.follow(payment.sellerId, present.seq), isOwn);
    }
    const { streamId, seq } = this.deps.cursors.read(after, ["after"]);
    if (streamId !== payment.sellerId) throw foreignCursor();
    // The payment's own timeline is short, the seller's log since then may be long: read the former up to
    // where the stream is now, then follow the stream from there.
    const position = await this.deps.log.lastSeq(streamId);
    const missed = await this.#missed(id, seq);
    const last = missed.at(-1)?.seq ?? 0n;
    const from = [seq, position, last].reduce((a, b) => (a > b ? a : b));
    return chain(missed, this.deps.feed.follow(streamId, from), isOwn);
  }

  async #watchSeller(
    principal: Principal,
    sellerId: SellerId,
    after: string | undefined,
  ): Promise<AsyncIterable<EventEntity>> {
    const scope = scopeOf(principal);
    const [seller] = await this.deps.sellers.byIds(scope, [sellerId]);
    // A watch token sees its payment, and nothing else of the seller.
    if (seller === undefined || scope.onlyPaymentId !== undefined) {
      throw notFound("seller", ["sellerId"]);
    }
    if (after !== undefined && this.deps.cursors.read(after, ["after"]).streamId !== sellerId) {
      throw foreignCursor();
    }
    const from =
      after === undefined
        ? await this.deps.log.lastSeq(sellerId)
        : this.deps.cursors.read(after, ["after"]).seq;
    return chain([], this.deps.feed.follow(sellerId, from), isPaymentEvent);
  }

  async #missed(id: PaymentId, after: bigint): Promise<EventEntity[]> {
    const missed: EventEntity[] = [];
    let seq = after;
    for (;;) {
      const batch = await this.deps.log.ofTopic(id, seq, batchSize);
      missed.push(...batch);
      if (batch.length < batchSize) return missed;
      seq = batch.at(-1)?.seq ?? seq;
    }
  }
}

/** A watch token has one payment to watch, and need not name it. */
function onlyPaymentOf(principal: Principal, request: WatchRequest): PaymentId | undefined {
  return request.sellerId === undefined ? scopeOf(principal).onlyPaymentId : undefined;
}

function isPaymentEvent(event: EventEntity): boolean {
  return event.type === "PAYMENT_CREATED" || event.subjectId === event.topicId;
}

function foreignCursor() {
  return refuse("CURSOR_INVALID", "this cursor belongs to another seller's log", ["after"]);
}

/**
 * First these, then those, as far as they are wanted. Not a generator: `return` must reach the feed at once,
 * also while the next event is awaited.
 */
function chain(
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
