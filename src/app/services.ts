import type { Config } from "../config";
import { demoKeyIds } from "../demo";
import type { ApiKeyId, ProviderAccountId } from "../domain/ids";
import type { Provider } from "../domain/provider";
import { BillingSubscriptionEntity } from "../entities/billing-subscription.entity";
import { MarketplaceOrderEntity } from "../entities/marketplace-order.entity";
import { PaymentEntity } from "../entities/payment.entity";
import { PayoutEntity } from "../entities/payout.entity";
import { PointOrderEntity } from "../entities/point-order.entity";
import { createCursors } from "../events/cursor";
import type { JobDependencies } from "../jobs/due-rows";
import type { Job } from "../jobs/job-loop";
import { lookUp } from "../jobs/look-up";
import { lookUpRefunds } from "../jobs/look-up-refunds";
import { killAt, noFailpoints } from "../operations/failpoints";
import { OperationEngine } from "../operations/operation-engine";
import type { ProviderRegistry } from "../providers/registry";
import { createBusinessLimits } from "../server/http/rate-limits";
import { AccessService } from "../services/access/access.service";
import { KnownSellers, ProviderAccounts } from "../services/accounts/provider-accounts";
import { BalanceService } from "../services/balance/balance.service";
import { ConnectionService } from "../services/connection/connection.service";
import { CredentialKeeper } from "../services/connection/credential-keeper";
import { ConnectionHearer } from "../services/connection/hear-connection";
import { SubmerchantService } from "../services/connection/submerchant.service";
import type { LookedUpKind } from "../services/followed/subjects";
import { DeliveryService } from "../services/inbox/delivery.service";
import { DeliveryReceiver } from "../services/inbox/delivery-receiver";
import { InboxService } from "../services/inbox/inbox.service";
import { LookUpService } from "../services/look-up/look-up.service";
import { cartHooks } from "../services/order/apply-order";
import { OrderHearer } from "../services/order/hear-order";
import { OrderService } from "../services/order/order.service";
import { OrderLookUps } from "../services/order/order-look-ups";
import { OrderWatchService } from "../services/order/order-watch.service";
import { PaymentHearer } from "../services/payment/hear-payment";
import { PaymentService } from "../services/payment/payment.service";
import { PaymentWatchService } from "../services/payment/payment-watch.service";
import { PayoutService } from "../services/payout/payout.service";
import { PointDeviceService } from "../services/point/point-device.service";
import { PointOrderService } from "../services/point/point-order.service";
import { SellerService } from "../services/seller/seller.service";
import { SubscriptionPlanService } from "../services/subscription/plan.service";
import { BillingSubscriptionService } from "../services/subscription/subscription.service";
import { TestUserService } from "../services/test-user/test-user.service";
import { TransferService } from "../services/transfer/transfer.service";
import { AlertEnds } from "../services/upkeep/alert-ends";
import { FollowUpService } from "../services/upkeep/follow-up.service";
import { RetentionService } from "../services/upkeep/retention.service";
import { MarketplaceWatchService } from "../services/watching/watch-marketplace";
import { SubjectWatchService } from "../services/watching/watch-subject";
import { notificationUrl, redirectUriOf } from "./adapters";
import type { Base } from "./base";

export type Services = ReturnType<typeof createServices>;

