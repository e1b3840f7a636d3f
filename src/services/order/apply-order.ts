import type { UnitOfWork } from "../../database/database";
import {
  judgeOrderMove,
  judgeOrderObservation,
  type KnownOrder,
} from "../../domain/order-judgement";
import type { OrderObservation } from "../../domain/order-observation";
import {
  cartStanding,
  isOrderLetGo,
  letGo,
  type ObservedOrderStatus,
  type OrderStatus,
  paymentStatusIn,
} from "../../domain/order-status";
import type { ObservationSource } from "../../domain/payment-observation";
import type { Verdict } from "../../domain/verdict";
import type { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import { PaymentEntity } from "../../entities/payment.entity";
import { alertAbout } from "../followed/alert-about";
import type { ChangeDependencies } from "../followed/followed-kind";
import type { CartHooks } from "../payment/create-payment";
import { columnsOfAction } from "../payment/next-action";
import { paymentRows } from "../payment/payment-rows";
import { orderRows, type WholeOrder } from "./order-rows";

/** Statuses that an order and its payments take together. */
export type SharedStatus = keyof typeof paymentStatusIn;

/** Columns that an action of ours changes beside what the provider shows. */
export type OwnChanges = Partial<Pick<MarketplaceOrderEntity, "openActionId">>;

/**
 * Writes what an observation means for an order and its payments: with `moveOrder`, the only way by which they
 * change after their creation until they are paid. As many statements for fifty carts as for one. `holder`: see
 * `FollowedRows.holderOf`.
 */
export function applyOrderObservation(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  whole: WholeOrder,
  seen: OrderObservation,
  source: ObservationSource,
  own: OwnChanges = {},
  holder?: string,
): { verdict: Verdict<ObservedOrderStatus>; whole: WholeOrder } {
  const verdict = judgeOrderObservation(knownOf(whole), seen, holder);
  const { order } = whole;
  const facts = {
    providerOrderId: seen.providerOrderId,
    ...(seen.nextAction !== undefined && columnsOfAction(seen.nextAction)),
    ...own,
  };
  if (verdict.kind === "apply") {
    const { status } = verdict;
    const reason = `${order.status} became ${status}`;
    if (verdict.anomaly) orderRows.alert(deps, unit, order, "anomaly", { reason });
    const anomaly = order.anomaly || verdict.anomaly;
    const completedAt =
      status === "COMPLETED" ? (seen.completedAt ?? deps.clock.now()) : order.completedAt;
    const changes = { anomaly, completedAt, providerStatus: seen.providerStatus, ...facts };
    return { verdict, whole: moveOrder(deps, unit, whole, source, status, changes, seen) };
  }
  if (verdict.kind !== "same") {
    orderRows.keepUnapplied(deps, unit, order, verdict, { source, seen });
  }
  const changes = verdict.kind === "quarantine" ? own : facts;
  return { verdict, whole: changeOrderSilently(deps, unit, whole, changes) };
}

/** Moves an order and its payments to a status that its caller has judged, with an event for each. */
export function moveOrder(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  whole: WholeOrder,
  source: ObservationSource,
  status: SharedStatus,
  changes: Partial<MarketplaceOrderEntity> = {},
  seen?: OrderObservation,
): WholeOrder {
  const { order, payments } = whole;
  const nextOrder = orderRows.changeUntold(deps, unit, order, { status, ...changes });
  // Until they are paid, all of an order's payments change together and have one version.
  const version = sharedVersion(payments);
  const all = {
    status: paymentStatusIn[status],
    providerStatus: seen?.providerStatus ?? null,
    providerStatusDetail: seen?.providerStatusDetail ?? null,
    method: seen?.method ?? payments[0]?.method ?? null,
    approvedAt: status === "COMPLETED" ? nextOrder.completedAt : null,
    redirectUrl: nextOrder.redirectUrl,
    nextAction: nextOrder.nextAction,
    anomaly: nextOrder.anomaly,
    updatedAt: nextOrder.updatedAt,
    version: version + 1,
  };
  unit.change(
    deps.database.table(PaymentEntity).update(all, { orderId: order.id, version }, payments.length),
  );
  const nextPayments = payments.map((payment) => ({ ...payment, ...all }));

  deps.events.appendAll(unit, [
    orderRows.changed(order, nextOrder, source),
    ...payments.map((payment) => paymentRows.changed(payment, { ...payment, ...all }, source)),
  ]);
  return { order: nextOrder, payments: nextPayments };
}

/** Moves an order whose carts are paid one by one, each payment having moved by itself. */
export function moveOrderAlone(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  order: MarketplaceOrderEntity,
  source: ObservationSource,
  status: SharedStatus,
  changes: Partial<MarketplaceOrderEntity> = {},
): MarketplaceOrderEntity {
  return orderRows.change(deps, unit, order, source, { status, ...changes });
}

/** Changes columns of an order that nobody watches, and sets its next check. Still compares the version. */
export function changeOrderSilently(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  whole: WholeOrder,
  changes: Partial<MarketplaceOrderEntity>,
): WholeOrder {
  return { ...whole, order: orderRows.markChecked(deps, unit, whole.order, changes) };
}

/**
 * A cart was seen to have changed at the provider; `cart` is its payment after that. The operation that makes the order
 * goes on now, and does not wait for its turn. Money behind an order that has come to nothing is told to a person: the
 * order stays what it is, and its cancellation or refund gets the money back to the buyer.
 */
async function applyCartToOrder(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  cart: PaymentEntity,
  orderId: MarketplaceOrderEntity["id"],
  source: ObservationSource,
): Promise<void> {
  const order = await applyRefundToOrder(deps, unit, orderId, source);
  const standing = cartStanding[cart.status];
  const isLate = isOrderLetGo(order.status) && letGo[standing] !== "NOTHING";
  if (isLate) {
    const facts = { orderId, orderStatus: order.status, paymentId: cart.id, status: cart.status };
    deps.alerts.raise(unit, { ...alertAbout(cart), code: "CART_PAID_LATE", facts });
  }
  // Its own status stays while another cart waits for the buyer; what the buyer does next is another thing now.
  if (order.status === "PENDING" && (await isBuyerAwaited(unit, orderId))) {
    const { status, dueAt, attempts } = order;
    orderRows.change(deps, unit, order, source, { status, dueAt, attempts });
  }
  wakeOperations(deps, unit, orderId);
}

async function isBuyerAwaited(
  unit: UnitOfWork,
  orderId: MarketplaceOrderEntity["id"],
): Promise<boolean> {
  const carts = await unit.read(
    "SELECT id FROM payment WHERE order_id = ? AND status = 'PENDING' AND next_action IS NOT NULL LIMIT 1",
    [orderId],
  );
  return carts.length > 0;
}

/** What waits for a cart goes on now, and not by schedule alone. */
function wakeOperations(
  { clock }: ChangeDependencies,
  unit: UnitOfWork,
  orderId: MarketplaceOrderEntity["id"],
): void {
  const now = clock.now().getTime();
  unit.change({
    sql: "UPDATE operation SET due_at = ? WHERE due_at > ? AND subject_id = ? AND state = 'UNKNOWN'",
    values: [now, now, orderId],
  });
}

/**
 * A cart was refunded: the order shows it, in its own log too. Call it after the payment's own change. Answers the
 * order as it is then. `isNews`: told also where the sum is the same, since a refund of the cart has ended otherwise.
 */
export async function applyRefundToOrder(
  deps: ChangeDependencies,
  unit: UnitOfWork,
  orderId: MarketplaceOrderEntity["id"],
  source: ObservationSource,
  isNews = false,
): Promise<MarketplaceOrderEntity> {
  const order = await orderRows.lock(deps, unit, orderId);
  const sums = await unit.read(
    "SELECT COALESCE(SUM(refunded_minor), 0) AS total FROM payment WHERE order_id = ?",
    [orderId],
  );
  const refundedMinor = BigInt(sums[0]?.total ?? 0);
  const isSame = refundedMinor === order.refundedMinor;
  if (isSame && !isNews) return order;
  const status = isSame ? order.status : refundedStatus(refundedMinor, order.totalMinor);
  // A cart may be given back because its order failed: then the order stays what it is.
  if (!isSame && judgeOrderMove(order.status, status, false) !== "ALLOWED") return order;
  // Its next check is that of what it still waits for.
  const { dueAt, attempts } = order;
  const changes = { status, refundedMinor, dueAt, attempts };
  return orderRows.change(deps, unit, order, source, changes);
}

/** What payments tell orders by. */
export function cartHooks(deps: ChangeDependencies): CartHooks {
  return {
    onCartChanged: (...change) => applyCartToOrder(deps, ...change),
    onCartOverdue: (...where) => wakeOperations(deps, ...where),
    onCartRefunded: (...change) => applyRefundToOrder(deps, ...change, true),
  };
}

function refundedStatus(refundedMinor: bigint, totalMinor: bigint): OrderStatus {
  return refundedMinor >= totalMinor ? "REFUNDED" : "PARTIALLY_REFUNDED";
}

function knownOf({ order, payments }: WholeOrder): KnownOrder {
  const { id, status, providerStatus, providerOrderId, currency, totalMinor } = order;
  return {
    id,
    status,
    providerStatus,
    providerOrderId,
    currency,
    totalMinor,
    carts: payments.map(({ providerAccountId, amountMinor, applicationFeeMinor }) => ({
      providerAccountId,
      amountMinor,
      feeMinor: applicationFeeMinor ?? 0n,
    })),
  };
}

function sharedVersion(payments: readonly PaymentEntity[]): number {
  const [version, ...others] = new Set(payments.map((payment) => payment.version));
  if (version === undefined || others.length > 0) {
    throw new Error(`the payments of order ${payments[0]?.orderId} have moved apart`);
  }
  return version;
}
