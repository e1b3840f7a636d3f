import type { TopicKind } from "../domain/events";
import type { Id, IdKind, StreamId } from "../domain/ids";
import type { Scope } from "../domain/principal";
import type { BillingSubscriptionEntity } from "../entities/billing-subscription.entity";
import type { EventEntity } from "../entities/event.entity";
import type { MarketplaceOrderEntity } from "../entities/marketplace-order.entity";
import type { PaymentEntity } from "../entities/payment.entity";
import type { PayoutEntity } from "../entities/payout.entity";
import type { PointDeviceEntity } from "../entities/point-device.entity";
import type { PointOrderEntity } from "../entities/point-order.entity";
import type { ProviderAccountEntity } from "../entities/provider-account.entity";
import type { RefundEntity } from "../entities/refund.entity";
import type { SellerEntity } from "../entities/seller.entity";
import type { SubscriptionPlanEntity } from "../entities/subscription-plan.entity";
import type { TestUserEntity } from "../entities/test-user.entity";
import type { TransferEntity } from "../entities/transfer.entity";
import type { NodeType } from "../schema/shared/shared.type";
import { orderAsOf, toOrder } from "./order/order.view";
import { paymentAsOf, toPayment, toRefund } from "./payment/payment.view";
import { payoutAsOf, toPayout } from "./payout/payout.view";
import { pointDeviceAsOf, toPointDevice } from "./point/point-device.view";
import { pointOrderAsOf, toPointOrder } from "./point/point-order.view";
import { accountAsOf, toProviderAccount, toSeller } from "./seller/seller.view";
import type { ResolverServices } from "./services";
import { toPlan } from "./subscription/plan.view";
import { subscriptionAsOf, toSubscription } from "./subscription/subscription.view";
import { toTestUser } from "./test-user/test-user.view";
import { toTransfer } from "./transfer/transfer.view";

/** What the API does with one kind of thing that has an id of its own. */
export interface NodeKind<K extends IdKind, Row> {
  /** The things that the scope reaches, in the order of the ids. */
  byIds(
    services: ResolverServices,
    scope: Scope,
    ids: readonly Id<K>[],
  ): Promise<readonly (Row | undefined)[]>;
  show(row: Row, services: ResolverServices): NodeType;
  /** Absent: a watch token does not see the kind at all. */
  readonly seenByWatchers?: true;
  /** The log in which its timeline stands, for kinds that have one. */
  logOf?(row: Row): StreamId;
  /** The thing as an event has left it, so that watchers see each status once, in order. */
  asOf?(event: EventEntity, row: Row): Row;
}

/** Infers nothing; it lets each kind be checked by its own row. */
function kind<K extends IdKind, Row>(): <T extends NodeKind<K, Row>>(
  described: T,
) => T & NodeKind<K, Row> {
  return (described) => described;
}

/** Every kind that `node` fetches. Loaders, nodes, the subjects of events and live updates follow from this record. */
export const kinds = {
  Payment: kind<"Payment", PaymentEntity>()({
    byIds: ({ payments }, scope, ids) => payments.reader.byIds(scope, ids),
    show: (row, { registry }) => toPayment(row, registry),
    seenByWatchers: true,
    logOf: ({ sellerId }) => sellerId,
    asOf: paymentAsOf,
  }),
  Refund: kind<"Refund", RefundEntity>()({
    byIds: ({ payments }, scope, ids) => payments.reader.refundsByIds(scope, ids),
    show: toRefund,
  }),
  MarketplaceOrder: kind<"MarketplaceOrder", MarketplaceOrderEntity>()({
    byIds: ({ orders }, scope, ids) => orders.reader.byIds(scope, ids),
    show: toOrder,
    logOf: ({ id }) => id,
    asOf: orderAsOf,
  }),
  Payout: kind<"Payout", PayoutEntity>()({
    byIds: ({ payouts }, scope, ids) => payouts.reader.byIds(scope, ids),
    show: toPayout,
    logOf: ({ sellerId }) => sellerId,
    asOf: payoutAsOf,
  }),
  Transfer: kind<"Transfer", TransferEntity>()({
    byIds: ({ transfers }, scope, ids) => transfers.reader.byIds(scope, ids),
    show: toTransfer,
    logOf: ({ sellerId }) => sellerId,
  }),
  PointDevice: kind<"PointDevice", PointDeviceEntity>()({
    byIds: ({ pointDevices }, scope, ids) => pointDevices.reader.byIds(scope, ids),
    show: toPointDevice,
    logOf: ({ sellerId }) => sellerId,
    asOf: pointDeviceAsOf,
  }),
  BillingSubscription: kind<"BillingSubscription", BillingSubscriptionEntity>()({
    byIds: ({ subscriptions }, scope, ids) => subscriptions.reader.byIds(scope, ids),
    show: toSubscription,
    logOf: ({ sellerId }) => sellerId,
    asOf: subscriptionAsOf,
  }),
  SubscriptionPlan: kind<"SubscriptionPlan", SubscriptionPlanEntity>()({
    byIds: ({ plans }, scope, ids) => plans.reader.byIds(scope, ids),
    show: toPlan,
    logOf: ({ sellerId }) => sellerId,
  }),
  PointOrder: kind<"PointOrder", PointOrderEntity>()({
    byIds: ({ pointOrders }, scope, ids) => pointOrders.reader.byIds(scope, ids),
    show: toPointOrder,
    logOf: ({ sellerId }) => sellerId,
    asOf: pointOrderAsOf,
  }),
  Seller: kind<"Seller", SellerEntity>()({
    byIds: ({ sellers }, scope, ids) => sellers.byIds(scope, ids),
    show: toSeller,
  }),
  ProviderAccount: kind<"ProviderAccount", ProviderAccountEntity>()({
    byIds: ({ sellers }, scope, ids) => sellers.accountsByIds(scope, ids),
    show: (row, { registry }) => toProviderAccount(row, registry),
    logOf: ({ sellerId }) => sellerId,
    asOf: accountAsOf,
  }),
  TestUser: kind<"TestUser", TestUserEntity>()({
    byIds: ({ testUsers }, scope, ids) => testUsers.byIds(scope, ids),
    show: toTestUser,
  }),
} satisfies { [K in TopicKind]: { logOf: unknown } } & Partial<Record<IdKind, unknown>>;

export type NodeKinds = typeof kinds;
export type NodeKindName = keyof NodeKinds;
export const nodeKindNames = Object.keys(kinds) as readonly NodeKindName[];
/** The row of a kind. */
export type RowOf<K extends NodeKindName> =
  NodeKinds[K] extends NodeKind<K, infer Row> ? Row : never;

/** A kind by its name. The compiler cannot follow that the row belongs to the name. */
export function kindOf<K extends NodeKindName>(name: K): NodeKind<K, RowOf<K>> {
  return kinds[name] as unknown as NodeKind<K, RowOf<K>>;
}

/** Whether ids of this kind have a node. */
export function isNodeKind(name: IdKind): name is NodeKindName {
  return Object.hasOwn(kinds, name);
}
