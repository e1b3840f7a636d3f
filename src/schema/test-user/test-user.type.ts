import { Field, ObjectType } from "type-graphql";
import type { TestUserId } from "../../domain/ids";
import type { Provider } from "../../domain/provider";
import type { TestUserStatus } from "../../domain/test-user";
import { ProviderEnum, TestUserStatusEnum } from "../shared/enums";
import { DateTimeScalar, EmailAddressScalar } from "../shared/scalars";
import { NodeType } from "../shared/shared.type";

@ObjectType("TestUser", {
  implements: NodeType,
  simpleResolvers: true,
  description: "Somebody at a provider to try payments with: as a buyer, or as a seller.",
})
export class TestUserType extends NodeType {
  declare id: TestUserId;

  @Field(() => ProviderEnum, { description: "The provider." })
  provider: Provider;

  @Field({ description: "ISO 3166 alpha-2, such as AR." })
  country: string;

  @Field(() => String, { nullable: true, description: "What you called it." })
  description: string | null;

  @Field(() => TestUserStatusEnum, { description: "Whether it is there." })
  status: TestUserStatus;

  @Field(() => String, {
    nullable: true,
    description: "The provider's id of it; null unless it was created.",
  })
  providerUserId: string | null;

  @Field(() => String, {
    nullable: true,
    description: "What it logs in at the provider with; null unless it was created.",
  })
  nickname: string | null;

  @Field(() => EmailAddressScalar, {
    nullable: true,
    description: "Its e-mail address; null where the provider tells none.",
  })
  email: string | null;

  @Field(() => DateTimeScalar, { description: "When it was asked for." })
  createdAt: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      "Until when it counts here. The provider ends it after that time without activity. Null when there is no such user.",
  })
  expiresAt: Date | null;
}
