import { Field, ObjectType } from "type-graphql";
import type { ReplayOutcome } from "../../domain/webhook-delivery";
import { ReplayOutcomeEnum } from "../shared/enums";
import { Payload, payload } from "../shared/payloads";
import { WebhookChangeType, WebhookDeliveryType, WebhookNotAppliedType } from "./webhook.type";

@ObjectType("ReplayWebhookPayload", {
  ...payload,
  description: "What a replay has led to; of a dry run, what one would lead to now.",
})
export class ReplayWebhookPayload extends Payload {
  @Field(() => ReplayOutcomeEnum, {
    nullable: true,
    description: "What came, or would come, of it; null when it was refused.",
  })
  outcome: ReplayOutcome | null;

  @Field(() => String, { nullable: true, description: "The same for people to read." })
  result: string | null;

  @Field(() => [WebhookChangeType], {
    nullable: true,
    description: "What it changes, in order; null when it was refused.",
  })
  changes: readonly WebhookChangeType[] | null;

  @Field(() => [WebhookNotAppliedType], {
    nullable: true,
    description:
      "What the provider shows and is not believed, or is older than what is known; null when it was refused.",
  })
  notApplied: readonly WebhookNotAppliedType[] | null;

  @Field(() => WebhookDeliveryType, {
    nullable: true,
    description: "The notification as it stands now; null when it was refused.",
  })
  delivery: WebhookDeliveryType | null;
}
