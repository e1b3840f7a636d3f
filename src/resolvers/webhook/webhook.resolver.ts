import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from "type-graphql";
import type { MadeChange } from "../../logging/work";
import { SellerType } from "../../schema/seller/seller.type";
import type { Connection } from "../../schema/shared/connection";
import { EventTypeObject } from "../../schema/shared/event.type";
import { PageArgs } from "../../schema/shared/page.args";
import { NodeType } from "../../schema/shared/shared.type";
import { ReplayWebhookInput, WebhookDeliveryFilter } from "../../schema/webhook/webhook.input";
import { ReplayWebhookPayload } from "../../schema/webhook/webhook.payloads";
import {
  WebhookDeliveryConnectionType,
  WebhookDeliveryType,
} from "../../schema/webhook/webhook.type";
import type { DeliveryFilter } from "../../services/inbox/delivery.service";
import type { RequestContext } from "../context";
import { defined, isGiven } from "../given";
import { checkInput, readId } from "../input";
import { answer } from "../mutation";
import { loadNode } from "../node/load-node";
import { pageById } from "../paging";
import { toSeller } from "../seller/seller.view";
import { toDelivery, verdictOf } from "./webhook.view";

/** Providers' notifications, for the marketplace. */
@Resolver(() => WebhookDeliveryType)
export class WebhookResolver {
  @Query(() => WebhookDeliveryType, {
    nullable: true,
    description: "One notification. Null when there is none, or it is not yours.",
  })
  async webhookDelivery(
    @Arg("id", () => ID, { description: "Its id." }) id: string,
    @Ctx() { scope, services: { deliveries } }: RequestContext,
  ): Promise<WebhookDeliveryType | null> {
    const found = await deliveries.byId(scope, readId("InboxDelivery", id, ["id"]));
    return found === undefined ? null : toDelivery(found, deliveries);
  }

  @Query(() => WebhookDeliveryConnectionType, {
    description:
      "What providers have notified you of, newest first; at most 100 a page. Of deliveries that fail verification a sample is kept. Those from before the gateway kept whose they are are left out.",
  })
  async webhookDeliveries(
    @Ctx() { scope, services: { deliveries } }: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg("filter", () => WebhookDeliveryFilter, { nullable: true, description: "Only these." })
    filter?: WebhookDeliveryFilter,
  ): Promise<Connection<WebhookDeliveryType>> {
    const only = readFilter(filter);
    return pageById(page, {
      kind: "InboxDelivery",
      plural: "notifications",
      read: (request) => deliveries.page(scope, only, request),
      toNode: (row) => toDelivery(row, deliveries),
    });
  }

  @FieldResolver(() => NodeType, {
    nullable: true,
    description:
      "The payment, order, payout or account of yours that it is about; null where there is none.",
  })
  async subject(
    @Root() { subjectId }: WebhookDeliveryType,
    @Ctx() context: RequestContext,
  ): Promise<NodeType | null> {
    return subjectId === null ? null : loadNode(subjectId, context);
  }

  @FieldResolver(() => SellerType, {
    nullable: true,
    description: "The seller whose it is; null where it is not one seller's.",
  })
  async seller(
    @Root() { sellerId }: WebhookDeliveryType,
    @Ctx() { loaders }: RequestContext,
  ): Promise<SellerType | null> {
    const seller = sellerId === null ? undefined : await loaders.Seller.load(sellerId);
    return seller === undefined ? null : toSeller(seller);
  }

  @FieldResolver(() => [EventTypeObject], {
    description:
      "The events that it has led to, in order; of more than fifty the newest. None where what it told was known already.",
  })
  async effects(
    @Root() { effectIds }: WebhookDeliveryType,
    @Ctx() context: RequestContext,
  ): Promise<EventTypeObject[]> {
    const nodes = await Promise.all(effectIds.map((id) => loadNode(id, context)));
    return nodes.filter((node) => node instanceof EventTypeObject);
  }

  @Mutation(() => ReplayWebhookPayload, {
    description:
      "Has a notification looked into once more, as when it came: the provider is asked, the answer is judged, and what is new is applied, with your key as the actor of its events. Repeating it changes nothing more. One that failed verification can be replayed once the secret in the settings is mended. For the marketplace only.",
  })
  replayWebhook(
    @Arg("input", () => ReplayWebhookInput, { description: "Which one, and why." })
    input: ReplayWebhookInput,
    @Ctx() context: RequestContext,
  ): Promise<ReplayWebhookPayload> {
    const refused = {
      outcome: null,
      result: null,
      changes: null,
      notApplied: null,
      delivery: null,
    };
    return answer(input, refused, async () => {
      const { principal, scope, services } = context;
      const { deliveries } = services;
      const { reason, dryRun: isDryRun } = input;
      const id = readId("InboxDelivery", input.id, ["input", "id"]);
      const replay = await deliveries.replay(principal, scope, { id, reason, isDryRun });
      context.renewLoaders(() => {});
      const { outcome, result, left, delivery } = replay;
      return {
        ...{ outcome, result, notApplied: left, delivery: toDelivery(delivery, deliveries) },
        changes: replay.changes.map(toChange),
      };
    });
  }
}

function toChange({ type, subjectId, fromStatus: from, toStatus: to }: MadeChange) {
  return { type, subjectId, from, to };
}

function readFilter(input: WebhookDeliveryFilter | null | undefined): DeliveryFilter {
  if (!isGiven(input)) return {};
  checkInput(input, ["filter"]);
  const { verdict, status: statuses, ...rest } = input;
  return {
    ...defined({ ...rest, statuses }),
    ...(isGiven(verdict) ? { verdict: verdictOf[verdict] } : {}),
  };
}
