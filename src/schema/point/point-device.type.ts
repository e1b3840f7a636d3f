import { Field, ID, InputType, ObjectType } from "type-graphql";
import type { PointDeviceId, PointOrderId, SellerId } from "../../domain/ids";
import type { OperatingMode, PointDeviceStatus } from "../../domain/point-device";
import type { Provider } from "../../domain/provider";
import { OperatingModeEnum, PointDeviceStatusEnum, ProviderEnum } from "../shared/enums";
import { liveUpdateOf } from "../shared/live-update";
import { Payload, payload } from "../shared/payloads";
import { IsIdOf } from "../shared/rules";
import { DateTimeScalar } from "../shared/scalars";
import { NodeType } from "../shared/shared.type";

@ObjectType("PointDevice", {
  implements: NodeType,
  simpleResolvers: true,
  description: "A card reader of a seller's, to which amounts can be sent.",
})
export class PointDeviceType extends NodeType {
  declare id: PointDeviceId;

  /** Read by resolvers of edges. */
  sellerId: SellerId;
  currentOrderId: PointOrderId | null;

  @Field(() => ProviderEnum, { description: "Whose reader it is." })
  provider: Provider;

  @Field({ description: "The provider's id of it: model and serial number, as printed on it." })
  providerDeviceId: string;

  @Field(() => String, {
    nullable: true,
    description: "The provider's word for its model; null where it tells none.",
  })
  model: string | null;

  @Field(() => PointDeviceStatusEnum, { description: "Where it is." })
  status: PointDeviceStatus;

  @Field(() => OperatingModeEnum, {
    description:
      "Who decides what it asks for. A change is in force when a person has started the reader anew.",
  })
  operatingMode: OperatingMode;

  @Field(() => String, {
    nullable: true,
    description: "The provider's id of the store that it stands in; null where it stands in none.",
  })
  providerStoreId: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "The provider's id of its point of sale; null where it has none, and takes no orders.",
  })
  providerPosId: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The seller's own name for the point of sale; null where the provider tells none.",
  })
  externalPosId: string | null;

  @Field(() => DateTimeScalar, {
    description: "When the provider last listed it, to within a minute.",
  })
  lastSeenAt: Date;

  @Field(() => DateTimeScalar, { description: "When it was first seen." })
  createdAt: Date;

  @Field(() => DateTimeScalar, { description: "When it last changed." })
  updatedAt: Date;
}

export const PointDeviceUpdateType = liveUpdateOf("PointDeviceUpdate", {
  of: "a card reader",
  status: PointDeviceStatusEnum,
});

@InputType({ description: "The card reader that is to take orders." })
export class EnablePointIntegrationInput {
  @Field(() => ID, { description: "The reader." })
  @IsIdOf("PointDevice")
  deviceId: PointDeviceId;
}

@InputType({ description: "The card reader that is to take no more orders." })
export class RemovePointDeviceInput {
  @Field(() => ID, { description: "The reader." })
  @IsIdOf("PointDevice")
  deviceId: PointDeviceId;
}

@ObjectType("EnablePointIntegrationPayload", {
  ...payload,
  description: "A card reader that takes orders, once somebody has started it anew.",
})
export class EnablePointIntegrationPayload extends Payload {
  @Field(() => PointDeviceType, { nullable: true, description: "The reader; null when refused." })
  pointDevice: PointDeviceType | null;

  @Field(() => [String], {
    nullable: true,
    description:
      "What a person has to do at the reader, step by step, for people to read. Null when refused.",
  })
  stepsAtDevice: readonly string[] | null;
}

@ObjectType("RemovePointDevicePayload", {
  ...payload,
  description: "A card reader that takes no more orders.",
})
export class RemovePointDevicePayload extends Payload {
  @Field(() => PointDeviceType, { nullable: true, description: "The reader; null when refused." })
  pointDevice: PointDeviceType | null;

  @Field(() => [String], {
    nullable: true,
    description:
      "What a person has to do at the reader, step by step, for people to read. Null when refused.",
  })
  stepsAtDevice: readonly string[] | null;
}
