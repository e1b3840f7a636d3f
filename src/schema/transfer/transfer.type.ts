import { Field, ObjectType } from "type-graphql";
import type { SellerId, TransferId } from "../../domain/ids";
import type { Provider } from "../../domain/provider";
import type { TransferDirection, TransferStatus } from "../../domain/transfer";
import { connectionOf } from "../shared/connection";
import { ProviderEnum, TransferDirectionEnum, TransferStatusEnum } from "../shared/enums";
import { DateTimeScalar } from "../shared/scalars";
import { MoneyType, NodeType, UserErrorType } from "../shared/shared.type";

@ObjectType("Transfer", {
  implements: NodeType,
  simpleResolvers: true,
  description: "Money between a seller's balance and the marketplace's, at one provider.",
})
export class TransferType extends NodeType {
  declare id: TransferId;

  /** Read by the resolver of `seller`. */
  sellerId: SellerId;

  @Field(() => ProviderEnum, { description: "The provider that holds both balances." })
  provider: Provider;

  @Field(() => TransferDirectionEnum, { description: "From whom to whom." })
  direction: TransferDirection;

  @Field(() => TransferStatusEnum, { description: "Where it is." })
  status: TransferStatus;

  @Field({ description: "The key under which the provider knows it." })
  providerReference: string;

  @Field(() => MoneyType, { description: "How much." })
  amount: MoneyType;

  @Field(() => String, { nullable: true, description: "What it is for." })
  description: string | null;

  @Field(() => UserErrorType, {
    nullable: true,
    description: "Why the provider refused it; null unless it is FAILED.",
  })
  failure: UserErrorType | null;

  @Field(() => DateTimeScalar, { description: "When it was written down." })
  createdAt: Date;

  @Field(() => DateTimeScalar, { description: "When it last changed." })
  updatedAt: Date;
}

export const TransferConnectionType = connectionOf("Transfer", () => TransferType, "transfers");
