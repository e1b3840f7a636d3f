import "reflect-metadata";
import { type GraphQLObjectType, type GraphQLSchema, isInputObjectType } from "graphql";
import { buildSchema } from "type-graphql";
import { ProviderAccountType } from "../schema/seller/seller.type";
import { EventTypeObject } from "../schema/shared/event.type";
import { AccessResolver } from "./access/access.resolver";
import { BalanceResolver, SellerOperationResolver } from "./balance/balance.resolver";
import {
  MarketplaceCursorResolver,
  MarketplaceEventsResolver,
} from "./event/marketplace-events.resolver";
import { guardArguments, learnInputs } from "./input-texts";
import { LookUpResolver } from "./look-up/look-up.resolver";
import { MoneyResolver } from "./money/money.resolver";
import { NodeResolver } from "./node/node.resolver";
import {
  CartResolver,
  OrderOfPaymentResolver,
  OrderResolver,
  OrdersOfSellerResolver,
  SellerShareResolver,
} from "./order/order.resolver";
import { OrderMutationsResolver } from "./order/order-mutations.resolver";
import { OrderUpdateResolver } from "./order/order-update.resolver";
import {
  NextActionOfOrderResolver,
  NextActionOfPaymentResolver,
} from "./payment/next-action.resolver";
import { PaymentResolver } from "./payment/payment.resolver";
import { PaymentMutationsResolver } from "./payment/payment-mutations.resolver";
import { PaymentUpdateResolver } from "./payment/payment-update.resolver";
import { RefundResolver } from "./payment/refund.resolver";
import { RejectionResolver } from "./payment/rejection.resolver";
import { PayoutResolver, PayoutsOfSellerResolver } from "./payout/payout.resolver";
import { PayoutMutationsResolver } from "./payout/payout-mutations.resolver";
import { PayoutUpdateResolver } from "./payout/payout-update.resolver";
import { PointDeviceResolver, PointDevicesOfSellerResolver } from "./point/point-device.resolver";
import {
  OrdersOfPointDeviceResolver,
  PointOrderOfPaymentResolver,
  PointOrderResolver,
  PointOrdersOfSellerResolver,
} from "./point/point-order.resolver";
import { PointOrderMutationsResolver } from "./point/point-order-mutations.resolver";
import { PointDeviceUpdateResolver, PointOrderUpdateResolver } from "./point/point-update.resolver";
import { ProviderAccountResolver, SellerResolver } from "./seller/seller.resolver";
import { SellerConnectionResolver } from "./seller/seller-connection.resolver";
import {
  SellerConnectionReasonResolver,
  SellerConnectionUpdateResolver,
} from "./seller/seller-connection-update.resolver";
import { PlanResolver, PlansOfSellerResolver } from "./subscription/plan.resolver";
import { PlanMutationsResolver } from "./subscription/plan-mutations.resolver";
import {
  SubscriptionResolver,
  SubscriptionsOfSellerResolver,
} from "./subscription/subscription.resolver";
import { SubscriptionMutationsResolver } from "./subscription/subscription-mutations.resolver";
import { SubscriptionUpdateResolver } from "./subscription/subscription-update.resolver";
import { TestUserResolver } from "./test-user/test-user.resolver";
import { TransferResolver, TransfersOfSellerResolver } from "./transfer/transfer.resolver";
import { guardFields } from "./visibility";
import { WebhookResolver } from "./webhook/webhook.resolver";

/** type-graphql asks for one although every subscription here brings its own source, a cursor over the log. */
const noPubSub = {
  publish: () => {},
  subscribe: () => {
    throw new Error("subscriptions read the event log; there is no other source");
  },
};

/** The gateway's schema, from its types and resolvers. */
export async function buildGatewaySchema(): Promise<GraphQLSchema> {
  const schema = await buildSchema({
    resolvers: [
      AccessResolver,
      BalanceResolver,
      CartResolver,
      LookUpResolver,
      MarketplaceCursorResolver,
      MarketplaceEventsResolver,
      MoneyResolver,
      NextActionOfOrderResolver,
      NextActionOfPaymentResolver,
      NodeResolver,
      OrderMutationsResolver,
      OrderOfPaymentResolver,
      OrderResolver,
      OrdersOfSellerResolver,
      OrderUpdateResolver,
      PaymentMutationsResolver,
      PaymentResolver,
      PaymentUpdateResolver,
      PayoutMutationsResolver,
      PayoutResolver,
      PayoutsOfSellerResolver,
      PayoutUpdateResolver,
      PointDeviceResolver,
      PointDevicesOfSellerResolver,
      PointDeviceUpdateResolver,
      OrdersOfPointDeviceResolver,
      PointOrderMutationsResolver,
      PointOrderOfPaymentResolver,
      PointOrderResolver,
      PointOrdersOfSellerResolver,
      PointOrderUpdateResolver,
      ProviderAccountResolver,
      RefundResolver,
      RejectionResolver,
      SellerConnectionReasonResolver,
      SellerConnectionResolver,
      SellerConnectionUpdateResolver,
      SellerOperationResolver,
      SellerResolver,
      SellerShareResolver,
      SubscriptionMutationsResolver,
      SubscriptionResolver,
      SubscriptionsOfSellerResolver,
      SubscriptionUpdateResolver,
      PlanMutationsResolver,
      PlanResolver,
      PlansOfSellerResolver,
      TestUserResolver,
      TransferResolver,
      TransfersOfSellerResolver,
      WebhookResolver,
    ],
    orphanedTypes: [EventTypeObject, ProviderAccountType],
    // Inputs are checked in `mutation.ts`, whose answers name paths and repeat no values.
    validate: false,
    pubSub: noPubSub,
  });
  markOneOf(schema, "PayWithInput");
  guardFields(schema);
  learnInputs(schema);
  guardArguments(schema);
  describeRoots(schema);
  return schema;
}

/** type-graphql knows no `@oneOf`; graphql-js sees to it that exactly one field is given, and prints it. */
function markOneOf(schema: GraphQLSchema, name: string): void {
  const type = schema.getType(name);
  if (!isInputObjectType(type)) throw new TypeError(`the schema has no input ${name}`);
  type.isOneOf = true;
}

/** type-graphql takes no descriptions of the root types. */
function describeRoots(schema: GraphQLSchema): void {
  const roots: [GraphQLObjectType | null | undefined, string][] = [
    [
      schema.getQueryType(),
      "What can be read. What you may not see answers as if it were not there.",
    ],
    [
      schema.getMutationType(),
      "What can be done. Each takes one `input` and answers a payload; refusals are in its `userErrors`.",
    ],
    [schema.getSubscriptionType(), "What can be watched, over graphql-transport-ws."],
  ];
  for (const [root, description] of roots) if (root) root.description = description;
}
