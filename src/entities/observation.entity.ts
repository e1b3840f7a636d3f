import { Entity, Index } from "typeorm";
import type { ObservationId, PaymentId } from "../domain/ids";
import type { ObservationSource } from "../domain/payment-observation";
import { IdColumn, RefColumn, TextColumn, TimeColumn, WordColumn } from "./columns";

/** What a provider showed and we did not apply, and why. Applied observations are events. Append-only. */
@Entity("observation")
@Index("observation_of_payment", ["paymentId", "id"])
export class ObservationEntity {
  @IdColumn() id: ObservationId;
  @RefColumn() paymentId: PaymentId;
  @WordColumn() source: ObservationSource;
  /** IGNORED: stale or forbidden. QUARANTINED: does not match our payment; a person must look. */
  @WordColumn() verdict: "IGNORED" | "QUARANTINED";
  @TextColumn(300) reason: string;
  @TextColumn(64) providerStatus: string;
  @TextColumn(128, { nullable: true }) providerStatusDetail: string | null;
  @TimeColumn({ nullable: true }) providerUpdatedAt: Date | null;
  @TimeColumn() recordedAt: Date;
}
