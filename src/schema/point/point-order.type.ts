import { Field, Int, ObjectType } from "type-graphql";
import type { PaymentId, PointDeviceId, PointOrderId, SellerId } from "../../domain/ids";
import type { InPersonApi } from "../../domain/point-device";
import type { InstallmentPayer, PointMethod, PointOrderStatus } from "../../domain/point-order";
import type { Provider } from "../../domain/provider";
import { connectionOf } from "../shared/connection";
import {
  InPersonApiEnum,
  InstallmentPayerEnum,
  PointMethodEnum,
  PointOrderStatusEnum,
  ProviderEnum,
} from "../shared/enums";
import { liveUpdateOf } from "../shared/live-update";
import { DateTimeScalar } from "../shared/scalars";
import { MoneyType, NodeType, UserErrorType } from "../shared/shared.type";

@ObjectType("PointOrder", {
  implements: NodeType,
  simpleResolvers: true,
  description: "An amount that a card reader asks for, from the till to the payment.",
})
export class PointOrderType extends NodeType {
  declare id: PointOrderId;

  /** Read by resolvers of edges. */
  sellerId: SellerId;
  deviceId: PointDeviceId;
  paymentId: PaymentId | null;

  @Field(() => ProviderEnum, { description: "The provider whose reader it is at." })
  provider: Provider;

  @Field(() => InPersonApiEnum, {
    description:
      "The generation of the provider's API that made it. It stays with that one, whatever the account uses later.",
  })
  api: InPersonApi;

  @Field(() => PointOrderStatusEnum, { description: "Where it is." })
  status: PointOrderStatus;

  @Field(() => String, { nullable: true, description: "The provider's own word for its status." })
  providerStatus: string | null;

  @Field(() => String, { nullable: true, description: "The provider's own detail of it." })
  providerStatusDetail: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The provider's id of it; null until it has answered.",
  })
  providerOrderId: string | null;

  @Field(() => MoneyType, { description: "What was asked for." })
  amount: MoneyType;

  @Field(() => MoneyType, {
    nullable: true,
    description: "What was taken, tip included; null while nothing is.",
  })
  paidAmount: MoneyType | null;

  @Field(() => MoneyType, {
    nullable: true,
    description: "The tip in `paidAmount`; null while nothing is paid.",
  })
  tipAmount: MoneyType | null;

  @Field(() => String, { nullable: true, description: "What it is for." })
  description: string | null;

  @Field(() => String, { nullable: true, description: "The caller's own reference." })
  externalReference: string | null;

  @Field(() => PointMethodEnum, {
    nullable: true,
    description: "What the payer is asked for; null where the payer chooses.",
  })
  method: PointMethod | null;

  @Field(() => Int, {
    nullable: true,
    description: "In how many instalments; null where the payer chooses.",
  })
  installments: number | null;

  @Field(() => InstallmentPayerEnum, {
    nullable: true,
    description: "Who bears what instalments cost; null: as the seller's account is set.",
  })
  installmentsPaidBy: InstallmentPayer | null;

  @Field(() => UserErrorType, {
    nullable: true,
    description: "Why the provider refused it; null unless it is FAILED.",
  })
  failure: UserErrorType | null;

  @Field(() => String, {
    nullable: true,
    description: "Why a person settled it; null where nobody has. Who that was stands in `events`.",
  })
  settledBecause: string | null;

  @Field(() => DateTimeScalar, {
    description:
      "When it ends by itself if nobody pays. A card that is there already is still taken.",
  })
  expiresAt: Date;

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

@ObjectType("OrderInTheWay", {
  simpleResolvers: true,
  description: "The order that keeps a card reader busy.",
})
export class OrderInTheWayType {
  @Field(() => PointOrderType, {
    nullable: true,
    description: "The order; null where it was not made through the gateway.",
  })
  pointOrder: PointOrderType | null;

  @Field(() => String, {
    nullable: true,
    description: "The provider's id of it; null where it is not known yet.",
  })
  providerOrderId: string | null;
}

export const PointOrderConnectionType = connectionOf(
  "PointOrder",
  () => PointOrderType,
  "orders at card readers",
);

export const PointOrderUpdateType = liveUpdateOf("PointOrderUpdate", {
  of: "an order at a card reader",
  status: PointOrderStatusEnum,
});
