import type { AlertBook } from "../../alerts/alert-book";
import type { Database, UnitOfWork } from "../../database/database";
import type { AlertCode } from "../../domain/alerts";
import type { Clock } from "../../domain/clock";
import type { EventType } from "../../domain/events";
import type { FollowedId, IdFactory, MarketplaceId, SellerId, StreamId } from "../../domain/ids";
import type { MoveJudge } from "../../domain/moves";
import type { EventSnapshot } from "../../entities/event.entity";
import type { EventDraft, EventLog } from "../../events/event-log";

export interface ChangeDependencies {
  readonly database: Database;
  readonly events: EventLog;
  readonly clock: Clock;
  readonly ids: IdFactory;
  readonly random: () => number;
  /** For contradictions and mismatches, which a person must look at. */
  readonly alerts: AlertBook;
}

/** What every row has that is followed at a provider. */
export interface FollowedRow {
  readonly id: FollowedId;
  readonly marketplaceId: MarketplaceId;
  /** Absent: it belongs to several sellers. */
  readonly sellerId?: SellerId;
  readonly status: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Counts applied changes from 1; each has one event of that number. */
  readonly version: number;
  /** Looks since the last change. Absent: nobody looks by schedule. */
  readonly attempts?: number;
  /** When it ends by itself; null or absent: nobody knows. */
  readonly expiresAt?: Date | null;
}

/** What decides when a provider is asked again. */
export type DueFacts<E extends FollowedRow> = E & { readonly attempts: number };

/** Statuses that everything has which is made at a provider. */
export type MakingStatus = "PROCESSING" | "UNKNOWN" | "FAILED";

/** What one kind of row that is followed at a provider has of its own. */
export interface FollowedKind<E extends FollowedRow> {
  readonly entity: new () => E;
  readonly judge: MoveJudge<E["status"] | MakingStatus>;
  /** Where the provider's ids are unique: the column of the provider's id. */
  readonly providerIdColumn?: string;
  readonly events: {
    readonly created: EventType;
    readonly moved: EventType;
    /** A change that leaves the status as it is. Absent: there is none. */
    readonly updated?: EventType;
  };
  streamOf(row: E): StreamId;
  /** What its events are shown under. Absent: itself. */
  topicOf?(row: E): string;
  snapshotOf(row: E): EventSnapshot;
  /** See `EventDraft`. */
  countedBy?(row: E): EventDraft["countedBy"];
  /** When a change happened, by the provider's clock. Absent or null: now. `before`: the row until then. */
  happenedAt?(changes: Partial<E>, before: E): Date | null | undefined;
  /** When the provider is asked again; null: no more. Absent: nobody asks by schedule. */
  dueIn?(deps: ChangeDependencies, row: DueFacts<E>): Date | null;
  /** Called where a look leaves the row as it is. */
  onUnchanged?(deps: ChangeDependencies, unit: UnitOfWork, row: E): void;
  /** Absent: nothing is told of it but through its payment. */
  readonly alerts?: {
    /** What the log calls its id. */
    readonly idName: string;
    readonly anomaly: AlertCode;
    readonly unapplied: AlertCode;
  };
}
