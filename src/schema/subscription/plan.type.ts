import { Field, Int, ObjectType } from "type-graphql";
import type { SellerId, SubscriptionPlanId } from "../../domain/ids";
import type { Provider } from "../../domain/provider";
import type { FrequencyType } from "../../domain/recurrence";
import type { PlanStatus } from "../../domain/subscription-plan";
import { connectionOf } from "../shared/connection";
import { FrequencyTypeEnum, PlanStatusEnum, ProviderEnum } from "../shared/enums";
import { DateTimeScalar, UrlScalar } from "../shared/scalars";
import { MoneyType, NodeType, UserErrorType } from "../shared/shared.type";

@ObjectType("FreeTrial", {
  simpleResolvers: true,
  description: "What is given before the first charge.",
})
export class FreeTrialType {
  @Field(() => Int, { description: "How many of them." })
  frequency: number;

  @Field(() => FrequencyTypeEnum, { description: "Of what." })
  frequencyType: FrequencyType;
}

@ObjectType("Recurrence", {
  simpleResolvers: true,
  description: "How often money is taken, how much, and for how long.",
})
export class RecurrenceType {
  @Field(() => Int, { description: "A charge each so many." })
  frequency: number;

  @Field(() => FrequencyTypeEnum, { description: "Of what." })
  frequencyType: FrequencyType;

  @Field(() => MoneyType, { description: "Each charge." })
  amount: MoneyType;

  @Field(() => Int, { nullable: true, description: "How many charges there are; null: no end." })
  repetitions: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      "The day of the month on which all are charged; null: the day on which each one began.",
  })
  billingDay: number | null;

  @Field({
    description: "Whether the time up to the first billing day costs its share alone.",
  })
  billingDayProportional: boolean;

  @Field(() => FreeTrialType, {
    nullable: true,
    description:
      "What is given before the first charge. Not every subscription of a plan gets it: a provider gives it a payer once or twice. See the subscription's own.",
  })
  freeTrial: FreeTrialType | null;
}

@ObjectType("AllowedMethods", {
  simpleResolvers: true,
  description: "What payers may pay with, in the provider's words. An empty list allows all.",
})
export class AllowedMethodsType {
  @Field(() => [String], { description: "Kinds of methods: credit_card, debit_card." })
  types: readonly string[];

  @Field(() => [String], { description: "Methods: visa, master." })
  methods: readonly string[];
}

@ObjectType("SubscriptionPlan", {
  implements: NodeType,
  simpleResolvers: true,
  description: "What a seller offers by subscription: a name, an amount, a rhythm.",
})
export class SubscriptionPlanType extends NodeType {
  declare id: SubscriptionPlanId;

  /** Read by the resolver of `seller`. */
  sellerId: SellerId;

  @Field(() => ProviderEnum, { description: "The provider that bills by it." })
  provider: Provider;

  @Field(() => PlanStatusEnum, { description: "Where it is." })
  status: PlanStatus;

  @Field(() => String, { nullable: true, description: "The provider's own word for its status." })
  providerStatus: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The provider's id of it; null until it has answered.",
  })
  providerPlanId: string | null;

  @Field(() => String, { nullable: true, description: "Your reference." })
  externalReference: string | null;

  @Field({ description: "What payers read as the name of what they pay for." })
  reason: string;

  @Field(() => RecurrenceType, { description: "How often, how much, for how long." })
  recurrence: RecurrenceType;

  @Field(() => AllowedMethodsType, {
    nullable: true,
    description: "What payers may pay with; null: with anything that the seller takes.",
  })
  allowedMethods: AllowedMethodsType | null;

  @Field(() => UrlScalar, { description: "Where payers return to from the provider's page." })
  backUrl: string;

  @Field(() => UrlScalar, {
    nullable: true,
    description:
      "Where payers subscribe by themselves; to be shared. Null until the provider has answered.",
  })
  checkoutUrl: string | null;

  @Field(() => UserErrorType, {
    nullable: true,
    description: "Why the provider refused it; null unless it is FAILED.",
  })
  failure: UserErrorType | null;

  @Field(() => DateTimeScalar, { description: "When it was written down." })
  createdAt: Date;

  @Field(() => DateTimeScalar, { description: "When it last changed." })
  updatedAt: Date;
}

export const SubscriptionPlanConnectionType = connectionOf(
  "SubscriptionPlan",
  () => SubscriptionPlanType,
  "plans",
);
