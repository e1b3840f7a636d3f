import { FollowUpEntity } from "../entities/follow-up.entity";
import type { FollowUpService } from "../services/follow-up.service";
import { type JobDependencies, workOnDue } from "./claimed-rows";
import type { Job } from "./job-loop";

/** Asks providers, seldom, about what has ended: something may have changed there, and its notification be lost. */
export function followUp(deps: JobDependencies, followUps: FollowUpService): Job {
  let hasBegun = false;
  return {
    name: "follow-up",
    async runOnce() {
      if (!hasBegun) hasBegun = await followUps.begin();
      return workOnDue(deps, FollowUpEntity, (round) => followUps.advance(round));
    },
  };
}
