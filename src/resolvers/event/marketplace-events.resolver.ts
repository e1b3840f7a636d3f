import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  ID,
  Query,
  Resolver,
  Root,
  Subscription,
} from "type-graphql";
import type { EventType } from "../../domain/events";
import type { MarketplaceEvent } from "../../events/marketplace-log";
import { MarketplaceType } from "../../schema/access/access.type";
import type { Connection } from "../../schema/shared/connection";
import { EventTypeEnum } from "../../schema/shared/enums";
import {
  EventConnectionType,
  type EventTypeObject,
  MarketplaceEventType,
} from "../../schema/shared/event.type";
import { EventPageArgs } from "../../schema/shared/page.args";
import { CursorScalar } from "../../schema/shared/scalars";
import { pageSize } from "../../services/reading/list-page";
import type { EventsRequest } from "../../services/watching/watch-marketplace";
import type { RequestContext } from "../context";
import { isGiven } from "../given";
import { readId } from "../input";
import { toConnection } from "../paging";
import { toEvent } from "./event.mapper";

const ofTypes = "Only events of these types. All when left out.";
const ofSellers =
  "Only events of these sellers, and of orders in which one of them has a cart. A partner names one. Left out: all that the credential follows.";

/** All that happens, in one stream: live, and page by page. */
@Resolver(() => MarketplaceEventType)
export class MarketplaceEventsResolver {
  @Subscription(() => MarketplaceEventType, {
    description:
      "All that happens at the marketplace: events of every kind, of all sellers and orders, in one order. Begins with what happens from now on, or right behind `after`. A seller's key follows what happens to the seller, a partner's what happens to the one seller that it names; their cursors are those of `Seller.cursor`. Refused for watch tokens and publishable keys.",
    subscribe: ({ args, context }) => {
      const { principal, services } = context as RequestContext;
      return services.watchMarketplace.watch(principal, readRequest(args as EventsArguments));
    },
  })
  marketplaceEvents(
    @Root() placed: MarketplaceEvent,
    @Ctx() { principal, services }: RequestContext,
    @Arg("after", () => CursorScalar, {
      nullable: true,
      description: "The last cursor of this stream that you have seen.",
    })
    _after?: string | null,
    @Arg("types", () => [EventTypeEnum], { nullable: true, description: ofTypes })
    _types?: EventType[] | null,
    @Arg("sellerIds", () => [ID], { nullable: true, description: ofSellers })
    _sellerIds?: string[] | null,
  ): MarketplaceEventType {
    return {
      cursor: services.watchMarketplace.cursorIn(placed, principal),
      event: toEvent(placed.event, services.cursors),
    };
  }

  @Query(() => EventConnectionType, {
    description:
      "What `marketplaceEvents` tells, page by page, oldest first. Cursors of the edges and of `pageInfo` are those of the same stream, so that a subscription goes on behind a page. A page may have fewer than asked for, even none, while `hasNextPage` is true: go on behind `endCursor`.",
  })
  async events(
    @Ctx() { principal, services }: RequestContext,
    @Args(() => EventPageArgs) { first, after }: EventPageArgs,
    @Arg("types", () => [EventTypeEnum], { nullable: true, description: ofTypes })
    types?: EventType[] | null,
    @Arg("sellerIds", () => [ID], { nullable: true, description: ofSellers })
    sellerIds?: string[] | null,
  ): Promise<Connection<EventTypeObject>> {
    const request = readRequest({ after, types, sellerIds });
    const { watchMarketplace, cursors } = services;
    const page = await watchMarketplace.page(principal, request, pageSize(first));
    const connection = toConnection(
      page.items,
      ({ event }) => toEvent(event, cursors),
      ({ cursor }) => cursor,
      { next: page.hasNext, previous: page.hasPrevious },
    );
    return { ...connection, pageInfo: { ...connection.pageInfo, endCursor: page.end } };
  }
}

@Resolver(() => MarketplaceType)
export class MarketplaceCursorResolver {
  @FieldResolver(() => CursorScalar, {
    description:
      "The place behind all that has happened so far, for `after` of `marketplaceEvents` and `events`. Take it before you read what you show, and keep it until the first event brings a newer one: a connection that is lost before then has missed nothing.",
  })
  cursor(@Root() { id }: MarketplaceType, @Ctx() { services }: RequestContext): Promise<string> {
    return services.watchMarketplace.cursorOf(id);
  }
}

interface EventsArguments {
  readonly after?: string | null | undefined;
  readonly types?: readonly EventType[] | null | undefined;
  readonly sellerIds?: readonly string[] | null | undefined;
}

/** @throws Refusal WRONG_ID_KIND */
function readRequest({ after, types, sellerIds }: EventsArguments): EventsRequest {
  return {
    ...(isGiven(after) ? { after } : {}),
    ...(isGiven(types) ? { types } : {}),
    ...(isGiven(sellerIds)
      ? {
          sellerIds: sellerIds.map((id, at) => readId("Seller", id, ["sellerIds", String(at)])),
        }
      : {}),
  };
}
