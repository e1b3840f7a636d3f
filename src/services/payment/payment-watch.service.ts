import { notFound, refuse } from "../../domain/errors";
import { eventSubjects } from "../../domain/events";
import type { PaymentId, SellerId } from "../../domain/ids";
import { type Principal, scopeOf } from "../../domain/principal";
import type { EventEntity } from "../../entities/event.entity";
import { chain, seqBehind, type WatchDependencies, watchSeller } from "../watch-seller";
import type { PaymentReader } from "./payment-reader";

/** What to watch: one payment, or all of a seller. */
export interface WatchRequest {
  readonly id?: PaymentId;
  readonly sellerId?: SellerId;
  /** A cursor of an earlier update: everything since it comes first. */
  readonly after?: string;
}

const batchSize = 500;

interface Dependencies extends WatchDependencies {
  readonly reader: PaymentReader;
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
    if (request.sellerId === undefined && principal.role !== "SELLER") {
      throw refuse("INVALID_INPUT", "say what to watch: id or sellerId", ["id"]);
    }
    return watchSeller(this.deps, principal, request, isPaymentEvent);
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
    const { sellerId: streamId } = payment;
    const seq = seqBehind(this.deps.cursors, after, streamId);
    // The payment's own timeline is short, the seller's log since then may be long: read the former up to
    // where the stream is now, then follow the stream from there.
    const position = await this.deps.log.lastSeq(streamId);
    const missed = await this.#missed(id, seq);
    const last = missed.at(-1)?.seq ?? 0n;
    const from = [seq, position, last].reduce((a, b) => (a > b ? a : b));
    return chain(missed, this.deps.feed.follow(streamId, from), isOwn);
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
  return eventSubjects[event.type] === "Payment";
}
