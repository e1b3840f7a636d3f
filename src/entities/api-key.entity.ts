import { Entity, Index } from "typeorm";
import type { ApiKeyId, MarketplaceId, SellerId } from "../domain/ids";
import { IdColumn, JsonColumn, RefColumn, TextColumn, TimeColumn, WordColumn } from "./columns";

/** A credential of a backend, or a publishable one of a seller's pages. The secret itself is shown once and never stored. */
@Entity("api_key")
@Index("api_key_holder", ["marketplaceId", "holder"])
export class ApiKeyEntity {
  @IdColumn() id: ApiKeyId;
  @RefColumn() marketplaceId: MarketplaceId;
  @WordColumn() role: "MARKETPLACE" | "SELLER" | "PARTNER" | "PUBLISHABLE";
  /** Whose key it is: the marketplace's id, the seller's id, or the partner's name. */
  @TextColumn(64) holder: string;
  /** The sellers that the key reaches; null is all of the marketplace. */
  @JsonColumn({ nullable: true }) sellerIds: SellerId[] | null;
  /** SHA-256 of the secret, hex. The secret has 256 random bits, so a slow hash would add nothing. */
  @TextColumn(64) secretHash: string;
  @TimeColumn() createdAt: Date;
  @TimeColumn({ nullable: true }) expiresAt: Date | null;
  @TimeColumn({ nullable: true }) revokedAt: Date | null;
}
