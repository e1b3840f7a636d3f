import { Field, ObjectType } from "type-graphql";
import { Payload, payload, replayedField } from "../shared/payloads";
import { TransferType } from "../transfer/transfer.type";
import { PayoutType } from "./payout.type";

@ObjectType("CreatePayoutPayload", { ...payload, description: "What became of a payout." })
export class CreatePayoutPayload extends Payload {
  @Field(replayedField) replayed: boolean;
  @Field(() => PayoutType, {
    nullable: true,
    description:
      "The payout as it is now; null when it was refused before anything was written. One that the provider refused is shown as FAILED beside the error.",
  })
  payout: PayoutType | null;
}

@ObjectType("TransferFundsPayload", { ...payload, description: "What became of a transfer." })
export class TransferFundsPayload extends Payload {
  @Field(replayedField) replayed: boolean;
  @Field(() => TransferType, {
    nullable: true,
    description:
      "The transfer as it is now; null when it was refused before anything was written. One that the provider refused is shown as FAILED beside the error.",
  })
  transfer: TransferType | null;
}
