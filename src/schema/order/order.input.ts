import {
  ArrayMaxSize,
  ArrayMinSize,
  IsInt,
  IsIP,
  IsOptional,
  IsUrl,
  Matches,
  Max,
  Min,
  ValidateNested,
} from "class-validator";
import { Field, ID, InputType, Int } from "type-graphql";
import type { MarketplaceOrderId, SellerId } from "../../domain/ids";
import type { OrderStatus } from "../../domain/order-status";
import type { Provider } from "../../domain/provider";
import { splitLimits } from "../../domain/split";
import { PayWithInput } from "../payment/pay-with.input";
import { OrderStatusEnum, ProviderEnum } from "../shared/enums";
import { IdempotencyKey, MoneyMovingInput } from "../shared/inputs";
import {
  IsCardToken,
  IsDeviceId,
  IsEmailAddress,
  IsIdOf,
  IsShortName,
  IsText,
} from "../shared/rules";
import {
  CurrencyCodeScalar,
  DecimalScalar,
  EmailAddressScalar,
  UrlScalar,
} from "../shared/scalars";
import { CartInput } from "./cart.input";

const reference = /^[\w-]{1,64}$/;
const month = 30 * 24 * 3_600;

@InputType({ description: "An order to be looked at before it is made." })
export class SplitPreviewInput {
  @Field(() => ProviderEnum, {
    defaultValue: "PAYU",
    description:
      "PAYU: the buyer pays once and PayU splits it. MERCADO_PAGO: each cart has a card of its own; all carts are paid or none.",
  })
  provider: Provider;

  @Field(() => CurrencyCodeScalar, { description: "The currency of all amounts here." })
  currency: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "What the buyer pays. Left out, it is worked out; given, it must agree.",
  })
  @IsOptional()
  total?: string;

  @Field(() => [CartInput], { description: `One for each seller; 1 to ${splitLimits.carts}.` })
  @ValidateNested({ each: true })
  @ArrayMinSize(1)
  @ArrayMaxSize(splitLimits.carts)
  carts: CartInput[];
}

@InputType({ description: "Who buys." })
export class BuyerInput {
  @Field({
    description:
      "Your own id of the buyer, which the provider is told: letters, digits, _ and -, at most 64.",
  })
  @Matches(reference, { message: "must be 1 to 64 letters, digits, _ or -" })
  reference: string;

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

  @Field({ nullable: true, description: "Telephone, with the country's code." })
  @IsOptional()
  @Matches(/^\+?(?: ?\d){3,15}$/, { message: "must be 3 to 15 digits" })
  phone?: string;

  @Field({ nullable: true, description: "The page's language: ISO 639-1, such as pl." })
  @IsOptional()
  @Matches(/^[a-z]{2}$/, { message: "must be two small letters" })
  language?: string;
}

@InputType({
  description:
    "How the buyer pays, where you ask for it on your own page. Give exactly one; without any of it the buyer chooses on the provider's page.",
})
export class OrderPayMethodInput {
  @Field({ nullable: true, description: "PAYU: the bank's code of a pay-by-link." })
  @IsOptional()
  @IsShortName()
  payByLink?: string;

  @Field({
    nullable: true,
    description: "PAYU: a card token from its form. Never a card number.",
  })
  @IsOptional()
  @IsCardToken()
  cardToken?: string;

  @Field({ nullable: true, description: "PAYU: the buyer's BLIK code, six digits." })
  @IsOptional()
  @Matches(/^\d{6}$/, { message: "must be six digits" })
  blikCode?: string;
}

@InputType({ description: "One buyer's order at several sellers." })
export class CreateMarketplaceOrderInput extends SplitPreviewInput {
  @IdempotencyKey()
  idempotencyKey: string;

  @Field(() => BuyerInput, { description: "Who buys." })
  @ValidateNested()
  buyer: BuyerInput;

  @Field({ description: "What it is for, for the buyer to read; at most 600 characters." })
  @IsText(1, 600)
  description: string;

  @Field({
    nullable: true,
    description: "Your own reference: letters, digits, _ and -, at most 64.",
  })
  @IsOptional()
  @Matches(reference, { message: "must be 1 to 64 letters, digits, _ or -" })
  externalReference?: string;

