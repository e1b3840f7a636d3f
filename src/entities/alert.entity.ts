import { Entity, Index } from "typeorm";
import type { Actor } from "../domain/actor";
import { type AlertCode, type AlertSubject, alertCodes } from "../domain/alerts";
import type { AlertId, MarketplaceId, SellerId } from "../domain/ids";
import {
  ActorColumn,
  IdColumn,
  IntColumn,
  JsonColumn,
  RefColumn,
  TextColumn,
  TimeColumn,
  WordColumn,
} from "./columns";

/**
 * Something that a person must look at, from when it was first seen until it ended. Of one code and subject, one row is
 * open at most; what is seen again while it is open raises its count.
 */
@Entity("alert")
@Index("alert_open", ["openKey"], { unique: true })
@Index("alert_of_marketplace", ["marketplaceId", "clearedAt", "id"])
@Index("alert_of_subject", ["subjectId", "id"])
export class AlertEntity {
  @IdColumn() id: AlertId;
  @WordColumn({ of: alertCodes, length: 40 }) code: AlertCode;
  @WordColumn() subjectKind: AlertSubject["kind"];
  @TextColumn(160) subjectId: string;
  /** Null: the gateway's own. */
  @RefColumn({ nullable: true }) marketplaceId: MarketplaceId | null;
  @RefColumn({ nullable: true }) sellerId: SellerId | null;
  /** Code and subject while the alert is open; null once it has ended. */
  @TextColumn(240, { nullable: true }) openKey: string | null;
  /** As they were when it was last seen. */
  @JsonColumn() facts: Record<string, unknown>;
  @TimeColumn() firstSeenAt: Date;
  @TimeColumn() lastSeenAt: Date;
  /** How often it was seen. */
  @IntColumn() seenCount: number;
  @TimeColumn({ nullable: true }) clearedAt: Date | null;
  /** Why it ended, in words. */
  @TextColumn(300, { nullable: true }) clearedBecause: string | null;
  @ActorColumn() clearedBy: Actor | null;
}
