import { isObject, type JsonObject } from "../core/json-body";
import { accountName } from "./books";
import { aboutOrder, record } from "./ledger";
import type { Order } from "./model";
import type { World } from "./world";

/** Splits what was taken: each seller is paid its cart without the fee, the marketplace all fees. */
export function creditSale(world: World, order: Order): void {
  for (const { seller, amountMinor, feeMinor } of order.carts) {
    credit(world, order, { seller, amountMinor, feeMinor });
  }
  const fees = order.carts.reduce((sum, { feeMinor }) => sum + feeMinor, 0);
  const own = order.carts.length === 0 ? order.capturedMinor : fees;
  if (own > 0) credit(world, order, { seller: null, amountMinor: own, feeMinor: 0 });
}

function credit(
  world: World,
  order: Order,
  part: { seller: string | null; amountMinor: number; feeMinor: number },
): void {
  const pos = world.posOf(order);
  const now = world.clock.now();
  const { blockMs } = world.settings;
  const changeMinor = part.amountMinor - part.feeMinor;
  world.books.book(
    accountName(pos, part.seller),
    world.newId(),
    {
      type: "PAYMENT_RECEIVED",
      amountMinor: part.amountMinor,
      changeMinor,
      description: String(order.request.description ?? ""),
      status: "COMPLETED",
      createdAt: order.createdAt,
      eventAt: now,
      details: saleDetails(order, part.feeMinor),
    },
    blockMs > 0 ? now + blockMs : undefined,
  );
  record(world, pos, "credit", changeMinor, { ...aboutOrder(order), seller: part.seller });
}

function saleDetails(order: Order, feeMinor: number): JsonObject {
  return {
    orderId: order.id,
    ...(order.extOrderId === null ? {} : { extOrderId: order.extOrderId }),
    feeAmount: String(feeMinor),
    counterparties: [counterparty(order)],
    funds: [],
  };
}

/** Who paid, as operations show it. */
export function counterparty(order: Order): JsonObject {
  const buyer = isObject(order.request.buyer) ? order.request.buyer : {};
  const names = [buyer.firstName, buyer.lastName].filter((name) => typeof name === "string");
  return {
    ...(buyer.extCustomerId === undefined ? {} : { extCustomerId: buyer.extCustomerId }),
    ...(names.length === 0 ? {} : { name: names.join(" ") }),
    ...(buyer.email === undefined ? {} : { email: buyer.email }),
  };
}
