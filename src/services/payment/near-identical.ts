import { createHash } from "node:crypto";
import type { Database } from "../../database/database";
import type { Clock } from "../../domain/clock";
import type { Money } from "../../domain/money";
import type { PaymentStatus } from "../../domain/payment-status";
import type { Provider } from "../../domain/provider";
import type { ProviderRegistry } from "../../providers/registry";
import type { CreatePaymentArgs } from "./payment-input";

/**
 * How long a payment shadows its twin. Mercado Pago's older guard against repeated requests looks at the
 * last minute (its codes 801 and 2001); how far its risk scoring looks back is not published.
 */
const shadowMs = 60_000;

/** Hash of what makes two payments near-identical: same payer, seller, sum, means and subject. */
export function fingerprintOf(args: CreatePaymentArgs, amount: Money): string {
  const parts = [
    args.sellerId,
    args.payer.email.toLowerCase(),
    amount.minor.toString(),
    amount.currency,
    args.methodId ?? "",
    args.installments ?? "",
    args.externalReference ?? "",
    args.description ?? "",
  ];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/**
 * Whether almost the same payment was made moments ago. Payments that reached nobody, and declines that
 * invite the buyer to try again, do not count. Two requests at the very same moment can both pass: this
 * saves declines, the idempotency key is what keeps from charging twice.
 */
export async function hasRecentTwin(
  database: Database,
  registry: ProviderRegistry,
  clock: Clock,
  fingerprint: string,
): Promise<boolean> {
  const rows = await database.read(
    `SELECT status, provider, provider_status_detail FROM payment
     WHERE fingerprint = ? AND created_at > ? ORDER BY created_at DESC LIMIT 5`,
    [fingerprint, clock.now().getTime() - shadowMs],
    { byKey: true },
  );
  return rows.some((row) => {
    const status = row.status as PaymentStatus;
    if (status === "FAILED") return false;
    if (status !== "REJECTED") return true;
    const adapter = registry.get(row.provider as Provider);
    const advice = adapter?.rejectionOf(String(row.provider_status_detail ?? "")).advice;
    return advice === "WAIT" || advice === "DO_NOT_RETRY";
  });
}
