import type { AlertEnds } from "../services/upkeep/alert-ends";
import type { Job } from "./job-loop";

/** Ends alerts whose reason is gone. */
export function endAlerts(ends: AlertEnds): Job {
  return {
    name: "end-alerts",
    async runOnce() {
      await ends.endWhatIsOver();
      return false;
    },
  };
}
