import type { Database } from "../database/database";
import { marks } from "../database/table";
import type { Clock } from "../domain/clock";
import { isId, type MarketplaceId, type StreamId } from "../domain/ids";
import { type LogEnd, logsOfUnit, type MarketplaceLog } from "./marketplace-log";

/** Units of work end within this time: what was recorded earlier is committed, or never will be. */
const slackMs = 60_000;
/** Events that are looked at together. */
const batchSize = 2_000;

/**
 * Finds events that have no number in their marketplace's stream: those of a process that was killed before it gave them one, of
 * one of an older release, and from before there was a stream. It reads the index of what was recorded since it looked last, so
 * that its cost follows the events, and not the number of sellers.
 */
export class EventSweep {
  /** By marketplace: whatever was recorded before has a number. */
  readonly #sweptUntil = new Map<MarketplaceId, number>();
  /** The same, as it is stored for the next process that starts. */
  readonly #stored = new Map<MarketplaceId, number>();

  constructor(
    private readonly deps: {
      readonly database: Database;
      readonly clock: Clock;
      readonly log: MarketplaceLog;
    },
  ) {}

  /** Looks once through all marketplaces. */
  async run(): Promise<void> {
    await this.#nameMarketplaces();
    const rows = await this.deps.database.read(
      `SELECT m.id, s.swept_until FROM marketplace m
       LEFT JOIN marketplace_stream s ON s.marketplace_id = m.id ORDER BY m.id`,
    );
    for (const row of rows) {
      const id = row.id as MarketplaceId;
      if (!this.#stored.has(id)) this.#stored.set(id, Number(row.swept_until ?? 0));
      await this.#sweep(id);
    }
  }

  async #sweep(marketplaceId: MarketplaceId): Promise<void> {
    const { clock, log } = this.deps;
    const stored = this.#stored.get(marketplaceId) ?? 0;
    const isCommittedUntil = clock.now().getTime() - slackMs;
    // A clock that was ahead and was set back leaves nothing out.
    let from = Math.min(this.#sweptUntil.get(marketplaceId) ?? stored, isCommittedUntil);
    let isAny = false;
    for (;;) {
      const until = await this.#endOfBatch(marketplaceId, from);
      const ends = await this.#movedBetween(marketplaceId, from, until);
      isAny ||= ends.length > 0;
      await this.#numberAll(marketplaceId, await log.unnumberedOf(ends));
      if (until === undefined) break;
      from = until;
      // A long past is swept in several parts, and goes on from here in the next process.
      if (from < isCommittedUntil) this.#sweptUntil.set(marketplaceId, from);
    }
    this.#sweptUntil.set(marketplaceId, isCommittedUntil);
    // Where nothing happens, nothing is written: going through an empty time again costs nothing.
    if (!isAny || isCommittedUntil - stored < slackMs) return;
    await this.deps.database.write((unit) =>
      unit.change({
        sql: "UPDATE marketplace_stream SET swept_until = ? WHERE marketplace_id = ? AND swept_until < ?",
        values: [isCommittedUntil, marketplaceId, isCommittedUntil],
      }),
    );
    this.#stored.set(marketplaceId, isCommittedUntil);
  }

  /** The time of recording with which a full batch ends; undefined where there are fewer. */
  async #endOfBatch(marketplaceId: MarketplaceId, from: number): Promise<number | undefined> {
    const [row] = await this.deps.database.read(
      `SELECT recorded_at FROM event WHERE marketplace_id = ? AND recorded_at > ?
       ORDER BY recorded_at LIMIT 1 OFFSET ${batchSize}`,
      [marketplaceId, from],
    );
    return row === undefined ? undefined : Number(row.recorded_at);
  }

  async #movedBetween(
    marketplaceId: MarketplaceId,
    from: number,
    until: number | undefined,
  ): Promise<LogEnd[]> {
    const upTo = until === undefined ? "" : "AND recorded_at <= ?";
    const rows = await this.deps.database.read(
      `SELECT stream_id, MAX(seq) AS last_seq FROM event
       WHERE marketplace_id = ? AND recorded_at > ? ${upTo} GROUP BY stream_id`,
      until === undefined ? [marketplaceId, from] : [marketplaceId, from, until],
    );
    return rows.map((row) => ({
      streamId: row.stream_id as StreamId,
      lastSeq: BigInt(row.last_seq ?? 0),
    }));
  }

  async #numberAll(marketplaceId: MarketplaceId, streamIds: readonly StreamId[]): Promise<void> {
    for (let at = 0; at < streamIds.length; at += logsOfUnit) {
      const some = streamIds.slice(at, at + logsOfUnit);
      while (await this.deps.log.number(marketplaceId, some));
    }
  }

  /** Events that a process of an older release wrote name no marketplace: it is that of the log that they stand in. */
  async #nameMarketplaces(): Promise<void> {
    const { database } = this.deps;
    const rows = await database.read(
      `SELECT DISTINCT stream_id FROM (
         SELECT stream_id FROM event WHERE marketplace_id IS NULL LIMIT ${batchSize}) AS nameless`,
    );
    const streamIds = rows.map((row) => row.stream_id as StreamId);
    for (const [streamId, marketplaceId] of await this.#ownersOf(streamIds)) {
      await database.write((unit) =>
        unit.change({
          sql: "UPDATE event SET marketplace_id = ? WHERE marketplace_id IS NULL AND stream_id = ?",
          values: [marketplaceId, streamId],
        }),
      );
      await this.#numberAll(marketplaceId, [streamId]);
    }
  }

  async #ownersOf(streamIds: readonly StreamId[]): Promise<Map<StreamId, MarketplaceId>> {
    const sellers = streamIds.filter((id) => isId("Seller", id));
    const orders = streamIds.filter((id) => isId("MarketplaceOrder", id));
    const owners = new Map<StreamId, MarketplaceId>();
    for (const [table, ids] of [
      ["seller", sellers],
      ["marketplace_order", orders],
    ] as const) {
      if (ids.length === 0) continue;
      const sql = `SELECT id, marketplace_id FROM ${table} WHERE id IN (${marks(ids)})`;
      for (const row of await this.deps.database.read(sql, ids)) {
        owners.set(row.id as StreamId, row.marketplace_id as MarketplaceId);
      }
    }
    return owners;
  }
}
