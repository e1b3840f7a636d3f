import { IsOptional, Matches, ValidateNested } from "class-validator";
import { Field, InputType } from "type-graphql";
import { IsEmailAddress, IsText } from "../shared/rules";
import { EmailAddressScalar } from "../shared/scalars";

@InputType({ description: "A person's document." })
export class IdentificationInput {
  @Field({ description: "Its kind, in the provider's words: DNI, CPF." })
  @IsText(1, 20)
  type: string;

  @Field({ description: "Its number." })
  @Matches(/^[A-Za-z0-9./-]{1,20}$/, {
    message: "must be 1 to 20 letters, digits, dots, dashes or slashes",
  })
  number: string;
}

@InputType({ description: "A telephone number." })
export class PhoneInput {
  @Field({ nullable: true, description: "Area code." })
  @IsOptional()
  @Matches(/^\+?\d{1,6}$/, { message: "must be 1 to 6 digits" })
  areaCode?: string;

  @Field({ description: "The number." })
  @Matches(/^\d{3,12}$/, { message: "must be 3 to 12 digits" })
  number: string;
}

@InputType({ description: "A postal address." })
export class AddressInput {
  @Field({ nullable: true, description: "Postal code." })
  @IsOptional()
  @IsText(1, 20)
  zipCode?: string;

  @Field({ nullable: true, description: "Street." })
  @IsOptional()
  @IsText(1, 200)
  street?: string;

  @Field({ nullable: true, description: "House number." })
  @IsOptional()
  @IsText(1, 20)
  number?: string;
}

@InputType({ description: "Who pays. The more is known, the more is approved." })
export class PayerInput {
  @Field(() => EmailAddressScalar, { description: "E-mail address." })
  @IsEmailAddress()
  @IsText(0, 254)
  email: string;

  @Field({ nullable: true, description: "First name." })
  @IsOptional()
  @IsText(1, 100)
  firstName?: string;

  @Field({ nullable: true, description: "Last name." })
  @IsOptional()
  @IsText(1, 100)
  lastName?: string;

  @Field(() => IdentificationInput, {
    nullable: true,
    description: "Document, as the card form asked for it.",
  })
  @IsOptional()
  @ValidateNested()
  identification?: IdentificationInput;

  @Field(() => PhoneInput, { nullable: true, description: "Telephone." })
  @IsOptional()
  @ValidateNested()
  phone?: PhoneInput;

  @Field(() => AddressInput, { nullable: true, description: "Address." })
  @IsOptional()
  @ValidateNested()
  address?: AddressInput;
}
