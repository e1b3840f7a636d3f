import { aboutRefund, record } from "./ledger";
import type { Booking, Order, Refund } from "./model";
import { announceRefund } from "./notifications";
import { type Entry, entriesOf, partsOf } from "./refund-parts";
import type { RefundRequest } from "./refund-request";
import { counterparty } from "./sale";
import type { World } from "./world";

/** Makes a refund or throws the refusal. The money leaves the accounts at once, while it is PENDING. */
export function openRefund(world: World, order: Order, request: RefundRequest): Refund {
  const parts = partsOf(world, order, request);
  const entries = entriesOf(world, order, parts);
  const now = world.clock.now();
  const { refundMs } = world.settings;
  const refund: Refund = {
    id: String(world.newId()),
    extRefundId: request.extRefundId,
    orderId: order.id,
    status: "PENDING",
    amountMinor: parts.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    description: request.description,
    parts,
    fingerprint: request.fingerprint,
    bookings: [],
    createdAt: now,
    changedAt: now,
    settlesAt: refundMs === null ? null : now + refundMs,
    error: null,
  };
  refund.bookings = entries.map((entry) => book(world, order, refund, entry));
  world.orders.addRefund(order, refund);
  const pos = world.posOf(order);
  record(world, pos, "refund", refund.amountMinor, aboutRefund(order, refund));
  world.changed();
  return refund;
}

/** The refund is settled by itself, when the settings let it be. */
export function planRefund(world: World, order: Order, refund: Refund): void {
  if (refund.settlesAt === null) return;
  world.after(refund.settlesAt, () => {
    if (refund.status !== "PENDING") return;
    settleRefund(world, order, refund, world.settings.refundOutcome);
  });
}

/** The buyer's bank took the money back, or did not; then the accounts get it again. */
export function settleRefund(
  world: World,
  order: Order,
  refund: Refund,
  status: "FINALIZED" | "CANCELED",
  error: Refund["error"] = null,
): void {
  const now = world.clock.now();
  refund.status = status;
  refund.changedAt = now;
  if (status === "FINALIZED") {
    for (const booking of refund.bookings) world.books.complete(booking, now);
  } else {
    const usual = { code: "PROVIDER_TECHNICAL_ERROR", description: "The bank did not answer" };
    refund.error = error ?? usual;
    for (const booking of refund.bookings) world.books.cancel(booking, now);
    const pos = world.posOf(order);
    record(world, pos, "refund-failed", refund.amountMinor, aboutRefund(order, refund));
  }
  announceRefund(world, order, refund);
  world.changed();
}

function book(world: World, order: Order, refund: Refund, entry: Entry): Booking {
  const { id: orderId, extOrderId } = order;
  const { id: refundId, extRefundId } = refund;
  return world.books.book(entry.account, world.newId(), {
    type: entry.type,
    amountMinor: Math.abs(entry.changeMinor),
    changeMinor: entry.changeMinor,
    description: refund.description,
    status: "PENDING",
    createdAt: refund.createdAt,
    eventAt: refund.createdAt,
    details: {
      orderId,
      ...(extOrderId === null ? {} : { extOrderId }),
      refundId,
      ...(extRefundId === null ? {} : { extRefundId }),
      counterparties: [counterparty(order)],
      funds: [],
    },
  });
}
