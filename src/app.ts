import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import type { Logger } from "pino";
import { version } from "../package.json";
import type { Config } from "./config";
import { dataSourceOptions } from "./data-source";
import type { Database } from "./database/database";
import { DatabaseClock } from "./database/database-clock";
import { openDatabase } from "./database/open";
import { Readiness } from "./database/readiness";
import { demoCredentials, demoKeyIds, seedDemo } from "./demo";
import { type Clock, systemClock } from "./domain/clock";
import type { ProviderAccountId } from "./domain/ids";
import type { Provider } from "./domain/provider";
import { createCursors } from "./events/cursor";
import { EventFeed } from "./events/event-feed";
import { EventLog } from "./events/event-log";
import { createRedisWakeUps } from "./events/redis-wake-ups";
import { createLocalWakeUps } from "./events/wake-ups";
import { deleteOld } from "./jobs/delete-old";
import { followUp } from "./jobs/follow-up";
import { JobLoop } from "./jobs/job-loop";
import { lookUpOrders } from "./jobs/look-up-orders";
import { lookUpPayments } from "./jobs/look-up-payments";
import { lookUpPayouts } from "./jobs/look-up-payouts";
import { lookUpRefunds } from "./jobs/look-up-refunds";
import { measureBacklog } from "./jobs/measure-backlog";
import { measureClock } from "./jobs/measure-clock";
import { refreshCredentials } from "./jobs/refresh-credentials";
import { repairUnknownOutcomes } from "./jobs/repair-unknown-outcomes";
import { workInbox } from "./jobs/work-inbox";
import { killAt, noFailpoints } from "./operations/failpoints";
import { OperationEngine } from "./operations/operation-engine";
import { providerModules } from "./providers";
import { type CallObserver, isFailed, type UnreadableObserver } from "./providers/http-client";
import type { ProviderAdapter } from "./providers/provider";
import { createRegistry, type ProviderRegistry } from "./providers/registry";
import type { AdapterTools, ProviderModule, ProviderSettings } from "./providers/settings";
import { createContextFactory } from "./resolvers/context";
import { buildGatewaySchema } from "./resolvers/schema";
import { createIdFactory } from "./security/ids";
import { createKeyRing } from "./security/key-ring";
import { createBusinessLimits } from "./server/http/rate-limits";
import { createMetrics } from "./server/metrics";
import type { CheckoutDemo } from "./server/pages/checkout-demo";
import { createServer } from "./server/server";
import { AccessService } from "./services/access/access.service";
import { checkKeys } from "./services/accounts/check-keys";
import { KnownSellers, ProviderAccounts } from "./services/accounts/provider-accounts";
import { BalanceService } from "./services/balance/balance.service";
import { ConnectionService } from "./services/connection/connection.service";
import { CredentialKeeper } from "./services/connection/credential-keeper";
import { ConnectionHearer } from "./services/connection/hear-connection";
import { SubmerchantService } from "./services/connection/submerchant.service";
import { InboxService } from "./services/inbox/inbox.service";
import { cartHooks } from "./services/order/apply-order";
import { OrderHearer } from "./services/order/hear-order";
import { OrderService } from "./services/order/order.service";
import { OrderLookUps } from "./services/order/order-look-ups";
import { OrderWatchService } from "./services/order/order-watch.service";
import { PaymentHearer } from "./services/payment/hear-payment";
import { PaymentService } from "./services/payment/payment.service";
import { PaymentWatchService } from "./services/payment/payment-watch.service";
import { PayoutService } from "./services/payout/payout.service";
import { SellerService } from "./services/seller/seller.service";
import { TestUserService } from "./services/test-user/test-user.service";
import { TransferService } from "./services/transfer/transfer.service";
import { FollowUpService } from "./services/upkeep/follow-up.service";
import { RetentionService } from "./services/upkeep/retention.service";
import { SubjectWatchService } from "./services/watching/watch-subject";

/** How often the backlog is counted for `/metrics`. */
const backlogIntervalMs = 15_000;
/** How often the database is asked what time it is. */
const clockIntervalMs = 10_000;
/** How often jobs look for due rows when nothing wakes them. */
const jobIntervalMs = 1_000;

