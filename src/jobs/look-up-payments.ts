import { PaymentEntity } from "../entities/payment.entity";
import type { PaymentService } from "../services/payment/payment.service";
import { type JobDependencies, workOnDue } from "./claimed-rows";
import type { Job } from "./job-loop";

/** Asks the provider about payments that await something, in case no notification came. */
export function lookUpPayments(deps: JobDependencies, payments: PaymentService): Job {
  return {
    name: "look-up-payments",
    runOnce: () =>
      workOnDue(deps, PaymentEntity, async (payment) => {
        await payments.lookUp(payment, "SCHEDULE");
      }),
  };
}
