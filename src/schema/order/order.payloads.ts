import { Field, ObjectType } from "type-graphql";
import { RefundType } from "../payment/refund.type";
import { Payload, payload, replayedField } from "../shared/payloads";
import { MarketplaceOrderType } from "./order.type";

const orderField = {
  nullable: true,
  description:
    "The order as it is now; null when it was refused before anything was written. An order that the provider refused is shown as FAILED beside the error.",
} as const;

@ObjectType("CreateMarketplaceOrderPayload", {
  ...payload,
  description: "What became of an order.",
})
export class CreateMarketplaceOrderPayload extends Payload {
  @Field(replayedField) replayed: boolean;
  @Field(() => MarketplaceOrderType, orderField) order: MarketplaceOrderType | null;
}

@ObjectType("CaptureMarketplaceOrderPayload", {
  ...payload,
  description: "What became of an order's capture.",
})
export class CaptureMarketplaceOrderPayload extends Payload {
  @Field(replayedField) replayed: boolean;
  @Field(() => MarketplaceOrderType, orderField) order: MarketplaceOrderType | null;
}

@ObjectType("CancelMarketplaceOrderPayload", {
  ...payload,
  description: "What became of an order's cancellation.",
})
export class CancelMarketplaceOrderPayload extends Payload {
  @Field(replayedField) replayed: boolean;
  @Field(() => MarketplaceOrderType, orderField) order: MarketplaceOrderType | null;
}

@ObjectType("RefundMarketplaceOrderPayload", {
  ...payload,
  description: "What became of an order's refund.",
})
export class RefundMarketplaceOrderPayload extends Payload {
  @Field(replayedField) replayed: boolean;
  @Field(() => [RefundType], {
    nullable: true,
    description:
      "The refunds as they are now, one for each cart; null when it was refused before anything was written.",
  })
  refunds: readonly RefundType[] | null;
  @Field(() => MarketplaceOrderType, orderField) order: MarketplaceOrderType | null;
}
