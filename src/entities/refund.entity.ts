import { Entity, Index } from "typeorm";
import type { MarketplaceId, OperationId, PaymentId, RefundId, SellerId } from "../domain/ids";
import { type Currency, currencies } from "../domain/money";
import { type RefundStatus, refundStatuses } from "../domain/refund-status";
import {
  IdColumn,
  IntColumn,
  MinorColumn,
  RefColumn,
  TextColumn,
  TimeColumn,
  WordColumn,
} from "./columns";

/** Money back to the payer, whole or in part. */
@Entity("refund")
@Index("refund_of_payment", ["paymentId", "id"])
@Index("refund_of_operation", ["operationId"])
@Index("refund_due", ["dueAt"])
@Index("refund_provider_id", ["paymentId", "providerRefundId"], { unique: true })
export class RefundEntity {
  @IdColumn() id: RefundId;
  @RefColumn() marketplaceId: MarketplaceId;
  @RefColumn() sellerId: SellerId;
  @RefColumn() paymentId: PaymentId;
  /** Null for a refund made at the provider, without us. */
  @RefColumn({ nullable: true }) operationId: OperationId | null;
  @WordColumn({ of: refundStatuses }) status: RefundStatus;
  @TextColumn(64, { nullable: true }) providerRefundId: string | null;
  @WordColumn({ of: currencies, length: 3 }) currency: Currency;
  @MinorColumn() amountMinor: bigint;
  @TextColumn(200, { nullable: true }) reason: string | null;
  @TimeColumn() createdAt: Date;
  @TimeColumn() updatedAt: Date;
  /** When the provider is next asked about one that it has accepted and not ended; else null. */
  @TimeColumn({ nullable: true }) dueAt: Date | null;
  @IntColumn() attempts: number;
  @RefColumn({ nullable: true }) leaseToken: string | null;
  @IntColumn() version: number;
}
