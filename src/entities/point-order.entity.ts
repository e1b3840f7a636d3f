import { Entity, Index } from "typeorm";
import type { UserErrorFact } from "../domain/errors";
import type {
  MarketplaceId,
  OperationId,
  PaymentId,
  PointDeviceId,
  PointOrderId,
  ProviderAccountId,
  SellerId,
} from "../domain/ids";
import { type Currency, currencies } from "../domain/money";
import { type InPersonApi, inPersonApis } from "../domain/point-device";
import {
  type InstallmentPayer,
  installmentPayers,
  type PointMethod,
  type PointOrderStatus,
  pointMethods,
  pointOrderStatuses,
} from "../domain/point-order";
import { type Provider, providers } from "../domain/provider";
import {
  FlagColumn,
  IdColumn,
  IntColumn,
  JsonColumn,
  MinorColumn,
  RefColumn,
  TextColumn,
  TimeColumn,
  WordColumn,
} from "./columns";

/** An amount that was sent to a card reader. The provider is told its id as the reference. */
@Entity("point_order")
@Index("point_order_provider_id", ["provider", "providerOrderId"], { unique: true })
@Index("point_order_of_seller", ["sellerId", "id"])
@Index("point_order_of_marketplace", ["marketplaceId", "id"])
@Index("point_order_by_status", ["marketplaceId", "status", "id"])
@Index("point_order_of_device", ["deviceId", "id"])
@Index("point_order_due", ["dueAt"])
export class PointOrderEntity {
  @IdColumn() id: PointOrderId;
  @RefColumn() marketplaceId: MarketplaceId;
  @RefColumn() sellerId: SellerId;
  @RefColumn() accountId: ProviderAccountId;
  @RefColumn() deviceId: PointDeviceId;
  /** The payment that it ended with. */
  @RefColumn({ nullable: true }) paymentId: PaymentId | null;
  @WordColumn({ of: providers }) provider: Provider;
  /** The generation of the provider's API that made it, which alone reads and changes it. */
  @WordColumn({ of: inPersonApis }) api: InPersonApi;
  @TextColumn(64) providerDeviceId: string;
  @TextColumn(64, { nullable: true }) providerOrderId: string | null;
  @TextColumn(64, { nullable: true }) providerTransactionId: string | null;
  /** The caller's own reference. */
  @TextColumn(64, { nullable: true }) externalReference: string | null;
  @WordColumn({ of: pointOrderStatuses }) status: PointOrderStatus;
  @TextColumn(64, { nullable: true }) providerStatus: string | null;
  @TextColumn(128, { nullable: true }) providerStatusDetail: string | null;
  @WordColumn({ of: currencies, length: 3 }) currency: Currency;
  @MinorColumn() amountMinor: bigint;
  /** What was paid, tip included; null while nothing is. */
  @MinorColumn({ nullable: true }) paidMinor: bigint | null;
  @MinorColumn() tipMinor: bigint;
  @TextColumn(150, { nullable: true }) description: string | null;
  @WordColumn({ of: pointMethods, nullable: true }) method: PointMethod | null;
  @IntColumn({ nullable: true }) installments: number | null;
  @WordColumn({ of: installmentPayers, nullable: true })
  installmentsPaidBy: InstallmentPayer | null;
  @FlagColumn() printsTicket: boolean;
  @TextColumn(20, { nullable: true }) ticketNumber: string | null;
  @IntColumn() expiresInSeconds: number;
  /** The cancellation under way; keeps a second one out. */
  @RefColumn({ nullable: true }) openActionId: OperationId | null;
  /** Why the provider refused it. */
  @JsonColumn({ nullable: true }) failure: UserErrorFact | null;
  /** What a person who settled it saw at the reader. */
  @TextColumn(300, { nullable: true }) settledBecause: string | null;
  @TimeColumn({ nullable: true }) providerUpdatedAt: Date | null;
  @TimeColumn() expiresAt: Date;
  @TimeColumn() createdAt: Date;
  @TimeColumn() updatedAt: Date;
  @TimeColumn({ nullable: true }) dueAt: Date | null;
  @IntColumn() attempts: number;
  @RefColumn({ nullable: true }) leaseToken: string | null;
  @IntColumn() version: number;
}
