import { IsOptional } from "class-validator";
import { Field, ID, InputType } from "type-graphql";
import type { ApiKeyId, PaymentId, SellerId } from "../../domain/ids";
import { type KeyRole, KeyRoleEnum } from "../shared/enums";
import { IsIdOf, IsText } from "../shared/rules";

@InputType({ description: "For whom an API key is to be made." })
export class CreateApiKeyInput {
  @Field(() => KeyRoleEnum, { description: "The kind of key." })
  role: KeyRole;

  @Field(() => ID, { nullable: true, description: "SELLER and PUBLISHABLE: the seller." })
  @IsOptional()
  @IsIdOf("Seller")
  sellerId?: SellerId;

  @Field(() => [ID], {
    nullable: true,
    description: "PARTNER: the sellers that it may read; 1 to 200.",
  })
  @IsOptional()
  sellerIds?: string[];

  @Field({ nullable: true, description: "PARTNER: a name for the partner; at most 64 characters." })
  @IsOptional()
  @IsText(1, 64)
  name?: string;
}

@InputType({ description: "The API key to end." })
export class RevokeApiKeyInput {
  @Field(() => ID, { description: "Its id; not its secret." })
  @IsIdOf("ApiKey")
  id: ApiKeyId;
}

@InputType({ description: "What a watch token is to show." })
export class CreateWatchTokenInput {
  @Field(() => ID, { description: "The payment." })
  @IsIdOf("Payment")
  paymentId: PaymentId;
}
