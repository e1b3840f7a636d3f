import { Entity, Index, PrimaryColumn } from "typeorm";
import type { MarketplaceId, StreamId } from "../domain/ids";
import { MinorColumn, RefColumn } from "./columns";

/**
 * An event's number in the stream over all logs of its marketplace, given after its commit (docs/decisions/0017). Numbers have
 * no gaps, appear in order, and keep the order of each log.
 */
@Entity("marketplace_event")
@Index("marketplace_event_place", ["streamId", "streamSeq"], { unique: true })
export class MarketplaceEventEntity {
  @PrimaryColumn({ type: "varchar", length: 40 }) marketplaceId: MarketplaceId;
  @PrimaryColumn({
    type: "bigint",
    transformer: { to: (value) => value, from: (value: number | string) => BigInt(value) },
  })
  seq: bigint;
  /** The seller or the order in whose log the event stands, and its number there. */
  @RefColumn() streamId: StreamId;
  @MinorColumn() streamSeq: bigint;
}
