import {
  ArrayMaxSize,
  IsInt,
  IsISO31661Alpha2,
  IsOptional,
  Max,
  Min,
  ValidateNested,
} from "class-validator";
import { Field, ID, InputType, Int } from "type-graphql";
import type { SellerId } from "../../domain/ids";
import { splitLimits } from "../../domain/split";
import { PayWithInput } from "../payment/pay-with.input";
import { IsCardToken, IsIdOf, IsShortName, IsText } from "../shared/rules";
import { DateTimeScalar, DecimalScalar } from "../shared/scalars";

@InputType({ description: "A thing that is bought." })
export class ProductInput {
  @Field({ description: "What it is called; at most 255 characters." })
  @IsText(1, 255)
  name: string;

  @Field(() => DecimalScalar, { description: "The price of one, in major units." })
  unitPrice: string;

  @Field(() => Int, { description: "How many; 1 or more." })
  @IsInt()
  quantity: number;

  @Field(() => Boolean, { nullable: true, description: "True for what is not shipped." })
  @IsOptional()
  virtual?: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: "Since when it is for sale." })
  @IsOptional()
  listedAt?: Date;
}

@InputType({ description: "A way in which a seller's things are shipped." })
export class ShippingMethodInput {
  @Field({ description: "Where to: ISO 3166 alpha-2, such as PL." })
  @IsISO31661Alpha2()
  country: string;

  @Field({ description: "What it is called; at most 255 characters." })
  @IsText(1, 255)
  name: string;

  @Field(() => DecimalScalar, { description: "What it costs, in major units." })
  price: string;
}

@InputType({ description: "What is bought from one seller." })
export class CartInput {
  @Field(() => ID, { description: "The seller; each has one cart in an order." })
  @IsIdOf("Seller")
  sellerId: SellerId;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      "What the cart comes to: its products and shipping. Left out, it is worked out; given, it must agree.",
  })
  @IsOptional()
  amount?: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      "What the marketplace keeps of it: 0 up to the cart's amount. Left out, by the seller's fee percentage, or nothing.",
  })
  @IsOptional()
  fee?: string;

  @Field(() => [ProductInput], {
    description: `What is in it; 1 to ${splitLimits.products} products.`,
  })
  @ValidateNested({ each: true })
  @ArrayMaxSize(splitLimits.products)
  products: ProductInput[];

  @Field(() => [ShippingMethodInput], {
    defaultValue: [],
    description: `What shipping is paid for; at most ${splitLimits.shippingMethods}.`,
  })
  @ValidateNested({ each: true })
  @ArrayMaxSize(splitLimits.shippingMethods)
  shippingMethods: ShippingMethodInput[];

  @Field(() => PayWithInput, {
    nullable: true,
    description:
      "MERCADO_PAGO, where each seller is paid by a payment of its own: how this one is paid. Only by card, since all carts are held before any is taken; its token is made with this seller's publicKey. Not together with `cardToken`, `methodId` or `installments`, which it replaces.",
  })
  @IsOptional()
  @ValidateNested()
  payWith?: PayWithInput;

  @Field({
    nullable: true,
    deprecationReason: "Use `payWith.card.token`.",
    description:
      "MERCADO_PAGO, where each seller is paid by a payment of its own: a card token for this one, made with the seller's publicKey.",
  })
  @IsOptional()
  @IsCardToken()
  cardToken?: string;

  @Field({
    nullable: true,
    deprecationReason: "Use `payWith.card.methodId`.",
    description: "With a card token: the card's brand, such as visa.",
  })
  @IsOptional()
  @IsShortName()
  methodId?: string;

  @Field(() => Int, {
    nullable: true,
    deprecationReason: "Use `payWith.card.installments`.",
    description: "With a card token: in how many installments; left out, all at once.",
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(60)
  installments?: number;
}
