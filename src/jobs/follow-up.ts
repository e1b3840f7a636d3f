import { FollowUpEntity } from "../entities/follow-up.entity";
import type { FollowUpService } from "../services/upkeep/follow-up.service";
import { DueRowsJob, type JobDependencies } from "./due-rows";
import type { Job } from "./job-loop";

/** Asks providers, seldom, about what has ended: something may have changed there, and its notification be lost. */
export function followUp(deps: JobDependencies, followUps: FollowUpService): Job {
  let hasBegun = false;
  const rounds = new DueRowsJob(deps, {
    name: "follow-up",
    entity: FollowUpEntity,
    // A round goes through things of all providers.
    waitsFor: { provider: "''", account: "id" },
    work: ([round]) => followUps.advance(round),
  });
  return {
    name: rounds.name,
    async runOnce(wake) {
      if (!hasBegun) hasBegun = await followUps.begin();
      return rounds.runOnce(wake);
    },
    settled: () => rounds.settled(),
  };
}
