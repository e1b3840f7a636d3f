import "reflect-metadata";
import { createServer as createHttpServer } from "node:http";
import type { GraphQLSchema } from "graphql";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { AlertBook } from "../src/alerts/alert-book";
import { type Config, readConfig } from "../src/config";
import { dataSourceOptions } from "../src/data-source";
import { openDatabase } from "../src/database/open";
import { jobActor } from "../src/domain/actor";
import { systemClock as clock } from "../src/domain/clock";
import { createCursors } from "../src/events/cursor";
import { EventFeed } from "../src/events/event-feed";
import { EventLog } from "../src/events/event-log";
import { openMarketplaceStreams } from "../src/events/marketplace-stream";
import { createLocalWakeUps } from "../src/events/wake-ups";
import { createLogger } from "../src/logging/logger";
import { actAs } from "../src/logging/work";
import { noFailpoints } from "../src/operations/failpoints";
import { OperationEngine } from "../src/operations/operation-engine";
import { createMercadoPago } from "../src/providers/mercado-pago";
import { createRegistry } from "../src/providers/registry";
import { createContextFactory } from "../src/resolvers/context";
import { buildGatewaySchema } from "../src/resolvers/schema";
import { createKeyRing } from "../src/security/key-ring";
import { createMetrics } from "../src/server/metrics";
import { createServer } from "../src/server/server";
import { AccessService } from "../src/services/access/access.service";
import { KnownSellers, ProviderAccounts } from "../src/services/accounts/provider-accounts";
import { BalanceService } from "../src/services/balance/balance.service";
import { SubmerchantService } from "../src/services/connection/submerchant.service";
import { DeliveryService } from "../src/services/inbox/delivery.service";
import { LookUpService } from "../src/services/look-up/look-up.service";
import { cartHooks } from "../src/services/order/apply-order";
import { OrderService } from "../src/services/order/order.service";
import { OrderWatchService } from "../src/services/order/order-watch.service";
import { PaymentService } from "../src/services/payment/payment.service";
import { paymentRows } from "../src/services/payment/payment-rows";
import { PaymentWatchService } from "../src/services/payment/payment-watch.service";
import { PayoutService } from "../src/services/payout/payout.service";
import { PointDeviceService } from "../src/services/point/point-device.service";
import { PointOrderService } from "../src/services/point/point-order.service";
import { SellerService } from "../src/services/seller/seller.service";
import { SubscriptionPlanService } from "../src/services/subscription/plan.service";
import { BillingSubscriptionService } from "../src/services/subscription/subscription.service";
import { TestUserService } from "../src/services/test-user/test-user.service";
import { TransferService } from "../src/services/transfer/transfer.service";
import { MarketplaceWatchService } from "../src/services/watching/watch-marketplace";
import { SubjectWatchService } from "../src/services/watching/watch-subject";
import { endOnSignal } from "./end-on-signal";
import { ids } from "./market";

/** Changes a payment, as the answer of a provider would. */
export interface ChangeRequest {
  readonly change: string;
}

