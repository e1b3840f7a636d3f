import type { Config } from "../config";
import type { Database } from "../database/database";
import { seedDemo } from "../demo";
import { createAdapters } from "./adapters";
import { type AppOptions, openBase } from "./base";
import { createEdge } from "./edge";
import { createJobs } from "./jobs";
import { createServices, type Services } from "./services";
import { startFacts } from "./start-facts";

export interface App {
  /** Listens and begins to work. Answers where. */
  start(): Promise<{ url: string }>;
  /** Ends cleanly: nothing new is taken up, calls under way end or stay recoverable, sockets close. */
  stop(): Promise<void>;
  /** Lets the workers look for due work now. For tests that have moved the clock. */
  wakeJobs(): void;
  readonly database: Database;
  /** For commands and tests, which act for no caller. */
  readonly services: Services;
}

/** Puts everything together, by hand, from what stands on nothing to what stands on all. */
export async function createApp(config: Config, options: AppOptions): Promise<App> {
  const base = await openBase(config, options);
  const registry = createAdapters(config, base);
  const services = createServices(config, base, registry, () => jobs.wakeInbox());
  const jobs = createJobs(base, services);
  const server = await createEdge(config, base, services);
  const { database, redis, feed, marketplaceFeed, numberer, wakeUps, logger } = base;

  return {
    database,
    services,
    async start() {
      if (config.demo) await seedDemo({ ...base, ...services });
      const url = await server.listen();
      logger.info(await startFacts(config, database, registry), "started");
      jobs.start();
      return { url };
    },
    wakeJobs: () => jobs.wake(),
    async stop() {
      server.stopAccepting();
      await jobs.stop();
      await server.closeSockets();
      feed.close();
      marketplaceFeed.close();
      await server.close();
      await numberer.close();
      await registry.close();
      await wakeUps.close();
      redis?.disconnect();
      await database.close();
    },
  };
}
