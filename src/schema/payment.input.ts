import {
  ArrayMaxSize,
  IsEmail,
  IsInt,
  IsIP,
  IsOptional,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from "class-validator";
import { Field, ID, InputType, Int } from "type-graphql";
import type { PaymentId, SellerId } from "../domain/ids";
import type { PaymentStatus } from "../domain/payment-status";
import type { Provider } from "../domain/provider";
import { PaymentStatusEnum, ProviderEnum } from "./enums";
import { MoneyMovingInput } from "./inputs";
import { IsIdOf } from "./rules";
import {
  CurrencyCodeScalar,
  DateTimeScalar,
  DecimalScalar,
  EmailAddressScalar,
  JsonObjectScalar,
  UrlScalar,
} from "./scalars";

const reference = /^[\w-]{1,64}$/;
const token = /^[\x21-\x7e]{1,200}$/;

@InputType({ description: "A person's document." })
export class IdentificationInput {
  @Field({ description: "Its kind, in the provider's words: DNI, CPF." })
  @Length(1, 20)
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
  @Length(1, 20)
  zipCode?: string;

  @Field({ nullable: true, description: "Street." })
  @IsOptional()
  @Length(1, 200)
  street?: string;

  @Field({ nullable: true, description: "House number." })
  @IsOptional()
  @Length(1, 20)
  number?: string;
}

@InputType({ description: "Who pays. The more is known, the more is approved." })
export class PayerInput {
  @Field(() => EmailAddressScalar, { description: "E-mail address." })
  @IsEmail()
  @MaxLength(254)
  email: string;

  @Field({ nullable: true, description: "First name." })
  @IsOptional()
  @Length(1, 100)
  firstName?: string;

  @Field({ nullable: true, description: "Last name." })
  @IsOptional()
  @Length(1, 100)
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

@InputType({ description: "Something that was bought." })
export class ItemInput {
  @Field({ nullable: true, description: "Your id of it." })
  @IsOptional()
  @Length(1, 64)
  id?: string;

  @Field({ description: "What it is called." })
  @Length(1, 200)
  title: string;

  @Field({ nullable: true, description: "What it is." })
  @IsOptional()
  @Length(1, 500)
  description?: string;

  @Field({ nullable: true, description: "The provider's category." })
  @IsOptional()
  @Length(1, 64)
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
  @Length(1, 100)
  firstName?: string;

  @Field({ nullable: true, description: "Last name." })
  @IsOptional()
  @Length(1, 100)
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

  @Field({ nullable: true, description: "The buyer's IP address." })
  @IsOptional()
  @IsIP()
  ipAddress?: string;
}

@InputType({ description: "A payment to be made." })
export class CreatePaymentInput extends MoneyMovingInput {
  @Field(() => ID, {
    nullable: true,
    description: "The seller that is paid. A seller's own key may leave it out.",
  })
  @IsOptional()
  @IsIdOf("Seller")
  sellerId?: SellerId;

  @Field(() => ProviderEnum, {
    nullable: true,
    description:
      "Through this provider; left out, the gateway picks one that the seller is connected to.",
  })
  @IsOptional()
  provider?: Provider;

  @Field(() => DecimalScalar, { description: "Above zero, in major units." })
  amount: string;

  @Field(() => CurrencyCodeScalar, { description: "The currency of all amounts here." })
  currency: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "The marketplace's share, at most the amount. Only the marketplace may set it.",
  })
  @IsOptional()
  applicationFee?: string;

  @Field(() => Boolean, {
    defaultValue: true,
    description: "False: authorize now, `capturePayment` later.",
  })
  capture: boolean;

  @Field({
    nullable: true,
    description:
      "A single-use card token, made in the page with the seller's publicKey. Never a card number.",
  })
  @IsOptional()
  @Matches(token, { message: "must be 1 to 200 visible ASCII characters" })
  cardToken?: string;

  @Field({ nullable: true, description: "The provider's word for the means: visa, pix, rapipago." })
  @IsOptional()
  @Matches(/^[\w-]{1,32}$/, { message: "must be 1 to 32 letters, digits, _ or -" })
  methodId?: string;

  @Field({ nullable: true, description: "The issuing bank, where the card form gave one." })
  @IsOptional()
  @Matches(/^[\w-]{1,32}$/, { message: "must be 1 to 32 letters, digits, _ or -" })
  issuerId?: string;

  @Field(() => Int, { nullable: true, description: "In how many installments; cards need it." })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(60)
  installments?: number;

  @Field(() => PayerInput, { description: "Who pays." })
  @ValidateNested()
  payer: PayerInput;

  @Field({ nullable: true, description: "What it is for; at most 600 characters." })
  @IsOptional()
  @MaxLength(600)
  description?: string;

  @Field({
    nullable: true,
    description: "Your own reference: letters, digits, _ and -, at most 64.",
  })
  @IsOptional()
  @Matches(reference, { message: "must be 1 to 64 letters, digits, _ or -" })
  externalReference?: string;

  @Field({
    nullable: true,
    description: "What the card statement should say; at most 13 characters.",
  })
  @IsOptional()
  @MaxLength(13)
  statementDescriptor?: string;

  @Field(() => JsonObjectScalar, {
    nullable: true,
    description: "Your own fields; at most 4096 bytes.",
  })
  @IsOptional()
  metadata?: Record<string, unknown>;

  @Field(() => AdditionalInfoInput, { nullable: true, description: "For fraud prevention." })
  @IsOptional()
  @ValidateNested()
  additionalInfo?: AdditionalInfoInput;

  @Field({ nullable: true, description: "The fingerprint of the payer's device, from the page." })
  @IsOptional()
  @MaxLength(500)
  deviceId?: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description: "True: make it although almost the same payment was made moments ago.",
  })
  allowNearIdentical: boolean;
}

