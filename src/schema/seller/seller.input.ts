import { IsISO31661Alpha2, IsOptional, Matches } from "class-validator";
import { Field, ID, InputType } from "type-graphql";
import type { ProviderAccountId, SellerId } from "../../domain/ids";
import type { Provider } from "../../domain/provider";
import { ProviderEnum } from "../shared/enums";
import { IsEmailAddress, IsIdOf, IsOmittable, IsText } from "../shared/rules";
import { DecimalScalar, EmailAddressScalar } from "../shared/scalars";

@InputType({ description: "A seller to be added." })
export class CreateSellerInput {
  @Field({
    description: "Your own name for the seller: letters, digits, _ and -, at most 64; unique.",
  })
  @Matches(/^[\w-]{1,64}$/, { message: "must be 1 to 64 letters, digits, _ or -" })
  reference: string;

  @Field({ description: "What the seller is called; at most 200 characters." })
  @IsText(1, 200)
  name: string;

  @Field(() => EmailAddressScalar, {
    nullable: true,
    description: "Where the seller is written to.",
  })
  @IsOptional()
  @IsEmailAddress()
  @IsText(0, 254)
  email?: string;

  @Field({ nullable: true, description: "ISO 3166 alpha-2, such as AR." })
  @IsOptional()
  @IsISO31661Alpha2()
  country?: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      "Your fee on the seller's payments, in percent of the amount: 0 to 100, at most four decimals. A payment may name another one.",
  })
  @IsOptional()
  applicationFeePercent?: string;
}

@InputType({ description: "Changes to a seller; what is left out stays." })
export class UpdateSellerInput {
  @Field(() => ID, { description: "The seller." })
  @IsIdOf("Seller")
  id: SellerId;

  @Field({ nullable: true, description: "A new reference of yours; it cannot be taken away." })
  @IsOmittable()
  @Matches(/^[\w-]{1,64}$/, { message: "must be 1 to 64 letters, digits, _ or -" })
  reference?: string;

  @Field({ nullable: true, description: "A new name; it cannot be taken away." })
  @IsOmittable()
  @IsText(1, 200)
  name?: string;

  @Field(() => EmailAddressScalar, {
    nullable: true,
    description: "A new e-mail address; null takes it away.",
  })
  @IsOptional()
  @IsEmailAddress()
  @IsText(0, 254)
  email?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "A new country, ISO 3166 alpha-2; null takes it away.",
  })
  @IsOptional()
  @IsISO31661Alpha2()
  country?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "A new fee for payments to come, in percent; null takes it away.",
  })
  @IsOptional()
  applicationFeePercent?: string | null;
}

@InputType({ description: "Which seller is to be connected." })
export class StartSellerConnectionInput {
  @Field(() => ID, { description: "The seller." })
  @IsIdOf("Seller")
  sellerId: SellerId;

  @Field(() => ProviderEnum, {
    defaultValue: "MERCADO_PAGO",
    description: "Where the seller has its account.",
  })
  provider: Provider;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      "Confirms that an account which belongs to another of your sellers moves to this one. For the marketplace only.",
  })
  moveFromOtherSeller: boolean;
}

@InputType({
  description:
    "With what the seller came back to your own page. Give either `code`, or `error` where there is no code.",
})
export class CompleteSellerConnectionInput {
  @Field({ description: "The address's `state`." })
  @IsText(1, 512)
  state: string;

  @Field(() => String, { nullable: true, description: "The address's `code`." })
  @IsOptional()
  @IsText(1, 512)
  code?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The address's `error`: the seller did not agree.",
  })
  @IsOptional()
  @IsText(1, 512)
  error?: string | null;
}

@InputType({ description: "A seller whom a provider knows under one of your shops." })
export class LinkSubmerchantInput {
  @Field(() => ID, { description: "The seller." })
  @IsIdOf("Seller")
  sellerId: SellerId;

  @Field(() => ProviderEnum, { defaultValue: "PAYU", description: "Where the shop is." })
  provider: Provider;

  @Field({
    nullable: true,
    description: "The shop, by its name in the gateway's settings; needed where you have several.",
  })
  @IsOptional()
  @IsText(1, 64)
  shop?: string;

  @Field({ description: "What the provider knows the seller by; PayU calls it extCustomerId." })
  @Matches(/^[\x21-\x7e]{1,128}$/, { message: "must be 1 to 128 visible ASCII characters" })
  submerchantId: string;
}

@InputType({ description: "Whose credentials are to be renewed now." })
export class RefreshSellerCredentialsInput {
  @Field(() => ID, { description: "The seller's account at a provider." })
  @IsIdOf("ProviderAccount")
  accountId: ProviderAccountId;
}

@InputType({ description: "What is to be disconnected." })
export class DisconnectSellerInput {
  @Field(() => ID, { description: "The seller's account at a provider." })
  @IsIdOf("ProviderAccount")
  accountId: ProviderAccountId;
}
