import type { LedgerType } from "../core/ledger";
import type { Effect, Order, Payout, Pos, Refund } from "./model";
import type { World } from "./world";

type Details = Partial<
  Pick<
    Effect,
    | "paymentId"
    | "refundId"
    | "externalReference"
    | "seller"
    | "extRefundId"
    | "payoutId"
    | "extPayoutId"
    | "extTransferId"
  >
>;

/** Writes down what truly happened. `externalReference` is the id under which the gateway knows it. */
export function record(
  world: World,
  pos: Pos,
  type: LedgerType,
  amountMinor: number,
  details: Details,
): void {
  world.ledger.append({
    at: new Date(world.clock.now()).toISOString(),
    type,
    account: pos.posId,
    amountMinor,
    amount: amountMinor / 100,
    currency: pos.currency,
    paymentId: null,
    refundId: null,
    externalReference: null,
    seller: null,
    extRefundId: null,
    payoutId: null,
    extPayoutId: null,
    extTransferId: null,
    ...details,
  });
}

export function aboutOrder(order: Order): Details {
  return { paymentId: order.id, externalReference: order.extOrderId };
}

/** A refund is found by the order's reference, as the charge is that it undoes. */
export function aboutRefund(order: Order, refund: Refund): Details {
  const [only, ...others] = refund.parts;
  const seller = others.length === 0 ? (only?.seller ?? null) : null;
  const { id: refundId, extRefundId } = refund;
  return { ...aboutOrder(order), refundId, extRefundId, seller };
}

export function aboutPayout(payout: Payout): Details {
  const { id: payoutId, extPayoutId, extCustomerId: seller } = payout;
  return { payoutId, extPayoutId, seller, externalReference: extPayoutId };
}
