import type { RefundObservation } from "../domain/payment-observation";

/** One of each id: a refund that is listed twice must not be written down twice. */
export function distinctRefunds(refunds: readonly RefundObservation[]): RefundObservation[] {
  const seen = new Set<string>();
  return refunds.filter(({ providerRefundId }) => {
    const isNew = !seen.has(providerRefundId);
    seen.add(providerRefundId);
    return isNew;
  });
}
