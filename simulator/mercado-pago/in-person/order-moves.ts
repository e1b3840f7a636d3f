import { ulid } from "ulid";
import { type Payment, refundedMinor } from "../model";
import type { World } from "../world";
import { chargeOrder, isApproval, methodFor } from "./charge";
import { type InPersonOrder, isOpenOrder, type OrderStatus, type Reader, type Tap } from "./model";
import { announceMerchantOrder, announceOrder } from "./notifications";

/** After that long without a result only a person at the reader knows (Mercado Pago docs: status of an order). */
export const answerMs = 40_000;

/**
 * The only functions that change an order. Each of them moves the version and the date forward and tells of
 * the change, so that no path can forget one.
 */
export function openOrder(world: World, order: InPersonOrder): void {
  world.inPerson.addOrder(order);
  planOrder(world, order);
  world.changed();
}

/** Plans what happens to an order by itself; again after a restart. */
export function planOrder(world: World, order: InPersonOrder): void {
  if (!isOpenOrder(order)) return;
  const { expiresAt } = order;
  if (expiresAt !== null) world.schedule.at(expiresAt, () => expireOrder(world, order));
  const reader = readerOf(world, order);
  if (reader && order.status === "created" && reader.pickUpMs !== null) {
    const at = world.clock.now() + reader.pickUpMs;
    world.schedule.at(at, () => pickUp(world, reader));
  }
}

export function readerOf(world: World, order: InPersonOrder): Reader | undefined {
  return order.readerId === null ? undefined : world.inPerson.readers.get(order.readerId);
}

/** Lets a reader show what waits for it, when it can know of it. */
export function pickUp(world: World, reader: Reader): void {
  const order = world.inPerson.orderAtReader(reader.id);
  if (order?.status !== "created" || !canTake(reader, order)) return;
  move(world, order, "at_terminal", "at_terminal", "at_terminal");
}

/** Choice: the devices of the oldest API are phones with an app, which have no modes. */
function canTake(reader: Reader, order: InPersonOrder): boolean {
  const isListening = order.api === "attempts" || reader.runningMode === "PDV";
  return reader.isPlugged && reader.isOnline && isListening;
}

/** A card that is being charged keeps its order: the payer was there in time. */
export function expireOrder(world: World, order: InPersonOrder): void {
  if (!isOpenOrder(order) || tapOf(world, order) !== null) return;
  move(world, order, "expired", "expired", "expired");
  for (const merchantOrder of world.inPerson.merchantOrdersOf(order)) {
    if (merchantOrder.status !== "opened") continue;
    merchantOrder.status = "expired";
    merchantOrder.updatedAt = order.updatedAt;
    announceMerchantOrder(world, order, merchantOrder);
  }
}

export function tapOf(world: World, order: InPersonOrder): Tap | null {
  const tap = readerOf(world, order)?.tap ?? null;
  return tap?.orderKey === order.key ? tap : null;
}

export function cancelOrder(world: World, order: InPersonOrder, detail: string): void {
  move(world, order, "canceled", "canceled", detail);
}

/** The API says yes; whether the reader does it, and in time, is another matter. */
export function askToCancel(world: World, order: InPersonOrder): void {
  order.transactionDetail = "cancellation_requested";
  touch(world, order);
  const reader = readerOf(world, order);
  if (reader) world.schedule.at(world.clock.now(), () => heedCancel(world, reader));
}

/** A reader that hears of the wish for an end lets go of the order, unless a card is being charged. */
export function heedCancel(world: World, reader: Reader): void {
  const order = world.inPerson.orderAtReader(reader.id);
  const isAsked = order?.transactionDetail === "cancellation_requested";
  if (!isAsked || !reader.honoursCancel || reader.tap !== null) return;
  if (reader.isPlugged && reader.isOnline) cancelOrder(world, order, "canceled_by_api");
}

export function requireAction(world: World, order: InPersonOrder): void {
  move(world, order, "action_required", "action_required", "check_on_terminal");
}

/** A card, or a phone, has paid or was refused. Answers with the payment, if there is one. */
export function chargeTap(world: World, order: InPersonOrder, tap: Tap): Payment | undefined {
  const { payment_method: asked } = (order.request.config ?? {}) as {
    payment_method?: { default_type?: string; default_installments?: number };
  };
  const method =
    methodFor(order.siteId, tap.methodId, asked?.default_type ?? methodTypeOf(order)) ??
    methodFor(order.siteId, null, undefined);
  if (method === undefined) throw new Error(`${order.siteId} has no payment methods`);
  return chargeOrder(world, order, {
    outcome: tap.outcome,
    method,
    amountMinor: order.amountMinor + tap.tipMinor,
    installments: tap.installments ?? asked?.default_installments ?? installmentsOf(order),
  });
}

