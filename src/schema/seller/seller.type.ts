import { Field, Int, ObjectType } from "type-graphql";
import type { SellerId } from "../../domain/ids";
import type { Capability, Provider, ProviderAccountStatus } from "../../domain/provider";
import { connectionOf } from "../shared/connection";
import { CapabilityEnum, ProviderAccountStatusEnum, ProviderEnum } from "../shared/enums";
import { liveUpdateOf } from "../shared/live-update";
import { DateTimeScalar, DecimalScalar, EmailAddressScalar } from "../shared/scalars";
import { NodeType } from "../shared/shared.type";

@ObjectType("Seller", {
  implements: NodeType,
  simpleResolvers: true,
  description: "Someone who sells through the marketplace and is paid by its buyers.",
})
export class SellerType extends NodeType {
  declare id: SellerId;

  @Field({ description: "The marketplace's own name for the seller; unique within it." })
  reference: string;

  @Field({ description: "What the seller is called." })
  name: string;

  @Field(() => EmailAddressScalar, {
    nullable: true,
    description: "Where the seller is written to.",
  })
  email: string | null;

  @Field(() => String, { nullable: true, description: "ISO 3166 alpha-2, such as AR." })
  country: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      "The marketplace's fee on the seller's payments, in percent of the amount; null: none unless a payment names one.",
  })
  applicationFeePercent: string | null;

  @Field(() => DateTimeScalar, { description: "When it was added." })
  createdAt: Date;

  @Field(() => DateTimeScalar, { description: "When its own fields last changed." })
  updatedAt: Date;
}

@ObjectType("ProviderAccount", {
  implements: NodeType,
  simpleResolvers: true,
  description: "A seller's link to a provider. Access tokens never leave the gateway.",
})
export class ProviderAccountType extends NodeType {
  /** Read by the resolver of `seller`. */
  sellerId: SellerId;

  @Field(() => ProviderEnum, { description: "The provider." })
  provider: Provider;

  @Field({ description: "The provider's id of the account: at Mercado Pago the user_id." })
  providerAccountId: string;

  @Field(() => ProviderAccountStatusEnum, { description: "How the link stands." })
  status: ProviderAccountStatus;

  @Field(() => String, {
    nullable: true,
    description: "Why it stands so, where that needs a reason.",
  })
  statusReason: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "For tokenising cards in the page; not a secret. Null where the provider has none.",
  })
  publicKey: string | null;

  @Field(() => [String], { description: "What the seller agreed to, in the provider's words." })
  scopes: readonly string[];

  @Field({ description: "False for test accounts." })
  liveMode: boolean;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When the credentials end unless renewed, or have ended; null where they do not.",
  })
  credentialsExpireAt: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When they were last renewed." })
  credentialsRefreshedAt: Date | null;

  @Field({ description: "Whether payments can be made through it now." })
  acceptsPayments: boolean;

  @Field(() => [CapabilityEnum], { description: "What payments through this account can do." })
  capabilities: readonly Capability[];
}

export const SellerConnectionType = connectionOf("Seller", () => SellerType, "sellers");

@ObjectType("ProviderCurrency", { simpleResolvers: true, description: "A currency at a provider." })
export class ProviderCurrencyType {
  @Field(() => String, { description: "ISO 4217." })
  currency: string;

  @Field(() => Int, {
    description: "Decimals that amounts may have there; can be fewer than the currency has.",
  })
  decimals: number;
}

@ObjectType("ProviderInfo", {
  simpleResolvers: true,
  description: "A provider as it is set up here.",
})
export class ProviderInfoType {
  @Field(() => ProviderEnum, { description: "The provider." })
  provider: Provider;

  @Field(() => [CapabilityEnum], { description: "What it can do here." })
  capabilities: readonly Capability[];

  @Field(() => [ProviderCurrencyType], { description: "What it settles in." })
  currencies: readonly ProviderCurrencyType[];
}

export const SellerConnectionUpdateType = liveUpdateOf("SellerConnectionUpdate", {
  of: "a seller's link to a provider",
  status: ProviderAccountStatusEnum,
});
