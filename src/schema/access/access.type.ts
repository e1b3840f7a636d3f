import { Field, ID, ObjectType } from "type-graphql";
import type { ApiKeyId, MarketplaceId, SellerId } from "../../domain/ids";
import type { Role } from "../../domain/principal";
import { type KeyRole, KeyRoleEnum, RoleEnum } from "../shared/enums";
import { DateTimeScalar } from "../shared/scalars";

@ObjectType("ApiKey", {
  simpleResolvers: true,
  description:
    "A credential of a backend, or a publishable one of a page. It is shown once, when it is made.",
})
export class ApiKeyType {
  @Field(() => ID, { description: "For `revokeApiKey`." })
  id: ApiKeyId;

  @Field(() => KeyRoleEnum, { description: "For whom it is." })
  role: KeyRole;

  @Field({ description: "Whose it is: an id, or a partner's name." })
  holder: string;

  @Field(() => DateTimeScalar, { description: "When it was made." })
  createdAt: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it was revoked; null while it lives.",
  })
  revokedAt: Date | null;
}

@ObjectType("Marketplace", {
  simpleResolvers: true,
  description: "The marketplace that all its sellers, orders and keys belong to.",
})
export class MarketplaceType {
  @Field(() => ID, { description: "Its id." })
  id: MarketplaceId;
}

@ObjectType("Viewer", { simpleResolvers: true, description: "Who is asking." })
export class ViewerType {
  @Field(() => RoleEnum, { description: "The kind of credential." })
  role: Role;

  /** Read by the resolver of `seller`. */
  sellerId: SellerId | null;

  @Field(() => ID, {
    nullable: true,
    description: "The marketplace that the credential belongs to.",
  })
  marketplaceId: MarketplaceId | null;

  @Field({ description: "Whether it may create, capture, cancel and refund." })
  mayMoveMoney: boolean;

  @Field({ description: "Whether it sees payers' data in clear." })
  seesPayers: boolean;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When it ends; null where it does not.",
  })
  expiresAt: Date | null;
}
