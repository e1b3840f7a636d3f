import { type Id, type IdKind, isId, kindOfId, type PaymentId } from "../../domain/ids";
import { EventTypeObject } from "../../schema/event.type";
import type { NodeType } from "../../schema/shared.type";
import type { RequestContext } from "../context";
import { readEventId, toEvent } from "../event/event.mapper";
import { toOrder } from "../order/order.view";
import { toPayment, toRefund } from "../payment/payment.view";
import { toProviderAccount, toSeller } from "../seller/seller.view";
import { toTestUser } from "../test-user/test-user.view";

type LoadNode<K extends IdKind> = (
  id: Id<K>,
  context: RequestContext,
) => Promise<NodeType | undefined>;

/** How each kind is fetched. Kinds that are not here have no node. */
const loadByKind: { readonly [K in IdKind]?: LoadNode<K> } = {
  Payment: async (id, { loaders, services }) => {
    const payment = await loaders.payments.load(id);
    return payment && toPayment(payment, services.registry);
  },
  Refund: forDetails(async (id, { loaders }) => {
    const refund = await loaders.refunds.load(id);
    return refund && toRefund(refund);
  }),
  MarketplaceOrder: forDetails(async (id, { loaders }) => {
    const order = await loaders.orders.load(id);
    return order && toOrder(order);
  }),
  Seller: forDetails(async (id, { loaders }) => {
    const seller = await loaders.sellers.load(id);
    return seller && toSeller(seller);
  }),
  ProviderAccount: forDetails(async (id, { loaders, services }) => {
    const account = await loaders.accounts.load(id);
    return account && toProviderAccount(account, services.registry);
  }),
  TestUser: async (id, { loaders }) => {
    const user = await loaders.testUsers.load(id);
    return user && toTestUser(user);
  },
};

/** Anything by its id. What is malformed, missing or foreign is null, all alike. */
export async function loadNode(id: string, context: RequestContext): Promise<NodeType | null> {
  const eventId = readEventId(id);
  if (eventId !== undefined) return loadEvent(eventId, context);
  const kind = kindOfId(id);
  const load = kind && (loadByKind[kind] as LoadNode<IdKind> | undefined);
  return (await load?.(id as Id<IdKind>, context)) ?? null;
}

/** An event is in sight when the payment, order or account that it belongs to is. */
async function loadEvent(
  { subjectId, version }: { subjectId: string; version: number },
  { loaders, rights, services }: RequestContext,
): Promise<EventTypeObject | null> {
  if (!rights.seeDetails) return null;
  const event = await services.events.find(subjectId, version);
  if (event === undefined) return null;
  if (isId("MarketplaceOrder", event.topicId)) {
    const order = await loaders.orders.load(event.topicId);
    return order === undefined ? null : toEvent(event, services.cursors);
  }
  const topic = isId("ProviderAccount", event.topicId)
    ? await loaders.accounts.load(event.topicId)
    : await loaders.payments.load(event.topicId as PaymentId);
  // What happened to an account before it moved to another seller stays its former seller's.
  return topic?.sellerId === event.streamId ? toEvent(event, services.cursors) : null;
}

/** For kinds that a watch token does not see. */
function forDetails<K extends IdKind>(load: LoadNode<K>): LoadNode<K> {
  return async (id, context) => (context.rights.seeDetails ? load(id, context) : undefined);
}
