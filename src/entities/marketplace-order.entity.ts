import { Entity, Index } from "typeorm";
import type { MarketplaceId, MarketplaceOrderId, OperationId } from "../domain/ids";
import { type Currency, currencies } from "../domain/money";
import { type OrderStatus, orderStatuses } from "../domain/order-status";
import { type Provider, providers } from "../domain/provider";
import {
  FlagColumn,
  IdColumn,
  IntColumn,
  JsonColumn,
  LongTextColumn,
  MinorColumn,
  RefColumn,
  TextColumn,
  TimeColumn,
  WordColumn,
} from "./columns";

/** The buyer of an order, as the caller told us. Masked for those who may not see it. */
export interface StoredBuyer {
  /** The marketplace's own id of the buyer. */
  readonly reference: string;
  readonly email: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly phone?: string;
  readonly language?: string;
}

/** One buyer's money to several sellers. Each cart is a payment of its own seller (`PaymentEntity.orderId`). */
@Entity("marketplace_order")
@Index("marketplace_order_provider_id", ["provider", "providerOrderId"], { unique: true })
@Index("marketplace_order_of_marketplace", ["marketplaceId", "id"])
@Index("marketplace_order_by_status", ["marketplaceId", "status", "id"])
@Index("marketplace_order_by_reference", ["marketplaceId", "externalReference", "id"])
@Index("marketplace_order_due", ["dueAt"])
export class MarketplaceOrderEntity {
  @IdColumn() id: MarketplaceOrderId;
  @RefColumn() marketplaceId: MarketplaceId;
  @WordColumn({ of: providers }) provider: Provider;
  /** The marketplace's shop at the provider; empty where orders are made of payments to each seller. */
  @TextColumn(64) shop: string;
  @TextColumn(64, { nullable: true }) providerOrderId: string | null;
  @TextColumn(64, { nullable: true }) externalReference: string | null;
  @WordColumn({ of: orderStatuses }) status: OrderStatus;
  @TextColumn(64, { nullable: true }) providerStatus: string | null;
  @WordColumn({ of: currencies, length: 3 }) currency: Currency;
  @MinorColumn() totalMinor: bigint;
  @MinorColumn() feeMinor: bigint;
  @MinorColumn() refundedMinor: bigint;
  @JsonColumn() buyer: StoredBuyer;
  @TextColumn(600, { nullable: true }) description: string | null;
  /** False: authorized first, captured later. */
  @FlagColumn() captureWithPayment: boolean;
  /** The page of what the buyer does next. */
  @LongTextColumn({ nullable: true }) redirectUrl: string | null;
  /** The rest of it, as in payments. */
  @JsonColumn({ nullable: true }) nextAction: unknown;
  /** The capture or cancellation under way; keeps a second one out. */
  @RefColumn({ nullable: true }) openActionId: OperationId | null;
  /** Set when an observation contradicted a final state and a person should look. */
  @FlagColumn() anomaly: boolean;
  @TimeColumn({ nullable: true }) completedAt: Date | null;
  /** Until when the buyer may pay. */
  @TimeColumn({ nullable: true }) expiresAt: Date | null;
  @TimeColumn() createdAt: Date;
  @TimeColumn() updatedAt: Date;
  @TimeColumn({ nullable: true }) dueAt: Date | null;
  @IntColumn() attempts: number;
  @RefColumn({ nullable: true }) leaseToken: string | null;
  /** Counts applied changes from 1; each has one event of that number in the order's own log. */
  @IntColumn() version: number;
}
