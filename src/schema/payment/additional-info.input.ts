import { ArrayMaxSize, IsInt, IsIP, IsOptional, Max, Min, ValidateNested } from "class-validator";
import { Field, InputType, Int } from "type-graphql";
import { IsText } from "../shared/rules";
import { DateTimeScalar, DecimalScalar, UrlScalar } from "../shared/scalars";
import { AddressInput, PhoneInput } from "./payer.input";

@InputType({ description: "Something that was bought." })
export class ItemInput {
  @Field({ nullable: true, description: "Your id of it." })
  @IsOptional()
  @IsText(1, 64)
  id?: string;

  @Field({ description: "What it is called." })
  @IsText(1, 200)
  title: string;

  @Field({ nullable: true, description: "What it is." })
  @IsOptional()
  @IsText(1, 500)
  description?: string;

  @Field({ nullable: true, description: "The provider's category." })
  @IsOptional()
  @IsText(1, 64)
  categoryId?: string;

  @Field(() => UrlScalar, { nullable: true, description: "A picture." })
  @IsOptional()
  pictureUrl?: string;

  @Field(() => Int, { description: "How many; at least 1." })
  @IsInt()
  @Min(1)
  @Max(100_000)
  quantity: number;

  @Field(() => DecimalScalar, { description: "Price of one, in the payment's currency." })
  unitPrice: string;
}

@InputType({ description: "The buyer as your shop knows them." })
export class AdditionalPayerInput {
  @Field({ nullable: true, description: "First name." })
  @IsOptional()
  @IsText(1, 100)
  firstName?: string;

  @Field({ nullable: true, description: "Last name." })
  @IsOptional()
  @IsText(1, 100)
  lastName?: string;

  @Field(() => PhoneInput, { nullable: true, description: "Telephone." })
  @IsOptional()
  @ValidateNested()
  phone?: PhoneInput;

  @Field(() => AddressInput, { nullable: true, description: "Address." })
  @IsOptional()
  @ValidateNested()
  address?: AddressInput;

  @Field(() => DateTimeScalar, { nullable: true, description: "When they registered with you." })
  @IsOptional()
  registeredAt?: Date;
}

@InputType({ description: "What the provider's fraud prevention may look at. Not stored." })
export class AdditionalInfoInput {
  @Field(() => [ItemInput], { nullable: true, description: "What was bought; at most 50." })
  @IsOptional()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  items?: ItemInput[];

  @Field(() => AdditionalPayerInput, {
    nullable: true,
    description: "The buyer as your shop knows them.",
  })
  @IsOptional()
  @ValidateNested()
  payer?: AdditionalPayerInput;

  @Field({ nullable: true, description: "The buyer's IP address; PAYU needs it." })
  @IsOptional()
  @IsIP()
  ipAddress?: string;
}
