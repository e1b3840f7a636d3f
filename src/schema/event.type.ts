import { Field, ID, ObjectType } from "type-graphql";
import type { EventSource, EventType } from "../domain/events";
import type { OrderStatus } from "../domain/order-status";
import type { PaymentStatus } from "../domain/payment-status";
import type { PayoutStatus } from "../domain/payout-status";
import type { ProviderAccountStatus } from "../domain/provider";
import { connectionOf } from "./connection";
import {
  EventSourceEnum,
  EventTypeEnum,
  OrderStatusEnum,
  PaymentStatusEnum,
  PayoutStatusEnum,
  ProviderAccountStatusEnum,
} from "./enums";
import { CursorScalar, DateTimeScalar } from "./scalars";
import { NodeType } from "./shared.type";

@ObjectType("Event", {
  implements: NodeType,
  simpleResolvers: true,
  description: "One change that happened, recorded for good.",
})
export class EventTypeObject extends NodeType {
  @Field(() => CursorScalar, { description: "Its place, for `after` of subscriptions." })
  cursor: string;

  @Field(() => String, {
    nullable: true,
    description:
      "Its number in the seller's or order's log: without gaps, in order. A whole number in text.",
  })
  sequence: string | null;

  @Field(() => EventTypeEnum, { description: "What happened." })
  type: EventType;

  @Field(() => ID, {
    description:
      "The id of what changed: a payment, a refund, an order, a payout, a transfer, or a seller's account at a provider.",
  })
  subjectId: string;

  @Field(() => DateTimeScalar, {
    description: "When it happened, by the provider's clock where it told one.",
  })
  occurredAt: Date;

  @Field(() => DateTimeScalar, { description: "When the gateway wrote it down." })
  recordedAt: Date;

  @Field(() => String, { nullable: true, description: "The status before; null for a beginning." })
  from: string | null;

  @Field(() => String, { nullable: true, description: "The status after." })
  to: string | null;

  @Field(() => EventSourceEnum, { description: "How the gateway came to know." })
  source: EventSource;
}

export const EventConnectionType = connectionOf("Event", () => EventTypeObject, "events");

const sequenceField = {
  description: "Its number in the seller's log. A whole number in text.",
} as const;

@ObjectType("Update", { simpleResolvers: true, description: "What every live update carries." })
abstract class UpdateType {
  @Field(() => CursorScalar, {
    description: "Keep it: given as `after`, the next subscription goes on right behind it.",
  })
  cursor: string;

  @Field(() => EventTypeObject, { description: "The change as it was recorded." })
  event: EventTypeObject;
}

@ObjectType("PaymentUpdate", {
  simpleResolvers: true,
  description: "One change of a payment. Changes come in order, each once.",
})
export class PaymentUpdateType extends UpdateType {
  @Field(() => String, { nullable: true, ...sequenceField })
  sequence: string | null;

  @Field(() => PaymentStatusEnum, { description: "The status that this change led to." })
  status: PaymentStatus;
}

@ObjectType("SellerConnectionUpdate", {
  simpleResolvers: true,
  description: "One change of a seller's link to a provider. Changes come in order, each once.",
})
export class SellerConnectionUpdateType extends UpdateType {
  @Field(sequenceField)
  sequence: string;

  @Field(() => ProviderAccountStatusEnum, { description: "The status that this change led to." })
  status: ProviderAccountStatus;

  @Field(() => String, {
    nullable: true,
    description: "Why it stands so since this change, where that needs a reason.",
  })
  statusReason: string | null;
}

@ObjectType("MarketplaceOrderUpdate", {
  simpleResolvers: true,
  description: "One change of an order. Changes come in order, each once.",
})
export class MarketplaceOrderUpdateType extends UpdateType {
  @Field({
    description:
      "Its number in the order's log, or in that of the seller that is watched. A whole number in text.",
  })
  sequence: string;

  @Field(() => OrderStatusEnum, {
    description:
      "The status that this change led to; in a seller's log, the status of the seller's own cart.",
  })
  status: OrderStatus;
}

@ObjectType("PayoutUpdate", {
  simpleResolvers: true,
  description: "One change of a payout. Changes come in order, each once.",
})
export class PayoutUpdateType extends UpdateType {
  @Field(sequenceField)
  sequence: string;

  @Field(() => PayoutStatusEnum, { description: "The status that this change led to." })
  status: PayoutStatus;
}