/**
 * The gateway's schema and services behind one of two socket layers: its own, or (LIVE=bare) graphql-ws as
 * its manual shows it, which executes each event for each subscriber and has none of our limits.
 */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const database = await openDatabase(dataSourceOptions(config.database.url));
  const keyRing = createKeyRing(config.encryptionKeys);
  const wakeUps = createLocalWakeUps();
  const streams = openMarketplaceStreams(database, wakeUps, (fault) => console.error(fault));
  const events = new EventLog(database, wakeUps, clock, (drafts) => streams.numberer.moved(drafts));
  const feed = new EventFeed(events, wakeUps, (fault) => console.error(fault));
  const registry = createRegistry([
    createMercadoPago({ baseUrl: config.providers.MERCADO_PAGO.apiUrl }),
  ]);
  const knownSellers = new KnownSellers(clock);
  const accounts = new ProviderAccounts(database, keyRing, knownSellers);
  const access = new AccessService(database, clock, ids);
  const sellers = new SellerService({ database, clock, ids, events, knownSellers });
  const random = Math.random;
  const alerts = new AlertBook({ database, clock, ids, tell: () => {}, onFault: console.error });
  const engine = new OperationEngine({
    ...{ database, clock, ids, keyRing, random },
    failpoints: noFailpoints,
    leaseMs: 60_000,
    alerts,
  });
  const changing = { database, events, clock, ids, random, alerts };
  const money = {
    ...changing,
    ...cartHooks(changing),
    ...{ keyRing, registry, accounts, limits: {} },
    notificationUrlOf: () => null,
  };
  const payments = new PaymentService(money, engine);
  const orders = new OrderService({ ...money, failpoints: noFailpoints }, engine);
  const balances = new BalanceService({ registry, accounts, clock });
  const lookUps = new LookUpService({ registry, accounts, clock, limits: {} });
  const moves = { ...money, onMoved: () => {} };
  const payouts = new PayoutService(moves, engine);
  const transfers = new TransferService(moves, engine);
  const pointDevices = new PointDeviceService(money);
  const plans = new SubscriptionPlanService(money, engine);
  const subscriptions = new BillingSubscriptionService(money, engine);
  const pointOrders = new PointOrderService(money, pointDevices, payments, engine);
  const testUsers = new TestUserService({ database, clock, ids, registry }, engine);
  const cursors = createCursors(config.cursorSecret);
  const watching = { sellers, feed, cursors, log: events };
  const watch = new PaymentWatchService({ reader: payments.reader, ...watching });
  const watchOrders = new OrderWatchService({ reader: orders.reader, ...watching });
  const submerchants = new SubmerchantService({
    ...{ database, events, clock, ids, registry, sellers, knownSellers },
  });
  const watchSubscriptions = new SubjectWatchService("BillingSubscription", {
    ...{ reader: subscriptions.reader, ...watching },
  });
  const watchPayouts = new SubjectWatchService("Payout", { reader: payouts.reader, ...watching });
  const watchPointDevices = new SubjectWatchService("PointDevice", {
    ...{ reader: pointDevices.reader, ...watching },
  });
  const watchMarketplace = new MarketplaceWatchService({
    ...{ ...watching, ...streams, orders: orders.reader },
  });
  // No provider notifies this server.
  const noInbox = async () => {
    throw new Error("there is no inbox here");
  };
  const deliveries = new DeliveryService({
    ...{ database, clock, ids, registry, leaseMs: 60_000, secretsOf: () => undefined },
    inbox: { aboutOf: () => null, hearAlone: noInbox, settleReplay: noInbox },
  });
  const watchPointOrders = new SubjectWatchService("PointOrder", {
    ...{ reader: pointOrders.reader, ...watching },
  });
  const makeContext = createContextFactory({
    ...{
      payments,
      watch,
      orders,
      watchOrders,
      payouts,
      watchPayouts,
      pointDevices,
      watchPointDevices,
      pointOrders,
      watchPointOrders,
      transfers,
      balances,
      lookUps,
      plans,
      subscriptions,
      watchSubscriptions,
      deliveries,
    },
    ...{ watchMarketplace },
    ...{ testUsers, sellers, submerchants, access, accounts, registry, events, cursors, clock },
  });
  const schema = await buildGatewaySchema();

  process.on("message", (message: Partial<ChangeRequest>) => {
    if (message.change !== undefined) void change(message.change);
  });
  endOnSignal();
  if (process.env.LIVE === "bare") await listenBare(config, schema, access, makeContext);
  else {
    const server = await createServer({
      ...{ schema, clock, makeContext },
      settings: config.server,
      logger: createLogger(config.logLevel),
      metrics: createMetrics(),
      authenticate: (credential) => access.authenticate(credential),
      isReady: async () => true,
      receiveWebhook: async () => "unknown-provider",
    });
    await server.listen();
  }

  async function change(id: string): Promise<void> {
    const payment = await paymentRows.read(changing, id);
    await actAs(jobActor("bench"), () =>
      database.write((unit) => {
        paymentRows.change(changing, unit, payment, "API", { status: "APPROVED" });
      }),
    );
  }
}

async function listenBare(
  { server: { host, port } }: Config,
  schema: GraphQLSchema,
  access: AccessService,
  makeContext: ReturnType<typeof createContextFactory>,
): Promise<void> {
  const http = createHttpServer((_request, response) => response.end("ready"));
  useServer<{ authorization?: string }>(
    {
      schema,
      context: async ({ connectionParams }, id) => {
        const credential = connectionParams?.authorization?.slice("Bearer ".length) ?? "";
        return makeContext({ principal: await access.authenticate(credential), requestId: id });
      },
    },
    new WebSocketServer({ server: http, path: "/graphql" }),
  );
  await new Promise<void>((done) => http.listen(port, host, done));
}

void main();
