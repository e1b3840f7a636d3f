import { Field, ObjectType } from "type-graphql";
import type { Provider } from "../../domain/provider";
import type {
  Language,
  RejectionAdvice,
  RejectionCategory,
  RejectionField,
} from "../../domain/rejection";
import {
  ProviderEnum,
  RejectionAdviceEnum,
  RejectionCategoryEnum,
  RejectionFieldEnum,
} from "../shared/enums";

@ObjectType("Rejection", { simpleResolvers: true, description: "Why a payment was declined." })
export class RejectionType {
  /** Read by the resolver of `buyerMessage`. */
  messages: Readonly<Record<Language, string>>;

  @Field(() => RejectionCategoryEnum, { description: "Whose side it comes from." })
  category: RejectionCategory;

  @Field({ description: "The provider's own word, such as cc_rejected_insufficient_amount." })
  code: string;

  @Field(() => RejectionFieldEnum, {
    nullable: true,
    description: "What to correct, where something was typed wrongly.",
  })
  field: RejectionField | null;

  @Field(() => RejectionAdviceEnum, { description: "What to do next." })
  advice: RejectionAdvice;
}

@ObjectType("RejectionEntry", {
  simpleResolvers: true,
  description: "A reason for declines that a provider documents.",
})
export class RejectionEntryType {
  @Field(() => ProviderEnum, { description: "The provider that uses it." })
  provider: Provider;

  @Field(() => RejectionType, { description: "What it means and what to do." })
  rejection: RejectionType;
}
