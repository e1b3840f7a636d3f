import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { refuse } from "../../domain/errors";
import type { BillingSubscriptionEntity } from "../../entities/billing-subscription.entity";
import { SellerType } from "../../schema/seller/seller.type";
import type { Connection } from "../../schema/shared/connection";
import { EventConnectionType, type EventTypeObject } from "../../schema/shared/event.type";
import { EventPageArgs, PageArgs } from "../../schema/shared/page.args";
import { SubscriptionPlanType } from "../../schema/subscription/plan.type";
import { BillingSubscriptionFilter } from "../../schema/subscription/subscription.input";
import {
  BillingSubscriptionConnectionType,
  BillingSubscriptionType,
} from "../../schema/subscription/subscription.type";
import type { OwnedFilter } from "../../services/reading/owned-reader";
import type { RequestContext } from "../context";
import { pageOfEvents } from "../event/event-page";
import { defined, isGiven } from "../given";
import { checkInput, readId } from "../input";
import { pageById } from "../paging";
import { loadSeller } from "../seller/load-seller";
import { toPlan } from "./plan.view";
import { toSubscription } from "./subscription.view";

/** Reading subscriptions. */
@Resolver(() => BillingSubscriptionType)
export class SubscriptionResolver {
  @Query(() => BillingSubscriptionType, {
    nullable: true,
    description: "One subscription. Null when there is none, or you may not see it.",
  })
  async billingSubscription(
    @Arg("id", () => ID, { description: "Its id." }) id: string,
    @Ctx() { loaders }: RequestContext,
  ): Promise<BillingSubscriptionType | null> {
    const subscription = await loaders.BillingSubscription.load(
      readId("BillingSubscription", id, ["id"]),
    );
    return subscription === undefined ? null : toSubscription(subscription);
  }

  @Query(() => BillingSubscriptionConnectionType, {
    description:
      "Subscriptions that you may see, newest first; at most 100 a page. From the gateway's own records: the provider's searches leave some out.",
  })
  async billingSubscriptions(
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => BillingSubscriptionFilter, { nullable: true, description: "Only these." })
    filter?: BillingSubscriptionFilter,
  ): Promise<Connection<BillingSubscriptionType>> {
    return pageOfSubscriptions(context, page, readFilter(context, filter));
  }

  @FieldResolver(() => SellerType, { description: "Who is paid." })
  seller(
    @Root() { sellerId }: BillingSubscriptionType,
    @Ctx() context: RequestContext,
  ): Promise<SellerType> {
    return loadSeller(context, sellerId);
  }

  @FieldResolver(() => SubscriptionPlanType, {
    nullable: true,
    description: "Its plan; null where it has terms of its own.",
  })
  async plan(
    @Root() { planId }: BillingSubscriptionType,
    @Ctx() { loaders }: RequestContext,
  ): Promise<SubscriptionPlanType | null> {
    const plan = planId === null ? undefined : await loaders.SubscriptionPlan.load(planId);
    return plan === undefined ? null : toPlan(plan);
  }

  @FieldResolver(() => EventConnectionType, {
    description: "Everything that happened to it, oldest first.",
  })
  events(
    @Root() { id, sellerId }: BillingSubscriptionType,
    @Ctx() context: RequestContext,
    @Args(() => EventPageArgs) page: EventPageArgs,
  ): Promise<Connection<EventTypeObject>> {
    return pageOfEvents(context, page, id, sellerId);
  }
}

@Resolver(() => SellerType)
export class SubscriptionsOfSellerResolver {
  @FieldResolver(() => BillingSubscriptionConnectionType, {
    description: "What it is paid by subscription, newest first; at most 100 a page.",
  })
  subscriptions(
    @Root() { id: sellerId }: SellerType,
    @Ctx() context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
  ): Promise<Connection<BillingSubscriptionType>> {
    return pageOfSubscriptions(context, page, { sellerId });
  }
}

function pageOfSubscriptions(
  { loaders, scope, services }: RequestContext,
  page: PageArgs,
  filter: OwnedFilter<BillingSubscriptionEntity>,
): Promise<Connection<BillingSubscriptionType>> {
  return pageById(page, {
    kind: "BillingSubscription",
    plural: "subscriptions",
    read: (request) => services.subscriptions.reader.page(scope, filter, request),
    toNode: (subscription) => {
      loaders.BillingSubscription.prime(subscription.id, subscription);
      return toSubscription(subscription);
    },
  });
}

function readFilter(
  { rights }: RequestContext,
  input: BillingSubscriptionFilter | null | undefined,
): OwnedFilter<BillingSubscriptionEntity> {
  if (!isGiven(input)) return {};
  checkInput(input, ["filter"]);
  const { status: statuses, sellerId, provider, planId, payerEmail, externalReference } = input;
  // Who sees payers masked must not find them out by asking.
  if (isGiven(payerEmail) && !rights.seePayer) {
    throw refuse("FORBIDDEN", "this credential does not see payers", ["filter", "payerEmail"]);
  }
  const { nextChargeFrom, nextChargeTo } = input;
  const from = { sql: "t.next_charge_at >= ?", values: [nextChargeFrom?.getTime() ?? 0] };
  const to = { sql: "t.next_charge_at < ?", values: [nextChargeTo?.getTime() ?? 0] };
  return defined({
    ...{ statuses, sellerId, provider },
    equal: defined({ planId, payerEmail, externalReference }),
    others: [...(isGiven(nextChargeFrom) ? [from] : []), ...(isGiven(nextChargeTo) ? [to] : [])],
  });
}
