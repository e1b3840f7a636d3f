import type { MarketplaceOrderId } from "../../domain/ids";
import { judgeOrderMove } from "../../domain/order-judgement";
import { orderAwaitsOutcome } from "../../domain/order-status";
import { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import { PaymentEntity } from "../../entities/payment.entity";
import { RefundEntity } from "../../entities/refund.entity";
import type { Failpoints } from "../../operations/failpoints";
import { nextCheckAt } from "../../operations/schedule";
import { FollowedRows } from "../followed/followed-rows";
import type { PaymentDependencies } from "../payment/create-payment";

/** What orders need is what payments need, and steps of their own to be killed at. */
export interface OrderDependencies extends PaymentDependencies {
  readonly failpoints: Failpoints;
}

/** How orders live. Their events are in their own logs. */
export const orderRows = new FollowedRows<MarketplaceOrderEntity>({
  entity: MarketplaceOrderEntity,
  judge: judgeOrderMove,
  providerIdColumn: "provider_order_id",
  events: { created: "ORDER_CREATED", moved: "ORDER_STATUS_CHANGED", updated: "ORDER_UPDATED" },
  streamOf: ({ id }) => id,
  snapshotOf: ({ providerStatus, refundedMinor }) => ({
    providerStatus,
    refundedMinor: refundedMinor.toString(),
  }),
  alerts: {
    idName: "orderId",
    anomaly: "ORDER_CONTRADICTED",
    unapplied: "ORDER_CONTRADICTED",
  },
  dueIn: ({ clock, random }, { status, attempts }) =>
    orderAwaitsOutcome[status] ? nextCheckAt(clock.now(), attempts, random) : null,
});

/** An order with the payments of its carts. */
export interface WholeOrder {
  readonly order: MarketplaceOrderEntity;
  readonly payments: readonly PaymentEntity[];
}

type Reading = Pick<OrderDependencies, "database">;

/** An order's rows, whoever asks: for the engine and the workers, which act for no caller. */
export async function readOrder(deps: Reading, id: string): Promise<WholeOrder> {
  const [order, payments] = await Promise.all([
    orderRows.read(deps, id),
    readPaymentsOf(deps, id as MarketplaceOrderId),
  ]);
  return { order, payments };
}

/** The carts' payments, in the order of the carts. */
export function readPaymentsOf(
  { database }: Reading,
  orderId: MarketplaceOrderId,
): Promise<PaymentEntity[]> {
  return database.table(PaymentEntity).findBy(database, { orderId });
}

/** The refunds of all of an order's carts. */
export async function readRefundsOf(
  { database }: Reading,
  id: MarketplaceOrderId,
): Promise<RefundEntity[]> {
  const rows = await database.read(
    "SELECT r.* FROM refund r JOIN payment p ON p.id = r.payment_id WHERE p.order_id = ?",
    [id],
  );
  return rows.map((row) => database.table(RefundEntity).fromRow(row));
}
