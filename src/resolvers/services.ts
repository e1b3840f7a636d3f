import type { Clock } from "../domain/clock";
import type { Cursors } from "../events/cursor";
import type { EventLog } from "../events/event-log";
import type { ProviderRegistry } from "../providers/registry";
import type { AccessService } from "../services/access/access.service";
import type { ProviderAccounts } from "../services/accounts/provider-accounts";
import type { BalanceService } from "../services/balance/balance.service";
import type { ConnectionService } from "../services/connection/connection.service";
import type { SubmerchantService } from "../services/connection/submerchant.service";
import type { DeliveryService } from "../services/inbox/delivery.service";
import type { LookUpService } from "../services/look-up/look-up.service";
import type { OrderService } from "../services/order/order.service";
import type { OrderWatchService } from "../services/order/order-watch.service";
import type { PaymentService } from "../services/payment/payment.service";
import type { PaymentWatchService } from "../services/payment/payment-watch.service";
import type { PayoutService } from "../services/payout/payout.service";
import type { PointDeviceService } from "../services/point/point-device.service";
import type { PointOrderService } from "../services/point/point-order.service";
import type { SellerService } from "../services/seller/seller.service";
import type { SubscriptionPlanService } from "../services/subscription/plan.service";
import type { BillingSubscriptionService } from "../services/subscription/subscription.service";
import type { TestUserService } from "../services/test-user/test-user.service";
import type { TransferService } from "../services/transfer/transfer.service";
import type { MarketplaceWatchService } from "../services/watching/watch-marketplace";
import type { SubjectWatchService } from "../services/watching/watch-subject";

/** The use cases that resolvers call. */
export interface ResolverServices {
  readonly payments: PaymentService;
  readonly watch: PaymentWatchService;
  readonly orders: OrderService;
  readonly watchOrders: OrderWatchService;
  readonly payouts: PayoutService;
  readonly watchPayouts: SubjectWatchService<"Payout">;
  readonly pointDevices: PointDeviceService;
  readonly watchPointDevices: SubjectWatchService<"PointDevice">;
  readonly watchMarketplace: MarketplaceWatchService;
  readonly pointOrders: PointOrderService;
  readonly watchPointOrders: SubjectWatchService<"PointOrder">;
  readonly transfers: TransferService;
  readonly plans: SubscriptionPlanService;
  readonly subscriptions: BillingSubscriptionService;
  readonly watchSubscriptions: SubjectWatchService<"BillingSubscription">;
  readonly balances: BalanceService;
  readonly lookUps: LookUpService;
  readonly deliveries: DeliveryService;
  readonly sellers: SellerService;
  readonly access: AccessService;
  readonly accounts: ProviderAccounts;
  readonly testUsers: TestUserService;
  readonly submerchants: SubmerchantService;
  /** Absent where the gateway has no application at any provider, to which sellers could connect. */
  readonly connections?: ConnectionService;
  readonly registry: ProviderRegistry;
  readonly events: EventLog;
  readonly cursors: Cursors;
  readonly clock: Clock;
}
