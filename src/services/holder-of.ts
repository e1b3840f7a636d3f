import type { UnitOfWork } from "../database/database";
import type { Provider } from "../domain/provider";

const providerIdIn = {
  payment: "provider_payment_id",
  payout: "provider_payout_id",
  marketplace_order: "provider_order_id",
} as const;

/**
 * Whose the provider's id is, where that is not this row: of two that a provider answers with one id, the second is
 * nobody's until a person has looked. Asked after a clash only: unique indexes keep them apart, and cost no read.
 */
export async function holderOf(
  unit: UnitOfWork,
  table: keyof typeof providerIdIn,
  { id, provider }: { readonly id: string; readonly provider: Provider },
  providerId: string,
): Promise<string | undefined> {
  const rows = await unit.read(
    `SELECT id FROM ${table} WHERE provider = ? AND ${providerIdIn[table]} = ? AND id <> ?`,
    [provider, providerId, id],
  );
  return rows[0] && String(rows[0].id);
}
