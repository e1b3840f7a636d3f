import { PayoutEntity } from "../entities/payout.entity";
import type { PayoutService } from "../services/payout/payout.service";
import { DueRowsJob, type JobDependencies } from "./due-rows";
import type { Job } from "./job-loop";

/** Asks the provider about payouts that await something, in case no notification came. */
export function lookUpPayouts(deps: JobDependencies, payouts: PayoutService): Job {
  return new DueRowsJob(deps, {
    name: "look-up-payouts",
    entity: PayoutEntity,
    waitsFor: { provider: "provider", account: "account_id" },
    work: async ([payout]) => {
      await payouts.lookUp(payout, "SCHEDULE");
    },
  });
}
