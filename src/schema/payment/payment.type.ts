import { Field, Int, ObjectType } from "type-graphql";
import type { ErrorCode } from "../../domain/errors";
import type {
  MarketplaceOrderId,
  PaymentId,
  PointOrderId,
  ProviderAccountId,
  SellerId,
} from "../../domain/ids";
import type { PaymentAction } from "../../domain/payment-actions";
import type { PaymentStatus } from "../../domain/payment-status";
import type { Provider } from "../../domain/provider";
import type { SellerType } from "../seller/seller.type";
import { connectionOf } from "../shared/connection";
import { ErrorCodeEnum, PaymentActionEnum, PaymentStatusEnum, ProviderEnum } from "../shared/enums";
import { liveUpdateOf } from "../shared/live-update";
import type { NextActionRow } from "../shared/next-action.type";
import { DateTimeScalar, JsonObjectScalar } from "../shared/scalars";
import { MoneyType, NodeType } from "../shared/shared.type";
import { RejectionType } from "./rejection.type";
import { SettlementType } from "./settlement.type";

@ObjectType("PaymentMethod", {
  simpleResolvers: true,
  description: "What the payer paid with, as far as it may be shown.",
})
export class PaymentMethodType {
  @Field(() => String, { nullable: true, description: "The provider's word: visa, pix, rapipago." })
  methodId: string | null;

  @Field(() => String, { nullable: true, description: "Its kind: credit_card, bank_transfer." })
  typeId: string | null;

  @Field(() => String, { nullable: true, description: "The provider's id of the issuing bank." })
  issuerId: string | null;

  @Field(() => Int, { nullable: true, description: "In how many installments." })
  installments: number | null;

  @Field(() => String, { nullable: true, description: "The card number's first six digits." })
  cardFirstSix: string | null;

  @Field(() => String, { nullable: true, description: "The card number's last four digits." })
  cardLastFour: string | null;
}

@ObjectType("Identification", { simpleResolvers: true, description: "A person's document." })
export class IdentificationType {
  @Field({ description: "Its kind, in the provider's words: DNI, CPF." })
  type: string;

  @Field({ description: "Its number." })
  number: string;
}

@ObjectType("Payer", { simpleResolvers: true, description: "Who pays, as the caller told." })
export class PayerType {
  @Field({ description: "E-mail address." })
  email: string;

  @Field(() => String, { nullable: true, description: "First name; null where it was not given." })
  firstName: string | null;

  @Field(() => String, { nullable: true, description: "Last name; null where it was not given." })
  lastName: string | null;

  @Field(() => IdentificationType, {
    nullable: true,
    description: "The document; null where it was not given.",
  })
  identification: IdentificationType | null;
}

@ObjectType("FeeDetail", {
  simpleResolvers: true,
  description: "One line of what is taken from a payment before the seller has it.",
})
export class FeeDetailType {
  @Field({ description: "The provider's word: mercadopago_fee, application_fee." })
  type: string;

  @Field(() => MoneyType, { description: "How much." })
  amount: MoneyType;

  @Field({ description: "Who bears it, in the provider's words: collector or payer." })
  payer: string;
}

@ObjectType("ActionObstacle", {
  simpleResolvers: true,
  description: "Why an action is not possible.",
})
export class ActionObstacleType {
  @Field(() => ErrorCodeEnum, { description: "The code that the mutation would answer." })
  code: ErrorCode;

  @Field({ description: "For a developer to read." })
  message: string;
}

@ObjectType("AvailableAction", {
  simpleResolvers: true,
  description: "An action, and whether it is possible now.",
})
export class AvailableActionType {
  @Field(() => PaymentActionEnum, { description: "The action." })
  action: PaymentAction;

  @Field({ description: "Whether the mutation would be accepted." })
  available: boolean;

  @Field(() => ActionObstacleType, { nullable: true, description: "Why not; null when it is." })
  reason: ActionObstacleType | null;
}