function methodTypeOf({ request }: InPersonOrder): string | undefined {
  const { cc_type, payment } = request as { cc_type?: string; payment?: { type?: string } };
  return cc_type ?? payment?.type;
}

function installmentsOf({ request }: InPersonOrder): number {
  const { payment } = request as { payment?: { installments?: number } };
  return payment?.installments ?? 1;
}

/** The end of an order as its payment says; without one the reader itself failed. */
export function endOrder(
  world: World,
  order: InPersonOrder,
  outcome: string,
  payment: Payment | undefined,
): void {
  if (payment !== undefined) {
    order.paymentId = payment.id;
    order.unseenPaymentId = null;
    world.inPerson.link(order, payment.id);
  }
  if (isApproval(outcome)) {
    move(world, order, "processed", "accredited", "accredited");
    // It may have been refunded while nobody knew of it.
    if (payment !== undefined) followPayment(world, payment);
  } else if (payment?.status === "in_process") {
    move(world, order, "processing", "in_review", "in_review");
  } else if (order.api === "attempts" && order.type === "point") {
    // Choice: the oldest API has no word for a refused card; the order stays open for another one.
    order.paymentId = null;
    touch(world, order);
  } else {
    move(world, order, "failed", "failed", outcome);
  }
}

/** Follows what happens to a payment behind the order's back: refunds, reviews, disputes. */
export function followPayment(world: World, payment: Payment): void {
  const order = world.inPerson.orderPaidBy(payment.id);
  if (order?.paymentId !== payment.id) return;
  const news = payment.refunds.filter(
    ({ id }) => !order.refundIds.some(({ refundId }) => refundId === id),
  );
  for (const { id } of news) order.refundIds.push({ id: `REF${ulid()}`, refundId: id });
  const refunded = refundedMinor(payment);
  const isMoreBack = refunded > order.refundedMinor;
  order.refundedMinor = refunded;
  const [status, detail] = stateFor(payment, order);
  if (order.status === status && order.statusDetail === detail && !isMoreBack) {
    if (news.length > 0) touch(world, order);
    return;
  }
  order.status = status;
  order.statusDetail = detail;
  order.transactionDetail = detail;
  touch(world, order);
  announceOrder(world, order, isMoreBack);
}

function stateFor(payment: Payment, order: InPersonOrder): readonly [OrderStatus, string] {
  switch (payment.status) {
    case "approved":
      return [
        "processed",
        payment.statusDetail === "partially_refunded" ? payment.statusDetail : "accredited",
      ];
    case "refunded":
      return ["refunded", "refunded"];
    case "rejected":
      return ["failed", order.status === "failed" ? order.statusDetail : "rejected_other_reason"];
    case "cancelled":
      return ["canceled", "canceled"];
    case "in_mediation":
    case "charged_back":
      return ["charged_back", "in_process"];
    default:
      return ["processing", "in_review"];
  }
}

/** A person looked at the reader, or the provider found out: the end of an order that nobody knew. */
export function settleOrder(world: World, order: InPersonOrder, outcome: string): void {
  const unseen =
    order.unseenPaymentId === null ? undefined : world.payments.get(order.unseenPaymentId);
  if (unseen === undefined) {
    const payment = chargeTap(world, order, { ...noTap, orderKey: order.key, outcome });
    endOrder(world, order, outcome, payment);
  } else {
    const isPaid = unseen.approvedAt !== null;
    endOrder(world, order, isPaid ? "accredited" : "rejected_other_reason", unseen);
  }
}

const noTap: Tap = {
  orderKey: 0,
  outcome: "accredited",
  methodId: null,
  installments: null,
  tipMinor: 0,
  startedAt: 0,
  endsAt: 0,
  isEnded: true,
};

function move(
  world: World,
  order: InPersonOrder,
  status: OrderStatus,
  detail: string,
  transactionDetail: string,
): void {
  order.status = status;
  order.statusDetail = detail;
  order.transactionDetail = transactionDetail;
  touch(world, order);
  announceOrder(world, order, false);
}

function touch(world: World, order: InPersonOrder): void {
  order.version += 1;
  order.updatedAt = Math.max(world.clock.now(), order.updatedAt + 1);
  world.changed();
}
