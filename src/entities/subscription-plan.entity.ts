import { Entity, Index } from "typeorm";
import type { UserErrorFact } from "../domain/errors";
import type {
  MarketplaceId,
  OperationId,
  ProviderAccountId,
  SellerId,
  SubscriptionPlanId,
} from "../domain/ids";
import { type Currency, currencies } from "../domain/money";
import { type Provider, providers } from "../domain/provider";
import { type FrequencyType, frequencyTypes, type Period } from "../domain/recurrence";
import { type AllowedMethods, type PlanStatus, planStatuses } from "../domain/subscription-plan";
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

/** What a seller offers by subscription. */
@Entity("subscription_plan")
@Index("subscription_plan_provider_id", ["provider", "providerPlanId"], { unique: true })
@Index("subscription_plan_of_seller", ["sellerId", "id"])
@Index("subscription_plan_of_marketplace", ["marketplaceId", "id"])
@Index("subscription_plan_by_status", ["marketplaceId", "status", "id"])
export class SubscriptionPlanEntity {
  @IdColumn() id: SubscriptionPlanId;
  @RefColumn() marketplaceId: MarketplaceId;
  @RefColumn() sellerId: SellerId;
  @RefColumn() accountId: ProviderAccountId;
  @WordColumn({ of: providers }) provider: Provider;
  /** The provider's id of the account that sells it. */
  @TextColumn(128) providerAccountId: string;
  @TextColumn(64, { nullable: true }) providerPlanId: string | null;
  /** The caller's own reference. The provider is told our id instead. */
  @TextColumn(64, { nullable: true }) externalReference: string | null;
  @WordColumn({ of: planStatuses }) status: PlanStatus;
  @TextColumn(64, { nullable: true }) providerStatus: string | null;

  @TextColumn(255) reason: string;
  @WordColumn({ of: currencies, length: 3 }) currency: Currency;
  @MinorColumn() amountMinor: bigint;
  @IntColumn() frequency: number;
  @WordColumn({ of: frequencyTypes }) frequencyType: FrequencyType;
  @IntColumn({ nullable: true }) repetitions: number | null;
  @IntColumn({ nullable: true }) billingDay: number | null;
  @FlagColumn() billingDayProportional: boolean;
  @JsonColumn({ nullable: true }) freeTrial: Period | null;
  @JsonColumn({ nullable: true }) allowedMethods: AllowedMethods | null;
  @LongTextColumn() backUrl: string;
  @LongTextColumn({ nullable: true }) checkoutUrl: string | null;

  /** Why the provider refused it. */
  @JsonColumn({ nullable: true }) failure: UserErrorFact | null;
  /** The change under way; keeps a second one out. */
  @RefColumn({ nullable: true }) openActionId: OperationId | null;
  @TimeColumn({ nullable: true }) providerUpdatedAt: Date | null;
  @TimeColumn() createdAt: Date;
  @TimeColumn() updatedAt: Date;
  /** Counts applied changes from 1; each has one event of that number. */
  @IntColumn() version: number;
}
