import { Entity, Index } from "typeorm";
import type {
  MarketplaceId,
  MarketplaceOrderId,
  OperationId,
  PaymentId,
  PointOrderId,
  ProviderAccountId,
  SellerId,
} from "../domain/ids";
import { type Currency, currencies } from "../domain/money";
import type { FeeDetail, MethodDetail } from "../domain/payment-observation";
import { type PaymentStatus, paymentStatuses } from "../domain/payment-status";
import { type Provider, providers } from "../domain/provider";
import type { SettlementFacts } from "../domain/settlement";
import {
  CodedColumn,
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
import { readSettlement, storeSettlement } from "./stored-settlement";

/** The payer, as the caller told us. Masked for those who may not see it. */
export interface StoredPayer {
  /** Absent where nobody told: whoever pays at a card reader. */
  readonly email?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly identification?: { readonly type: string; readonly number: string };
}

/** A line of fees with its amount as text, since JSON has no bigint. */
export type StoredFee = Omit<FeeDetail, "amount"> & { readonly minor: string };

/** What was bought from one seller of an order. Prices are minor units as text, since JSON has no bigint. */
export interface StoredCart {
  readonly products: readonly {
    readonly name: string;
    readonly unitPriceMinor: string;
    readonly quantity: number;
    readonly virtual?: boolean;
    readonly listedAt?: string;
  }[];
  readonly shippingMethods: readonly {
    readonly country: string;
    readonly name: string;
    readonly priceMinor: string;
  }[];
}

/**
 * One payer's money to one seller. Ids are made in time order, so that ordering by id is ordering by
 * creation: the list indexes end in it.
 */
@Entity("payment")
@Index("payment_provider_id", ["provider", "providerPaymentId"], { unique: true })
@Index("payment_of_order", ["orderId", "id"])
@Index("payment_of_seller", ["sellerId", "id"])
@Index("payment_of_marketplace", ["marketplaceId", "id"])
@Index("payment_by_status", ["marketplaceId", "status", "id"])
@Index("payment_by_amount", ["marketplaceId", "amountMinor", "id"])
@Index("payment_by_reference", ["marketplaceId", "externalReference", "id"])
@Index("payment_twin", ["fingerprint", "createdAt"])
@Index("payment_due", ["dueAt"])
export class PaymentEntity {
  @IdColumn() id: PaymentId;
  @RefColumn() marketplaceId: MarketplaceId;
  @RefColumn() sellerId: SellerId;
  @RefColumn() accountId: ProviderAccountId;
  /** The marketplace order that it is a cart of. */
  @RefColumn({ nullable: true }) orderId: MarketplaceOrderId | null;
  /** The order at a card reader that ended with it; the provider is told its id as the reference. */
  @RefColumn({ nullable: true }) pointOrderId: PointOrderId | null;
  @WordColumn({ of: providers }) provider: Provider;
  /** The provider's id of the account that is paid, as it was when the payment was made. */
  @TextColumn(128) providerAccountId: string;
  /** Null for a cart of an order that the provider keeps as one: the order has the provider's id. */
  @TextColumn(64, { nullable: true }) providerPaymentId: string | null;
  /** The caller's own reference. The provider is told our id instead. */
  @TextColumn(64, { nullable: true }) externalReference: string | null;

  @WordColumn({ of: paymentStatuses }) status: PaymentStatus;
  @TextColumn(64, { nullable: true }) providerStatus: string | null;
  @TextColumn(128, { nullable: true }) providerStatusDetail: string | null;

  @WordColumn({ of: currencies, length: 3 }) currency: Currency;
  @MinorColumn() amountMinor: bigint;
  /** Amount that a capture asks for or has taken; null while none was asked for separately. */
  @MinorColumn({ nullable: true }) captureMinor: bigint | null;
  @MinorColumn({ nullable: true }) applicationFeeMinor: bigint | null;
  /** What the provider has given back to the payer. */
  @MinorColumn() refundedMinor: bigint;
  /** What open refunds have spoken for. */
  @MinorColumn() refundReservedMinor: bigint;
  @MinorColumn({ nullable: true }) netReceivedMinor: bigint | null;
  @JsonColumn({ nullable: true }) fees: StoredFee[] | null;
  /** What became of its money, where its provider tells that. */
  @CodedColumn(storeSettlement, readSettlement) settlement: SettlementFacts | null;
  /** False: authorized first, captured later. */
  @FlagColumn() captureWithPayment: boolean;

  @JsonColumn({ nullable: true }) method: MethodDetail | null;
  @JsonColumn() payer: StoredPayer;
  @TextColumn(600, { nullable: true }) description: string | null;
  @TextColumn(32, { nullable: true }) statementDescriptor: string | null;
  @JsonColumn({ nullable: true }) metadata: Record<string, unknown> | null;
  @JsonColumn({ nullable: true }) cart: StoredCart | null;
  /** The page of what the payer does next. */
  @LongTextColumn({ nullable: true }) redirectUrl: string | null;
  /** The rest of it; see `services/payment/next-action.ts`, which alone reads and writes it. */
  @JsonColumn({ nullable: true }) nextAction: unknown;
  /** What a card challenge's page has to post. */
  @LongTextColumn({ nullable: true }) creqSealed: string | null;

  /** Hash of what makes two payments near-identical. */
  @TextColumn(64) fingerprint: string;
  /** The capture or cancellation under way; keeps a second one out. */
  @RefColumn({ nullable: true }) openActionId: OperationId | null;
  /** Set when an observation contradicted a final state and a person should look. */
  @FlagColumn() anomaly: boolean;

  @TimeColumn({ nullable: true }) approvedAt: Date | null;
  @TimeColumn({ nullable: true }) expiresAt: Date | null;
  @TimeColumn({ nullable: true }) providerUpdatedAt: Date | null;
  @TimeColumn() createdAt: Date;
  @TimeColumn() updatedAt: Date;

  /** When the provider is next asked; null when nothing more is awaited. */
  @TimeColumn({ nullable: true }) dueAt: Date | null;
  @IntColumn() attempts: number;
  @RefColumn({ nullable: true }) leaseToken: string | null;
  /** Counts applied changes from 1; each has one event of that number. */
  @IntColumn() version: number;
}
