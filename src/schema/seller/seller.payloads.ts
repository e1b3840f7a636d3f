import { Field, ObjectType } from "type-graphql";
import { Payload, payload } from "../shared/payloads";
import { DateTimeScalar, UrlScalar } from "../shared/scalars";
import { ProviderAccountType, SellerType } from "./seller.type";

@ObjectType("CreateSellerPayload", { ...payload, description: "What became of a new seller." })
export class CreateSellerPayload extends Payload {
  @Field(() => SellerType, { nullable: true, description: "The seller; null when it was refused." })
  seller: SellerType | null;
}

@ObjectType("UpdateSellerPayload", {
  ...payload,
  description: "What became of a seller's changes.",
})
export class UpdateSellerPayload extends Payload {
  @Field(() => SellerType, { nullable: true, description: "The seller; null when it was refused." })
  seller: SellerType | null;
}

@ObjectType("StartSellerConnectionPayload", {
  ...payload,
  description: "Where the seller agrees.",
})
export class StartSellerConnectionPayload extends Payload {
  @Field(() => UrlScalar, {
    nullable: true,
    description:
      "The provider's page, for the seller's own browser. It works once; treat it like a password until then.",
  })
  authorizationUrl: string | null;
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "Until when the seller has to be back.",
  })
  expiresAt: Date | null;
}

const accountField = {
  nullable: true,
  description: "The account as it is now; null when it was refused.",
} as const;

@ObjectType("CompleteSellerConnectionPayload", {
  ...payload,
  description: "What became of a connection.",
})
export class CompleteSellerConnectionPayload extends Payload {
  @Field(() => ProviderAccountType, accountField) account: ProviderAccountType | null;
}

@ObjectType("LinkSubmerchantPayload", { ...payload, description: "What became of a link." })
export class LinkSubmerchantPayload extends Payload {
  @Field(() => ProviderAccountType, accountField) account: ProviderAccountType | null;
}

@ObjectType("RefreshSellerCredentialsPayload", {
  ...payload,
  description: "What became of renewing credentials.",
})
export class RefreshSellerCredentialsPayload extends Payload {
  @Field(() => ProviderAccountType, {
    nullable: true,
    description:
      "The account as it is now; null when it was refused before the provider was asked. Where the provider did not renew, it is shown beside the error.",
  })
  account: ProviderAccountType | null;
}

@ObjectType("DisconnectSellerPayload", {
  ...payload,
  description: "What became of ending a connection.",
})
export class DisconnectSellerPayload extends Payload {
  @Field(() => ProviderAccountType, accountField) account: ProviderAccountType | null;
}