@InputType({ description: "Held funds to be taken." })
export class CapturePaymentInput extends MoneyMovingInput {
  @Field(() => ID, { description: "The payment; it must be AUTHORIZED." })
  @IsIdOf("Payment")
  paymentId: PaymentId;

  @Field(() => DecimalScalar, { nullable: true, description: "How much; left out, all of it." })
  @IsOptional()
  amount?: string;
}

@InputType({ description: "A payment to be ended." })
export class CancelPaymentInput extends MoneyMovingInput {
  @Field(() => ID, { description: "The payment; it must be PENDING, IN_REVIEW or AUTHORIZED." })
  @IsIdOf("Payment")
  paymentId: PaymentId;
}

@InputType({ description: "Money to be given back." })
export class RefundPaymentInput extends MoneyMovingInput {
  @Field(() => ID, { description: "The payment; it must be APPROVED or PARTIALLY_REFUNDED." })
  @IsIdOf("Payment")
  paymentId: PaymentId;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "How much; left out, all that is left.",
  })
  @IsOptional()
  amount?: string;

  @Field({ nullable: true, description: "Why; at most 200 characters. Kept here only." })
  @IsOptional()
  @MaxLength(200)
  reason?: string;
}

@InputType({ description: "What a list of payments is narrowed to; all that is given must hold." })
export class PaymentFilter {
  @Field(() => [PaymentStatusEnum], { nullable: true, description: "One of these statuses." })
  status?: PaymentStatus[];

  @Field(() => ID, { nullable: true, description: "Of this seller." })
  @IsOptional()
  @IsIdOf("Seller")
  sellerId?: SellerId;

  @Field(() => ProviderEnum, { nullable: true, description: "Through this provider." })
  provider?: Provider;

  @Field(() => CurrencyCodeScalar, {
    nullable: true,
    description: "In this currency; amounts need it.",
  })
  currency?: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "At least this amount of `currency`.",
  })
  amountFrom?: string;

  @Field(() => DecimalScalar, { nullable: true, description: "At most this amount of `currency`." })
  amountTo?: string;

  @Field(() => DateTimeScalar, { nullable: true, description: "Made at or after this moment." })
  createdFrom?: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "Made before this moment." })
  createdTo?: Date;

  @Field({ nullable: true, description: "With this reference of yours." })
  externalReference?: string;
}
