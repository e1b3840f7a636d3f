import type { Database } from "../../database/database";
import type { Provider } from "../../domain/provider";
import { PayoutEntity } from "../../entities/payout.entity";

/** A payout's row, whoever asks: for the engine and the workers, which act for no caller. */
export async function readPayout(database: Database, id: string): Promise<PayoutEntity> {
  const rows = await database.read("SELECT * FROM payout WHERE id = ?", [id], { byKey: true });
  if (rows[0] === undefined) throw new Error(`payout ${id} is gone`);
  return database.table(PayoutEntity).fromRow(rows[0]);
}

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
