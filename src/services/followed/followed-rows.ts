import { StaleWriteError, type UnitOfWork } from "../../database/database";
import type { UserErrorFact } from "../../domain/errors";
import type { EventSource, EventType } from "../../domain/events";
import type { Provider } from "../../domain/provider";
import type { Unapplied, Verdict } from "../../domain/verdict";
import type { EventDraft } from "../../events/event-log";
import type { Settlement } from "../../operations/operation-kind";
import type { Outcome } from "../../providers/provider";
import { writeOptimistically } from "../shared/optimistic-write";
import { refusalOf } from "../shared/refusal-of-provider";
import { alertAbout } from "./alert-about";
import type {
  ChangeDependencies,
  DueFacts,
  FollowedKind,
  FollowedRow,
  MakingStatus,
} from "./followed-kind";
import { keepUnapplied, type Shown } from "./keep-unapplied";

/** How long after its end a provider should show that something has ended. Choice: none says so. */
const endLagMs = 2_000;

/** What an observation came to, and the row after it. */
export interface Applied<E, V extends { readonly kind: string }> {
  readonly verdict: V;
  readonly row: E;
}

type ToApply<E extends FollowedRow> = Extract<Verdict<E["status"]>, { kind: "apply" }>;

/** The columns that an observation writes. */
interface SeenColumns<E extends FollowedRow> {
  /** All that it shows, where it is applied. */
  readonly applied: (verdict: ToApply<E>) => Partial<E>;
  /** Which one at the provider is ours, where it is believed and changes no status. */
  readonly found: Partial<E>;
  /** Columns of our own, where it is not believed. */
  readonly own?: Partial<E>;
}

/** What is done with the answer of a provider that was asked to make something. */
interface Answered<E, T> {
  /** Applies what the provider showed. `holder`: see `FollowedRows.holderOf`. */
  readonly apply: (seen: T, holder?: string) => Applied<E, { readonly kind: string }>;
  /** The provider's id, to look for who else has it. Absent: it has none. */
  readonly providerIdOf?: ((seen: T) => string) | undefined;
  /** Columns that a refusal writes beside the status. */
  readonly failed?: (failure: UserErrorFact) => Partial<E>;
  /** Told of the row as it becomes. */
  readonly became: (row: E) => void;
}

/**
 * The life of one kind of row that is followed at a provider: the only way by which such a row changes after its
 * creation. Each applied change raises the version by one and has one event. Every change compares the version, so
 * that of two observers one starts over.
 */
export class FollowedRows<E extends FollowedRow> {
  constructor(private readonly kind: FollowedKind<E>) {}

  /** A row, whoever asks: for the engine and the workers, which act for no caller. */
  read({ database }: Pick<ChangeDependencies, "database">, id: string): Promise<E> {
    return database.table(this.kind.entity).byId(database, id);
  }

  /** A row as the unit sees it, locked until the unit ends. */
  lock({ database }: ChangeDependencies, unit: UnitOfWork, id: string): Promise<E> {
    return database.table(this.kind.entity).byId(unit, id, { lock: true });
  }

  /** Adds a row, with its first event. */
  add(deps: ChangeDependencies, unit: UnitOfWork, row: E, source: EventSource): void {
    unit.change(deps.database.table(this.kind.entity).insert(row));
    deps.events.append(unit, this.created(row, source));
  }

  /** Applies a change that its caller has already judged, with its one event. */
  change(
    deps: ChangeDependencies,
    unit: UnitOfWork,
    row: E,
    source: EventSource,
    changes: Partial<E>,
  ): E {
    const next = this.changeUntold(deps, unit, row, changes);
    const happenedAt = this.kind.happenedAt?.(changes, row) ?? next.updatedAt;
    deps.events.append(unit, this.changed(row, next, source, happenedAt));
    return next;
  }

