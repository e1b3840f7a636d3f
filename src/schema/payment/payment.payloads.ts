import { Field, ObjectType } from "type-graphql";
import { Payload, payload, replayedField } from "../shared/payloads";
import { PaymentType } from "./payment.type";
import { RefundType } from "./refund.type";

const paymentField = {
  nullable: true,
  description:
    "The payment as it is now; null when it was refused before anything was written. A payment that the provider refused is shown as FAILED beside the error.",
} as const;

@ObjectType("CreatePaymentPayload", { ...payload, description: "What became of a payment." })
export class CreatePaymentPayload extends Payload {
  @Field(replayedField) replayed: boolean;
  @Field(() => PaymentType, paymentField) payment: PaymentType | null;
}

@ObjectType("CapturePaymentPayload", { ...payload, description: "What became of a capture." })
export class CapturePaymentPayload extends Payload {
  @Field(replayedField) replayed: boolean;
  @Field(() => PaymentType, paymentField) payment: PaymentType | null;
}

@ObjectType("CancelPaymentPayload", { ...payload, description: "What became of a cancellation." })
export class CancelPaymentPayload extends Payload {
  @Field(replayedField) replayed: boolean;
  @Field(() => PaymentType, paymentField) payment: PaymentType | null;
}

@ObjectType("RefundPaymentPayload", { ...payload, description: "What became of a refund." })
export class RefundPaymentPayload extends Payload {
  @Field(replayedField) replayed: boolean;
  @Field(() => RefundType, {
    nullable: true,
    description: "The refund as it is now; null when it was refused before anything was written.",
  })
  refund: RefundType | null;
  @Field(() => PaymentType, paymentField) payment: PaymentType | null;
}
