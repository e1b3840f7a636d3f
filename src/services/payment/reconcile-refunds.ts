import type { UnitOfWork } from "../../database/database";
import type { PaymentObservation, RefundObservation } from "../../domain/payment-observation";
import { openRefundStatuses } from "../../domain/refund-status";
import type { PaymentEntity } from "../../entities/payment.entity";
import { RefundEntity } from "../../entities/refund.entity";
import type { PaymentDependencies } from "./create-payment";
import { refundEvent } from "./refund-events";
import { settleRefund } from "./refund-payment";

/**
 * Brings refunds in line with what a look-up shows: pending ones may have ended, and some may have been made
 * at the provider, without us. While one of ours is on its way, new ones are left for the next look-up where the
 * provider does not show our key: ours could be taken for a stranger's.
 */
export async function reconcileRefunds(
  deps: PaymentDependencies,
  unit: UnitOfWork,
  payment: PaymentEntity,
  seen: PaymentObservation,
): Promise<void> {
  if (seen.refunds.length === 0) return;
  const table = deps.database.table(RefundEntity);
  const rows = await unit.read("SELECT * FROM refund WHERE payment_id = ?", [payment.id]);
  const known = rows.map((row) => table.fromRow(row));
  const byProviderId = new Map(known.map((refund) => [refund.providerRefundId, refund]));
  // Ours whose answer was lost: the repetition's does not tell which of the provider's refunds it was.
  const nameless = known.filter(
    ({ providerRefundId, status }) => providerRefundId === null && status === "COMPLETED",
  );
  const onTheirWay = known.some(({ status }) => status === "PROCESSING" || status === "UNKNOWN");

  for (const observed of seen.refunds) {
    const { providerRefundId, reference, status } = observed;
    const refund = byProviderId.get(providerRefundId) ?? known.find(({ id }) => id === reference);
    if (refund === undefined) {
      // Any of the same amount will do: nothing else tells them apart.
      const at = nameless.findIndex(({ amountMinor }) => amountMinor === observed.amount.minor);
      const [own] = at < 0 ? [] : nameless.splice(at, 1);
      if (own !== undefined) {
        unit.change(table.update({ providerRefundId }, { id: own.id, version: own.version }, 1));
      } else if (!onTheirWay || reference != null) adopt(deps, unit, payment, observed);
    } else if (openRefundStatuses.includes(refund.status) && status !== null) {
      const state = { payment, refund };
      await settleRefund(deps, unit, state, status, providerRefundId, "LOOKUP");
    }
  }
}

function adopt(
  deps: PaymentDependencies,
  unit: UnitOfWork,
  payment: PaymentEntity,
  observed: RefundObservation,
): void {
  // Only finished ones: an open one would have to reserve its amount.
  if (observed.status !== "COMPLETED") return;
  const now = deps.clock.now();
  const refund: RefundEntity = {
    id: deps.ids.next("Refund"),
    marketplaceId: payment.marketplaceId,
    sellerId: payment.sellerId,
    paymentId: payment.id,
    operationId: null,
    status: observed.status,
    providerRefundId: observed.providerRefundId,
    currency: observed.amount.currency,
    amountMinor: observed.amount.minor,
    reason: null,
    createdAt: observed.createdAt ?? now,
    updatedAt: now,
    dueAt: null,
    attempts: 0,
    leaseToken: null,
    version: 1,
  };
  unit.change(deps.database.table(RefundEntity).insert(refund));
  deps.events.append(unit, refundEvent(refund, "REFUND_CREATED", null, "LOOKUP"));
}
