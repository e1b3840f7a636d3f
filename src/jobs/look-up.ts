import type { Claimable } from "../database/claim";
import { DueRowsJob, type JobDependencies } from "./due-rows";
import type { Job } from "./job-loop";

/**
 * Asks the provider about rows that await something, in case no notification came. `account`: the column that says whose
 * turn a row has to wait for.
 */
export function lookUp<E extends Claimable & object>(
  name: string,
  entity: new () => E,
  look: (row: E) => Promise<unknown>,
  account = "account_id",
): (deps: JobDependencies) => Job {
  return (deps) =>
    new DueRowsJob(deps, {
      name,
      entity,
      waitsFor: { provider: "provider", account },
      work: async ([row]) => {
        await look(row);
      },
    });
}
