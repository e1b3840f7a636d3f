import {
  ArrayMaxSize,
  IsInt,
  IsOptional,
  Matches,
  Max,
  Min,
  ValidateNested,
} from "class-validator";
import { Field, ID, InputType, Int } from "type-graphql";
import type { SellerId, SubscriptionPlanId } from "../../domain/ids";
import type { Provider } from "../../domain/provider";
import type { FrequencyType } from "../../domain/recurrence";
import type { PlanStatus } from "../../domain/subscription-plan";
import { FrequencyTypeEnum, PlanStatusEnum, ProviderEnum } from "../shared/enums";
import { MoneyMovingInput } from "../shared/inputs";
import { IsIdOf, IsText } from "../shared/rules";
import { CurrencyCodeScalar, DecimalScalar, UrlScalar } from "../shared/scalars";

const mostPeriods = 9_999;
const methodWord = /^[a-z\d_-]{1,64}$/i;
const methodRule = { each: true, message: "must be words of the provider's, such as credit_card" };

const FrequencyTypeField = (description: string, nullable = false) =>
  Field(() => FrequencyTypeEnum, { description, nullable });

@InputType({ description: "What is given before the first charge." })
export class FreeTrialInput {
  @Field(() => Int, { description: "How many of them." })
  @IsInt()
  @Min(1)
  @Max(mostPeriods)
  frequency: number;

  @FrequencyTypeField("Of what.")
  frequencyType: FrequencyType;
}

/** What a plan says of time, beside its period. */
@InputType("PlanRhythmInput", { description: "What a plan says of time, beside its period." })
abstract class PlanRhythm {
  @Field(() => Int, { nullable: true, description: "How many charges; left out: no end." })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(mostPeriods)
  repetitions?: number;

  @Field(() => Int, {
    nullable: true,
    description:
      "The day of the month on which all subscribers are charged, 1 to 28; for plans by the month.",
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(28)
  billingDay?: number;

  @Field(() => Boolean, {
    nullable: true,
    description:
      "Whether the time up to the first billing day costs its share alone; left out: the whole amount.",
  })
  billingDayProportional?: boolean;

  @Field(() => FreeTrialInput, { nullable: true, description: "Given before the first charge." })
  @IsOptional()
  @ValidateNested()
  freeTrial?: FreeTrialInput;
}

@InputType({ description: "How often money is taken, how much, and for how long." })
export class PlanRecurrenceInput extends PlanRhythm {
  @Field(() => Int, { description: "A charge each so many." })
  @IsInt()
  @Min(1)
  @Max(mostPeriods)
  frequency: number;

  @FrequencyTypeField("Of what. Mercado Pago takes DAYS and MONTHS.")
  frequencyType: FrequencyType;

  @Field(() => DecimalScalar, { description: "Each charge." })
  amount: string;

  @Field(() => CurrencyCodeScalar, { description: "The currency of the seller's account." })
  currency: string;
}

@InputType({ description: "What of a plan's recurrence changes; the rest stays as it is." })
export class PlanRecurrenceChange extends PlanRhythm {
  @Field(() => Int, {
    nullable: true,
    description: "A charge each so many. Those who have subscribed keep their own.",
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(mostPeriods)
  frequency?: number;

  @FrequencyTypeField("Of what. Those who have subscribed keep their own.", true)
  frequencyType?: FrequencyType;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "Each charge, in the plan's currency. Reaches those who have subscribed, too.",
  })
  amount?: string;
}

@InputType({ description: "What payers may pay with, in the provider's words." })
export class AllowedMethodsInput {
  @Field(() => [String], {
    nullable: true,
    description: "Kinds of methods: credit_card, debit_card; left out: all.",
  })
  @IsOptional()
  @ArrayMaxSize(20)
  @Matches(methodWord, methodRule)
  types?: string[];

  @Field(() => [String], {
    nullable: true,
    description: "Methods: visa, master; left out: all of those kinds.",
  })
  @IsOptional()
  @ArrayMaxSize(20)
  @Matches(methodWord, methodRule)
  methods?: string[];
}

@InputType({ description: "A plan of subscriptions to be made." })
export class CreateSubscriptionPlanInput extends MoneyMovingInput {
  @Field(() => ID, { description: "Who sells it." })
  @IsIdOf("Seller")
  sellerId: SellerId;

  @Field(() => ProviderEnum, {
    nullable: true,
    description: "Billed by this provider; left out, the first that can.",
  })
  provider?: Provider;

  @Field({
    description:
      "What payers read as the name of what they pay for, in the provider's mails too; at most 255 characters.",
  })
  @IsText(1, 255)
  reason: string;

  @Field({ nullable: true, description: "Your reference; at most 64 characters." })
  @IsOptional()
  @IsText(1, 64)
  externalReference?: string;

  @Field(() => PlanRecurrenceInput, { description: "How often, how much, for how long." })
  @ValidateNested()
  recurrence: PlanRecurrenceInput;

  @Field(() => AllowedMethodsInput, {
    nullable: true,
    description: "What payers may pay with; left out: anything that the seller takes.",
  })
  @IsOptional()
  @ValidateNested()
  allowedMethods?: AllowedMethodsInput;

  @Field(() => UrlScalar, {
    description: "Where payers return to from the provider's page: an address with a public name.",
  })
  backUrl: string;
}

@InputType({ description: "What of a plan changes; what is left out stays as it is." })
export class UpdateSubscriptionPlanInput extends MoneyMovingInput {
  @Field(() => ID, { description: "The plan." })
  @IsIdOf("SubscriptionPlan")
  planId: SubscriptionPlanId;

  @Field({ nullable: true, description: "Its name for payers; at most 255 characters." })
  @IsOptional()
  @IsText(1, 255)
  reason?: string;

  @Field(() => PlanRecurrenceChange, { nullable: true, description: "How often, how much." })
  @IsOptional()
  @ValidateNested()
  recurrence?: PlanRecurrenceChange;

  @Field(() => AllowedMethodsInput, {
    nullable: true,
    description: "What payers may pay with; empty: anything that the seller takes.",
  })
  @IsOptional()
  @ValidateNested()
  allowedMethods?: AllowedMethodsInput;

  @Field(() => UrlScalar, { nullable: true, description: "Where payers return to." })
  backUrl?: string;

  @Field(() => Boolean, {
    nullable: true,
    description:
      "False: nobody can subscribe any more, and those who have stay. True: payers can subscribe again.",
  })
  isActive?: boolean;
}

@InputType({ description: "What a list of plans is narrowed to; all that is given must hold." })
export class SubscriptionPlanFilter {
  @Field(() => [PlanStatusEnum], {
    nullable: true,
    description: "One of these statuses; an empty list matches nothing.",
  })
  status?: PlanStatus[];

  @Field(() => ID, { nullable: true, description: "Of this seller." })
  @IsOptional()
  @IsIdOf("Seller")
  sellerId?: SellerId;

  @Field(() => ProviderEnum, { nullable: true, description: "Billed by this provider." })
  provider?: Provider;

  @Field({ nullable: true, description: "With this reference of yours." })
  @IsOptional()
  @IsText(1, 64)
  externalReference?: string;
}
