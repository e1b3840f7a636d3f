import { IsISO31661Alpha2, IsOptional } from "class-validator";
import { Field, InputType } from "type-graphql";
import type { Provider } from "../../domain/provider";
import { ProviderEnum } from "../shared/enums";
import { IdempotencyKey } from "../shared/inputs";
import { IsText } from "../shared/rules";

@InputType({ description: "A test user to be made." })
export class CreateTestUserInput {
  @IdempotencyKey("Repeating it shows the same user again, without its password, and makes none.")
  idempotencyKey: string;

  @Field(() => ProviderEnum, {
    defaultValue: "MERCADO_PAGO",
    description: "Where it is made.",
  })
  provider: Provider;

  @Field({
    description:
      "ISO 3166 alpha-2, such as AR. Buyer and seller of a payment have to be of the same country.",
  })
  @IsISO31661Alpha2()
  country: string;

  @Field(() => String, {
    nullable: true,
    description: "For you to find it again at the provider; at most 100 characters.",
  })
  @IsOptional()
  @IsText(1, 100)
  description?: string | null;
}
