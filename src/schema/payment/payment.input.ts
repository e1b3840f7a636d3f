import { IsInt, IsOptional, Matches, Max, Min, ValidateNested } from "class-validator";
import { Field, ID, InputType, Int } from "type-graphql";
import type { PaymentId, SellerId } from "../../domain/ids";
import type { Provider } from "../../domain/provider";
import { ProviderEnum } from "../shared/enums";
import { MoneyMovingInput } from "../shared/inputs";
import {
  IsCardToken,
  IsDeviceId,
  IsIdOf,
  IsJsonWithin,
  IsShortName,
  IsText,
} from "../shared/rules";
import { CurrencyCodeScalar, DecimalScalar, JsonObjectScalar } from "../shared/scalars";
import { AdditionalInfoInput } from "./additional-info.input";
import { PayWithInput } from "./pay-with.input";
import { PayerInput } from "./payer.input";

const reference = /^[\w-]{1,64}$/;

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

  @Field(() => PayWithInput, {
    nullable: true,
    description:
      "How it is paid. Not together with `cardToken`, `methodId`, `issuerId` or `installments`, which it replaces.",
  })
  @IsOptional()
  @ValidateNested()
  payWith?: PayWithInput;

  @Field({
    nullable: true,
    deprecationReason: "Use `payWith.card.token`.",
    description:
      "A single-use card token, made in the page with the seller's publicKey. Never a card number.",
  })
  @IsOptional()
  @IsCardToken()
  cardToken?: string;

  @Field({
    nullable: true,
    deprecationReason: "Use `payWith`: `card.methodId`, `voucher.methodId`, `pix`, `payByLink`.",
    description: "The provider's word for the means: visa, pix, rapipago.",
  })
  @IsOptional()
  @IsShortName()
  methodId?: string;

  @Field({
    nullable: true,
    deprecationReason: "Use `payWith.card.issuerId`.",
    description: "The issuing bank, where the card form gave one.",
  })
  @IsOptional()
  @IsShortName()
  issuerId?: string;

  @Field(() => Int, {
    nullable: true,
    deprecationReason: "Use `payWith.card.installments`.",
    description: "In how many installments; cards need it.",
  })
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
  @IsText(0, 600)
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
  @IsText(0, 13)
  statementDescriptor?: string;

  @Field(() => JsonObjectScalar, {
    nullable: true,
    description: "Your own fields; at most 4096 bytes.",
  })
  @IsOptional()
  @IsJsonWithin(4_096)
  metadata?: Record<string, unknown>;

  @Field(() => AdditionalInfoInput, { nullable: true, description: "For fraud prevention." })
  @IsOptional()
  @ValidateNested()
  additionalInfo?: AdditionalInfoInput;

  @Field({ nullable: true, description: "The fingerprint of the payer's device, from the page." })
  @IsOptional()
  @IsDeviceId()
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
  @IsText(0, 200)
  reason?: string;
}
