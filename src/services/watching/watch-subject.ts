import { notFound, refuse } from "../../domain/errors";
import { eventSubjects, type TopicKind } from "../../domain/events";
import type { Id, SellerId } from "../../domain/ids";
import { type Principal, type Scope, scopeOf } from "../../domain/principal";
import type { EventEntity } from "../../entities/event.entity";
import {
  chain,
  type SellerWatchRequest,
  type WatchDependencies,
  watchSeller,
} from "./watch-seller";

/** What to watch: one thing, or all of its kind of a seller. */
export interface SubjectWatchRequest<K extends TopicKind> extends SellerWatchRequest {
  readonly id?: Id<K>;
}

interface Subject {
  readonly id: string;
  readonly sellerId: SellerId;
  readonly version: number;
}

export interface SubjectWatchDependencies<K extends TopicKind> extends WatchDependencies {
  readonly reader: { byId(scope: Scope, id: Id<K>): Promise<Subject | undefined> };
}

const batchSize = 500;

/**
 * Live updates: a place in the seller's event log that moves on. One thing begins with its present state (its
 * newest event), a seller with what happens from now on, `after` with what was missed.
 */
export class SubjectWatchService<K extends TopicKind> {
  constructor(
    private readonly kind: K,
    private readonly deps: SubjectWatchDependencies<K>,
  ) {}

  /**
   * Checks the request and gives the events to show, without end.
   * @throws Refusal NOT_FOUND, INVALID_INPUT or CURSOR_INVALID
   */
  async watch(
    principal: Principal,
    { id, ...ofSeller }: SubjectWatchRequest<K>,
  ): Promise<AsyncIterable<EventEntity>> {
    if (id !== undefined) return this.#watchOne(principal, id, ofSeller.after);
    if (ofSeller.sellerId === undefined && principal.role !== "SELLER") {
      throw refuse("INVALID_INPUT", "say what to watch: id or sellerId", ["id"]);
    }
    const isOfKind = ({ type }: EventEntity) => eventSubjects[type] === this.kind;
    return watchSeller(this.deps, principal, ofSeller, isOfKind);
  }

  async #watchOne(
    principal: Principal,
    id: Id<K>,
    after: string | undefined,
  ): Promise<AsyncIterable<EventEntity>> {
    const subject = await this.deps.reader.byId(scopeOf(principal), id);
    if (subject === undefined) throw notFound(this.kind.toLowerCase(), ["id"]);
    const isOwn = (event: EventEntity) => event.subjectId === id;

    if (after === undefined) {
      // State and event are one transaction: the event of this version is the state that was read.
      const present = await this.deps.log.find(id, subject.version);
      if (present === undefined) throw new Error(`${id} has no event ${subject.version}`);
      return chain([present], this.deps.feed.follow(subject.sellerId, present.seq), isOwn);
    }
    const { sellerId: streamId } = subject;
    const seq = this.deps.cursors.seqIn(streamId, after);
    // Its own timeline is short, the seller's log since then may be long: read the former up to where the
    // stream is now, then follow the stream from there.
    const position = await this.deps.log.lastSeq(streamId);
    const missed = await this.#missed(id, seq);
    const last = missed.at(-1)?.seq ?? 0n;
    const from = [seq, position, last].reduce((a, b) => (a > b ? a : b));
    return chain(missed, this.deps.feed.follow(streamId, from), isOwn);
  }

  async #missed(id: Id<K>, after: bigint): Promise<EventEntity[]> {
    const missed: EventEntity[] = [];
    let seq = after;
    for (;;) {
      const batch = await this.deps.log.ofTopics([id], seq, batchSize);
      missed.push(...batch);
      if (batch.length < batchSize) return missed;
      seq = batch.at(-1)?.seq ?? seq;
    }
  }
}
