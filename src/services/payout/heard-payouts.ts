import type { Database } from "../../database/database";
import { marks } from "../../database/table";
import type { Money } from "../../domain/money";
import type { Provider } from "../../domain/provider";
import { PayoutEntity } from "../../entities/payout.entity";

export async function payoutByProviderId(
  database: Database,
  provider: Provider,
  providerPayoutId: string,
): Promise<PayoutEntity | undefined> {
  const rows = await database.read(
    "SELECT * FROM payout WHERE provider = ? AND provider_payout_id = ?",
    [provider, providerPayoutId],
  );
  return rows[0] && database.table(PayoutEntity).fromRow(rows[0]);
}

/** Whether a payout of this shop has been sent whose id at the provider we do not know yet. */
export async function isAwaited(
  database: Database,
  provider: Provider,
  shop: string,
): Promise<boolean> {
  const rows = await database.read(
    `SELECT p.id FROM payout p JOIN provider_account a ON a.id = p.account_id
     WHERE p.provider = ? AND p.provider_payout_id IS NULL
       AND p.status IN ('PROCESSING', 'UNKNOWN') AND a.shop = ? LIMIT 1`,
    [provider, shop],
  );
  return rows.length > 0;
}

/**
 * Looks up, now, payouts of this shop that counted as refused since `since` and are of this sum: a notification of a payout
 * that nobody knows may be about one of them. Answers whether there are any.
 */
export async function lookAtFailed(
  database: Database,
  provider: Provider,
  shop: string,
  { minor, currency }: Money,
  { now, since }: { readonly now: Date; readonly since: Date },
): Promise<boolean> {
  const rows = await database.read(
    `SELECT p.id FROM payout p JOIN provider_account a ON a.id = p.account_id
     WHERE p.provider = ? AND p.provider_payout_id IS NULL AND p.status = 'FAILED' AND a.shop = ?
       AND p.currency = ? AND p.amount_minor = ? AND p.created_at > ?`,
    [provider, shop, currency, minor, since.getTime()],
  );
  if (rows.length === 0) return false;
  const ids = rows.map(({ id }) => String(id));
  await database.write((unit) =>
    unit.change({
      sql: `UPDATE payout SET due_at = ? WHERE due_at > ? AND status = 'FAILED' AND id IN (${marks(ids)})`,
      values: [now.getTime(), now.getTime(), ...ids],
    }),
  );
  return true;
}
