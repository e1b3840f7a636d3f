import type { Database, UnitOfWork } from "../database/database";
import type { Statement } from "../database/statement";
import type { Table } from "../database/table";
import type { AlertCode, AlertDraft, AlertSubject } from "../domain/alerts";
import type { Clock } from "../domain/clock";
import type { AlertId, IdFactory, MarketplaceId } from "../domain/ids";
import { cutText } from "../domain/text";
import { AlertEntity } from "../entities/alert.entity";
import { actorOfWork, isDryRun } from "../logging/work";

/** Of what is seen again and again outside of units, one row write in so long a time is enough. */
const restMs = 1_000;
/** Alerts whose last write is remembered. */
const rememberedLimit = 1_000;

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: IdFactory;
  /** Writes the log line, and counts; must not throw. */
  readonly tell: (draft: AlertDraft) => void;
  /** Told of an alert that could not be written, and was told all the same. */
  readonly onFault: (fault: unknown) => void;
}

/** What a person must look at: raised by whoever sees it, in the unit of work in which it is seen, until it has ended. */
export class AlertBook {
  readonly #alerts: Table<AlertEntity>;
  /** By the open row's key: when it was last written outside of a unit, and how often it was seen since. */
  readonly #written = new Map<string, { at: number; seenSince: number }>();

  constructor(private readonly deps: Dependencies) {
    this.#alerts = deps.database.table(AlertEntity);
  }

  /** Raises an alert with what else the unit writes. It is told once the unit is committed. */
  raise(unit: UnitOfWork, draft: AlertDraft): void {
    unit.change(this.#seen(draft, 1));
    unit.afterCommit(() => this.deps.tell(draft));
  }

  /**
   * Raises an alert about what no unit of work has to do with. It is told even where it cannot be written, which is no
   * fault of whoever has seen it.
   */
  async raiseNow(draft: AlertDraft): Promise<void> {
    if (isDryRun()) return;
    this.deps.tell(draft);
    const key = keyOf(draft.code, draft.subject);
    const now = performance.now();
    const last = this.#written.get(key);
    if (last !== undefined && now - last.at < restMs) {
      last.seenSince++;
      return;
    }
    if (this.#written.size >= rememberedLimit) this.#written.clear();
    this.#written.set(key, { at: now, seenSince: 0 });
    try {
      const seen = this.#seen(draft, 1 + (last?.seenSince ?? 0));
      await this.deps.database.write((unit) => unit.change(seen));
    } catch (fault) {
      this.deps.onFault(fault);
    }
  }

  /** Keeps what could not be written while it lasted, and is over. */
  async keepEnded(draft: AlertDraft): Promise<void> {
    const clearedAt = this.deps.clock.now();
    const row = this.#rowOf(draft, 1);
    const ended = { ...row, openKey: null, clearedAt, clearedBecause: "it is over" };
    try {
      await this.deps.database.write((unit) => unit.change(this.#alerts.insert(ended)));
    } catch (fault) {
      this.deps.onFault(fault);
    }
  }

  /** Open alerts, oldest first; of one marketplace, or all. */
  async open(marketplaceId?: MarketplaceId): Promise<AlertEntity[]> {
    const rows = await this.deps.database.read(
      marketplaceId === undefined
        ? "SELECT * FROM alert WHERE open_key IS NOT NULL ORDER BY id"
        : "SELECT * FROM alert WHERE marketplace_id = ? AND cleared_at IS NULL ORDER BY id",
      marketplaceId === undefined ? [] : [marketplaceId],
    );
    return this.#alerts.readableRows(rows);
  }

  /** Ends an alert that was read as it is. One that was seen again since stays open. Answers whether it ended. */
  async end(alert: AlertEntity, because: string): Promise<boolean> {
    const { lastSeenAt, seenCount } = alert;
    return this.#end({ id: alert.id, lastSeenAt, seenCount }, because);
  }

  /** Ends an alert whatever was seen since. Answers false where no open alert has the id. */
  async endById(id: AlertId, because: string): Promise<boolean> {
    const found = await this.#alerts.findById(this.deps.database, id);
    if (found === undefined || found.openKey === null) return false;
    return this.#end({ id, openKey: found.openKey }, because);
  }

  /** Ends the open alert of a subject, where there is one. */
  async endOf(code: AlertCode, subject: AlertSubject, because: string): Promise<void> {
    const key = keyOf(code, subject);
    const ended = this.#endedColumns(because);
    await this.deps.database.write((unit) =>
      unit.change(this.#alerts.update(ended, { openKey: key })),
    );
  }

  async #end(where: Partial<AlertEntity>, because: string): Promise<boolean> {
    const { sql, values } = this.#alerts.update(this.#endedColumns(because), where);
    const open = `${sql} AND open_key IS NOT NULL`;
    let isEnded = false;
    await this.deps.database.write(async (unit) => {
      unit.change({ sql: open, values });
      const rows = await unit.read("SELECT cleared_at FROM alert WHERE id = ?", [where.id ?? ""]);
      isEnded = rows[0] !== undefined && rows[0].cleared_at !== null;
    });
    return isEnded;
  }

  #endedColumns(because: string): Partial<AlertEntity> {
    return {
      openKey: null,
      clearedAt: this.deps.clock.now(),
      clearedBecause: cutText(because, 300),
      clearedBy: actorOfWork(),
    };
  }

  /** One statement, whether the alert is open already or not: two that raise it at once do not undo each other's units. */
  #seen(draft: AlertDraft, times: number): Statement {
    const row = this.#rowOf(draft, times);
    const { sql, values } = this.#alerts.insert(row);
    const isThere =
      this.deps.database.kind === "sqlite"
        ? "ON CONFLICT (open_key) DO UPDATE SET"
        : "ON DUPLICATE KEY UPDATE";
    return {
      sql: `${sql} ${isThere} seen_count = seen_count + ?, last_seen_at = ?, facts = ?`,
      values: [...values, times, row.lastSeenAt.getTime(), JSON.stringify(row.facts)],
    };
  }

  #rowOf(draft: AlertDraft, seenCount: number): AlertEntity {
    const { code, subject, marketplaceId, sellerId, facts } = draft;
    const now = this.deps.clock.now();
    return {
      id: this.deps.ids.next("Alert"),
      code,
      subjectKind: subject.kind,
      subjectId: cutText(subject.id, 160),
      marketplaceId,
      sellerId,
      openKey: keyOf(code, subject),
      facts: { ...facts },
      firstSeenAt: now,
      lastSeenAt: now,
      seenCount,
      clearedAt: null,
      clearedBecause: null,
      clearedBy: null,
    };
  }
}

function keyOf(code: AlertCode, { kind, id }: AlertSubject): string {
  return `${code} ${kind} ${cutText(id, 160)}`;
}
