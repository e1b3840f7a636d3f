import { Arg, Ctx, ID, Query, Resolver } from "type-graphql";
import { refuse } from "../domain/errors";
import { type Id, type IdKind, kindOfId, type PaymentId } from "../domain/ids";
import { EventTypeObject } from "../schema/event.type";
import { PaymentType, RefundType } from "../schema/payment.type";
import { ProviderAccountType, SellerType } from "../schema/seller.type";
import { NodeType } from "../schema/shared.type";
import type { RequestContext } from "./context";
import { readEventId, toEvent } from "./event/event.mapper";
import { toPayment, toRefund } from "./payment/payment.mapper";
import { toProviderAccount, toSeller } from "./seller/seller.mapper";

const idsLimit = 100;

/** Anything by its id. What is malformed, missing or foreign is null, all alike. */
@Resolver()
export class NodeResolver {
  @Query(() => NodeType, {
    nullable: true,
    description: "Anything by its id; null when there is none, or you may not see it.",
  })
  node(
    @Arg("id", () => ID, { description: "The id." }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<NodeType | null> {
    return loadNode(id, context);
  }

  @Query(() => [NodeType], {
    nullable: "items",
    description: "Several things by their ids, in the ids' order; at most 100.",
  })
  nodes(
    @Arg("ids", () => [ID], { description: "The ids." }) ids: string[],
    @Ctx() context: RequestContext,
  ): Promise<(NodeType | null)[]> {
    if (ids.length > idsLimit) throw refuse("INVALID_INPUT", `at most ${idsLimit} ids`, ["ids"]);
    return Promise.all(ids.map((id) => loadNode(id, context)));
  }
}

type LoadNode<K extends IdKind> = (
  id: Id<K>,
  context: RequestContext,
) => Promise<NodeType | undefined>;

/** How each kind is fetched. Kinds that are not here have no node. */
const loadByKind: { [K in IdKind]?: LoadNode<K> } = {
  Payment: async (id, { loaders, rights, services }) => {
    const payment = await loaders.payments.load(id);
    if (payment === undefined) return undefined;
    return Object.assign(new PaymentType(), toPayment(payment, rights, services.registry));
  },
  Refund: async (id, { loaders, rights }) => {
    const refund = rights.seeDetails ? await loaders.refunds.load(id) : undefined;
    return refund && Object.assign(new RefundType(), toRefund(refund));
  },
  Seller: async (id, { loaders, rights }) => {
    const seller = rights.seeDetails ? await loaders.sellers.load(id) : undefined;
    return seller && Object.assign(new SellerType(), toSeller(seller));
  },
  ProviderAccount: async (id, { loaders, rights, services }) => {
    const account = rights.seeDetails ? await loaders.accounts.load(id) : undefined;
    return (
      account &&
      Object.assign(new ProviderAccountType(), toProviderAccount(account, services.registry))
    );
  },
};

async function loadNode(id: string, context: RequestContext): Promise<NodeType | null> {
  const eventId = readEventId(id);
  if (eventId !== undefined) return loadEvent(eventId, context);
  const kind = kindOfId(id);
  const load = kind && (loadByKind[kind] as LoadNode<IdKind> | undefined);
  return (await load?.(id as Id<IdKind>, context)) ?? null;
}

/** An event is in sight when the payment that it belongs to is. */
async function loadEvent(
  { subjectId, version }: { subjectId: string; version: number },
  { loaders, rights, services }: RequestContext,
): Promise<NodeType | null> {
  if (!rights.seeDetails) return null;
  const event = await services.events.find(subjectId, version);
  if (event === undefined) return null;
  const payment = await loaders.payments.load(event.topicId as PaymentId);
  if (payment === undefined) return null;
  return Object.assign(new EventTypeObject(), toEvent(event, services.cursors));
}
