import type { DatabaseClock } from "../database/database-clock";
import type { Job } from "./job-loop";

/** More than this between a process's clock and the database's is a machine whose clock nobody sets. */
const tolerableSkewMs = 5_000;

/** What becomes of a measurement. */
interface Dependencies {
  readonly clock: DatabaseClock;
  readonly clockSkew: { set(seconds: number): void };
  readonly alert: (message: string, facts: Record<string, unknown>) => void;
}

/** Keeps to the database's time, and tells where the process's own clock is off. */
export function measureClock({ clock, clockSkew, alert }: Dependencies): Job {
  let wasOff = false;
  return {
    name: "measure-clock",
    async runOnce() {
      await clock.measure();
      const { skewMs } = clock;
      clockSkew.set(skewMs / 1_000);
      const isOff = Math.abs(skewMs) > tolerableSkewMs;
      if (isOff && !wasOff) {
        alert("the clocks of this process and of the database differ", {
          aheadBySeconds: Math.round(skewMs / 1_000),
        });
      }
      wasOff = isOff;
      return false;
    },
  };
}
