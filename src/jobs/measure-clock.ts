import { hostname } from "node:os";
import type { AlertBook } from "../alerts/alert-book";
import type { DatabaseClock } from "../database/database-clock";
import { ownAlert } from "../domain/alerts";
import type { Job } from "./job-loop";

/** More than this between a process's clock and the database's is a machine whose clock nobody sets. */
const tolerableSkewMs = 5_000;

/** What stays so is told again: an alert that nobody tells of any more ends (`services/upkeep/alert-ends.ts`). */
const againMs = 3_600_000;

/** What becomes of a measurement. */
interface Dependencies {
  readonly clock: DatabaseClock;
  readonly clockSkew: { set(seconds: number): void };
  readonly alerts: AlertBook;
}

/** Keeps to the database's time, and tells where the process's own clock is off. */
export function measureClock({ clock, clockSkew, alerts }: Dependencies): Job {
  const subject = { kind: "Machine", id: hostname() } as const;
  /** When it was last told that the clock is off; undefined while it is not. */
  let toldAt: number | undefined;
  return {
    name: "measure-clock",
    async runOnce() {
      await clock.measure();
      const { skewMs } = clock;
      clockSkew.set(skewMs / 1_000);
      const isOff = Math.abs(skewMs) > tolerableSkewMs;
      if (isOff && (toldAt === undefined || performance.now() - toldAt > againMs)) {
        toldAt = performance.now();
        const facts = { aheadBySeconds: Math.round(skewMs / 1_000) };
        await alerts.raiseNow({ code: "CLOCKS_DIFFER", subject, ...ownAlert, facts });
      } else if (!isOff && toldAt !== undefined) {
        toldAt = undefined;
        await alerts.endOf("CLOCKS_DIFFER", subject, "the clock is right again");
      }
      return false;
    },
  };
}