/** A rate limit is not worth waiting longer for; the insurance in memory takes over. */
const redisTimeoutMs = 500;

/** Asks for a person. The text names the fault alone, so that faults of one kind are counted together. */
type Alert = (message: string, facts: Record<string, unknown>) => void;

/** What tests replace. */
export interface AppOptions {
  readonly logger: Logger;
  /** The process's own clock. */
  readonly clock?: Clock;
  readonly random?: () => number;
}

export interface App {
  /** Listens and begins to work. Answers where. */
  start(): Promise<{ url: string }>;
  /** Ends cleanly: nothing new is taken up, calls under way end or stay recoverable, sockets close. */
  stop(): Promise<void>;
  /** Lets the workers look for due work now. For tests that have moved the clock. */
  wakeJobs(): void;
  readonly database: Database;
  /** For commands and tests, which act for no caller. */
  readonly services: {
    readonly access: AccessService;
    readonly accounts: ProviderAccounts;
    readonly sellers: SellerService;
    readonly payments: PaymentService;
    readonly events: EventLog;
  };
}

/** The one place where everything is put together, by hand. Opens the database and migrates it. */
export async function createApp(config: Config, options: AppOptions): Promise<App> {
  const { logger, random = Math.random } = options;
  const keyRing = createKeyRing(config.encryptionKeys);
  const { leaseMs } = config;
  const metrics = createMetrics({ ofProcess: config.environment !== "test" });
  const alert: Alert = (message, facts) => {
    metrics.alerts.inc({ alert: message });
    logger.warn({ alert: true, ...facts }, message);
  };
  const database = await openDatabase(
    dataSourceOptions(config.database.url, config.database.poolSize),
    {
      onUnreadable: ({ table, id, property }) =>
        logger.error(
          { alert: true, table, id, property },
          "a row cannot be read, and is left out of lists and of what jobs do",
        ),
    },
  );
  try {
    await checkKeys(database, keyRing);
  } catch (fault) {
    await database.close();
    throw fault;
  }
  await warnOfWeakDurability(database, alert);
  const clock = await DatabaseClock.start(database, options.clock ?? systemClock);
  const ids = createIdFactory(clock);

  const redis = config.redisUrl === undefined ? undefined : connectRedis(config.redisUrl, logger);
  const limits = createBusinessLimits(config.businessLimits, redis);
  const wakeUps =
    config.redisUrl === undefined
      ? createLocalWakeUps()
      : createRedisWakeUps(config.redisUrl, randomUUID());
  const events = new EventLog(database, wakeUps, clock, (drafts) => {
    for (const { countedBy, fromStatus, toStatus } of drafts) {
      if (countedBy === undefined || toStatus === null || toStatus === fromStatus) continue;
      metrics.payments.inc({ ...countedBy, status: toStatus });
    }
  });
  const feed = new EventFeed(events, wakeUps, (fault) =>
    logger.error({ err: fault }, "the event feed could not read; it will try again"),
  );

  const onCall: CallObserver = (report) => {
    const { provider, operation, method, status, outcome, durationMs } = report;
    metrics.providerCalls.inc({ provider, operation, method, status: String(status ?? "none") });
    metrics.providerDuration.observe({ provider, operation, outcome }, durationMs / 1000);
    logger[isFailed(report) ? "info" : "debug"](report, "provider call");
  };
  const onUnreadable: UnreadableObserver = (report) =>
    alert("an answer of a provider cannot be read", { ...report });
  const registry = createRegistry(adaptersOf(config, { clock, onCall, onUnreadable }, logger));
  const failpoints = config.failpoint === undefined ? noFailpoints : killAt(config.failpoint);
  const knownSellers = new KnownSellers(clock);
  const keeper = new CredentialKeeper({
    knownSellers,
    ...{ database, events, clock, ids, random, keyRing, registry, failpoints, leaseMs, alert },
  });
  const accounts = new ProviderAccounts(database, keyRing, knownSellers, keeper);
  const access = new AccessService(
    database,
    clock,
    ids,
    config.environment === "production" ? demoKeyIds : new Set(),
  );
  const sellers = new SellerService({ database, clock, ids, events, knownSellers });
  const engine = new OperationEngine({
    database,
    clock,
    ids,
    keyRing,
    random,
    leaseMs,
    failpoints,
    alert,
  });
  const changes = { database, events, clock, ids, random, alert };
  const money = {
    ...changes,
    ...cartHooks(changes),
    ...{ registry, accounts, limits },
    notificationUrlOf: (provider: Provider, shop: string) => {
      const source = registry.get(provider)?.webhooks.source;
      if (source === undefined) return null;
      return [config.publicUrl, "webhooks", source, ...(shop === "" ? [] : [shop])].join("/");
    },
  };
  const payments = new PaymentService(money, engine);
  const orders = new OrderService({ ...money, failpoints }, engine);
  const orderLookUps = new OrderLookUps({ ...money, failpoints });
  const balances = new BalanceService({ registry, accounts, clock });
  const balanceMoves = {
    ...money,
    onMoved: (accountId: ProviderAccountId) => balances.forget(accountId),
  };
  const payouts = new PayoutService(balanceMoves, engine);
  const transfers = new TransferService(balanceMoves, engine);
  const testUsers = new TestUserService({ database, clock, ids, registry }, engine);
  const cursors = createCursors(config.cursorSecret);
  const watching = { sellers, log: events, feed, cursors };
  const watch = new PaymentWatchService({ reader: payments.reader, ...watching });
  const watchOrders = new OrderWatchService({ reader: orders.reader, ...watching });
  const watchPayouts = new SubjectWatchService("Payout", { reader: payouts.reader, ...watching });
  const connections = registry.all().some((adapter) => adapter.connections !== undefined)
    ? new ConnectionService({
        ...{ database, events, clock, ids, keyRing, registry, keeper, limits, alert, ...watching },
        knownSellers,
        redirectUriOf: (provider) => redirectUriOf(config, provider),
      })
    : undefined;

  const submerchants = new SubmerchantService({
    ...{ database, events, clock, ids, registry, sellers, knownSellers },
  });

  const followUps = new FollowUpService({
    ...{ database, clock, random, registry, payments, orders: orderLookUps },
    onFault: (fault, id) => logger.error({ err: fault, id }, "a follow-up broke"),
  });
  const jobDeps = { database, clock, ids, logger, leaseMs };
  const loopOf = (job: ConstructorParameters<typeof JobLoop>[0]) =>
    new JobLoop(job, jobIntervalMs, logger);
  const inbox = new InboxService({
    database,
    clock,
    ids,
    random,
    registry,
    hearers: {
      payment: new PaymentHearer(money),
      order: new OrderHearer({ ...money, failpoints }, orderLookUps),
      payout: payouts,
      connection: new ConnectionHearer(accounts, connections),
    },
    limits,
    alert,
    secretsOf: (provider, shop) => config.providers[provider].webhookSecrets[shop],
    hearsUnsigned: (provider) => config.providers[provider].unsignedNotifications,
    onStored: () => inboxLoop.wake(),
  });
  const inboxLoop = loopOf(workInbox(jobDeps, inbox));
  const loops = [
    inboxLoop,
    loopOf(repairUnknownOutcomes(jobDeps, engine)),
    loopOf(lookUpPayments(jobDeps, payments)),
    loopOf(lookUpOrders(jobDeps, orderLookUps)),
    loopOf(lookUpRefunds({ ...jobDeps, random, payments, orders: orderLookUps })),
    loopOf(lookUpPayouts(jobDeps, payouts)),
    loopOf(followUp(jobDeps, followUps)),
    loopOf(refreshCredentials(jobDeps, keeper)),
    loopOf(deleteOld(clock, new RetentionService({ database, clock, days: config.keptDays }))),
    new JobLoop(measureBacklog(database, metrics), backlogIntervalMs, logger),
    new JobLoop(measureClock({ clock, alert, ...metrics }), clockIntervalMs, logger),
  ];

  const makeContext = createContextFactory({
    payments,
    watch,
    orders,
    watchOrders,
    submerchants,
    payouts,
    watchPayouts,
    transfers,
    balances,
    sellers,
    access,
    accounts,
    testUsers,
    registry,
    events,
    cursors,
    clock,
    ...(connections === undefined ? {} : { connections }),
  });
  const readiness = new Readiness(database, (isReady, reason) => {
    if (isReady) logger.info("the database can be written again");
    else alert("the database cannot be written", { err: reason });
  });
  const server = await createServer({
    settings: config.server,
    schema: await buildGatewaySchema(),
    logger,
    metrics,
    clock,
    redis,
    authenticate: (credential) => access.authenticate(credential),
    makeContext,
    isReady: () => readiness.isReady(),
    receiveWebhook: (source, request) => inbox.receive(source, request),
    ...(connections === undefined
      ? {}
      : {
          completeConnection: async (source, answer) => {
            await connections.completeCallback(source, answer);
          },
        }),
    demoCredential: config.demo ? demoCredentials.marketplace : undefined,
    checkoutDemo: checkoutDemoOf(config),
  });

  return {
    database,
    services: { access, accounts, sellers, payments, events },
    async start() {
      if (config.demo) await seedDemo({ database, clock, events, access, accounts });
      const url = await server.listen();
      logger.info(await startFacts(config, database, registry), "started");
      for (const loop of loops) loop.start();
      return { url };
    },
    wakeJobs() {
      for (const loop of loops) loop.wake();
    },
    async stop() {
      server.stopAccepting();
      await Promise.all(loops.map((loop) => loop.stop()));
      await server.closeSockets();
      feed.close();
      await server.close();
      await registry.close();
      await wakeUps.close();
      redis?.disconnect();
      await database.close();
    },
  };
}

