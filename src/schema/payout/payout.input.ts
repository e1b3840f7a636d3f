import { IsOptional, Matches, ValidateNested } from "class-validator";
import { Field, ID, InputType } from "type-graphql";
import type { SellerId } from "../../domain/ids";
import type { PayoutStatus } from "../../domain/payout-status";
import type { Provider } from "../../domain/provider";
import type { TransferDirection } from "../../domain/transfer";
import { PayoutStatusEnum, ProviderEnum, TransferDirectionEnum } from "../shared/enums";
import { MoneyMovingInput } from "../shared/inputs";
import { IsIdOf, IsText } from "../shared/rules";
import { CurrencyCodeScalar, DecimalScalar } from "../shared/scalars";

const providersName = /^[\w.-]{1,64}$/;
const providersNameRule = { message: "must be 1 to 64 letters, digits, _, . or -" };

@InputType({
  description:
    "For a bank account in another currency than the balance's, at a rate of the provider's table.",
})
export class PayoutExchangeInput {
  @Field(() => DecimalScalar, { description: "What reaches the bank account." })
  amount: string;

  @Field(() => CurrencyCodeScalar, { description: "The bank account's currency." })
  currency: string;

  @Field(() => DecimalScalar, { description: "The table's rate." })
  @Matches(/^(?=.*[1-9])\d{1,9}(\.\d{1,12})?$/, {
    message: "must be above zero, in plain digits, with at most 12 decimals",
  })
  rate: string;

  @Field({ description: "The id of the provider's table that the rate is from." })
  @Matches(providersName, providersNameRule)
  tableId: string;

  @Field({ description: "Your id as the provider's partner for exchanges." })
  @Matches(providersName, providersNameRule)
  partnerId: string;
}

@InputType({ description: "A seller to be paid out." })
export class CreatePayoutInput extends MoneyMovingInput {
  @Field(() => ID, { description: "Whom." })
  @IsIdOf("Seller")
  sellerId: SellerId;

  @Field(() => ProviderEnum, {
    nullable: true,
    description: "From the balance at this provider; left out, the first that can.",
  })
  provider?: Provider;

  @Field(() => DecimalScalar, { description: "How much leaves the balance." })
  amount: string;

  @Field(() => CurrencyCodeScalar, { description: "The balance's currency." })
  currency: string;

  @Field({ nullable: true, description: "What it is for; at most 200 characters." })
  @IsOptional()
  @IsText(1, 200)
  description?: string;

  @Field(() => PayoutExchangeInput, {
    nullable: true,
    description: "Where the bank account is in another currency.",
  })
  @IsOptional()
  @ValidateNested()
  exchange?: PayoutExchangeInput;
}

@InputType({ description: "Money to be moved between a seller's balance and the marketplace's." })
export class TransferFundsInput extends MoneyMovingInput {
  @Field(() => ID, { description: "The seller." })
  @IsIdOf("Seller")
  sellerId: SellerId;

  @Field(() => ProviderEnum, {
    nullable: true,
    description: "At this provider; left out, the first that can.",
  })
  provider?: Provider;

  @Field(() => TransferDirectionEnum, { description: "From whom to whom." })
  direction: TransferDirection;

  @Field(() => DecimalScalar, { description: "How much." })
  amount: string;

  @Field(() => CurrencyCodeScalar, { description: "The balances' currency." })
  currency: string;

  @Field({ description: "What it is for; at most 200 characters." })
  @IsText(1, 200)
  description: string;
}

@InputType({ description: "What a list of payouts is narrowed to; all that is given must hold." })
export class PayoutFilter {
  @Field(() => [PayoutStatusEnum], {
    nullable: true,
    description: "One of these statuses; an empty list matches nothing.",
  })
  status?: PayoutStatus[];

  @Field(() => ID, { nullable: true, description: "Of this seller." })
  @IsOptional()
  @IsIdOf("Seller")
  sellerId?: SellerId;

  @Field(() => ProviderEnum, { nullable: true, description: "Through this provider." })
  provider?: Provider;
}