  /** `change` without its event, which the caller has to append to the same unit; see `changed`. */
  changeUntold(deps: ChangeDependencies, unit: UnitOfWork, row: E, changes: Partial<E>): E {
    const { kind } = this;
    const updatedAt = deps.clock.now();
    const version = row.version + 1;
    if (kind.dueIn === undefined) {
      return this.changeSilently(deps, unit, row, { updatedAt, version, ...changes });
    }
    const attempts = 0;
    const dueAt = this.#dueAt(deps, { ...row, ...changes, attempts, updatedAt });
    const complete = { attempts, dueAt, updatedAt, version, ...changes };
    return this.changeSilently(deps, unit, row, complete);
  }

  /** Changes columns that nobody watches: no version, no event. */
  changeSilently(deps: ChangeDependencies, unit: UnitOfWork, row: E, changes: Partial<E>): E {
    const table = deps.database.table(this.kind.entity);
    const asRead: Pick<FollowedRow, "id" | "version"> = { id: row.id, version: row.version };
    unit.change(table.update(changes, asRead as Partial<E>, 1));
    return { ...row, ...changes };
  }

  /** Sets the next check of a row that a look has left as it is, and columns that nobody watches. */
  markChecked(deps: ChangeDependencies, unit: UnitOfWork, row: E, changes: Partial<E> = {}): E {
    this.kind.onUnchanged?.(deps, unit, row);
    const { attempts = 0 } = row;
    const dueAt = this.#dueAt(deps, { ...row, attempts });
    return this.changeSilently(deps, unit, row, { dueAt, ...changes });
  }

  /** Sets the next check of a row that the provider did not tell of. Answers false, as look-ups then do. */
  async postpone(deps: ChangeDependencies, row: E, changes: Partial<E> = {}): Promise<false> {
    try {
      await deps.database.write((unit) => {
        this.markChecked(deps, unit, row, changes);
      });
    } catch (fault) {
      // Changed meanwhile: whoever changed it has set its next check.
      if (!(fault instanceof StaleWriteError)) throw fault;
    }
    return false;
  }

  /** Writes what an observation came to. */
  apply<V extends Verdict<E["status"]>>(
    deps: ChangeDependencies,
    unit: UnitOfWork,
    row: E,
    verdict: V,
    shown: Shown,
    columns: SeenColumns<E>,
  ): Applied<E, V> {
    if (verdict.kind === "apply") {
      const facts = { from: row.status, to: verdict.status };
      if (verdict.anomaly) this.alert(deps, unit, row, "anomaly", facts);
      return { verdict, row: this.change(deps, unit, row, shown.source, columns.applied(verdict)) };
    }
    if (verdict.kind !== "same") this.keepUnapplied(deps, unit, row, verdict, shown);
    const isBelieved = verdict.kind !== "quarantine";
    const changes = isBelieved ? columns.found : columns.own;
    return { verdict, row: this.markChecked(deps, unit, row, changes) };
  }

  /** Keeps an observation that changes nothing. A person is told of what is not ours, or not understood. */
  keepUnapplied(
    deps: ChangeDependencies,
    unit: UnitOfWork,
    row: E,
    verdict: Unapplied,
    shown: Shown,
    isTold = verdict.kind === "quarantine" || shown.seen.status === null,
  ): void {
    keepUnapplied(deps, unit, row, verdict, shown);
    if (isTold) this.alert(deps, unit, row, "unapplied", { reason: verdict.reason });
  }

  /** Tells a person. */
  alert(
    deps: ChangeDependencies,
    unit: UnitOfWork,
    row: E,
    what: "anomaly" | "unapplied",
    facts: Record<string, unknown>,
  ): void {
    const { alerts } = this.kind;
    if (alerts === undefined) throw new Error(`nobody is told of ${row.id}`);
    deps.alerts.raise(unit, {
      ...alertAbout(row),
      code: alerts[what],
      facts: { [alerts.idName]: row.id, ...facts },
    });
  }

  /**
   * Whose the provider's id is, where that is not this row: of two that a provider answers with one id, the second is
   * nobody's until a person has looked. Asked after a clash only: unique indexes keep them apart, and cost no read.
   */
  async holderOf(
    { database }: ChangeDependencies,
    unit: UnitOfWork,
    { id, provider }: Pick<E, "id"> & { readonly provider: Provider },
    providerId: string,
  ): Promise<string | undefined> {
    const { entity, providerIdColumn } = this.kind;
    const rows = await unit.read(
      `SELECT id FROM ${database.table(entity).name} WHERE provider = ? AND ${providerIdColumn} = ? AND id <> ?`,
      [provider, providerId, id],
    );
    return rows[0] && String(rows[0].id);
  }

