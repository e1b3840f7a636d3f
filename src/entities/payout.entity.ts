import { Entity, Index } from "typeorm";
import type { UserErrorFact } from "../domain/errors";
import type {
  MarketplaceId,
  OperationId,
  PayoutId,
  ProviderAccountId,
  SellerId,
} from "../domain/ids";
import { type Currency, currencies } from "../domain/money";
import { type PayoutStatus, payoutStatuses } from "../domain/payout-status";
import { type Provider, providers } from "../domain/provider";
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

/** What reaches the seller's bank account where it is in another currency. */
export interface StoredExchange {
  readonly currency: Currency;
  readonly minor: string;
  /** Units of the target currency for one of the payout's, as exact text. */
  readonly rate: string;
  readonly tableId: string;
  readonly partnerId: string;
}

/** Money from a seller's balance at the provider to the seller's bank account. */
@Entity("payout")
@Index("payout_provider_id", ["provider", "providerPayoutId"], { unique: true })
@Index("payout_of_seller", ["sellerId", "id"])
@Index("payout_of_marketplace", ["marketplaceId", "id"])
@Index("payout_by_status", ["marketplaceId", "status", "id"])
@Index("payout_due", ["dueAt"])
export class PayoutEntity {
  @IdColumn() id: PayoutId;
  @RefColumn() marketplaceId: MarketplaceId;
  @RefColumn() sellerId: SellerId;
  @RefColumn() accountId: ProviderAccountId;
  @WordColumn({ of: providers }) provider: Provider;
  @RefColumn() operationId: OperationId;
  @TextColumn(64, { nullable: true }) providerPayoutId: string | null;
  @WordColumn({ of: payoutStatuses }) status: PayoutStatus;
  /** The provider's own word or number for it. */
  @TextColumn(64, { nullable: true }) providerStatus: string | null;
  @WordColumn({ of: currencies, length: 3 }) currency: Currency;
  @MinorColumn() amountMinor: bigint;
  @JsonColumn({ nullable: true }) exchange: StoredExchange | null;
  @TextColumn(200, { nullable: true }) description: string | null;
  /** Why the provider refused it. */
  @JsonColumn({ nullable: true }) failure: UserErrorFact | null;
  @TimeColumn() createdAt: Date;
  @TimeColumn() updatedAt: Date;
  @TimeColumn({ nullable: true }) dueAt: Date | null;
  @IntColumn() attempts: number;
  @RefColumn({ nullable: true }) leaseToken: string | null;
  @IntColumn() version: number;
}
