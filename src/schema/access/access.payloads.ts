import { Field, ObjectType } from "type-graphql";
import { Payload, payload } from "../shared/payloads";
import { DateTimeScalar } from "../shared/scalars";
import { ApiKeyType } from "./access.type";

@ObjectType("CreateApiKeyPayload", { ...payload, description: "A new API key." })
export class CreateApiKeyPayload extends Payload {
  @Field(() => ApiKeyType, { nullable: true, description: "The key; null when it was refused." })
  apiKey: ApiKeyType | null;
  @Field(() => String, {
    nullable: true,
    description: "For `Authorization: Bearer …`. Shown this once; it cannot be had again.",
  })
  credential: string | null;
}

@ObjectType("RevokeApiKeyPayload", { ...payload, description: "An API key that was ended." })
export class RevokeApiKeyPayload extends Payload {
  @Field(() => ApiKeyType, { nullable: true, description: "The key; null when it was refused." })
  apiKey: ApiKeyType | null;
}

@ObjectType("CreateWatchTokenPayload", { ...payload, description: "A new watch token." })
export class CreateWatchTokenPayload extends Payload {
  @Field(() => String, {
    nullable: true,
    description:
      "Lets one app read and watch this one payment: its status and next step. Goes where an API key goes. Shown this once.",
  })
  credential: string | null;
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it ends: 30 minutes from now.",
  })
  expiresAt: Date | null;
}
