import { Field, ObjectType } from "type-graphql";
import { Payload, payload, replayedField } from "../shared/payloads";
import { TestUserType } from "./test-user.type";

@ObjectType("CreateTestUserPayload", { ...payload, description: "What became of a test user." })
export class CreateTestUserPayload extends Payload {
  @Field(replayedField) replayed: boolean;
  @Field(() => TestUserType, {
    nullable: true,
    description:
      "The test user; null when it was refused before anything was written. One that the provider refused, or whose making is unknown, is shown beside the error.",
  })
  testUser: TestUserType | null;
  @Field(() => String, {
    nullable: true,
    description:
      "What it logs in at the provider with. Shown this once: it is not kept, and a repeated request answers null.",
  })
  password: string | null;
}
