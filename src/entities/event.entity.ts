import { Entity, Index, PrimaryColumn } from "typeorm";
import type { Actor } from "../domain/actor";
import { type EventSource, type EventType, eventSources, eventSubjects } from "../domain/events";
import type { MarketplaceId, MarketplaceOrderId, PointOrderId, StreamId } from "../domain/ids";
import type { OperatingMode } from "../domain/point-device";
import { ActorColumn, JsonColumn, MinorColumn, RefColumn, TimeColumn, WordColumn } from "./columns";
import type { StoredSettlement } from "./stored-settlement";

/** What a payment or an account looked like when the event was written: enough to show it as it was then. */
export interface EventSnapshot {
  readonly providerStatus?: string | null;
  readonly providerStatusDetail?: string | null;
  readonly refundedMinor?: string;
  readonly settlement?: StoredSettlement;
  readonly amountMinor?: string;
  readonly statusReason?: string | null;
  /** Of a card reader. */
  readonly operatingMode?: OperatingMode;
  readonly currentOrderId?: PointOrderId;
  /** The order that a payment is a cart of. */
  readonly orderId?: MarketplaceOrderId;
}

/**
 * One applied change, written in the transaction that made it, never altered. Its place is (streamId, seq),
 * gapless; its identity is (subjectId, subjectVersion).
 */
@Entity("event")
@Index("event_place", ["streamId", "seq"], { unique: true })
@Index("event_of_topic", ["topicId", "seq"])
// Which logs of a marketplace have moved, and how far: read from the index alone (docs/decisions/0017).
@Index("event_of_marketplace", ["marketplaceId", "recordedAt", "streamId", "seq"])
export class EventEntity {
  @PrimaryColumn({ type: "varchar", length: 40 }) subjectId: string;
  @PrimaryColumn({ type: "int" }) subjectVersion: number;
  /** The seller, or the order. */
  @RefColumn() streamId: StreamId;
  @MinorColumn() seq: bigint;
  /** What the change is shown under: a refund's events belong to the payment's timeline. */
  @RefColumn() topicId: string;
  @WordColumn({ of: Object.keys(eventSubjects) }) type: EventType;
  @WordColumn({ nullable: true }) fromStatus: string | null;
  @WordColumn({ nullable: true }) toStatus: string | null;
  @WordColumn({ of: eventSources }) source: EventSource;
  @JsonColumn() snapshot: EventSnapshot;
  /** Null where a process of the release before wrote it while this one was rolled out. */
  @RefColumn({ nullable: true }) marketplaceId: MarketplaceId | null;
  /** Who made the change. Null where a release did that did not keep it. */
  @ActorColumn() actor: Actor | null;
  /** When it happened, by the provider's clock where it told one. */
  @TimeColumn() occurredAt: Date;
  @TimeColumn() recordedAt: Date;
}
