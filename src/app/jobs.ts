import { EventSweep } from "../events/event-sweep";
import { deleteOld } from "../jobs/delete-old";
import { endAlerts } from "../jobs/end-alerts";
import { followUp } from "../jobs/follow-up";
import { type Job, JobLoop } from "../jobs/job-loop";
import { measureBacklog } from "../jobs/measure-backlog";
import { measureClock } from "../jobs/measure-clock";
import { numberEvents } from "../jobs/number-events";
import { refreshCredentials } from "../jobs/refresh-credentials";
import { repairUnknownOutcomes } from "../jobs/repair-unknown-outcomes";
import { workInbox } from "../jobs/work-inbox";
import type { Base } from "./base";
import type { Services } from "./services";

/** How often the backlog is counted for `/metrics`. */
const backlogIntervalMs = 15_000;
/** How often the database is asked what time it is. */
const clockIntervalMs = 10_000;
/** How often events are looked for that have no number in their marketplace's stream: only killed processes leave some. */
const sweepIntervalMs = 5_000;
/** How often jobs look for due rows when nothing wakes them. */
const jobIntervalMs = 1_000;

/** What the process does by itself, each job in a loop of its own. */
export function createJobs(base: Base, services: Services) {
  const { alerts, clock, database, ids, leaseMs, logger, metrics } = base;
  const sweep = new EventSweep({ database, clock, log: base.marketplaceLog });
  const deps = { database, clock, ids, logger, leaseMs };
  const loopOf = (job: Job, intervalMs = jobIntervalMs) => new JobLoop(job, intervalMs, logger);

  const inbox = loopOf(workInbox(deps, services.inbox));
  const loops = [
    inbox,
    loopOf(repairUnknownOutcomes(deps, services.engine)),
    ...Object.values(services.scheduledLookUps).map((lookUpsOf) => loopOf(lookUpsOf(deps))),
    loopOf(followUp(deps, services.followUps)),
    loopOf(refreshCredentials(deps, services.keeper)),
    loopOf(deleteOld(clock, services.retention)),
    loopOf(endAlerts(services.alertEnds)),
    loopOf(numberEvents(sweep), sweepIntervalMs),
    loopOf(
      measureBacklog(database, metrics, () => services.receiver.shares()),
      backlogIntervalMs,
    ),
    loopOf(measureClock({ clock, alerts, clockSkew: metrics.clockSkew }), clockIntervalMs),
  ];

  return {
    start() {
      for (const loop of loops) loop.start();
    },
    /** Looks for due work now. */
    wake() {
      for (const loop of loops) loop.wake();
    },
    wakeInbox: () => inbox.wake(),
    /** Takes nothing new up, and waits for what is under way. */
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()));
    },
  };
}
