import type { Database } from "../../database/database";
import { isId } from "../../domain/ids";
import type { Provider } from "../../domain/provider";
import { PaymentEntity } from "../../entities/payment.entity";

/** The payment that the provider knows by this id, whoever asks. */
export async function paymentByProviderId(
  database: Database,
  provider: Provider,
  providerPaymentId: string,
): Promise<PaymentEntity | undefined> {
  const rows = await database.read(
    "SELECT * FROM payment WHERE provider = ? AND provider_payment_id = ?",
    [provider, providerPaymentId],
  );
  return rows[0] && database.table(PaymentEntity).fromRow(rows[0]);
}

/** The payment at the provider that our reference names, whoever asks. */
export async function paymentByReference(
  database: Database,
  provider: Provider,
  reference: string | null,
): Promise<PaymentEntity | undefined> {
  if (reference === null || !isId("Payment", reference)) return undefined;
  const rows = await database.read("SELECT * FROM payment WHERE id = ? AND provider = ?", [
    reference,
    provider,
  ]);
  return rows[0] && database.table(PaymentEntity).fromRow(rows[0]);
}