/** The use cases, from those that know least to those that know most. `onStored`: a notification waits in the inbox. */
export function createServices(
  config: Config,
  base: Base,
  registry: ProviderRegistry,
  onStored: () => void,
) {
  const { alerts, clock, database, events, feed, ids, keyRing, leaseMs, logger, random } = base;
  const common = { database, clock, ids, events, registry };
  const limits = createBusinessLimits(config.businessLimits, base.redis);
  const failpoints = config.failpoint === undefined ? noFailpoints : killAt(config.failpoint);
  const engine = new OperationEngine({
    ...{ database, clock, ids, keyRing, random, leaseMs, failpoints, alerts },
  });

  // Who asks, and for whom.
  const refusedKeys = config.environment === "production" ? demoKeyIds : new Set<ApiKeyId>();
  const access = new AccessService(database, clock, ids, refusedKeys);
  const knownSellers = new KnownSellers(clock);
  const keeper = new CredentialKeeper({
    ...common,
    ...{ knownSellers, random, keyRing, failpoints, leaseMs, alerts },
  });
  const accounts = new ProviderAccounts(database, keyRing, knownSellers, keeper);
  const sellers = new SellerService({ ...common, knownSellers });
  const submerchants = new SubmerchantService({ ...common, sellers, knownSellers });
  const testUsers = new TestUserService(common, engine);

  // Money.
  const changes = { database, events, clock, ids, random, alerts };
  const money = {
    ...changes,
    ...cartHooks(changes),
    ...{ keyRing, registry, accounts, limits },
    notificationUrlOf: (provider: Provider, shop: string) =>
      notificationUrl(config, registry, provider, shop),
  };
  const payments = new PaymentService(money, engine);
  const orders = new OrderService({ ...money, failpoints }, engine);
  const orderLookUps = new OrderLookUps({ ...money, failpoints });
  const balances = new BalanceService({ registry, accounts, clock });
  const lookUps = new LookUpService({ registry, accounts, limits, clock });
  const balanceMoves = {
    ...money,
    onMoved: (accountId: ProviderAccountId) => balances.forget(accountId),
  };
  const payouts = new PayoutService(balanceMoves, engine);
  const pointDevices = new PointDeviceService({ ...changes, registry, accounts });
  const plans = new SubscriptionPlanService(money, engine);
  const subscriptions = new BillingSubscriptionService(money, engine);
  const pointOrders = new PointOrderService(
    { ...changes, registry, accounts },
    pointDevices,
    payments,
    engine,
  );
  const transfers = new TransferService(balanceMoves, engine);

  // Live updates.
  const cursors = createCursors(config.cursorSecret);
  const watching = { sellers, log: events, feed, cursors };
  const watch = new PaymentWatchService({ reader: payments.reader, ...watching });
  const watchOrders = new OrderWatchService({ reader: orders.reader, ...watching });
  const watchSubscriptions = new SubjectWatchService("BillingSubscription", {
    ...{ reader: subscriptions.reader, ...watching },
  });
  const watchPayouts = new SubjectWatchService("Payout", { reader: payouts.reader, ...watching });
  const watchPointDevices = new SubjectWatchService("PointDevice", {
    ...{ reader: pointDevices.reader, ...watching },
  });
  const watchMarketplace = new MarketplaceWatchService({
    ...watching,
    ...{ orders: orders.reader, numberer: base.numberer },
    ...{ marketplaceLog: base.marketplaceLog, marketplaceFeed: base.marketplaceFeed },
  });
  const watchPointOrders = new SubjectWatchService("PointOrder", {
    ...{ reader: pointOrders.reader, ...watching },
  });
  const connections = registry.all().some((adapter) => adapter.connections !== undefined)
    ? new ConnectionService({
        ...common,
        ...watching,
        ...{ keyRing, keeper, limits, alerts, knownSellers },
        redirectUriOf: (provider) => redirectUriOf(config, provider),
      })
    : undefined;

  // What providers tell, and what is looked after by and by.
  const ofInbox = {
    ...{ database, clock, registry, alerts },
    accountOf: (provider: Provider, shop: string, id: string) =>
      accounts.byProviderId(provider, shop, id),
    onFault: (fault: unknown, id: string) =>
      logger.error({ err: fault, id }, "work on a notification failed; it will be tried again"),
  };
  const secretsOf = (provider: Provider, shop: string) =>
    config.providers[provider].webhookSecrets[shop];
  const receiver = new DeliveryReceiver({
    ...{ ...ofInbox, ids, limits, onStored, secretsOf },
    hearsUnsigned: (provider) => config.providers[provider].unsignedNotifications,
  });
  const inbox = new InboxService({
    ...{ ...ofInbox, random, tries: config.webhookTries },
    hearers: {
      payment: new PaymentHearer(money),
      order: new OrderHearer({ ...money, failpoints }, orderLookUps),
      payout: payouts,
      plan: plans,
      subscription: subscriptions,
      pointOrder: pointOrders,
      connection: new ConnectionHearer(accounts, connections),
    },
  });
  const deliveries = new DeliveryService({
    ...{ database, clock, ids, registry, inbox, leaseMs, secretsOf },
  });
  const scheduledLookUps: Record<LookedUpKind, (deps: JobDependencies) => Job> = {
    Payment: lookUp("look-up-payments", PaymentEntity, (row) => payments.lookUp(row, "SCHEDULE")),
    Refund: (deps) => lookUpRefunds({ ...deps, random, payments, orders: orderLookUps }),
    MarketplaceOrder: lookUp(
      "look-up-orders",
      MarketplaceOrderEntity,
      ({ id }) => orderLookUps.lookUp(id, "SCHEDULE"),
      "shop",
    ),
    BillingSubscription: lookUp("look-up-subscriptions", BillingSubscriptionEntity, (row) =>
      subscriptions.lookUp(row, "SCHEDULE"),
    ),
    PointOrder: lookUp("look-up-point-orders", PointOrderEntity, (row) =>
      pointOrders.lookUp(row, "SCHEDULE"),
    ),
    Payout: lookUp("look-up-payouts", PayoutEntity, (row) => payouts.lookUp(row, "SCHEDULE")),
  };
  const followUps = new FollowUpService({
    ...{ database, clock, random, registry, payments, orders: orderLookUps },
    onFault: (fault, id) => logger.error({ err: fault, id }, "a follow-up broke"),
  });
  const retention = new RetentionService({ database, clock, days: config.keptDays });

  const alertEnds = new AlertEnds({
    ...{ database, clock, alerts },
    onEnded: ({ id, code, subjectId }, because) =>
      logger.info({ alertId: id, code, subjectId, because }, "an alert has ended"),
  });

  return {
    ...{ registry, events, cursors, clock, engine, access, accounts, sellers, keeper },
    ...{ payments, watch, orders, watchOrders, submerchants, testUsers },
    ...{ payouts, watchPayouts, transfers, balances, lookUps, pointDevices, watchPointDevices },
    ...{ plans, subscriptions, watchSubscriptions },
    ...{ pointOrders, watchPointOrders },
    ...{ receiver, inbox, deliveries, scheduledLookUps, followUps, retention, alertEnds },
    ...{ watchMarketplace },
    ...(connections === undefined ? {} : { connections }),
  };
}
