import { IsOptional } from "class-validator";
import { Field, ID, InputType } from "type-graphql";
import type { Provider } from "../../domain/provider";
import type { WebhookStatus, WebhookWord } from "../../domain/webhook-delivery";
import { ProviderEnum, WebhookStatusEnum, WebhookVerdictEnum } from "../shared/enums";
import { IsIdOf, IsText } from "../shared/rules";
import { DateTimeScalar } from "../shared/scalars";

@InputType({
  description: "What a list of notifications is narrowed to; all that is given must hold.",
})
export class WebhookDeliveryFilter {
  @Field(() => ProviderEnum, { nullable: true, description: "Of this provider." })
  provider?: Provider;

  @Field(() => WebhookVerdictEnum, { nullable: true, description: "With this verdict." })
  verdict?: WebhookWord;

  @Field(() => [WebhookStatusEnum], {
    nullable: true,
    description: "With one of these statuses; an empty list matches nothing.",
  })
  status?: WebhookStatus[];

  @Field(() => ID, {
    nullable: true,
    description: "About this: the id of a payment, an order, a payout or a seller's account.",
  })
  subjectId?: string;

  @Field(() => DateTimeScalar, { nullable: true, description: "Received at or after this moment." })
  receivedFrom?: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "Received before this moment." })
  receivedTo?: Date;
}

@InputType({ description: "A notification to be looked into once more." })
export class ReplayWebhookInput {
  @Field(() => ID, { description: "Which one." })
  @IsIdOf("InboxDelivery")
  id: string;

  @Field({ description: "Why, for those who read it later; at most 300 characters." })
  @IsText(1, 300)
  reason: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      "Only says what would change: the provider is asked and the answer is judged, and nothing is written.",
  })
  @IsOptional()
  dryRun: boolean;
}
