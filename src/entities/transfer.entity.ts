import { Entity, Index } from "typeorm";
import type { UserErrorFact } from "../domain/errors";
import type {
  MarketplaceId,
  OperationId,
  ProviderAccountId,
  SellerId,
  TransferId,
} from "../domain/ids";
import type { Currency } from "../domain/money";
import type { Provider } from "../domain/provider";
import type { TransferDirection, TransferStatus } from "../domain/transfer";
import {
  IdColumn,
  IntColumn,
  JsonColumn,
  MinorColumn,
  RefColumn,
  TextColumn,
  TimeColumn,
  WordColumn,
} from "./columns";

/** Money between a seller's balance and the marketplace's, at one provider. */
@Entity("transfer")
@Index("transfer_of_seller", ["sellerId", "id"])
export class TransferEntity {
  @IdColumn() id: TransferId;
  @RefColumn() marketplaceId: MarketplaceId;
  @RefColumn() sellerId: SellerId;
  @RefColumn() accountId: ProviderAccountId;
  @WordColumn() provider: Provider;
  @RefColumn() operationId: OperationId;
  @WordColumn() direction: TransferDirection;
  @WordColumn() status: TransferStatus;
  @TextColumn(3) currency: Currency;
  @MinorColumn() amountMinor: bigint;
  @TextColumn(200, { nullable: true }) description: string | null;
  /** Why the provider refused it. */
  @JsonColumn({ nullable: true }) failure: UserErrorFact | null;
  @TimeColumn() createdAt: Date;
  @TimeColumn() updatedAt: Date;
  @IntColumn() version: number;
}
