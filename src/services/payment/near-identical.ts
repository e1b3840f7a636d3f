import { hash } from "node:crypto";
import type { Database, UnitOfWork } from "../../database/database";
import { marks } from "../../database/table";
import type { Clock } from "../../domain/clock";
import type { Money } from "../../domain/money";
import { type PaymentStatus, paymentStatuses, shadowsTwin } from "../../domain/payment-status";
import { PaymentEntity } from "../../entities/payment.entity";
import type { ProviderRegistry } from "../../providers/registry";
import { type CreatePaymentArgs, meansOf } from "./payment-input";

/**
 * How long a payment shadows its twin. Mercado Pago's older guard against repeated requests looks at the
 * last minute (its codes 801 and 2001); how far its risk scoring looks back is not published.
 */
const shadowMs = 60_000;

/** Hash of what makes two payments near-identical: same payer, seller, sum, means and subject. */
export function fingerprintOf(args: CreatePaymentArgs, amount: Money): string {
  const { method, installments } = meansOf(args);
  const parts = [
    args.sellerId,
    args.payer.email.toLowerCase(),
    amount.minor.toString(),
    amount.currency,
    method,
    installments,
    args.externalReference ?? "",
    args.description ?? "",
  ];
  return hash("sha256", JSON.stringify(parts), "hex");
}

/**
 * Makes what adds a payment unless one almost the same was made moments ago: then the whole unit is undone. Payments that
 * reached nobody, and declines that invite the buyer to try again, do not count. Two requests that two processes take at
 * the very same moment can both pass: this saves declines, the idempotency key is what keeps from charging twice.
 */
export function addingUnlessTwin(
  database: Database,
  finalDeclines: readonly string[],
  clock: Clock,
): (unit: Pick<UnitOfWork, "change">, payment: PaymentEntity) => void {
  const thatShadow = (when: (typeof shadowsTwin)[PaymentStatus]) =>
    paymentStatuses.filter((status) => shadowsTwin[status] === when).map((status) => `'${status}'`);
  const sql = `SELECT 1 FROM payment WHERE fingerprint = ? AND id <> ? AND created_at > ?
    AND (status IN (${thatShadow("ALWAYS").join(", ")}) OR (status IN (${thatShadow("IF_FINAL").join(", ")})
      AND provider_status_detail IN (${marks(finalDeclines)})))`;
  const payments = database.table(PaymentEntity);
  return (unit, payment) => {
    const { id, fingerprint } = payment;
    // Looked for once it is added itself, so that two that are committed together see each other.
    unit.change(payments.insert(payment));
    unit.change({
      sql,
      values: [fingerprint, id, clock.now().getTime() - shadowMs, ...finalDeclines],
      expectNone: true,
    });
  };
}

/** Providers' words for declines after which the same payment must not be tried again, or not yet. */
export function finalDeclinesOf(registry: ProviderRegistry): readonly string[] {
  return registry
    .all()
    .flatMap(({ rejections }) => rejections)
    .filter(({ advice }) => advice === "WAIT" || advice === "DO_NOT_RETRY")
    .map(({ code }) => code);
}
