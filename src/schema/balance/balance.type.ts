import { Field, ObjectType } from "type-graphql";
import { connectionOf } from "../shared/connection";
import { DateTimeScalar } from "../shared/scalars";
import { MoneyType } from "../shared/shared.type";

@ObjectType("SellerBalance", {
  simpleResolvers: true,
  description: "What a seller has at a provider, as the provider told a moment ago.",
})
export class SellerBalanceType {
  @Field(() => MoneyType, { description: "What can be paid out now." })
  available: MoneyType;

  @Field(() => MoneyType, { description: "With what is held back." })
  total: MoneyType;
}

@ObjectType("SellerOperation", {
  simpleResolvers: true,
  description:
    "One movement of a seller's balance, in the provider's words. It need not have passed the gateway.",
})
export class SellerOperationType {
  @Field({ description: "The provider's word for what it is, such as PAYOUT." })
  type: string;

  @Field(() => MoneyType, { description: "Above zero: into the balance; below: out of it." })
  amount: MoneyType;

  @Field(() => String, { nullable: true, description: "The provider's word for where it is." })
  status: string | null;

  @Field(() => String, { nullable: true, description: "What it is for." })
  description: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The provider's id of the order, refund or payout behind it, where it tells.",
  })
  providerId: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "The key of that which the provider was given, such as a payout's `providerReference`.",
  })
  reference: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was asked for." })
  requestedAt: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was carried out." })
  finishedAt: Date | null;
}

export const SellerOperationConnectionType = connectionOf(
  "SellerOperation",
  () => SellerOperationType,
  "operations",
);
