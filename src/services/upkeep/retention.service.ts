import type { Database } from "../../database/database";
import { marks } from "../../database/table";
import type { Clock } from "../../domain/clock";
import { type IdKind, isId } from "../../domain/ids";
import type { KeptDays } from "../../domain/kept-days";
import { openRefundStatuses } from "../../domain/refund-status";
import { idsFrom } from "../../security/ids";
import { subjectKinds, subjects } from "../followed/subjects";

const dayMs = 24 * 3_600_000;
/** Ids follow the clock of the process that made them, which may be ahead of the row's own times. */
const idSlackMs = 3_600_000;
/** Rows that are looked at, and deleted, at a time: one short unit of work, whatever their size. */
const batchSize = 200;

/** A table whose rows go when they have ended long ago. */
interface Aging {
  readonly table: string;
  readonly kind: IdKind;
  /** When a row has ended: the column is null, or in the future, while the row is of use. */
  readonly ended: "finished_at" | "recorded_at" | "expires_at" | "cleared_at";
  /** Whether rows are about something, and stay until that has ended too. */
  readonly hasSubject: boolean;
  readonly days: number | undefined;
}

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly days: KeptDays;
}

/**
 * Deletes what nobody needs any more: a batch at a time, oldest first, by the primary key, whose ids are in the order of
 * creation. No table is scanned and no further index is needed. Events, and what money is in, are never deleted.
 * Processes that delete at the same time delete the same rows, or find them gone.
 */
export class RetentionService {
  readonly #tables: readonly Aging[];
  /** Where the present round stands: which table, and behind which id. */
  #at = 0;
  #after = "";

  constructor(private readonly deps: Dependencies) {
    this.#tables = tablesOf(deps.days);
  }

  /** Takes the round on by one batch. False: the round is at its end, and the next one begins with the next call. */
  async advance(): Promise<boolean> {
    const aging = this.#tables[this.#at];
    if (aging === undefined) {
      this.#at = 0;
      return false;
    }
    const last = aging.days === undefined ? undefined : await this.#deleteBatch(aging, aging.days);
    this.#after = last ?? "";
    if (last === undefined) this.#at++;
    return true;
  }

  /** Answers the last id that was looked at; undefined where no more are old enough. */
  async #deleteBatch({ table, kind, ended, hasSubject }: Aging, days: number) {
    const { clock, database } = this.deps;
    const cutoff = clock.now().getTime() - days * dayMs;
    const rows = await database.read(
      `SELECT id, ${ended} AS ended_at${hasSubject ? ", subject_id" : ""} FROM ${table}
         WHERE id > ? AND id < ? ORDER BY id LIMIT ${batchSize}`,
      [this.#after, idsFrom(kind, new Date(cutoff + idSlackMs))],
    );
    const old = rows.filter(({ ended_at }) => ended_at !== null && Number(ended_at) <= cutoff);
    const subjects = hasSubject
      ? await this.#ended(new Set(old.map((row) => String(row.subject_id))))
      : null;
    const ids = old
      .filter((row) => subjects === null || subjects.has(String(row.subject_id)))
      .map(({ id }) => String(id));
    if (ids.length > 0) {
      await database.write((unit) =>
        unit.change({
          sql: `DELETE FROM ${table} WHERE id IN (${marks(ids)}) AND ${ended} <= ?`,
          values: [...ids, cutoff],
        }),
      );
    }
    const last = rows.at(-1);
    return last === undefined || rows.length < batchSize ? undefined : String(last.id);
  }

  /** Those of the subjects of which nothing is awaited any more. */
  async #ended(ids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const { database } = this.deps;
    const found = await Promise.all(
      subjectKinds.map(async (kind) => {
        const { table, final } = subjects[kind];
        const ofKind = [...ids].filter((id) => isId(kind, id));
        if (ofKind.length === 0) return [];
        const rows = await database.read(
          `SELECT id FROM ${table} WHERE id IN (${marks(ofKind)}) AND status IN (${marks(final)})`,
          [...ofKind, ...final],
        );
        return rows.map(({ id }) => String(id));
      }),
    );
    return new Set([...found.flat(), ...(await this.#operationsWithoutOpenRefunds(ids))]);
  }

  /** The refunds of a whole order are the subject of their operation together: the operation's own id stands for them. */
  async #operationsWithoutOpenRefunds(subjects: ReadonlySet<string>): Promise<readonly string[]> {
    const ids = [...subjects].filter((subject) => isId("Operation", subject));
    if (ids.length === 0) return [];
    const rows = await this.deps.database.read(
      `SELECT operation_id FROM refund WHERE operation_id IN (${marks(ids)}) AND status IN (${marks(openRefundStatuses)})`,
      [...ids, ...openRefundStatuses],
    );
    const open = new Set(rows.map(({ operation_id }) => operation_id));
    return ids.filter((id) => !open.has(id));
  }
}

function tablesOf(days: KeptDays): readonly Aging[] {
  return [
    {
      table: "inbox_delivery",
      kind: "InboxDelivery",
      ended: "finished_at",
      hasSubject: false,
      days: days.deliveries,
    },
    {
      table: "operation",
      kind: "Operation",
      ended: "finished_at",
      hasSubject: true,
      days: days.operations,
    },
    {
      table: "observation",
      kind: "Observation",
      ended: "recorded_at",
      hasSubject: true,
      days: days.observations,
    },
    {
      table: "watch_token",
      kind: "WatchToken",
      ended: "expires_at",
      hasSubject: false,
      days: days.watchTokens,
    },
    {
      table: "alert",
      kind: "Alert",
      ended: "cleared_at",
      hasSubject: false,
      days: days.alerts,
    },
    {
      table: "connection_attempt",
      kind: "ConnectionAttempt",
      ended: "expires_at",
      hasSubject: false,
      days: days.connectionAttempts,
    },
  ];
}
