import { Entity } from "typeorm";
import type { MarketplaceId } from "../domain/ids";
import { IdColumn, MinorColumn } from "./columns";

/** The counter of a marketplace's events. Only those who number events lock it, never those who write them. */
@Entity("marketplace_stream")
export class MarketplaceStreamEntity {
  @IdColumn() marketplaceId: MarketplaceId;
  @MinorColumn() lastSeq: bigint;
  /** Epoch milliseconds: whatever was recorded before has a number. */
  @MinorColumn() sweptUntil: bigint;
}
