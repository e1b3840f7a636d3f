import { Entity, Index } from "typeorm";
import type { MarketplaceId, SellerId } from "../domain/ids";
import { IdColumn, IntColumn, RefColumn, TextColumn, TimeColumn } from "./columns";

/** Someone who sells through the marketplace and is paid by its buyers. */
@Entity("seller")
@Index("seller_of_marketplace", ["marketplaceId", "id"])
@Index("seller_reference", ["marketplaceId", "reference"], { unique: true })
export class SellerEntity {
  @IdColumn() id: SellerId;
  @RefColumn() marketplaceId: MarketplaceId;
  /** The marketplace's own name for the seller. */
  @TextColumn(64) reference: string;
  @TextColumn(200) name: string;
  @TextColumn(254, { nullable: true }) email: string | null;
  /** ISO 3166 alpha-2. */
  @TextColumn(2, { nullable: true }) country: string | null;
  /** The marketplace's fee on each payment, in millionths; null: none unless a payment names one. */
  @IntColumn({ nullable: true }) feePpm: number | null;
  @TimeColumn() createdAt: Date;
  @TimeColumn() updatedAt: Date;
}
