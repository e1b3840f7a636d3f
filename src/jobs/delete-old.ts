import type { Clock } from "../domain/clock";
import type { RetentionService } from "../services/upkeep/retention.service";
import type { Job } from "./job-loop";

/** Between the end of one round and the next. */
const restMs = 3_600_000;

/** Deletes what has ended long ago: one batch at each interval, so that payments being made never wait for more. */
export function deleteOld(clock: Clock, retention: RetentionService): Job {
  let nextRoundAt = 0;
  return {
    name: "delete-old",
    async runOnce() {
      const now = clock.now().getTime();
      if (now >= nextRoundAt && !(await retention.advance())) nextRoundAt = now + restMs;
      // One batch at each interval: the next one is not looked for at once.
      return false;
    },
  };
}
