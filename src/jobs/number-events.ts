import type { Job } from "./job-loop";

/** Gives events their numbers in their marketplace's stream that a killed process has left without. */
export function numberEvents(sweep: { run(): Promise<void> }): Job {
  return {
    name: "number-events",
    async runOnce() {
      await sweep.run();
      return false;
    },
  };
}
