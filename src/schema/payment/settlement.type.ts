import { Field, ObjectType } from "type-graphql";
import type { FeeKind, FeePayer, ReleaseState } from "../../domain/settlement";
import { FeeKindEnum, FeePayerEnum, ReleaseStateEnum } from "../shared/enums";
import { DateTimeScalar } from "../shared/scalars";
import { MoneyType } from "../shared/shared.type";

@ObjectType("SettlementFee", {
  simpleResolvers: true,
  description: "One line of what is taken from a payment.",
})
export class SettlementFeeType {
  @Field(() => FeeKindEnum, { description: "What it is for." })
  kind: FeeKind;

  @Field(() => FeePayerEnum, {
    description: "Who bears it. Only what the seller bears makes `net` less.",
  })
  payer: FeePayer;

  @Field(() => MoneyType, {
    description:
      "How much was taken. Below zero for what the provider added without naming it (`OTHER`).",
  })
  amount: MoneyType;

  @Field(() => MoneyType, {
    description: "How much of it was given back since, with refunds or charge-backs.",
  })
  refundedAmount: MoneyType;
}

@ObjectType("Settlement", {
  simpleResolvers: true,
  description:
    "What has become of a payment's money. It adds up: `net` = `gross` − `refunded` − `chargedBack` − the seller's fees + what was given back of them. All figures are of one moment.",
})
export class SettlementType {
  @Field(() => MoneyType, { description: "What was taken from the payer for the seller." })
  gross: MoneyType;

  @Field(() => MoneyType, { description: "What was given back to the payer." })
  refunded: MoneyType;

  @Field(() => MoneyType, {
    description:
      "What the payer's bank holds or has taken back. Zero again once the seller has won the dispute; always zero at PayU, which tells of no payment's charge-back.",
  })
  chargedBack: MoneyType;

  @Field(() => [SettlementFeeType], { description: "What was taken from it." })
  fees: readonly SettlementFeeType[];

  @Field(() => MoneyType, {
    description: "What the seller has of it now. Below zero where fees are not given back.",
  })
  net: MoneyType;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      "When the seller can use the money; null where the provider does not tell, as PayU.",
  })
  releaseAt: Date | null;

  @Field(() => ReleaseStateEnum, {
    nullable: true,
    description: "Whether the seller can use it; null where the provider does not tell, as PayU.",
  })
  releaseState: ReleaseState | null;
}
