import { isId, type PaymentId } from "../domain/ids";
import type { PaymentObservation } from "../domain/payment-observation";
import type { ProviderAccountEntity } from "../entities/provider-account.entity";

/**
 * Whether a payment that we do not have was made here all the same: it bears an id of ours, and was paid to the account
 * that it was read in. In other accounts anybody may use such a reference.
 */
export function isLost(
  account: Pick<ProviderAccountEntity, "providerAccountId">,
  seen: PaymentObservation,
): seen is PaymentObservation & { readonly reference: PaymentId } {
  const { reference, providerAccountId } = seen;
  return (
    reference !== null &&
    isId("Payment", reference) &&
    providerAccountId === account.providerAccountId
  );
}
