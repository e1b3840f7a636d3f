import { Field, ObjectType } from "type-graphql";
import type { BillingMode, SubscriptionStatus } from "../../domain/billing-subscription";
import type { BillingSubscriptionId, SellerId, SubscriptionPlanId } from "../../domain/ids";
import type { Provider } from "../../domain/provider";
import { connectionOf } from "../shared/connection";
import { BillingModeEnum, ProviderEnum, SubscriptionStatusEnum } from "../shared/enums";
import { liveUpdateOf } from "../shared/live-update";
import { DateTimeScalar, EmailAddressScalar, UrlScalar } from "../shared/scalars";
import { NodeType, UserErrorType } from "../shared/shared.type";
import { RecurrenceType } from "./plan.type";

@ObjectType("BillingSubscription", {
  implements: NodeType,
  simpleResolvers: true,
  description:
    "A payer's consent to be charged by a schedule. That it is AUTHORIZED does not say that anything was paid.",
})
export class BillingSubscriptionType extends NodeType {
  declare id: BillingSubscriptionId;

  /** Read by the resolvers of `seller` and `plan`. */
  sellerId: SellerId;
  planId: SubscriptionPlanId | null;

  @Field(() => ProviderEnum, { description: "The provider that bills by it." })
  provider: Provider;

  @Field(() => BillingModeEnum, { description: "Who keeps its calendar." })
  billingMode: BillingMode;

  @Field(() => SubscriptionStatusEnum, { description: "Where it is." })
  status: SubscriptionStatus;

  @Field(() => String, { nullable: true, description: "The provider's own word for its status." })
  providerStatus: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The provider's id of it; null until it has answered.",
  })
  providerSubscriptionId: string | null;

  @Field(() => String, { nullable: true, description: "Your reference." })
  externalReference: string | null;

  @Field({ description: "What the payer reads as the name of what it pays for." })
  reason: string;

  @Field(() => EmailAddressScalar, {
    description:
      "The payer's address. At Mercado Pago, whoever completes a pending one there must have it.",
  })
  payerEmail: string;

  @Field(() => RecurrenceType, {
    description:
      "How often and how much, as the provider has it for this payer. What only plans have is the plan's.",
  })
  recurrence: RecurrenceType;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it begins." })
  startDate: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it ends; null: no end is set.",
  })
  endDate: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      "When the provider means to charge next; the charge itself comes up to 40 minutes later. Null where nothing will be charged.",
  })
  nextChargeAt: Date | null;

  @Field(() => UrlScalar, {
    nullable: true,
    description: "Where a payer completes a pending one; to be shared with that payer.",
  })
  checkoutUrl: string | null;

  @Field(() => String, {
    nullable: true,
    description: "What it is charged to, in the provider's word: visa, account_money.",
  })
  methodId: string | null;

  @Field(() => String, {
    nullable: true,
    description: "What it is charged to where the first one fails; null: nothing.",
  })
  secondaryMethodId: string | null;

  @Field(() => UserErrorType, {
    nullable: true,
    description: "Why the provider refused it; null unless it is FAILED.",
  })
  failure: UserErrorType | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When the provider is next asked about it; null when nothing is awaited.",
  })
  nextCheckAt: Date | null;

  @Field(() => DateTimeScalar, { description: "When it was written down." })
  createdAt: Date;

  @Field(() => DateTimeScalar, { description: "When it last changed." })
  updatedAt: Date;
}

export const BillingSubscriptionConnectionType = connectionOf(
  "BillingSubscription",
  () => BillingSubscriptionType,
  "subscriptions",
);

export const BillingSubscriptionUpdateType = liveUpdateOf("BillingSubscriptionUpdate", {
  of: "a subscription",
  status: SubscriptionStatusEnum,
  hidesSequence: true,
});
