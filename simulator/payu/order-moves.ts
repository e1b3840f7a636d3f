import { invalid, refusal } from "./errors";
import { aboutOrder, record } from "./ledger";
import type { Order, OrderStatus } from "./model";
import { announceOrder } from "./notifications";
import { creditSale } from "./sale";
import type { World } from "./world";

/** Choice: how long money that a buyer agreed to pay waits for a capture. The real term depends on the method. */
const authorizedForMs = 7 * 24 * 60 * 60 * 1000;

/**
 * The only functions that change an order. Each one writes the ledger and announces the change, so
 * that no path can forget one of the two. Nothing is announced of a NEW order.
 */
export function openOrder(world: World, order: Order): void {
  world.orders.add(order);
  record(world, world.posOf(order), "pend", order.totalMinor, aboutOrder(order));
  planExpiry(world, order);
  world.changed();
}

/** The buyer has begun to pay: chose a bank, sent a code, or was sent to one. */
export function beginOrder(world: World, order: Order): void {
  if (order.status !== "NEW") return;
  setStatus(world, order, "PENDING");
  announceOrder(world, order);
}

/** The bank answers as the code or the token has it, when the settings let it do so by itself. */
export function planSettlement(world: World, order: Order): void {
  if (order.settlesAt === null) return;
  world.after(order.settlesAt, () => {
    if (order.status !== "PENDING") return;
    if (order.resultCode === null) payOrder(world, order);
    else declineOrder(world, order, order.resultCode);
  });
}

/** The buyer's bank agrees: the money is taken, or waits to be. */
export function payOrder(world: World, order: Order): void {
  beginOrder(world, order);
  const isTakenAtOnce = world.posOf(order).autoReceive && !order.method?.isPreAuthorization;
  if (isTakenAtOnce) completeOrder(world, order, order.totalMinor, "charge");
  else holdOrder(world, order);
}

function holdOrder(world: World, order: Order): void {
  order.expiresAt = world.clock.now() + authorizedForMs;
  setStatus(world, order, "WAITING_FOR_CONFIRMATION");
  record(world, world.posOf(order), "authorize", order.totalMinor, aboutOrder(order));
  planExpiry(world, order);
  announceOrder(world, order);
}

export function declineOrder(world: World, order: Order, resultCode: string): void {
  beginOrder(world, order);
  order.resultCode = resultCode;
  endOrder(world, order, "reject");
}

/** Takes what was authorized, all of it or, for cards that were pre-authorized, a part. */
export function captureOrder(world: World, order: Order, amountMinor = order.totalMinor): void {
  if (order.status !== "WAITING_FOR_CONFIRMATION") throw wrongStatus();
  if (amountMinor > order.totalMinor || amountMinor === 0) {
    throw invalid("amount", "must be above zero and no more than what was authorized");
  }
  if (amountMinor < order.totalMinor) {
    if (!order.method?.isPreAuthorization) throw invalid("amount", "can be less for cards only");
    // Choice: how a part of an order with carts would be split is not documented.
    if (order.carts.length > 0) throw invalid("amount", "must be the whole of an order with carts");
  }
  completeOrder(world, order, amountMinor, "capture");
}

/** Choice: allowed until the money is taken. Documented is only what waits for a capture. */
export function cancelOrder(world: World, order: Order): void {
  if (!isOpen(order)) throw wrongStatus();
  endOrder(world, order, "cancel");
}

/** Moves an order from outside, as its buyer or a bank would. Used by the control endpoints. */
export function moveOrder(
  world: World,
  order: Order,
  status: Exclude<OrderStatus, "NEW">,
  resultCode: string | undefined,
): void {
  if (!isOpen(order)) throw wrongStatus();
  if (status === "CANCELED") {
    if (resultCode === undefined) cancelOrder(world, order);
    else declineOrder(world, order, resultCode);
    return;
  }
  beginOrder(world, order);
  const isHeld = order.status === "WAITING_FOR_CONFIRMATION";
  if (status === "WAITING_FOR_CONFIRMATION" && !isHeld) holdOrder(world, order);
  if (status !== "COMPLETED") return;
  if (isHeld) captureOrder(world, order);
  else completeOrder(world, order, order.totalMinor, "charge");
}

/** Gives the order up when its validity or its authorization ends. */
export function planExpiry(world: World, order: Order): void {
  if (!isOpen(order)) return;
  const { expiresAt } = order;
  world.schedule.at(expiresAt, () => {
    // An authorization has a term of its own; then another task waits for that.
    if (order.expiresAt === expiresAt && isOpen(order)) endOrder(world, order, "expire");
  });
}

export function isOpen(order: Order): boolean {
  return order.status !== "COMPLETED" && order.status !== "CANCELED";
}

function completeOrder(
  world: World,
  order: Order,
  amountMinor: number,
  type: "charge" | "capture",
): void {
  order.capturedMinor = amountMinor;
  order.completedAt = world.clock.now();
  setStatus(world, order, "COMPLETED");
  record(world, world.posOf(order), type, amountMinor, aboutOrder(order));
  creditSale(world, order);
  announceOrder(world, order);
}

function endOrder(world: World, order: Order, type: "cancel" | "expire" | "reject"): void {
  setStatus(world, order, "CANCELED");
  record(world, world.posOf(order), type, order.totalMinor, aboutOrder(order));
  announceOrder(world, order);
}

function setStatus(world: World, order: Order, status: OrderStatus): void {
  const { staleReads } = world.settings;
  if (staleReads > 0) order.stale = { status: order.status, reads: staleReads };
  order.status = status;
  world.changed();
}

function wrongStatus() {
  return refusal("orderStatus", "Order has incorrect status. Transition is impossible.");
}
