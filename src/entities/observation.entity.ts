import { Entity, Index } from "typeorm";
import type { FollowedId, MarketplaceId, ObservationId } from "../domain/ids";
import type { ObservationSource } from "../domain/payment-observation";
import { IdColumn, RefColumn, TextColumn, TimeColumn, WordColumn } from "./columns";

/** What a provider showed and we did not apply, and why. Applied observations are events. Append-only. */
@Entity("observation")
@Index("observation_of_subject", ["subjectId", "id"])
export class ObservationEntity {
  @IdColumn() id: ObservationId;
  /** What it seemed to be about. */
  @RefColumn() subjectId: FollowedId;
  /** Null where a process of the release before wrote it while this one was rolled out. */
  @RefColumn({ nullable: true }) marketplaceId: MarketplaceId | null;
  @WordColumn() source: ObservationSource;
  /** IGNORED: stale or forbidden. QUARANTINED: does not match what is ours; a person must look. */
  @WordColumn() verdict: "IGNORED" | "QUARANTINED";
  @TextColumn(300) reason: string;
  @TextColumn(64) providerStatus: string;
  @TextColumn(128, { nullable: true }) providerStatusDetail: string | null;
  @TimeColumn({ nullable: true }) providerUpdatedAt: Date | null;
  @TimeColumn() recordedAt: Date;
}
