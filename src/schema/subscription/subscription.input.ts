import { IsInt, IsOptional, Matches, Max, Min, ValidateNested } from "class-validator";
import { Field, ID, InputType, Int } from "type-graphql";
import type { SubscriptionStatus } from "../../domain/billing-subscription";
import type { BillingSubscriptionId, SellerId, SubscriptionPlanId } from "../../domain/ids";
import type { Provider } from "../../domain/provider";
import type { FrequencyType } from "../../domain/recurrence";
import { FrequencyTypeEnum, ProviderEnum, SubscriptionStatusEnum } from "../shared/enums";
import { MoneyMovingInput } from "../shared/inputs";
import { IsCardToken, IsDeviceId, IsEmailAddress, IsIdOf, IsText } from "../shared/rules";
import {
  CurrencyCodeScalar,
  DateTimeScalar,
  DecimalScalar,
  EmailAddressScalar,
  UrlScalar,
} from "../shared/scalars";
import { FreeTrialInput } from "./plan.input";

@InputType({ description: "How often and how much, for a subscription without a plan." })
export class SubscriptionRecurrenceInput {
  @Field(() => Int, { description: "A charge each so many." })
  @IsInt()
  @Min(1)
  @Max(9_999)
  frequency: number;

  @Field(() => FrequencyTypeEnum, { description: "Of what. Mercado Pago takes DAYS and MONTHS." })
  frequencyType: FrequencyType;

  @Field(() => DecimalScalar, { description: "Each charge." })
  amount: string;

  @Field(() => CurrencyCodeScalar, { description: "The currency of the seller's account." })
  currency: string;

  @Field(() => FreeTrialInput, { nullable: true, description: "Given before the first charge." })
  @IsOptional()
  @ValidateNested()
  freeTrial?: FreeTrialInput;
}

@InputType({
  description:
    "A subscription to be made, in one of three forms. With `planId` and `cardToken`: by a plan, charged as soon as the plan says. With `recurrence` and `cardToken`: without a plan. With `recurrence` alone: PENDING until the payer completes it at its checkoutUrl.",
})
export class CreateBillingSubscriptionInput extends MoneyMovingInput {
  @Field(() => ID, { description: "Who is paid." })
  @IsIdOf("Seller")
  sellerId: SellerId;

  @Field(() => ProviderEnum, {
    nullable: true,
    description: "Without a plan: billed by this provider; left out, the first that can.",
  })
  provider?: Provider;

  @Field(() => ID, { nullable: true, description: "The plan, which says what it costs." })
  @IsOptional()
  @IsIdOf("SubscriptionPlan")
  planId?: SubscriptionPlanId;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      "With a plan: what the payer was told that it costs. Refused where the plan costs another amount by now.",
  })
  amount?: string;

  @Field(() => SubscriptionRecurrenceInput, {
    nullable: true,
    description: "Without a plan: how often and how much.",
  })
  @IsOptional()
  @ValidateNested()
  recurrence?: SubscriptionRecurrenceInput;

  @Field({
    nullable: true,
    description:
      "Without a plan: what the payer reads as the name of what it pays for; at most 255 characters.",
  })
  @IsOptional()
  @IsText(1, 255)
  reason?: string;

  @Field({ nullable: true, description: "Your reference; at most 64 characters." })
  @IsOptional()
  @IsText(1, 64)
  externalReference?: string;

  @Field(() => EmailAddressScalar, {
    description:
      "The payer's address. Whoever completes a pending one at Mercado Pago must have it there.",
  })
  @IsEmailAddress()
  payerEmail: string;

  @Field({
    nullable: true,
    description:
      "A token of the payer's card, made with its security code and the seller's public key. Left out: the payer chooses on the provider's page.",
  })
  @IsOptional()
  @IsCardToken()
  cardToken?: string;

  @Field({
    nullable: true,
    description:
      "The device fingerprint of the payer's page; without it more cards fail their check. At most 256 characters.",
  })
  @IsOptional()
  @IsDeviceId()
  deviceId?: string;

  @Field(() => UrlScalar, {
    nullable: true,
    description: "Where the payer returns to; without a plan it is needed.",
  })
  backUrl?: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      "When it begins; left out: now. Mercado Pago tells the payer of a later start as of a free trial.",
  })
  startDate?: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it ends. Mercado Pago takes it now or never.",
  })
  endDate?: Date;
}

/** What names the subscription that a mutation changes. */
@InputType("SubscriptionChangeInput", { description: "The subscription to be changed." })
abstract class SubscriptionChangeInput extends MoneyMovingInput {
  @Field(() => ID, { description: "The subscription." })
  @IsIdOf("BillingSubscription")
  subscriptionId: BillingSubscriptionId;
}

@InputType({ description: "A new amount, from the next charge on." })
export class ChangeSubscriptionAmountInput extends SubscriptionChangeInput {
  @Field(() => DecimalScalar, { description: "Each charge, in the subscription's currency." })
  amount: string;
}

@InputType({ description: "A new card, which also completes a pending subscription." })
export class ChangeSubscriptionCardInput extends SubscriptionChangeInput {
  @Field({
    description: "A token of the card, made with its security code and the seller's public key.",
  })
  @IsCardToken()
  cardToken: string;

  @Field({
    nullable: true,
    description:
      "The device fingerprint of the payer's page; without it more cards fail their check. At most 256 characters.",
  })
  @IsOptional()
  @IsDeviceId()
  deviceId?: string;
}

@InputType({ description: "What is charged where the first method fails." })
export class SetSecondaryPaymentMethodInput extends SubscriptionChangeInput {
  @Field({ description: "The method, in the provider's word: visa, account_money." })
  @Matches(/^[a-z\d_-]{1,64}$/i, { message: "must be a word of the provider's, such as visa" })
  methodId: string;

  @Field({ nullable: true, description: "For a card: its token." })
  @IsOptional()
  @IsCardToken()
  cardToken?: string;
}

@InputType({ description: "A subscription to be paused." })
export class PauseSubscriptionInput extends SubscriptionChangeInput {}

@InputType({ description: "A subscription to go on." })
export class ResumeSubscriptionInput extends SubscriptionChangeInput {}

@InputType({ description: "A subscription to be ended for good." })
export class CancelSubscriptionInput extends SubscriptionChangeInput {}

@InputType({
  description: "What a list of subscriptions is narrowed to; all that is given must hold.",
})
export class BillingSubscriptionFilter {
  @Field(() => [SubscriptionStatusEnum], {
    nullable: true,
    description: "One of these statuses; an empty list matches nothing.",
  })
  status?: SubscriptionStatus[];

  @Field(() => ID, { nullable: true, description: "Of this seller." })
  @IsOptional()
  @IsIdOf("Seller")
  sellerId?: SellerId;

  @Field(() => ProviderEnum, { nullable: true, description: "Billed by this provider." })
  provider?: Provider;

  @Field(() => ID, { nullable: true, description: "Of this plan." })
  @IsOptional()
  @IsIdOf("SubscriptionPlan")
  planId?: SubscriptionPlanId;

  @Field(() => EmailAddressScalar, {
    nullable: true,
    description: "Of the payer with this address, letter for letter. Not for partners.",
  })
  @IsOptional()
  @IsEmailAddress()
  payerEmail?: string;

  @Field({ nullable: true, description: "With this reference of yours." })
  @IsOptional()
  @IsText(1, 64)
  externalReference?: string;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "Charged next at this time or later.",
  })
  nextChargeFrom?: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "Charged next before this time." })
  nextChargeTo?: Date;
}
