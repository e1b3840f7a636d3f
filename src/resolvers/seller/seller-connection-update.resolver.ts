import { Arg, Ctx, FieldResolver, ID, Resolver, Root, Subscription } from "type-graphql";
import type { ProviderAccountId } from "../../domain/ids";
import type { ProviderAccountStatus } from "../../domain/provider";
import type { EventEntity } from "../../entities/event.entity";
import { SellerConnectionUpdateType } from "../../schema/event.type";
import { CursorScalar } from "../../schema/scalars";
import { ProviderAccountType } from "../../schema/seller.type";
import type { RequestContext } from "../context";
import { toEvent } from "../event/event.mapper";
import { isGiven } from "../given";
import { readId } from "../input";
import { accountAsOf, toProviderAccount } from "./seller.view";
import { connectionsOf } from "./seller-connection.resolver";

interface WatchArguments {
  readonly sellerId?: string | null;
  readonly after?: string | null;
}

/** Live updates of connections, from the seller's event log like those of payments. */
@Resolver(() => SellerConnectionUpdateType)
export class SellerConnectionUpdateResolver {
  @Subscription(() => SellerConnectionUpdateType, {
    description:
      "Changes of a seller's links to providers, from now on: connected, renewed, to be connected again, disconnected. With `after`, everything since that cursor comes first; then it goes on live, without gap or repeat.",
    subscribe: async ({ args, context }) => {
      const { sellerId, after } = args as WatchArguments;
      const viewer = context as RequestContext;
      return connectionsOf(viewer).watch(viewer.principal, {
        ...(isGiven(sellerId) ? { sellerId: readId("Seller", sellerId, ["sellerId"]) } : {}),
        ...(isGiven(after) ? { after } : {}),
      });
    },
  })
  sellerConnectionUpdated(
    @Root() event: EventEntity,
    @Ctx() { services }: RequestContext,
    @Arg("sellerId", () => ID, {
      nullable: true,
      description: "The seller. A seller's own key may leave it out.",
    })
    _sellerId?: string,
    @Arg("after", () => CursorScalar, {
      nullable: true,
      description: "The last cursor that you have seen.",
    })
    _after?: string,
  ): SellerConnectionUpdateType & { source: EventEntity } {
    const shown = toEvent(event, services.cursors);
    return {
      cursor: shown.cursor,
      sequence: event.seq.toString(),
      event: shown,
      status: event.toStatus as ProviderAccountStatus,
      statusReason: event.snapshot.statusReason ?? null,
      source: event,
    };
  }

  @FieldResolver(() => ProviderAccountType, {
    nullable: true,
    description:
      "The account with the status that this change led to; null where it has moved to another seller since.",
  })
  async account(
    @Root() { source }: { source: EventEntity },
    @Ctx() { loaders, services }: RequestContext,
  ): Promise<ProviderAccountType | null> {
    const account = await loaders.accounts.load(source.topicId as ProviderAccountId);
    if (account?.sellerId !== source.streamId) return null;
    return toProviderAccount(accountAsOf(source, account), services.registry);
  }
}
