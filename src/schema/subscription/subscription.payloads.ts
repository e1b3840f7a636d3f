import { Field, ObjectType } from "type-graphql";
import { Payload, payload, replayedField } from "../shared/payloads";
import { BillingSubscriptionType } from "./subscription.type";

@ObjectType("CreateBillingSubscriptionPayload", {
  ...payload,
  description: "What became of a subscription that was to be made.",
})
export class CreateBillingSubscriptionPayload extends Payload {
  @Field(replayedField) replayed: boolean;
  @Field(() => BillingSubscriptionType, {
    nullable: true,
    description:
      "The subscription as it is now; null when it was refused before anything was written. One that the provider refused is shown as FAILED beside the error. One that is UNKNOWN may be there: make no other.",
  })
  subscription: BillingSubscriptionType | null;
}

/** What every change of a subscription answers. */
@ObjectType("SubscriptionChangePayload", {
  ...payload,
  description: "What became of a change of a subscription.",
})
abstract class SubscriptionChangePayload extends Payload {
  @Field(replayedField) replayed: boolean;
  @Field(() => BillingSubscriptionType, {
    nullable: true,
    description:
      "The subscription as the provider showed it afterwards; what it left as it was has a CHANGE_NOT_APPLIED beside it. Null when the change was refused before anything was sent.",
  })
  subscription: BillingSubscriptionType | null;
}

@ObjectType("ChangeSubscriptionAmountPayload", {
  ...payload,
  description: "What became of a change of its amount.",
})
export class ChangeSubscriptionAmountPayload extends SubscriptionChangePayload {}

@ObjectType("ChangeSubscriptionCardPayload", {
  ...payload,
  description: "What became of a change of its card.",
})
export class ChangeSubscriptionCardPayload extends SubscriptionChangePayload {}

@ObjectType("SetSecondaryPaymentMethodPayload", {
  ...payload,
  description: "What became of a change of its second method.",
})
export class SetSecondaryPaymentMethodPayload extends SubscriptionChangePayload {}

@ObjectType("PauseSubscriptionPayload", { ...payload, description: "What became of a pause." })
export class PauseSubscriptionPayload extends SubscriptionChangePayload {}

@ObjectType("ResumeSubscriptionPayload", {
  ...payload,
  description: "What became of an end of its pause.",
})
export class ResumeSubscriptionPayload extends SubscriptionChangePayload {}

@ObjectType("CancelSubscriptionPayload", { ...payload, description: "What became of its end." })
export class CancelSubscriptionPayload extends SubscriptionChangePayload {}
