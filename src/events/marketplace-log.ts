import type { Database, UnitOfWork } from "../database/database";
import type { Row } from "../database/statement";
import { marks, type Table } from "../database/table";
import type { MarketplaceId, StreamId } from "../domain/ids";
import { EventEntity } from "../entities/event.entity";
import { MarketplaceEventEntity } from "../entities/marketplace-event.entity";
import { MarketplaceStreamEntity } from "../entities/marketplace-stream.entity";
import type { NumberedStreams } from "./event-feed";
import { readableRows } from "./readable-rows";
import type { WakeUps } from "./wake-ups";

/** An event with its number in the stream of its marketplace. */
export interface MarketplaceEvent {
  readonly seq: bigint;
  readonly event: EventEntity;
}

/** How far a log has come. */
export interface LogEnd {
  readonly streamId: StreamId;
  readonly lastSeq: bigint;
}

/** Events of a log that one unit numbers: a long log does not keep the others waiting. */
const eventsOfLog = 100;
/** Logs whose events one unit numbers. */
export const logsOfUnit = 25;

/**
 * The stream over all logs of a marketplace. Its events are numbered after their commit (docs/decisions/0017): whoever writes
 * events does not wait for the counter, and numbers appear in their order all the same.
 */
export class MarketplaceLog implements NumberedStreams<MarketplaceId, MarketplaceEvent> {
  readonly #events: Table<EventEntity>;
  readonly #numbers: Table<MarketplaceEventEntity>;
  readonly #streams: Table<MarketplaceStreamEntity>;
  /** Those that have a counter. */
  readonly #opened = new Set<MarketplaceId>();

  constructor(
    private readonly database: Database,
    private readonly wakeUps: WakeUps,
  ) {
    this.#events = database.table(EventEntity);
    this.#numbers = database.table(MarketplaceEventEntity);
    this.#streams = database.table(MarketplaceStreamEntity);
  }

  async lastSeq(marketplaceId: MarketplaceId): Promise<bigint> {
    return (await this.lastSeqs([marketplaceId])).get(marketplaceId) ?? 0n;
  }

  async lastSeqs(marketplaceIds: readonly MarketplaceId[]): Promise<Map<MarketplaceId, bigint>> {
    if (marketplaceIds.length === 0) return new Map();
    const rows = await this.database.read(
      `SELECT marketplace_id, last_seq FROM marketplace_stream WHERE marketplace_id IN (${marks(marketplaceIds)})`,
      marketplaceIds,
    );
    return new Map(
      rows.map((row) => [row.marketplace_id as MarketplaceId, BigInt(row.last_seq ?? 0)]),
    );
  }

  async after(
    marketplaceId: MarketplaceId,
    seq: bigint,
    limit: number,
  ): Promise<MarketplaceEvent[]> {
    const events = await readableRows(
      limit,
      (count) =>
        this.database.read(
          `SELECT e.*, n.seq AS place FROM marketplace_event n
           JOIN event e ON e.stream_id = n.stream_id AND e.seq = n.stream_seq
           WHERE n.marketplace_id = ? AND n.seq > ? ORDER BY n.seq LIMIT ${Math.trunc(count)}`,
          [marketplaceId, seq],
        ),
      (rows) => this.#readable(rows),
    );
    return events.slice(0, limit);
  }

