import { RefundEntity } from "../entities/refund.entity";
import { nextCheckAt } from "../operations/schedule";
import type { OrderLookUps } from "../services/order/order-look-ups";
import type { PaymentService } from "../services/payment/payment.service";
import { DueRowsJob, type JobDependencies } from "./due-rows";
import type { Job } from "./job-loop";

interface Dependencies extends JobDependencies {
  readonly random: () => number;
  readonly payments: PaymentService;
  readonly orders: OrderLookUps;
}

/** Asks the provider about refunds that it has accepted and not ended, in case no notification came. */
export function lookUpRefunds(deps: Dependencies): Job {
  const { database, clock, random, payments, orders } = deps;
  const ofPayment = (column: string) =>
    `(SELECT p.${column} FROM payment p WHERE p.id = refund.payment_id)`;
  return new DueRowsJob(deps, {
    name: "look-up-refunds",
    entity: RefundEntity,
    waitsFor: { provider: ofPayment("provider"), account: ofPayment("account_id") },
    work: async ([{ id, paymentId, attempts, leaseToken }]) => {
      const payment = await payments.read(paymentId);
      // The refunds of a cart stand with the order, where the provider keeps that as one.
      if (payment.orderId !== null && payment.providerPaymentId === null) {
        await orders.lookUpRefunds(payment.orderId);
      } else {
        await payments.lookUp(payment, "SCHEDULE");
      }
      const dueAt = nextCheckAt(clock.now(), attempts, random).getTime();
      await database.write((unit) =>
        unit.change({
          sql: "UPDATE refund SET due_at = ? WHERE id = ? AND lease_token = ? AND status = 'PENDING'",
          values: [dueAt, id, leaseToken],
        }),
      );
    },
  });
}
