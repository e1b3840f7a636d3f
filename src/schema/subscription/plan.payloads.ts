import { Field, ObjectType } from "type-graphql";
import { Payload, payload, replayedField } from "../shared/payloads";
import { SubscriptionPlanType } from "./plan.type";

@ObjectType("CreateSubscriptionPlanPayload", {
  ...payload,
  description: "What became of a plan that was to be made.",
})
export class CreateSubscriptionPlanPayload extends Payload {
  @Field(replayedField) replayed: boolean;
  @Field(() => SubscriptionPlanType, {
    nullable: true,
    description:
      "The plan as it is now; null when it was refused before anything was written. One that the provider refused is shown as FAILED beside the error.",
  })
  plan: SubscriptionPlanType | null;
}

@ObjectType("UpdateSubscriptionPlanPayload", {
  ...payload,
  description: "What became of a change of a plan.",
})
export class UpdateSubscriptionPlanPayload extends Payload {
  @Field(replayedField) replayed: boolean;
  @Field(() => SubscriptionPlanType, {
    nullable: true,
    description:
      "The plan as the provider showed it afterwards; each field that it left as it was has a CHANGE_NOT_APPLIED beside it. Null when the change was refused before anything was sent.",
  })
  plan: SubscriptionPlanType | null;
}
