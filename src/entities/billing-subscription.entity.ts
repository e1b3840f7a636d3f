import { Entity, Index } from "typeorm";
import { type SubscriptionStatus, subscriptionStatuses } from "../domain/billing-subscription";
import type { UserErrorFact } from "../domain/errors";
import type {
  BillingSubscriptionId,
  MarketplaceId,
  OperationId,
  ProviderAccountId,
  SellerId,
  SubscriptionPlanId,
} from "../domain/ids";
import { type Currency, currencies } from "../domain/money";
import { type Provider, providers } from "../domain/provider";
import { type FrequencyType, frequencyTypes, type Period } from "../domain/recurrence";
import {
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

/** A payer's consent to be charged by a schedule. */
@Entity("billing_subscription")
@Index("billing_subscription_provider_id", ["provider", "providerSubscriptionId"], { unique: true })
@Index("billing_subscription_of_seller", ["sellerId", "id"])
@Index("billing_subscription_of_marketplace", ["marketplaceId", "id"])
@Index("billing_subscription_by_status", ["marketplaceId", "status", "id"])
@Index("billing_subscription_of_plan", ["planId", "id"])
@Index("billing_subscription_by_reference", ["marketplaceId", "externalReference", "id"])
@Index("billing_subscription_by_payer", ["marketplaceId", "payerEmail", "id"])
@Index("billing_subscription_by_next", ["marketplaceId", "nextChargeAt", "id"])
@Index("billing_subscription_due", ["dueAt"])
export class BillingSubscriptionEntity {
  @IdColumn() id: BillingSubscriptionId;
  @RefColumn() marketplaceId: MarketplaceId;
  @RefColumn() sellerId: SellerId;
  @RefColumn() accountId: ProviderAccountId;
  @RefColumn({ nullable: true }) planId: SubscriptionPlanId | null;
  @WordColumn({ of: providers }) provider: Provider;
  /** The provider's id of the account that is paid. */
  @TextColumn(128) providerAccountId: string;
  @TextColumn(64, { nullable: true }) providerSubscriptionId: string | null;
  /** The caller's own reference. The provider is told our id instead. */
  @TextColumn(64, { nullable: true }) externalReference: string | null;
  @WordColumn({ of: subscriptionStatuses }) status: SubscriptionStatus;
  @TextColumn(64, { nullable: true }) providerStatus: string | null;

  @TextColumn(254) payerEmail: string;
  @TextColumn(255) reason: string;
  @WordColumn({ of: currencies, length: 3 }) currency: Currency;
  @MinorColumn() amountMinor: bigint;
  @IntColumn() frequency: number;
  @WordColumn({ of: frequencyTypes }) frequencyType: FrequencyType;
  @JsonColumn({ nullable: true }) freeTrial: Period | null;
  @TimeColumn({ nullable: true }) startDate: Date | null;
  @TimeColumn({ nullable: true }) endDate: Date | null;
  @LongTextColumn({ nullable: true }) backUrl: string | null;
  @LongTextColumn({ nullable: true }) checkoutUrl: string | null;
  @TextColumn(64, { nullable: true }) methodId: string | null;
  @TextColumn(64, { nullable: true }) cardId: string | null;
  @TextColumn(64, { nullable: true }) secondaryMethodId: string | null;
  /** As the provider tells it; null where nothing will be charged. */
  @TimeColumn({ nullable: true }) nextChargeAt: Date | null;

  /** Why the provider refused it. */
  @JsonColumn({ nullable: true }) failure: UserErrorFact | null;
  /** The change under way; keeps a second one out. */
  @RefColumn({ nullable: true }) openActionId: OperationId | null;
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
