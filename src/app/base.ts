import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import type { Logger } from "pino";
import type { Config } from "../config";
import { dataSourceOptions } from "../data-source";
import { DatabaseClock } from "../database/database-clock";
import { DatabaseWithDryRuns } from "../database/dry-runs";
import { openDatabase } from "../database/open";
import type { AlertDraft } from "../domain/alerts";
import { type Clock, systemClock } from "../domain/clock";
import { EventFeed } from "../events/event-feed";
import { type EventDraft, EventLog } from "../events/event-log";
import { openMarketplaceStreams } from "../events/marketplace-stream";
import { createRedisWakeUps } from "../events/redis-wake-ups";
import { createLocalWakeUps } from "../events/wake-ups";
import { createIdFactory } from "../security/ids";
import { createKeyRing } from "../security/key-ring";
import { createMetrics, type Metrics } from "../server/metrics";
import { checkKeys } from "../services/accounts/check-keys";
import { openAlertBook, tellBy, unreadableRow, warnOfWeakDurability } from "./alerts";

/** A rate limit is not worth waiting longer for; the insurance in memory takes over. */
const redisTimeoutMs = 500;

/** What tests replace. */
export interface AppOptions {
  readonly logger: Logger;
  /** The process's own clock. */
  readonly clock?: Clock;
  readonly random?: () => number;
}

export type Base = Awaited<ReturnType<typeof openBase>>;

/** What everything else stands on. Opens the database and migrates it. */
export async function openBase(config: Config, options: AppOptions) {
  const { logger, random = Math.random } = options;
  const metrics = createMetrics({ ofProcess: config.environment !== "test" });
  const tell = tellBy(logger, metrics);
  // Before there is a book, alerts are told and not written.
  let raise: (draft: AlertDraft) => void = tell;
  const keyRing = createKeyRing(config.encryptionKeys);
  const database = new DatabaseWithDryRuns(
    await openDatabase(dataSourceOptions(config.database.url, config.database.poolSize), {
      onUnreadable: (fault) => raise(unreadableRow(fault)),
    }),
  );
  try {
    await checkKeys(database, keyRing);
  } catch (fault) {
    await database.close();
    throw fault;
  }
  const clock = await DatabaseClock.start(database, options.clock ?? systemClock);
  const ids = createIdFactory(clock);
  const alerts = openAlertBook({ database, clock, ids }, tell, logger);
  raise = (draft) => void alerts.raiseNow(draft);
  await warnOfWeakDurability(database, alerts);

  const redis = config.redisUrl === undefined ? undefined : connectRedis(config.redisUrl, logger);
  const wakeUps =
    config.redisUrl === undefined
      ? createLocalWakeUps()
      : createRedisWakeUps(config.redisUrl, randomUUID());
  const onFault = (fault: unknown, what: string) => logger.error({ err: fault }, what);
  const streams = openMarketplaceStreams(database, wakeUps, onFault);
  const countStatus = countStatuses(metrics);
  const events = new EventLog(database, wakeUps, clock, (drafts) => {
    countStatus(drafts);
    streams.numberer.moved(drafts);
  });
  const feed = new EventFeed(events, wakeUps, (fault) =>
    onFault(fault, "the event feed could not read; it will try again"),
  );

  const { leaseMs } = config;
  return {
    ...{ logger, metrics, tell, alerts, random, leaseMs },
    ...{ database, clock, ids, keyRing, redis, wakeUps, events, feed },
    ...streams,
  };
}

function countStatuses(metrics: Metrics): (drafts: readonly EventDraft[]) => void {
  return (drafts) => {
    for (const { countedBy, fromStatus, toStatus } of drafts) {
      if (countedBy === undefined || toStatus === null || toStatus === fromStatus) continue;
      metrics.payments.inc({ ...countedBy, status: toStatus });
    }
  };
}

function connectRedis(url: string, logger: Logger): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: redisTimeoutMs,
  });
  // Without a listener a lost connection would end the process; ioredis connects again by itself.
  redis.on("error", (fault) => logger.warn({ err: fault }, "Redis cannot be reached"));
  return redis;
}