  /** Writes what was seen of a row, on the row as it is then. `change` is told the holder of the provider's id. */
  writeSeen(
    deps: ChangeDependencies,
    row: E & { readonly provider: Provider },
    providerId: string,
    change: (unit: UnitOfWork, current: E, holder?: string) => Promise<void> | void,
  ): Promise<void> {
    const readAgain = () => this.read(deps, row.id);
    return writeOptimistically<E>(deps.database, row, readAgain, async (unit, current, clashed) => {
      const holder = clashed ? await this.holderOf(deps, unit, row, providerId) : undefined;
      await change(unit, current, holder);
    });
  }

  /** Writes what came of asking the provider to make it; how every operation ends that makes one thing. */
  settle<T>(
    deps: ChangeDependencies,
    unit: UnitOfWork,
    row: E & { readonly provider: Provider },
    outcome: Outcome<T>,
    clashed: boolean,
    { apply, providerIdOf, failed, became }: Answered<E, T>,
  ): Settlement | Promise<Settlement> {
    const become = (status: MakingStatus, others?: Partial<E>) =>
      became(this.change(deps, unit, row, "API", { status, ...others } as Partial<E>));
    switch (outcome.kind) {
      case "accepted": {
        const seen = outcome.value;
        const applyTo = (holder?: string): Settlement => {
          const applied = apply(seen, holder);
          became(applied.row);
          // Not the one that was asked for: keep looking, a person has been told.
          if (applied.verdict.kind === "quarantine") return { finished: false };
          return { finished: true, refusal: null };
        };
        return clashed && providerIdOf !== undefined
          ? this.holderOf(deps, unit, row, providerIdOf(seen)).then(applyTo)
          : applyTo();
      }
      case "refused": {
        // A notification may have told us of it already: then there is nothing left to fail.
        if (this.kind.judge(row.status, "FAILED", false) !== "ALLOWED") {
          return { finished: true, refusal: null };
        }
        const failure = refusalOf(row, outcome.refusal);
        become("FAILED", failed?.(failure));
        return { finished: true, refusal: [failure] };
      }
      case "unknown":
        if (row.status === "PROCESSING") become("UNKNOWN");
        return { finished: false };
    }
  }

  /** The first event of a row. */
  created(row: E, source: EventSource): EventDraft {
    return this.#event(row, this.kind.events.created, null, source, row.updatedAt);
  }

  /** The event of a change: of the status, where that is another one now. */
  changed(before: E, now: E, source: EventSource, happenedAt = now.updatedAt): EventDraft {
    const { moved, updated = moved } = this.kind.events;
    const type = now.status === before.status ? updated : moved;
    return this.#event(now, type, before.status, source, happenedAt);
  }

  /** Whoever waits for an end asks when it comes, and not by schedule alone. */
  #dueAt(deps: ChangeDependencies, row: DueFacts<E>): Date | null | undefined {
    const { expiresAt } = row;
    const dueAt = this.kind.dueIn?.(deps, row);
    if (!dueAt || !expiresAt || expiresAt <= deps.clock.now()) return dueAt;
    const end = new Date(expiresAt.getTime() + endLagMs);
    return end < dueAt ? end : dueAt;
  }

  /** An event tells of the version that the row has then. */
  #event(
    row: E,
    type: EventType,
    fromStatus: string | null,
    source: EventSource,
    occurredAt: Date,
  ): EventDraft {
    const { kind } = this;
    return {
      streamId: kind.streamOf(row),
      marketplaceId: row.marketplaceId,
      subjectId: row.id,
      subjectVersion: row.version,
      topicId: kind.topicOf?.(row) ?? row.id,
      type,
      fromStatus,
      toStatus: row.status,
      source,
      snapshot: kind.snapshotOf(row),
      occurredAt,
      countedBy: kind.countedBy?.(row),
    };
  }
}
