import { IsInt, IsOptional, Matches, Max, Min } from "class-validator";
import { Field, ID, InputType, Int } from "type-graphql";
import type { PointDeviceId, PointOrderId, SellerId } from "../../domain/ids";
import type {
  InstallmentPayer,
  PointMethod,
  PointOrderStatus,
  SettlementByHand,
} from "../../domain/point-order";
import type { Provider } from "../../domain/provider";
import {
  InstallmentPayerEnum,
  PointMethodEnum,
  PointOrderStatusEnum,
  ProviderEnum,
  SettlementByHandEnum,
} from "../shared/enums";
import { MoneyMovingInput } from "../shared/inputs";
import { IsIdOf, IsText } from "../shared/rules";
import { CurrencyCodeScalar, DecimalScalar } from "../shared/scalars";

@InputType({ description: "An amount for a card reader to ask for." })
export class CreatePointOrderInput extends MoneyMovingInput {
  @Field(() => ID, { description: "The reader." })
  @IsIdOf("PointDevice")
  deviceId: PointDeviceId;

  @Field(() => DecimalScalar, { description: "How much. A tip is added at the reader." })
  amount: string;

  @Field(() => CurrencyCodeScalar, { description: "The currency of the seller's account." })
  currency: string;

  @Field({ nullable: true, description: "What it is for; at most 150 characters." })
  @IsOptional()
  @IsText(1, 150)
  description?: string;

  @Field({ nullable: true, description: "Your own reference; at most 64 characters." })
  @IsOptional()
  @IsText(1, 64)
  externalReference?: string;

  @Field(() => PointMethodEnum, {
    nullable: true,
    description: "What the payer is asked for; left out, the payer chooses at the reader.",
  })
  method?: PointMethod;

  @Field(() => Int, {
    nullable: true,
    description: "In how many instalments, 1 to 36. For credit cards only.",
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(36)
  installments?: number;

  @Field(() => InstallmentPayerEnum, {
    nullable: true,
    description: "Who bears what instalments cost; left out, as the seller's account is set.",
  })
  installmentsPaidBy?: InstallmentPayer;

  @Field(() => Boolean, {
    nullable: true,
    description: "Whether the reader prints the seller's receipt; left out, it does.",
  })
  printsTicket?: boolean;

  @Field({
    nullable: true,
    description: "A number for the printed receipt; at most 20 letters, digits, _ or -.",
  })
  @IsOptional()
  @Matches(/^[\w-]{1,20}$/, { message: "must be 1 to 20 letters, digits, _ or -" })
  ticketNumber?: string;

  @Field(() => Int, {
    nullable: true,
    description: "When it ends if nobody pays: 30 seconds to 3 hours; left out, 15 minutes.",
  })
  @IsOptional()
  @IsInt()
  @Min(30)
  @Max(10_800)
  expiresInSeconds?: number;
}

@InputType({
  description: "The order that is to end: itself, or whatever keeps a card reader busy. Give one.",
})
export class CancelPointOrderInput extends MoneyMovingInput {
  @Field(() => ID, { nullable: true, description: "The order." })
  @IsOptional()
  @IsIdOf("PointOrder")
  orderId?: PointOrderId;

  @Field(() => ID, { nullable: true, description: "The reader whose order is meant." })
  @IsOptional()
  @IsIdOf("PointDevice")
  deviceId?: PointDeviceId;
}

@InputType({ description: "What a person saw at a card reader, of an order that NEEDS_CHECK." })
export class SettlePointOrderInput {
  @Field(() => ID, { description: "The order." })
  @IsIdOf("PointOrder")
  orderId: PointOrderId;

  @Field(() => SettlementByHandEnum, { description: "What the reader, or a receipt, shows." })
  outcome: SettlementByHand;

  @Field({
    description: "How that is known, for whoever asks later; at most 300 characters.",
  })
  @IsText(1, 300)
  reason: string;
}

@InputType({
  description: "What a list of orders at card readers is narrowed to; all that is given must hold.",
})
export class PointOrderFilter {
  @Field(() => [PointOrderStatusEnum], {
    nullable: true,
    description: "One of these statuses; an empty list matches nothing.",
  })
  status?: PointOrderStatus[];

  @Field(() => ID, { nullable: true, description: "Of this seller." })
  @IsOptional()
  @IsIdOf("Seller")
  sellerId?: SellerId;

  @Field(() => ID, { nullable: true, description: "At this card reader." })
  @IsOptional()
  @IsIdOf("PointDevice")
  deviceId?: PointDeviceId;

  @Field(() => ProviderEnum, { nullable: true, description: "Through this provider." })
  provider?: Provider;
}
