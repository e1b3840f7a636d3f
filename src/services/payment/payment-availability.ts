import type { Clock } from "../../domain/clock";
import type { OrderStatus } from "../../domain/order-status";
import { type ActionFacts, allows, statusesFor } from "../../domain/payment-actions";
import type { PaymentEntity } from "../../entities/payment.entity";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type { ProviderRegistry } from "../../providers/registry";
import { isUsable } from "../accounts/provider-accounts";

const dayMs = 86_400_000;

/** What decides which actions a payment allows. `orderStatus`: of the order that it is a cart of; null where it is none. */
export function availabilityOf(
  deps: { readonly registry: ProviderRegistry; readonly clock: Clock },
  payment: PaymentEntity,
  account: ProviderAccountEntity,
  orderStatus: OrderStatus | null,
): ActionFacts {
  return {
    status: payment.status,
    hasOpenAction: payment.openActionId !== null,
    accountUsable: isUsable(account),
    orderStatus,
    // A cart's id at the provider may be the order's; no cart is paid before the order has one.
    knownAtProvider: payment.providerPaymentId !== null || payment.orderId !== null,
    refundableMinor: refundableMinor(payment),
    refundableUntil: refundableUntil(deps.registry, payment, account),
    now: deps.clock.now(),
  };
}

/** What was taken from the payer: the captured part, where capture was separate. */
export function capturedMinor(
  payment: Pick<PaymentEntity, "captureMinor" | "amountMinor">,
): bigint {
  return payment.captureMinor ?? payment.amountMinor;
}

/** What `refundableMinor` is worked out from. */
export const refundableNeeds = [
  "status",
  "captureMinor",
  "amountMinor",
  "refundedMinor",
  "refundReservedMinor",
] as const;

/** What may still be refunded: taken, not given back, and not spoken for by an open refund. */
export function refundableMinor(
  payment: Pick<PaymentEntity, (typeof refundableNeeds)[number]>,
): bigint {
  if (!allows(payment.status, "REFUND")) return 0n;
  return capturedMinor(payment) - payment.refundedMinor - payment.refundReservedMinor;
}

const refundableStatuses = statusesFor("REFUND").map((status) => `'${status}'`);

/** The condition, on a row of `payment`, that at least so much may still be refunded: `refundableMinor` in SQL. */
export function mayRefundSql(amount: string): string {
  return `status IN (${refundableStatuses.join(", ")})
    AND COALESCE(capture_minor, amount_minor) - refunded_minor - refund_reserved_minor >= ${amount}`;
}

/** When the provider stops taking refunds; null while nothing is approved, or where no limit is known. */
export function refundableUntil(
  registry: ProviderRegistry,
  payment: PaymentEntity,
  account: ProviderAccountEntity,
): Date | null {
  const days = registry.get(payment.provider)?.refunds?.windowDays(account.country) ?? null;
  if (days === null || payment.approvedAt === null) return null;
  return new Date(payment.approvedAt.getTime() + days * dayMs);
}