@ObjectType("Payment", {
  implements: NodeType,
  simpleResolvers: true,
  description:
    "One payer's money to one seller, with one status. A watch token sees its status, amounts, times and next step, and no more.",
})
export class PaymentType extends NodeType {
  declare id: PaymentId;
  /** Read by resolvers of edges. */
  sellerId: SellerId;
  accountId: ProviderAccountId;
  orderId: MarketplaceOrderId | null;
  pointOrderId: PointOrderId | null;
  /** What `nextAction` is made from. */
  nextActionRow: NextActionRow<PaymentId, PaymentStatus>;
  /** The seller, where it was read along with the payment. */
  readSeller?: SellerType;

  @Field(() => ProviderEnum, { description: "The provider that it went to." })
  provider: Provider;

  @Field(() => String, {
    nullable: true,
    description:
      "The provider's id; null until it has answered, and for a cart of an order that the provider keeps as one.",
  })
  providerPaymentId: string | null;

  @Field(() => String, { nullable: true, description: "The caller's own reference." })
  externalReference: string | null;

  @Field(() => PaymentStatusEnum, { description: "Where it is." })
  status: PaymentStatus;

  @Field(() => String, { nullable: true, description: "The provider's own word for its status." })
  providerStatus: string | null;

  @Field(() => String, { nullable: true, description: "The provider's own detail of it." })
  providerStatusDetail: string | null;

  @Field(() => RejectionType, {
    nullable: true,
    description: "Why it was declined; null otherwise.",
  })
  rejection: RejectionType | null;

  @Field(() => MoneyType, { description: "What was asked for." })
  amount: MoneyType;

  @Field(() => MoneyType, {
    nullable: true,
    description:
      "What was taken; null while nothing is. Less than `amount` after a partial capture.",
  })
  capturedAmount: MoneyType | null;

  @Field(() => MoneyType, {
    nullable: true,
    description:
      "The marketplace's share as it was asked for, where it takes one; what was taken is in `settlement`.",
  })
  applicationFee: MoneyType | null;

  @Field(() => MoneyType, { description: "What was given back." })
  refundedAmount: MoneyType;

  @Field(() => MoneyType, {
    description: "What can still be given back: taken, not given back, and not under way.",
  })
  refundableAmount: MoneyType;

  @Field(() => SettlementType, {
    nullable: true,
    description:
      "What has become of its money: fees, what the seller has of it, when it can be used. Follows refunds, charge-backs and the release. Null while nothing was taken, so also for what was declined, and until the provider tells.",
  })
  settlement: SettlementType | null;

  @Field(() => [FeeDetailType], {
    description: "What is taken from it; empty until the provider tells.",
    deprecationReason:
      "Use `settlement.fees`, whose kinds are the same at every provider, and which shows what was given back.",
  })
  fees: readonly FeeDetailType[];

  @Field(() => MoneyType, {
    nullable: true,
    description: "What the seller netted when it was paid; null until the provider tells.",
    deprecationReason: "Use `settlement.net`, which follows refunds and charge-backs.",
  })
  netReceivedAmount: MoneyType | null;

  @Field(() => PaymentMethodType, {
    nullable: true,
    description: "What was paid with; null until the provider tells.",
  })
  method: PaymentMethodType | null;

  @Field(() => PayerType, {
    nullable: true,
    description: "Who pays; null where nobody told: at a card reader.",
  })
  payer: PayerType | null;

  @Field(() => String, { nullable: true, description: "What it is for." })
  description: string | null;

  @Field(() => String, {
    nullable: true,
    description: "What the payer's card statement should say.",
  })
  statementDescriptor: string | null;

  @Field(() => JsonObjectScalar, { nullable: true, description: "The caller's own fields." })
  metadata: Record<string, unknown> | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      "When it ends by itself if nobody completes it; null where the provider tells none.",
  })
  expiresAt: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      "When the provider is next asked about it: for its outcome, for fees after a refund, for its release. Null when nothing is awaited.",
  })
  nextCheckAt: Date | null;

  @Field(() => DateTimeScalar, { description: "When it was written down." })
  createdAt: Date;

  @Field(() => DateTimeScalar, { description: "When it last changed." })
  updatedAt: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was paid." })
  approvedAt: Date | null;
}

export const PaymentConnectionType = connectionOf("Payment", () => PaymentType, "payments");

export const PaymentUpdateType = liveUpdateOf("PaymentUpdate", {
  of: "a payment",
  status: PaymentStatusEnum,
  hidesSequence: true,
});
