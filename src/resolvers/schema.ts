import "reflect-metadata";
import type { GraphQLSchema } from "graphql";
import { buildSchema } from "type-graphql";
import { EventTypeObject } from "../schema/event.type";
import { ProviderAccountType } from "../schema/seller.type";
import { AccessResolver } from "./access/access.resolver";
import { NodeResolver } from "./node.resolver";
import { PaymentResolver, RefundResolver, RejectionResolver } from "./payment/payment.resolver";
import { PaymentMutationsResolver } from "./payment/payment-mutations.resolver";
import { PaymentUpdateResolver } from "./payment/payment-update.resolver";
import { ProviderAccountResolver, SellerResolver } from "./seller/seller.resolver";

/** type-graphql asks for one although every subscription here brings its own source, a cursor over the log. */
const noPubSub = {
  publish: () => {},
  subscribe: () => {
    throw new Error("subscriptions read the event log; there is no other source");
  },
};

/** The gateway's schema, from its types and resolvers. */
export function buildGatewaySchema(): Promise<GraphQLSchema> {
  return buildSchema({
    resolvers: [
      AccessResolver,
      NodeResolver,
      PaymentMutationsResolver,
      PaymentResolver,
      PaymentUpdateResolver,
      ProviderAccountResolver,
      RefundResolver,
      RejectionResolver,
      SellerResolver,
    ],
    orphanedTypes: [EventTypeObject, ProviderAccountType],
    // Inputs are checked in `mutation.ts`, whose answers name paths and repeat no values.
    validate: false,
    pubSub: noPubSub,
  });
}