/** What an operator wants to know of a process first. Key ids are names; no key is told, and no password. */
async function startFacts(
  { environment, database: { url }, redisUrl, encryptionKeys, providers }: Config,
  database: Database,
  registry: ProviderRegistry,
): Promise<Record<string, unknown>> {
  const versionSql = database.kind === "mysql" ? "VERSION()" : "sqlite_version()";
  const [row] = await database.read(`SELECT ${versionSql} AS version`);
  return {
    version,
    node: process.version,
    environment,
    database: { kind: database.kind, version: row?.version, place: withoutUser(url) },
    redis: redisUrl === undefined ? "none" : withoutUser(redisUrl),
    providers: registry.all().map(({ name }) => `${name} at ${providers[name].apiUrl}`),
    shops: registry.all().flatMap(({ shops = [] }) => shops.map(({ name }) => name)),
    // The first one seals; the others only open.
    encryptionKeys: [...encryptionKeys.keys()],
  };
}

/** An address without the name, password and options in it. */
function withoutUser(address: string): string {
  return address.replace(/\/\/[^/]*@/, "//").replace(/\?.*/, "");
}

/** Sells for the demo's seller unless a key was set; without either there is nobody to sell for. */
function checkoutDemoOf({ checkoutDemo, demo }: Config): CheckoutDemo | undefined {
  const credential = checkoutDemo.sellerKey ?? (demo ? demoCredentials.sellerA : undefined);
  if (credential === undefined) return undefined;
  return { credential, scriptUrl: checkoutDemo.scriptUrl };
}

/** The adapters of the providers that are set up. */
export function adaptersOf(config: Config, tools: AdapterTools, logger: Logger): ProviderAdapter[] {
  return Object.values<ProviderModule>(providerModules).flatMap((module) => {
    const settings = config.providers[module.name];
    if (!settings.isSetUp) return [];
    for (const warning of module.warningsOf(settings)) logger.warn(warning);
    return [module.create(settings, tools)];
  });
}

/** Providers that send sellers back here name where. */
function redirectUriOf(config: Config, provider: Provider): string {
  const settings: ProviderSettings = config.providers[provider];
  if (settings.redirectUri === undefined) throw new Error(`${provider} sends nobody back here`);
  return settings.redirectUri;
}

/** With another value, a power cut can lose a payment whose success a client has already been told. */
async function warnOfWeakDurability(database: Database, alert: Alert): Promise<void> {
  if (database.kind !== "mysql") return;
  const [row] = await database.read("SELECT @@innodb_flush_log_at_trx_commit AS level");
  if (Number(row?.level) !== 1) {
    alert(
      "set innodb_flush_log_at_trx_commit=1: acknowledged payments may be lost in a power cut",
      {
        innodb_flush_log_at_trx_commit: row?.level,
      },
    );
  }
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
