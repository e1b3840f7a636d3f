import type { UnitOfWork } from "../../database/database";
import type { RefundObservation } from "../../domain/payment-observation";
import { judgeRefundMove, openRefundStatuses, type RefundStatus } from "../../domain/refund-status";
import type { PaymentEntity } from "../../entities/payment.entity";
import type { RefundEntity } from "../../entities/refund.entity";
import { nextCheckAt } from "../../operations/schedule";
import type { PaymentDependencies } from "./create-payment";
import { isOnItsWay, matchRefunds } from "./listed-refunds";
import { newRefund } from "./refund-payment";
import { refundRows } from "./refund-rows";
import { readRowsOf, refundedByRows, settleRefund } from "./settle-refund";

/**
 * Brings refunds in line with what a look shows: open ones may have ended, and some may have been made at the
 * provider, without us. While one of ours is on its way, new ones are left for the next look where the provider does
 * not show our key: ours could be taken for a stranger's. Answers whether an open refund of the payment was not shown.
 */
export async function reconcileRefunds(
  deps: PaymentDependencies,
  unit: UnitOfWork,
  payment: PaymentEntity,
  listed: readonly RefundObservation[],
): Promise<boolean> {
  if (listed.length === 0 && payment.refundReservedMinor === 0n) return false;
  const rows = await readRowsOf(deps, unit, payment.id);
  const { known, others } = matchRefunds(rows, listed);
  const isAnyOnItsWay = rows.some(isOnItsWay);
  let isAnyAdopted = false;
  for (const { reference, status, ...seen } of others) {
    if (status === null || (isAnyOnItsWay && reference == null)) continue;
    adopt(deps, unit, payment, { ...seen, status });
    isAnyAdopted = true;
  }
  for (const { row, seen } of known) {
    const { status, providerRefundId } = seen;
    if (status !== null && judgeRefundMove(row.status, status, true) !== "FORBIDDEN") {
      await settleRefund(deps, unit, { payment, refund: row }, { status, seen }, "LOOKUP");
    } else if (row.providerRefundId === null && row.status === "COMPLETED") {
      refundRows.changeSilently(deps, unit, row, { providerRefundId });
    }
  }
  if (isAnyAdopted) await planLookBelow(deps, unit, payment);
  const shown = new Set(known.map(({ row }) => row.id));
  return rows.some(({ id, status }) => status === "PENDING" && !shown.has(id));
}

/** Writes down a refund that was made at the provider. One that is open there reserves its amount here. */
function adopt(
  deps: PaymentDependencies,
  unit: UnitOfWork,
  payment: PaymentEntity,
  seen: Omit<RefundObservation, "status"> & { readonly status: RefundStatus },
): void {
  const { status, providerRefundId, amount } = seen;
  const made = newRefund(deps, payment, null, amount.minor, null);
  const isOpen = openRefundStatuses.includes(status);
  const refund: RefundEntity = {
    ...made,
    status,
    providerRefundId,
    currency: amount.currency,
    createdAt: seen.createdAt ?? made.createdAt,
    dueAt: isOpen ? nextCheckAt(made.updatedAt, 0, deps.random) : null,
  };
  if (isOpen) {
    unit.change({
      sql: "UPDATE payment SET refund_reserved_minor = refund_reserved_minor + ? WHERE id = ?",
      values: [refund.amountMinor, payment.id],
      expectRows: 1,
    });
  }
  refundRows.add(deps, unit, refund, "LOOKUP");
}

/** A list can show more than the payment did a moment before: then the payment's own figures are read anew. */
async function planLookBelow(
  deps: PaymentDependencies,
  unit: UnitOfWork,
  { id }: PaymentEntity,
): Promise<void> {
  const total = await refundedByRows(unit, id);
  unit.change({
    sql: "UPDATE payment SET due_at = ? WHERE id = ? AND refunded_minor < ?",
    values: [deps.clock.now().getTime(), id, total],
  });
}
