import { Entity } from "typeorm";
import type { MarketplaceId } from "../domain/ids";
import { IdColumn, TextColumn, TimeColumn } from "./columns";

/** The tenant: a marketplace with its sellers. Nothing is ever visible across two of them. */
@Entity("marketplace")
export class MarketplaceEntity {
  @IdColumn() id: MarketplaceId;
  @TextColumn(200) name: string;
  @TimeColumn() createdAt: Date;
}
