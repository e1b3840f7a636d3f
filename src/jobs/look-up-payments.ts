import { PaymentEntity } from "../entities/payment.entity";
import type { PaymentService } from "../services/payment/payment.service";
import { DueRowsJob, type JobDependencies } from "./due-rows";
import type { Job } from "./job-loop";

/** Asks the provider about payments that await something, in case no notification came. */
export function lookUpPayments(deps: JobDependencies, payments: PaymentService): Job {
  return new DueRowsJob(deps, {
    name: "look-up-payments",
    entity: PaymentEntity,
    waitsFor: { provider: "provider", account: "account_id" },
    work: async ([payment]) => {
      await payments.lookUp(payment, "SCHEDULE");
    },
  });
}
