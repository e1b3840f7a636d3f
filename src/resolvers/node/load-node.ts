import {
  type Id,
  type IdKind,
  isId,
  kindOfId,
  type PaymentId,
  type StreamId,
} from "../../domain/ids";
import { EventTypeObject } from "../../schema/event.type";
import type { NodeType } from "../../schema/shared.type";
import type { RequestContext } from "../context";
import { readEventId, toEvent } from "../event/event.mapper";
import { toOrder } from "../order/order.view";
import { toPayment, toRefund } from "../payment/payment.view";
import { toPayout } from "../payout/payout.view";
import { toProviderAccount, toSeller } from "../seller/seller.view";
import { toTestUser } from "../test-user/test-user.view";
import { toTransfer } from "../transfer/transfer.view";

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
  Payout: async (id, { loaders }) => {
    const payout = await loaders.payouts.load(id);
    return payout && toPayout(payout);
  },
  Transfer: async (id, { loaders }) => {
    const transfer = await loaders.transfers.load(id);
    return transfer && toTransfer(transfer);
  },
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

/** An event is in sight when what it belongs to is. */
async function loadEvent(
  { subjectId, version }: { subjectId: string; version: number },
  context: RequestContext,
): Promise<EventTypeObject | null> {
  const { rights, services } = context;
  if (!rights.seeDetails) return null;
  const event = await services.events.find(subjectId, version);
  if (event === undefined) return null;
  const streamId = await streamOf(event.topicId, context);
  // What happened to an account before it moved to another seller stays its former seller's.
  return streamId === event.streamId ? toEvent(event, services.cursors) : null;
}

/** The log in which this stands now; undefined where it is not in sight. */
async function streamOf(
  topicId: string,
  { loaders }: RequestContext,
): Promise<StreamId | undefined> {
  if (isId("MarketplaceOrder", topicId)) return (await loaders.orders.load(topicId))?.id;
  if (isId("ProviderAccount", topicId)) return (await loaders.accounts.load(topicId))?.sellerId;
  if (isId("Payout", topicId)) return (await loaders.payouts.load(topicId))?.sellerId;
  if (isId("Transfer", topicId)) return (await loaders.transfers.load(topicId))?.sellerId;
  return (await loaders.payments.load(topicId as PaymentId))?.sellerId;
}

/** For kinds that a watch token does not see. */
function forDetails<K extends IdKind>(load: LoadNode<K>): LoadNode<K> {
  return async (id, context) => (context.rights.seeDetails ? load(id, context) : undefined);
}
