import { Field, ObjectType } from "type-graphql";
import type { MovementKind } from "../../domain/balance-movement";
import type { SellerId } from "../../domain/ids";
import { connectionOf } from "../shared/connection";
import { MovementKindEnum } from "../shared/enums";
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
    "One movement of a seller's balance, as the provider tells it. It need not have passed the gateway.",
})
export class SellerOperationType {
  /** Read by resolvers of edges. */
  sellerId: SellerId;
  orderReference: string | null;

  @Field(() => MovementKindEnum, { description: "What it is." })
  kind: MovementKind;

  @Field({ description: "The provider's word for what it is, such as PAYMENT_RECEIVED." })
  type: string;

  @Field(() => MoneyType, {
    description: "Above zero: into the balance; below: out of it. `fee` is not taken off.",
  })
  amount: MoneyType;

  @Field(() => MoneyType, {
    nullable: true,
    description:
      "What was taken off before the rest reached the balance, such as the marketplace's fee of a sale; null where the provider tells none.",
  })
  fee: MoneyType | null;

  @Field(() => MoneyType, {
    description:
      "What the balance's `total` has changed by: `amount` less `fee`; zero for what was called off. All of them together are the balance.",
  })
  net: MoneyType;

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

  @Field(() => String, {
    nullable: true,
    description:
      "The provider's id of the order that it belongs to, a refund's too. PayU names none for charge-backs and corrections.",
  })
  providerOrderId: string | null;

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
