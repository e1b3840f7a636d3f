import { IsOptional } from "class-validator";
import { Field, ID, InputType } from "type-graphql";
import type { SellerId } from "../../domain/ids";
import type { PaymentStatus } from "../../domain/payment-status";
import type { Provider } from "../../domain/provider";
import { PaymentStatusEnum, ProviderEnum } from "../shared/enums";
import { IsIdOf } from "../shared/rules";
import { CurrencyCodeScalar, DateTimeScalar, DecimalScalar } from "../shared/scalars";

@InputType({ description: "What a list of payments is narrowed to; all that is given must hold." })
export class PaymentFilter {
  @Field(() => [PaymentStatusEnum], {
    nullable: true,
    description: "With one of these statuses; nothing has one of an empty list.",
  })
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

  @Field({
    nullable: true,
    description:
      "With exactly this id at its provider; `provider` says at which. The id of an order that PayU has split finds its carts.",
  })
  providerPaymentId?: string;
}
