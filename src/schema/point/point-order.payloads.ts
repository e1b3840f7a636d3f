import { Field, ObjectType } from "type-graphql";
import { Payload, payload, replayedField } from "../shared/payloads";
import { OrderInTheWayType, PointOrderType } from "./point-order.type";

@ObjectType("CreatePointOrderPayload", {
  ...payload,
  description: "What became of an order at a card reader.",
})
export class CreatePointOrderPayload extends Payload {
  @Field(replayedField) replayed: boolean;
  @Field(() => PointOrderType, {
    nullable: true,
    description:
      "The order as it is now; null when it was refused before anything was written. One that the provider refused is shown as FAILED beside the error.",
  })
  pointOrder: PointOrderType | null;
  @Field(() => OrderInTheWayType, {
    nullable: true,
    description: "With DEVICE_BUSY: what keeps the reader busy, as far as that can be told.",
  })
  orderInTheWay: OrderInTheWayType | null;
}

@ObjectType("CancelPointOrderPayload", {
  ...payload,
  description: "What became of a cancellation.",
})
export class CancelPointOrderPayload extends Payload {
  @Field(replayedField) replayed: boolean;
  @Field(() => PointOrderType, {
    nullable: true,
    description:
      "The order as it is now: CANCELLED, or CANCEL_REQUESTED until the reader has answered. Null when it was refused before anything was written.",
  })
  pointOrder: PointOrderType | null;
}

@ObjectType("SettlePointOrderPayload", {
  ...payload,
  description: "An order that a person has settled.",
})
export class SettlePointOrderPayload extends Payload {
  @Field(() => PointOrderType, {
    nullable: true,
    description: "The order as it is now; null when it was refused.",
  })
  pointOrder: PointOrderType | null;
}
