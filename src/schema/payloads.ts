import { Field, ObjectType } from "type-graphql";
import { ApiKeyType } from "./access.type";
import { PaymentType } from "./payment.type";
import { RefundType } from "./refund.type";
import { DateTimeScalar, UrlScalar } from "./scalars";
import { ProviderAccountType, SellerType } from "./seller.type";
import { MutationPayloadType, type UserErrorType } from "./shared.type";
import { TestUserType } from "./test-user.type";

export const payload = { implements: MutationPayloadType, simpleResolvers: true } as const;
export const replayedField = {
  description:
    "True when this key was used before: the payload shows what stands, nothing was done again.",
} as const;
const paymentField = {
  nullable: true,
  description:
    "The payment as it is now; null when it was refused before anything was written. A payment that the provider refused is shown as FAILED beside the error.",
} as const;

/** What all payloads share at run time. */
export abstract class Payload extends MutationPayloadType {
  declare userErrors: readonly UserErrorType[];
}

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
