import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import type { SubscriptionPlanEntity } from "../../entities/subscription-plan.entity";
import { SellerType } from "../../schema/seller/seller.type";
import type { Connection } from "../../schema/shared/connection";
import { EventConnectionType, type EventTypeObject } from "../../schema/shared/event.type";
import { EventPageArgs, PageArgs } from "../../schema/shared/page.args";
import { SubscriptionPlanFilter } from "../../schema/subscription/plan.input";
import {
  SubscriptionPlanConnectionType,
  SubscriptionPlanType,
} from "../../schema/subscription/plan.type";
import type { OwnedFilter } from "../../services/reading/owned-reader";
import type { RequestContext } from "../context";
import { pageOfEvents } from "../event/event-page";
import { defined, isGiven } from "../given";
import { checkInput, readId } from "../input";
import { pageById } from "../paging";
import { loadSeller } from "../seller/load-seller";
import { toPlan } from "./plan.view";

/** Reading plans. */
@Resolver(() => SubscriptionPlanType)
export class PlanResolver {
  @Query(() => SubscriptionPlanType, {
    nullable: true,
    description: "One plan. Null when there is none, or you may not see it.",
  })
  async subscriptionPlan(
    @Arg("id", () => ID, { description: "Its id." }) id: string,
    @Ctx() { loaders }: RequestContext,
  ): Promise<SubscriptionPlanType | null> {
    const plan = await loaders.SubscriptionPlan.load(readId("SubscriptionPlan", id, ["id"]));
    return plan === undefined ? null : toPlan(plan);
  }

  @Query(() => SubscriptionPlanConnectionType, {
    description: "Plans that you may see, newest first; at most 100 a page.",
  })
  async subscriptionPlans(
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => SubscriptionPlanFilter, { nullable: true, description: "Only these." })
    filter?: SubscriptionPlanFilter,
  ): Promise<Connection<SubscriptionPlanType>> {
    return pageOfPlans(context, page, readFilter(filter));
  }

  @FieldResolver(() => SellerType, { description: "Who sells it." })
  seller(
    @Root() { sellerId }: SubscriptionPlanType,
    @Ctx() context: RequestContext,
  ): Promise<SellerType> {
    return loadSeller(context, sellerId);
  }

  @FieldResolver(() => EventConnectionType, {
    description: "Everything that happened to it, oldest first.",
  })
  events(
    @Root() { id, sellerId }: SubscriptionPlanType,
    @Ctx() context: RequestContext,
    @Args(() => EventPageArgs) page: EventPageArgs,
  ): Promise<Connection<EventTypeObject>> {
    return pageOfEvents(context, page, id, sellerId);
  }
}

@Resolver(() => SellerType)
export class PlansOfSellerResolver {
  @FieldResolver(() => SubscriptionPlanConnectionType, {
    description: "Its plans of subscriptions, newest first; at most 100 a page.",
  })
  subscriptionPlans(
    @Root() { id: sellerId }: SellerType,
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<SubscriptionPlanType>> {
    return pageOfPlans(context, page, { sellerId });
  }
}

function pageOfPlans(
  { loaders, scope, services }: RequestContext,
  page: PageArgs,
  filter: OwnedFilter<SubscriptionPlanEntity>,
): Promise<Connection<SubscriptionPlanType>> {
  return pageById(page, {
    kind: "SubscriptionPlan",
    plural: "plans",
    read: (request) => services.plans.reader.page(scope, filter, request),
    toNode: (plan) => {
      loaders.SubscriptionPlan.prime(plan.id, plan);
      return toPlan(plan);
    },
  });
}

function readFilter(
  input: SubscriptionPlanFilter | null | undefined,
): OwnedFilter<SubscriptionPlanEntity> {
  if (!isGiven(input)) return {};
  checkInput(input, ["filter"]);
  const { status: statuses, sellerId, provider, externalReference } = input;
  return defined({ statuses, sellerId, provider, equal: defined({ externalReference }) });
}
