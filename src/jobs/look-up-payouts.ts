import { PayoutEntity } from "../entities/payout.entity";
import type { PayoutService } from "../services/payout/payout.service";
import { type JobDependencies, workOnDue } from "./claimed-rows";
import type { Job } from "./job-loop";

/** Asks the provider about payouts that await something, in case no notification came. */
export function lookUpPayouts(deps: JobDependencies, payouts: PayoutService): Job {
  return {
    name: "look-up-payouts",
    runOnce: () =>
      workOnDue(deps, PayoutEntity, async (payout) => {
        await payouts.lookUp(payout, "SCHEDULE");
      }),
  };
}
