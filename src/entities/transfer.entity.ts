import { Entity, Index } from "typeorm";
import type { UserErrorFact } from "../domain/errors";
import type {
  MarketplaceId,
  OperationId,
  ProviderAccountId,
  SellerId,
  TransferId,
} from "../domain/ids";
import { type Currency, currencies } from "../domain/money";
import { type Provider, providers } from "../domain/provider";
import {
  type TransferDirection,
  type TransferStatus,
  transferDirections,
  transferStatuses,
} from "../domain/transfer";
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
  @WordColumn({ of: providers }) provider: Provider;
  @RefColumn() operationId: OperationId;
  @WordColumn({ of: transferDirections }) direction: TransferDirection;
  @WordColumn({ of: transferStatuses }) status: TransferStatus;
  @WordColumn({ of: currencies, length: 3 }) currency: Currency;
  @MinorColumn() amountMinor: bigint;
  @TextColumn(200, { nullable: true }) description: string | null;
  /** Why the provider refused it. */
  @JsonColumn({ nullable: true }) failure: UserErrorFact | null;
  @TimeColumn() createdAt: Date;
  @TimeColumn() updatedAt: Date;
  @IntColumn() version: number;
}
