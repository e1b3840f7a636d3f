import { IsInt, IsOptional, IsUrl, Matches, Max, Min, ValidateNested } from "class-validator";
import { Field, InputType, Int } from "type-graphql";
import type { PersonType } from "../../domain/pay-with";
import { PersonTypeEnum } from "../shared/enums";
import { IsCardToken, IsShortName, IsText } from "../shared/rules";
import { UrlScalar } from "../shared/scalars";

const month = 30 * 24 * 3_600;

@InputType({ description: "Where the payer lives, as boletos and banks ask for it." })
export class PayerPlaceInput {
  @Field({ description: "Postal code." })
  @IsText(1, 20)
  zipCode: string;

  @Field({ description: "Street." })
  @IsText(1, 200)
  street: string;

  @Field({ description: "House number." })
  @IsText(1, 20)
  number: string;

  @Field({ description: "Neighbourhood; bairro." })
  @IsText(1, 100)
  neighborhood: string;

  @Field({ description: "City." })
  @IsText(1, 100)
  city: string;

  @Field({ nullable: true, description: "State, such as SP; boletos need it." })
  @IsOptional()
  @IsText(1, 50)
  state?: string;
}

@InputType({ description: "By a card that was tokenised in the page. Never a card number." })
export class PayWithCardInput {
  @Field({
    description:
      "A single-use token: made with the seller's publicKey, or by PayU's form. Never a card number.",
  })
  @IsCardToken()
  token: string;

  @Field({
    nullable: true,
    description: "MERCADO_PAGO: the card's brand, as its form named it: visa.",
  })
  @IsOptional()
  @IsShortName()
  methodId?: string;

  @Field({
    nullable: true,
    description: "MERCADO_PAGO: the issuing bank, where the form gave one.",
  })
  @IsOptional()
  @IsShortName()
  issuerId?: string;

  @Field(() => Int, {
    nullable: true,
    description: "MERCADO_PAGO: in how many installments; needed, 1 pays all at once.",
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(60)
  installments?: number;

  @Field(() => Boolean, {
    defaultValue: false,
    description:
      "MERCADO_PAGO: true lets the card's bank ask the payer, where it wants to: `nextAction` is then a CardChallenge, and the payment PENDING, for five minutes. PAYU asks by itself.",
  })
  threeDSecure: boolean;
}

@InputType({ description: "By Pix, in Brazil." })
export class PayWithPixInput {
  @Field(() => Int, {
    nullable: true,
    description:
      "For how many seconds the code can be paid: 30 minutes to 30 days. Default: a day.",
  })
  @IsOptional()
  @IsInt()
  @Min(60)
  @Max(month)
  validForSeconds?: number;
}

@InputType({ description: "By a voucher that is paid at a shop or a bank." })
export class PayWithVoucherInput {
  @Field({
    description:
      "Which one: rapipago, pagofacil (AR), bolbradesco (BR), oxxo, paycash, banamex, bancomer (MX), efecty (CO), pagoefectivo_atm (PE), abitab, redpagos (UY).",
  })
  @IsShortName()
  methodId: string;

  @Field(() => PayerPlaceInput, {
    nullable: true,
    description: "For bolbradesco, which needs it, and the payer's names and document as well.",
  })
  @IsOptional()
  @ValidateNested()
  address?: PayerPlaceInput;

  @Field(() => Int, {
    nullable: true,
    description:
      "For how many seconds it can be paid: a day to 30 days. Give at least three: tills' words take hours, and what is paid late goes back.",
  })
  @IsOptional()
  @IsInt()
  @Min(60)
  @Max(month)
  validForSeconds?: number;
}

@InputType({
  description:
    "At the payer's bank, which `nextAction` leads to: PSE in Colombia. It also needs the payer's document and telephone, and `additionalInfo.ipAddress`.",
})
export class PayWithBankRedirectInput {
  @Field({ description: "The payer's bank, by the provider's code." })
  @IsShortName()
  bank: string;

  @Field(() => PersonTypeEnum, { description: "Whose account it is." })
  personType: PersonType;

  @Field(() => PayerPlaceInput, { description: "Where the payer lives." })
  @ValidateNested()
  address: PayerPlaceInput;

  @Field(() => UrlScalar, { description: "Where the bank sends the payer afterwards." })
  @IsUrl({ protocols: ["http", "https"], require_protocol: true, require_tld: false })
  @IsText(0, 1_024)
  returnUrl: string;
}

@InputType({
  description:
    "By a wallet's token, which the page made: Yape in Peru. It is approved or rejected at once.",
})
export class PayWithWalletTokenInput {
  @Field({ description: "The token; it works once." })
  @IsCardToken()
  token: string;
}

@InputType({ description: "PAYU: at the page of one bank, which `nextAction` leads to." })
export class PayWithPayByLinkInput {
  @Field({ description: "The bank's code." })
  @IsShortName()
  value: string;
}

@InputType({ description: "PAYU: by BLIK; the buyer confirms it in the bank's app." })
export class PayWithBlikInput {
  @Field({ description: "The buyer's code, six digits." })
  @Matches(/^\d{6}$/, { message: "must be six digits" })
  code: string;
}

/** Marked as `@oneOf` in `resolvers/schema.ts`: the document ends with an error where not exactly one is given. */
@InputType({
  description:
    "How it is paid: exactly one of these. What the provider or the seller's country does not take is refused, with its path, before anything is written. Left out as a whole, a buyer at PAYU chooses on its page.",
})
export class PayWithInput {
  @Field(() => PayWithCardInput, { nullable: true, description: "A card." })
  @IsOptional()
  @ValidateNested()
  card?: PayWithCardInput;

  @Field(() => PayWithPixInput, { nullable: true, description: "Pix." })
  @IsOptional()
  @ValidateNested()
  pix?: PayWithPixInput;

  @Field(() => PayWithVoucherInput, { nullable: true, description: "A voucher." })
  @IsOptional()
  @ValidateNested()
  voucher?: PayWithVoucherInput;

  @Field(() => PayWithBankRedirectInput, { nullable: true, description: "The payer's bank." })
  @IsOptional()
  @ValidateNested()
  bankRedirect?: PayWithBankRedirectInput;

  @Field(() => PayWithWalletTokenInput, { nullable: true, description: "A wallet." })
  @IsOptional()
  @ValidateNested()
  walletToken?: PayWithWalletTokenInput;

  @Field(() => PayWithPayByLinkInput, { nullable: true, description: "PayU's pay-by-link." })
  @IsOptional()
  @ValidateNested()
  payByLink?: PayWithPayByLinkInput;

  @Field(() => PayWithBlikInput, { nullable: true, description: "BLIK." })
  @IsOptional()
  @ValidateNested()
  blik?: PayWithBlikInput;
}
