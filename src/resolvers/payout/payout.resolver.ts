import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import type { PayoutEntity } from "../../entities/payout.entity";
import { PayoutFilter } from "../../schema/payout/payout.input";
import { PayoutConnectionType, PayoutType } from "../../schema/payout/payout.type";
import { SellerType } from "../../schema/seller/seller.type";
import type { Connection } from "../../schema/shared/connection";
import { EventConnectionType, type EventTypeObject } from "../../schema/shared/event.type";
import { EventPageArgs, PageArgs } from "../../schema/shared/page.args";
import type { OwnedFilter } from "../../services/reading/owned-reader";
import type { RequestContext } from "../context";
import { pageOfEvents } from "../event/event-page";
import { defined, isGiven } from "../given";
import { checkInput, readId } from "../input";
import { pageById } from "../paging";
import { loadSeller } from "../seller/load-seller";
import { toPayout } from "./payout.view";

/** Reading payouts. */
@Resolver(() => PayoutType)
export class PayoutResolver {
  @Query(() => PayoutType, {
    nullable: true,
    description: "One payout. Null when there is none, or you may not see it.",
  })
  async payout(
    @Arg("id", () => ID, { description: "Its id." }) id: string,
    @Ctx() { loaders }: RequestContext,
  ): Promise<PayoutType | null> {
    const payout = await loaders.Payout.load(readId("Payout", id, ["id"]));
    return payout === undefined ? null : toPayout(payout);
  }

  @Query(() => PayoutConnectionType, {
    description: "Payouts that you may see, newest first; at most 100 a page.",
  })
  async payouts(
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => PayoutFilter, { nullable: true, description: "Only these." })
    filter?: PayoutFilter,
  ): Promise<Connection<PayoutType>> {
    return pageOfPayouts(context, page, readFilter(filter));
  }

  @FieldResolver(() => SellerType, { description: "Who is paid out." })
  seller(@Root() { sellerId }: PayoutType, @Ctx() context: RequestContext): Promise<SellerType> {
    return loadSeller(context, sellerId);
  }

  @FieldResolver(() => EventConnectionType, {
    description: "Everything that happened to it, oldest first.",
  })
  events(
    @Root() { id, sellerId }: PayoutType,
    @Ctx() context: RequestContext,
    @Args(() => EventPageArgs) page: EventPageArgs,
  ): Promise<Connection<EventTypeObject>> {
    return pageOfEvents(context, page, id, sellerId);
  }
}

@Resolver(() => SellerType)
export class PayoutsOfSellerResolver {
  @FieldResolver(() => PayoutConnectionType, {
    description: "Its payouts, newest first; at most 100 a page.",
  })
  payouts(
    @Root() { id: sellerId }: SellerType,
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<PayoutType>> {
    return pageOfPayouts(context, page, { sellerId });
  }
}

function pageOfPayouts(
  { loaders, scope, services }: RequestContext,
  page: PageArgs,
  filter: OwnedFilter<PayoutEntity>,
): Promise<Connection<PayoutType>> {
  return pageById(page, {
    kind: "Payout",
    plural: "payouts",
    read: (request) => services.payouts.reader.page(scope, filter, request),
    toNode: (payout) => {
      loaders.Payout.prime(payout.id, payout);
      return toPayout(payout);
    },
  });
}

function readFilter(input: PayoutFilter | null | undefined): OwnedFilter<PayoutEntity> {
  if (!isGiven(input)) return {};
  checkInput(input, ["filter"]);
  const { status: statuses, sellerId, provider } = input;
  return defined({ statuses, sellerId, provider });
}
