import { Field, ObjectType } from "type-graphql";
import type { PaymentId, RefundId, SellerId } from "../../domain/ids";
import type { RefundStatus } from "../../domain/refund-status";
import { RefundStatusEnum } from "../shared/enums";
import { DateTimeScalar } from "../shared/scalars";
import { MoneyType, NodeType } from "../shared/shared.type";

@ObjectType("Refund", {
  implements: NodeType,
  simpleResolvers: true,
  description: "Money back to the payer, whole or in part.",
})
export class RefundType extends NodeType {
  declare id: RefundId;
  /** Read by resolvers of edges. */
  paymentId: PaymentId;
  sellerId: SellerId;

  @Field(() => MoneyType, { description: "How much." })
  amount: MoneyType;

  @Field(() => RefundStatusEnum, { description: "Where it is." })
  status: RefundStatus;

  @Field(() => String, { nullable: true, description: "Why, in the caller's words." })
  reason: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The provider's id; null until it has answered.",
  })
  providerRefundId: string | null;

  @Field(() => DateTimeScalar, { description: "When it was written down." })
  createdAt: Date;

  @Field(() => DateTimeScalar, { description: "When it last changed." })
  updatedAt: Date;
}
