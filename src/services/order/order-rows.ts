import type { MarketplaceOrderId } from "../../domain/ids";
import { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import { PaymentEntity } from "../../entities/payment.entity";
import { RefundEntity } from "../../entities/refund.entity";
import type { Failpoints } from "../../operations/failpoints";
import type { PaymentDependencies } from "../payment/create-payment";

/** What orders need is what payments need, and steps of their own to be killed at. */
export interface OrderDependencies extends PaymentDependencies {
  readonly failpoints: Failpoints;
}

/** An order with the payments of its carts. */
export interface WholeOrder {
  readonly order: MarketplaceOrderEntity;
  readonly payments: readonly PaymentEntity[];
}

type Reading = Pick<OrderDependencies, "database">;

/** An order's rows, whoever asks: for the engine and the workers, which act for no caller. */
export async function readOrder(deps: Reading, id: string): Promise<WholeOrder> {
  const [rows, payments] = await Promise.all([
    deps.database.read("SELECT * FROM marketplace_order WHERE id = ?", [id], { byKey: true }),
    readPaymentsOf(deps, id as MarketplaceOrderId),
  ]);
  if (rows[0] === undefined) throw new Error(`order ${id} is gone`);
  return { order: deps.database.table(MarketplaceOrderEntity).fromRow(rows[0]), payments };
}

/** The carts' payments, in the order of the carts. */
export async function readPaymentsOf(
  { database }: Reading,
  id: MarketplaceOrderId,
): Promise<PaymentEntity[]> {
  const rows = await database.read("SELECT * FROM payment WHERE order_id = ? ORDER BY id", [id], {
    byKey: true,
  });
  return rows.map((row) => database.table(PaymentEntity).fromRow(row));
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