  /**
   * Numbers what these logs of a marketplace have and is not numbered yet, at most `logsOfUnit` of them. Answers whether there
   * may be more. Several processes take turns at the counter; who comes late finds nothing left to do.
   */
  async number(marketplaceId: MarketplaceId, streamIds: readonly StreamId[]): Promise<boolean> {
    await this.#open(marketplaceId);
    return this.database.write(async (unit) => {
      // First, so that all that is read next was committed before the counter was locked.
      const [counter] = await unit.read(
        "SELECT last_seq FROM marketplace_stream WHERE marketplace_id = ?",
        [marketplaceId],
        { lock: true },
      );
      if (counter === undefined) throw new Error(`${marketplaceId} has no counter`);
      const found = await this.#unnumbered(unit, streamIds);
      if (found.length === 0) return false;
      const lastSeq = BigInt(counter.last_seq ?? 0);
      const numbered = inOrderOfTime(found).map((place, at) => ({
        marketplaceId,
        seq: lastSeq + BigInt(at + 1),
        streamId: place.streamId,
        streamSeq: place.seq,
      }));
      unit.change(this.#numbers.insertAll(numbered));
      const end = { lastSeq: lastSeq + BigInt(numbered.length) };
      unit.change(this.#streams.update(end, { marketplaceId, lastSeq }, 1));
      unit.afterCommit(() => this.wakeUps.publish(marketplaceId));
      return found.length >= eventsOfLog;
    });
  }

  /** Of these ends of logs, those that have no number yet. */
  async unnumberedOf(ends: readonly LogEnd[]): Promise<StreamId[]> {
    if (ends.length === 0) return [];
    // One step into the index for each log. Grouped, SQLite would walk all numbers that a log has ever had.
    const rows = await this.database.read(
      `SELECT s.stream_id, (SELECT MAX(n.stream_seq) FROM marketplace_event n WHERE n.stream_id = s.stream_id) AS seq
       FROM event_stream s WHERE s.stream_id IN (${marks(ends)})`,
      ends.map(({ streamId }) => streamId),
    );
    const numbered = new Map(rows.map((row) => [row.stream_id, BigInt(row.seq ?? 0)]));
    return ends
      .filter(({ streamId, lastSeq }) => (numbered.get(streamId) ?? 0n) < lastSeq)
      .map(({ streamId }) => streamId);
  }

  /** Marketplaces may be older than their stream, or made by a process of an older release. */
  async #open(marketplaceId: MarketplaceId): Promise<void> {
    if (this.#opened.has(marketplaceId)) return;
    const isThere =
      this.database.kind === "sqlite"
        ? "ON CONFLICT (marketplace_id) DO NOTHING"
        : "ON DUPLICATE KEY UPDATE last_seq = last_seq";
    const { sql, values } = this.#streams.insert({ marketplaceId, lastSeq: 0n, sweptUntil: 0n });
    await this.database.write((unit) => unit.change({ sql: `${sql} ${isThere}`, values }));
    this.#opened.add(marketplaceId);
  }

  /** A log is without gaps: what has no number is behind what has one. Each log's are read from an index, in order. */
  async #unnumbered(unit: UnitOfWork, streamIds: readonly StreamId[]): Promise<Unnumbered[]> {
    const ofLog = `SELECT * FROM (
      SELECT stream_id, seq, recorded_at FROM event
      WHERE stream_id = ? AND seq > COALESCE((SELECT MAX(stream_seq) FROM marketplace_event WHERE stream_id = ?), 0)
      ORDER BY seq LIMIT ${eventsOfLog}) AS one_log`;
    const rows = await unit.read(
      streamIds.map(() => ofLog).join(" UNION ALL "),
      streamIds.flatMap((id) => [id, id]),
    );
    return rows.map((row) => ({
      streamId: row.stream_id as StreamId,
      seq: BigInt(row.seq ?? 0),
      recordedAt: Number(row.recorded_at),
    }));
  }

  #readable(rows: readonly Row[]): MarketplaceEvent[] {
    return rows.flatMap((row) => {
      const event = this.#events.orTell(() => this.#events.fromRow(row));
      return event === undefined ? [] : [{ seq: BigInt(row.place ?? 0), event }];
    });
  }
}

interface Unnumbered {
  readonly streamId: StreamId;
  readonly seq: bigint;
  readonly recordedAt: number;
}

/**
 * By the time of recording, as far as each log's own order lets it: processes' clocks differ a little, and an event of a log never
 * comes before the one that it follows.
 */
export function inOrderOfTime<P extends Unnumbered>(places: readonly P[]): P[] {
  const latest = new Map<StreamId, number>();
  const timed = [...places]
    .sort((a, b) => compare(a.seq, b.seq))
    .map((place) => {
      const time = Math.max(place.recordedAt, latest.get(place.streamId) ?? 0);
      latest.set(place.streamId, time);
      return { place, time };
    });
  return timed
    .sort(
      (a, b) =>
        a.time - b.time ||
        compare(a.place.streamId, b.place.streamId) ||
        compare(a.place.seq, b.place.seq),
    )
    .map(({ place }) => place);
}

function compare<T extends bigint | string>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
