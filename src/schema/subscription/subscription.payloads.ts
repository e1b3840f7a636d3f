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