  @Field({ nullable: true, description: "The buyer's IP address; PAYU needs it." })
  @IsOptional()
  @IsIP()
  ipAddress?: string;

  @Field({
    nullable: true,
    description: "MERCADO_PAGO: the fingerprint of the buyer's device, from the page.",
  })
  @IsOptional()
  @IsDeviceId()
  deviceId?: string;

  @Field(() => PayWithInput, {
    nullable: true,
    description:
      "PAYU: how the buyer pays, by `card`, `payByLink` or `blik`; left out, the buyer chooses on PayU's page. At MERCADO_PAGO each cart has its own. Not together with `payMethod`, which it replaces.",
  })
  @IsOptional()
  @ValidateNested()
  payWith?: PayWithInput;

  @Field(() => OrderPayMethodInput, {
    nullable: true,
    deprecationReason: "Use `payWith`: `card.token`, `payByLink.value`, `blik.code`.",
    description: "How the buyer pays.",
  })
  @IsOptional()
  @ValidateNested()
  payMethod?: OrderPayMethodInput;

  @Field(() => UrlScalar, {
    nullable: true,
    description: "Where the provider's page sends the buyer afterwards.",
  })
  @IsOptional()
  @IsUrl({ protocols: ["http", "https"], require_protocol: true, require_tld: false })
  @IsText(0, 1_024)
  continueUrl?: string;

  @Field(() => Int, {
    nullable: true,
    description: "For how many seconds it can be paid: 60 to 30 days. PayU's own default is a day.",
  })
  @IsOptional()
  @IsInt()
  @Min(60)
  @Max(month)
  validForSeconds?: number;

  @Field(() => Boolean, {
    defaultValue: true,
    description: "False: authorize now, `captureMarketplaceOrder` later. PAYU needs a card for it.",
  })
  capture: boolean;
}

@InputType({ description: "Held funds of an order to be taken." })
export class CaptureMarketplaceOrderInput extends MoneyMovingInput {
  @Field(() => ID, { description: "The order; it must be AUTHORIZED." })
  @IsIdOf("MarketplaceOrder")
  orderId: MarketplaceOrderId;
}

@InputType({ description: "An order to be ended." })
export class CancelMarketplaceOrderInput extends MoneyMovingInput {
  @Field(() => ID, { description: "The order; it must be PENDING or AUTHORIZED." })
  @IsIdOf("MarketplaceOrder")
  orderId: MarketplaceOrderId;
}

@InputType({ description: "Money of an order to be given back." })
export class RefundMarketplaceOrderInput extends MoneyMovingInput {
  @Field(() => ID, { description: "The order; it must be COMPLETED or PARTIALLY_REFUNDED." })
  @IsIdOf("MarketplaceOrder")
  orderId: MarketplaceOrderId;

  @Field(() => ID, {
    nullable: true,
    description: "From this seller's cart; left out, from every cart.",
  })
  @IsOptional()
  @IsIdOf("Seller")
  sellerId?: SellerId;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "How much of the seller's cart; left out, all that is left.",
  })
  @IsOptional()
  amount?: string;

  @Field({ nullable: true, description: "Why; at most 200 characters." })
  @IsOptional()
  @IsText(0, 200)
  reason?: string;
}

@InputType({ description: "What a list of orders is narrowed to; all that is given must hold." })
export class MarketplaceOrderFilter {
  @Field(() => [OrderStatusEnum], {
    nullable: true,
    description: "With one of these statuses; nothing has one of an empty list.",
  })
  status?: OrderStatus[];

  @Field(() => ID, { nullable: true, description: "With a cart of this seller." })
  @IsOptional()
  @IsIdOf("Seller")
  sellerId?: SellerId;

  @Field(() => ProviderEnum, { nullable: true, description: "Through this provider." })
  provider?: Provider;

  @Field({ nullable: true, description: "With this reference of yours." })
  externalReference?: string;

  @Field({
    nullable: true,
    description: "With exactly this id at its provider; `provider` says at which.",
  })
  providerOrderId?: string;
}
