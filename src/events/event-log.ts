import type { Database, UnitOfWork } from "../database/database";
import { NumberedRows } from "../database/numbered-rows";
import type { Row } from "../database/statement";
import { marks, type Table } from "../database/table";
import type { Clock } from "../domain/clock";
import type { MarketplaceId, StreamId } from "../domain/ids";
import type { Provider } from "../domain/provider";
import { EventEntity } from "../entities/event.entity";
import { EventStreamEntity } from "../entities/event-stream.entity";
import { actorOfWork, gatheredInWork, isDryRun } from "../logging/work";
import { readableRows } from "./readable-rows";
import type { WakeUps } from "./wake-ups";

/** An event about to be written; the database gives its place in the stream, and the work under way its actor. */
export type EventDraft = Omit<EventEntity, "seq" | "recordedAt" | "marketplaceId" | "actor"> & {
  readonly marketplaceId: MarketplaceId;
  /** Of what it is counted by beside its type and status; not stored. */
  readonly countedBy?: { readonly provider: Provider; readonly method: string } | undefined;
};

/** The append-only log: written in a change's own transaction, read from a place in it. */
export class EventLog {
  readonly #events: Table<EventEntity>;
  readonly #streams: Table<EventStreamEntity>;
  readonly #numbered: NumberedRows<EventEntity>;

  constructor(
    private readonly database: Database,
    private readonly wakeUps: WakeUps,
    private readonly clock: Clock,
    /** Told of events once they are committed; must not throw. */
    private readonly onCommitted: (drafts: readonly EventDraft[]) => void = () => {},
  ) {
    this.#events = database.table(EventEntity);
    this.#streams = database.table(EventStreamEntity);
    const counter = { table: this.#streams.name, key: "stream_id", value: "last_seq" };
    this.#numbered = new NumberedRows(this.#events, "seq", counter);
  }

  /** Starts a log; part of creating the seller or order that it belongs to. */
  openStream(unit: UnitOfWork, streamId: StreamId): void {
    unit.change(this.#streams.insert({ streamId, lastSeq: 0n }));
  }

  /**
   * Writes one event in the unit. The counter row stays locked until the commit, so that numbers have no
   * gaps and become visible in order. Call it last in a unit: the lock is then held the shortest.
   */
  append(unit: UnitOfWork, draft: EventDraft): void {
    this.appendAll(unit, [draft]);
  }

  /** Writes events of different streams, one each, in two statements however many they are. */
  appendAll(unit: UnitOfWork, drafts: readonly EventDraft[]): void {
    // In one order everywhere, so that units which lock several counters do not wait for each other in a ring.
    const streamIds = drafts.map(({ streamId }) => streamId).sort();
    const recordedAt = this.clock.now();
    const actor = actorOfWork();
    const rows = drafts.map((draft) => ({
      key: draft.streamId,
      entity: { seq: 0n, recordedAt, actor, ...draft },
    }));
    unit.change(this.#numbered.advance(streamIds));
    unit.change(this.#numbered.insert(rows));
    const gathered = gatheredInWork();
    const gather = () => {
      for (const draft of drafts) {
        gathered?.changes.set(`${draft.subjectId} ${draft.subjectVersion}`, draft);
      }
    };
    if (isDryRun()) gather();
    unit.afterCommit(() => {
      gather();
      this.onCommitted(drafts);
      for (const streamId of streamIds) this.wakeUps.publish(streamId);
    });
  }

  /** The number of the stream's newest event; 0 for an empty one. */
  async lastSeq(streamId: StreamId): Promise<bigint> {
    const rows = await this.database.read("SELECT last_seq FROM event_stream WHERE stream_id = ?", [
      streamId,
    ]);
    return BigInt(rows[0]?.last_seq ?? 0);
  }

  /** Newest numbers of several streams, in one query. */
  async lastSeqs(streamIds: readonly StreamId[]): Promise<Map<StreamId, bigint>> {
    if (streamIds.length === 0) return new Map();
    const rows = await this.database.read(
      `SELECT stream_id, last_seq FROM event_stream WHERE stream_id IN (${marks(streamIds)})`,
      streamIds,
    );
    return new Map(rows.map((row) => [row.stream_id as StreamId, BigInt(row.last_seq ?? 0)]));
  }

  /** A stream's events after a place, oldest first. One that cannot be read is passed over, and leaves a gap. */
  async after(streamId: StreamId, seq: bigint, limit: number): Promise<EventEntity[]> {
    const events = await this.#readable(limit, (count) =>
      this.database.read(
        `SELECT * FROM event WHERE stream_id = ? AND seq > ? ORDER BY seq LIMIT ${Math.trunc(count)}`,
        [streamId, seq],
      ),
    );
    return events.slice(0, limit);
  }

  /**
   * Topics' events after a place, of each topic at most `limit`, oldest first: timelines of payments, orders,
   * payouts and transfers.
   */
  async ofTopics(topicIds: readonly string[], seq: bigint, limit: number): Promise<EventEntity[]> {
    const events = await this.#readable(limit, (count) =>
      this.database.read(
        `SELECT * FROM (
           SELECT e.*, ROW_NUMBER() OVER (PARTITION BY e.topic_id ORDER BY e.seq) AS place FROM event e
           WHERE e.topic_id IN (${marks(topicIds)}) AND e.seq > ?
         ) AS timeline WHERE place <= ? ORDER BY topic_id, seq`,
        [...topicIds, seq, count],
      ),
    );
    const places = new Map<string, number>();
    return events.filter(({ topicId }) => {
      const place = (places.get(topicId) ?? 0) + 1;
      places.set(topicId, place);
      return place <= limit;
    });
  }

  /** The event that made a version of a subject. */
  async find(subjectId: string, subjectVersion: number): Promise<EventEntity | undefined> {
    const rows = await this.database.read(
      "SELECT * FROM event WHERE subject_id = ? AND subject_version = ?",
      [subjectId, subjectVersion],
    );
    return rows[0] && this.#events.fromRow(rows[0]);
  }

  #readable(
    limit: number,
    read: (count: number) => Promise<readonly Row[]>,
  ): Promise<EventEntity[]> {
    return readableRows(limit, read, (rows) => this.#events.readableRows(rows));
  }
}
