import { Field, Int, ObjectType } from "type-graphql";
import type { MarketplaceOrderId, SellerId } from "../../domain/ids";
import type { OrderStatus } from "../../domain/order-status";
import type { Provider } from "../../domain/provider";
import { connectionOf } from "../shared/connection";
import { OrderStatusEnum, ProviderEnum } from "../shared/enums";
import { liveUpdateOf } from "../shared/live-update";
import type { NextActionRow } from "../shared/next-action.type";
import { DateTimeScalar } from "../shared/scalars";
import { MoneyType, NodeType, UserErrorType } from "../shared/shared.type";

@ObjectType("Product", { simpleResolvers: true, description: "A thing that was bought." })
export class ProductType {
  @Field({ description: "What it is called." })
  name: string;

  @Field(() => MoneyType, { description: "The price of one." })
  unitPrice: MoneyType;

  @Field(() => Int, { description: "How many." })
  quantity: number;

  @Field(() => Boolean, { nullable: true, description: "True for what is not shipped." })
  virtual: boolean | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Since when it is for sale." })
  listedAt: Date | null;
}

@ObjectType("ShippingMethod", { simpleResolvers: true, description: "Shipping that was paid for." })
export class ShippingMethodType {
  @Field({ description: "Where to: ISO 3166 alpha-2." })
  country: string;

  @Field({ description: "What it is called." })
  name: string;

  @Field(() => MoneyType, { description: "What it cost." })
  price: MoneyType;
}

@ObjectType("Cart", { simpleResolvers: true, description: "What was bought from one seller." })
export class CartType {
  /** Read by resolvers of edges. */
  sellerId: SellerId;

  @Field(() => MoneyType, { description: "What it came to." })
  amount: MoneyType;

  @Field(() => MoneyType, { description: "What the marketplace keeps of it." })
  fee: MoneyType;

  @Field(() => MoneyType, { description: "What the seller gets: the amount less the fee." })
  sellerNet: MoneyType;

  @Field(() => MoneyType, { description: "What was given back of it." })
  refundedAmount: MoneyType;

  @Field(() => MoneyType, { description: "What can still be given back." })
  refundableAmount: MoneyType;

  @Field(() => [ProductType], { description: "What is in it." })
  products: readonly ProductType[];

  @Field(() => [ShippingMethodType], { description: "How it is shipped." })
  shippingMethods: readonly ShippingMethodType[];
}

@ObjectType("SellerShare", {
  simpleResolvers: true,
  description: "What one seller has of an order.",
})
export class SellerShareType {
  /** Read by resolvers of edges. */
  sellerId: SellerId;

  @Field(() => MoneyType, { description: "What the buyer pays to the seller." })
  amount: MoneyType;

  @Field(() => MoneyType, { description: "What the marketplace keeps of it." })
  fee: MoneyType;

  @Field(() => MoneyType, { description: "What the seller gets." })
  net: MoneyType;

  @Field(() => MoneyType, { description: "What was given back to the buyer." })
  refunded: MoneyType;
}

@ObjectType("SplitAllocation", {
  simpleResolvers: true,
  description: "Who gets what of an order, of the carts that you may see.",
})
export class SplitAllocationType {
  @Field(() => MoneyType, { description: "What the buyer pays." })
  total: MoneyType;

  @Field(() => MoneyType, { description: "What the marketplace keeps." })
  marketplaceFee: MoneyType;

  @Field(() => [SellerShareType], { description: "What each seller has, in the carts' order." })
  shares: readonly SellerShareType[];
}

@ObjectType("SplitPreview", {
  simpleResolvers: true,
  description: "What would become of an order. Nothing was sent or written.",
})
export class SplitPreviewType {
  @Field({ description: "Whether `createMarketplaceOrder` would send it." })
  valid: boolean;

  @Field(() => SplitAllocationType, {
    nullable: true,
    description: "Who would get what; null where the sums do not say.",
  })
  allocation: SplitAllocationType | null;

  @Field(() => [UserErrorType], {
    description: "Every rule that is broken, each with its place, the expected and the given.",
  })
  violations: readonly UserErrorType[];
}

@ObjectType("Buyer", { simpleResolvers: true, description: "Who buys, as the caller told." })
export class BuyerType {
  @Field({ description: "The marketplace's own id of the buyer." })
  reference: string;

  @Field({ description: "E-mail address." })
  email: string;

  @Field(() => String, { nullable: true, description: "First name; null where it was not given." })
  firstName: string | null;

  @Field(() => String, { nullable: true, description: "Last name; null where it was not given." })
  lastName: string | null;

  @Field(() => String, { nullable: true, description: "Telephone; null where it was not given." })
  phone: string | null;
}

@ObjectType("MarketplaceOrder", {
  implements: NodeType,
  simpleResolvers: true,
  description:
    "One buyer's money to several sellers, with one status. A seller sees its own cart in it, and no other.",
})
export class MarketplaceOrderType extends NodeType {
  declare id: MarketplaceOrderId;
  /** What `nextAction` is made from. */
  nextActionRow: NextActionRow<MarketplaceOrderId, OrderStatus>;

  @Field(() => ProviderEnum, { description: "The provider that it went to." })
  provider: Provider;

  @Field(() => String, {
    nullable: true,
    description:
      "The provider's id of the order; null until it has answered, and where each cart is a payment of its own there.",
  })
  providerOrderId: string | null;

  @Field(() => String, { nullable: true, description: "The caller's own reference." })
  externalReference: string | null;

  @Field(() => OrderStatusEnum, { description: "Where it is." })
  status: OrderStatus;

  @Field(() => String, { nullable: true, description: "The provider's own word for its status." })
  providerStatus: string | null;

  @Field(() => String, { nullable: true, description: "What it is for." })
  description: string | null;

  @Field(() => BuyerType, { description: "Who buys." })
  buyer: BuyerType;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "Until when the buyer can pay; null where none was asked for.",
  })
  expiresAt: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was paid." })
  completedAt: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: "When the provider is next asked about it; null when nothing is awaited.",
  })
  nextCheckAt: Date | null;

  @Field(() => DateTimeScalar, { description: "When it was written down." })
  createdAt: Date;

  @Field(() => DateTimeScalar, { description: "When it last changed." })
  updatedAt: Date;
}

export const MarketplaceOrderConnectionType = connectionOf(
  "MarketplaceOrder",
  () => MarketplaceOrderType,
  "orders",
);

export const MarketplaceOrderUpdateType = liveUpdateOf("MarketplaceOrderUpdate", {
  of: "an order",
  status: OrderStatusEnum,
  statusDescription:
    "The status that this change led to; in a seller's log, the status of the seller's own cart.",
  sequenceDescription:
    "Its number in the order's log, or in that of the seller that is watched. A whole number in text.",
});
