import { Entity } from "typeorm";
import type { MarketplaceId, PaymentId, SellerId, WatchTokenId } from "../domain/ids";
import { IdColumn, RefColumn, TextColumn, TimeColumn } from "./columns";

/** Lets one app watch one payment for a short time. The secret itself is shown once and never stored. */
@Entity("watch_token")
export class WatchTokenEntity {
  @IdColumn() id: WatchTokenId;
  @RefColumn() marketplaceId: MarketplaceId;
  @RefColumn() sellerId: SellerId;
  @RefColumn() paymentId: PaymentId;
  /** SHA-256 of the secret, hex. */
  @TextColumn(64) secretHash: string;
  @TimeColumn() createdAt: Date;
  @TimeColumn() expiresAt: Date;
}
