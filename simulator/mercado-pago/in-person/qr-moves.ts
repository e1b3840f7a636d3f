import type { Payment } from "../model";

import { siteOf, toMinor } from "../sites";
import type { World } from "../world";
import { chargeOrder, isApproval, methodFor } from "./charge";
import { type InPersonOrder, isOpenOrder, type MerchantOrder, type Scan } from "./model";
import { announceMerchantOrder } from "./notifications";
import { endOrder } from "./order-moves";

export interface PhoneWish {
  outcome: string;
  /** Account money unless something else is asked for. */
  methodId: string | null;
  /** Null for all that is left to pay. */
  amountMinor: number | null;
}

/**
 * A phone reads a code. Undefined when nothing waits to be paid there. With the older APIs every scan makes a
 * merchant order of its own, so that a printed code which two people scan makes two.
 */
export function scanCode(world: World, qrData: string): Scan | undefined {
  const order = world.inPerson.orderWithCode(qrData);
  if (order === undefined || !isOpenOrder(order)) return undefined;
  if (order.api === "orders") return { order, merchantOrder: null };
  const now = world.clock.now();
  const merchantOrder: MerchantOrder = {
    id: world.newId(),
    orderKey: order.key,
    account: order.account,
    paymentIds: [],
    status: "opened",
    createdAt: now,
    updatedAt: now,
  };
  world.inPerson.merchantOrders.set(merchantOrder.id, merchantOrder);
  announceMerchantOrder(world, order, merchantOrder);
  world.changed();
  return { order, merchantOrder };
}

/**
 * The phone pays, or tries to. Choice: an order of the Orders API takes one payment, and none once it has
 * ended; a refused one leaves no trace in it. A merchant order that was opened in time can be paid whatever
 * became of the order on the till since, and in parts.
 */
export function payScan(world: World, scan: Scan, wish: PhoneWish): Payment | undefined {
  const { order, merchantOrder } = scan;
  const method = methodFor(order.siteId, wish.methodId, "account_money");
  if (method === undefined) return undefined;
  const { outcome } = wish;
  if (merchantOrder === null) {
    if (!isOpenOrder(order)) return undefined;
    const amountMinor = discountedMinor(order, method.type);
    const payment = chargeOrder(world, order, { outcome, method, amountMinor, installments: 1 });
    const isRefused = payment === undefined || payment.status === "rejected";
    if (!isRefused) endOrder(world, order, outcome, payment);
    return payment;
  }
  if (merchantOrder.status !== "opened") return undefined;
  const left = order.amountMinor - paidMinor(world, merchantOrder);
  const amountMinor = Math.min(wish.amountMinor ?? left, left);
  const payment = chargeOrder(world, order, { outcome, method, amountMinor, installments: 1 });
  if (payment === undefined) return undefined;
  merchantOrder.paymentIds.push(payment.id);
  const isPaid = follow(world, order, merchantOrder);
  if (isApproval(outcome) && isPaid && isOpenOrder(order)) {
    endOrder(world, order, outcome, payment);
  }
  return payment;
}

export function paidMinor(world: World, merchantOrder: MerchantOrder): number {
  return paymentsOf(world, merchantOrder)
    .filter(({ approvedAt }) => approvedAt !== null)
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}

export function paymentsOf(world: World, merchantOrder: MerchantOrder): Payment[] {
  return merchantOrder.paymentIds.flatMap((id) => world.payments.get(id) ?? []);
}

/** Approved payments that reach the total close a merchant order. */
function follow(world: World, order: InPersonOrder, merchantOrder: MerchantOrder): boolean {
  const isPaid = paidMinor(world, merchantOrder) >= order.amountMinor;
  if (isPaid) merchantOrder.status = "closed";
  merchantOrder.updatedAt = world.clock.now();
  announceMerchantOrder(world, order, merchantOrder);
  world.changed();
  return isPaid;
}

/** A payment that was refunded, reviewed or disputed changes its merchant order, too. */
export function followMerchantPayment(world: World, payment: Payment): void {
  for (const merchantOrder of world.inPerson.merchantOrders.values()) {
    const order = world.inPerson.order(merchantOrder.orderKey);
    if (order && merchantOrder.paymentIds.includes(payment.id)) follow(world, order, merchantOrder);
  }
}

/** What has to be paid with a method that has a discount. */
function discountedMinor(order: InPersonOrder, methodType: string): number {
  const { discounts } = order.request as {
    discounts?: { payment_methods?: { type: string; new_total_amount: string }[] };
  };
  const found = discounts?.payment_methods?.find(({ type }) => type === methodType);
  const minor = found && toMinor(Number(found.new_total_amount), siteOf(order.siteId).decimals);
  return minor ?? order.amountMinor;
}
