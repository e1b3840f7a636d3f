import type { Clock } from "../domain/clock";
import { type Principal, type Rights, rightsOf, type Scope, scopeOf } from "../domain/principal";
import type { Cursors } from "../events/cursor";
import type { EventLog } from "../events/event-log";
import type { ProviderRegistry } from "../providers/registry";
import type { AccessService } from "../services/access.service";
import type { BalanceService } from "../services/balance/balance.service";
import type { ConnectionService } from "../services/connection/connection.service";
import type { SubmerchantService } from "../services/connection/submerchant.service";
import type { OrderService } from "../services/order/order.service";
import type { OrderWatchService } from "../services/order/order-watch.service";
import type { PaymentService } from "../services/payment/payment.service";
import type { PaymentWatchService } from "../services/payment/payment-watch.service";
import type { PayoutService } from "../services/payout/payout.service";
import type { ProviderAccounts } from "../services/provider-accounts";
import type { SellerService } from "../services/seller.service";
import type { TestUserService } from "../services/test-user/test-user.service";
import type { TransferService } from "../services/transfer/transfer.service";
import type { SubjectWatchService } from "../services/watch-subject";
import { createLoaders, type Loaders } from "./loaders";

/** The use cases that resolvers call. */
export interface ResolverServices {
  readonly payments: PaymentService;
  readonly watch: PaymentWatchService;
  readonly orders: OrderService;
  readonly watchOrders: OrderWatchService;
  readonly payouts: PayoutService;
  readonly watchPayouts: SubjectWatchService<"Payout">;
  readonly transfers: TransferService;
  readonly balances: BalanceService;
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

/** What a resolver has at hand: who asks, what they reach, and the services. One for each request. */
export interface RequestContext {
  readonly principal: Principal;
  readonly scope: Scope;
  readonly rights: Rights;
  readonly requestId: string;
  readonly loaders: Loaders;
  readonly services: ResolverServices;
  /** Equal for viewers that get equal answers to equal documents; they share executions of live updates. */
  readonly shareKey: string;
  /**
   * Forgets what was loaded: a mutation has changed something, and its document may read it again or change it
   * once more. `prime` puts in what the mutation knows, should anybody load anything.
   */
  renewLoaders(prime: (loaders: Loaders) => void): void;
  /** The same viewer with new loaders, for one event of a subscription. */
  forEvent(): RequestContext;
}

/** Makes contexts for requests. */
export function createContextFactory(services: ResolverServices) {
  return ({
    principal,
    requestId,
  }: Pick<RequestContext, "principal" | "requestId">): RequestContext =>
    new ViewerContext(services, principal, requestId);
}

/** What not every request needs is made when it is first asked for. */
class ViewerContext implements RequestContext {
  readonly scope: Scope;
  readonly rights: Rights;
  private madeLoaders: Loaders | undefined;
  private primeLoaders: ((loaders: Loaders) => void) | undefined;

  constructor(
    readonly services: ResolverServices,
    readonly principal: Principal,
    readonly requestId: string,
  ) {
    this.scope = scopeOf(principal);
    this.rights = rightsOf(principal);
  }

  get loaders(): Loaders {
    if (this.madeLoaders === undefined) {
      this.madeLoaders = createLoaders(this.services, this.scope);
      this.primeLoaders?.(this.madeLoaders);
    }
    return this.madeLoaders;
  }

  renewLoaders(prime: (loaders: Loaders) => void): void {
    this.madeLoaders = undefined;
    this.primeLoaders = prime;
  }

  get shareKey(): string {
    return JSON.stringify([this.principal.role, this.scope]);
  }

  forEvent(): RequestContext {
    return new ViewerContext(this.services, this.principal, this.requestId);
  }
}
