import { FieldResolver, Resolver, Root } from "type-graphql";
import { ProviderAccountType, SellerConnectionUpdateType } from "../../schema/seller/seller.type";
import { liveUpdatesOf, type Sourced } from "../event/live-update";
import { connectionsOf } from "./seller-connection.resolver";

export const SellerConnectionUpdateResolver = liveUpdatesOf({
  kind: "ProviderAccount",
  update: SellerConnectionUpdateType,
  name: "sellerConnectionUpdated",
  description:
    "Changes of a seller's links to providers, from now on: connected, renewed, to be connected again, disconnected. With `after`, everything since that cursor comes first; then it goes on live, without gap or repeat.",
  sellerId: "The seller. A seller's own key may leave it out.",
  watch: async (context, { sellerId, after }) =>
    connectionsOf(context).watch(context.principal, {
      ...(sellerId === undefined ? {} : { sellerId }),
      ...(after === undefined ? {} : { after }),
    }),
  subject: {
    name: "account",
    type: () => ProviderAccountType,
    description:
      "The account with the status that this change led to; null where it has moved to another seller since.",
    isStillIn: ({ streamId }, { sellerId }) => sellerId === streamId,
  },
});

@Resolver(() => SellerConnectionUpdateType)
export class SellerConnectionReasonResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description: "Why it stands so since this change, where that needs a reason.",
  })
  statusReason(@Root() { source }: Sourced): string | null {
    return source.snapshot.statusReason ?? null;
  }
}
