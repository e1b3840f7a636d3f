import { Field, ObjectType } from "type-graphql";
import type { PayoutId, SellerId } from "../../domain/ids";
import type { PayoutStatus } from "../../domain/payout-status";
import type { Provider } from "../../domain/provider";
import { connectionOf } from "../shared/connection";
import { PayoutStatusEnum, ProviderEnum } from "../shared/enums";
import { liveUpdateOf } from "../shared/live-update";
import { DateTimeScalar, DecimalScalar } from "../shared/scalars";
import { MoneyType, NodeType, UserErrorType } from "../shared/shared.type";

@ObjectType("PayoutExchange", {
  simpleResolvers: true,
  description: "What reaches a bank account in another currency than the balance's.",
})
export class PayoutExchangeType {
  @Field(() => MoneyType, { description: "What reaches the bank account." })
  amount: MoneyType;

  @Field(() => DecimalScalar, { description: "By which rate of the provider's table." })
  rate: string;

  @Field({ description: "The provider's table that the rate is from." })
  tableId: string;
}

@ObjectType("Payout", {
  implements: NodeType,
  simpleResolvers: true,
  description: "Money from a seller's balance at a provider to the seller's bank account.",
})
export class PayoutType extends NodeType {
  declare id: PayoutId;

  /** Read by the resolver of `seller`. */
  sellerId: SellerId;

  @Field(() => ProviderEnum, { description: "The provider that it goes through." })
  provider: Provider;

  @Field(() => PayoutStatusEnum, { description: "Where it is." })
  status: PayoutStatus;

  @Field(() => String, {
    nullable: true,
    description: "The provider's own word or number for its status; notifications tell finer ones.",
  })
  providerStatus: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The provider's id of it; null until it has answered.",
  })
  providerPayoutId: string | null;

  @Field({
    description: "The key under which the provider knows it and shows it in the balance's history.",
  })
  providerReference: string;

  @Field(() => MoneyType, { description: "What leaves the balance." })
  amount: MoneyType;

  @Field(() => PayoutExchangeType, {
    nullable: true,
    description: "Set where the bank account is in another currency.",
  })
  exchange: PayoutExchangeType | null;

  @Field(() => String, { nullable: true, description: "What it is for." })
  description: string | null;

  @Field(() => UserErrorType, {
    nullable: true,
    description: "Why the provider refused it; null unless it is FAILED.",
  })
  failure: UserErrorType | null;

  @Field({
    description:
      "Whether the money is in the seller's balance again, or never left it: CANCELLED, RETURNED, FAILED.",
  })
  fundsReturned: boolean;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When the provider is next asked about it; null when nothing is awaited.",
  })
  nextCheckAt: Date | null;

  @Field(() => DateTimeScalar, { description: "When it was written down." })
  createdAt: Date;

  @Field(() => DateTimeScalar, { description: "When it last changed." })
  updatedAt: Date;
}

export const PayoutConnectionType = connectionOf("Payout", () => PayoutType, "payouts");

export const PayoutUpdateType = liveUpdateOf("PayoutUpdate", {
  of: "a payout",
  status: PayoutStatusEnum,
});
