import { notFound, refuse, type UserErrorFact } from "../../domain/errors";
import type { MarketplaceOrderId, OperationId } from "../../domain/ids";
import { formatAmount } from "../../domain/money";
import { whyNotOrder } from "../../domain/order-actions";
import {
  type ActionObstacle,
  type PaymentAction,
  paymentActions,
} from "../../domain/payment-actions";
import type { PaymentStatus } from "../../domain/payment-status";
import { type Principal, rightsOf, scopeOf } from "../../domain/principal";
import type { Split } from "../../domain/split";
import type { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import type { PaymentEntity } from "../../entities/payment.entity";
import type { RefundEntity } from "../../entities/refund.entity";
import type { OperationEngine, Performed, Runner } from "../../operations/operation-engine";
import { claimantOf, withMarketplaceOf } from "../access/claimant";
import { lookAfterRefusal } from "../payment/look-up-payment";
import { readAmount } from "../payment/payment-input";
import { countFailure } from "../payment/payment-limits";
import { createOrderKind } from "./create-order";
import { findRail } from "./find-rail";
import {
  cancelOrderKind,
  captureOrderKind,
  type OrderActionArgs,
  orderFactsOf,
} from "./order-actions";
import { type CreateOrderArgs, type SplitArgs, tokenOfCart } from "./order-input";
import { OrderLookUps } from "./order-look-ups";
import type { OrderInAction } from "./order-rail";
import { OrderReader } from "./order-reader";
import { type OrderDependencies, readOrder, type WholeOrder } from "./order-rows";
import { judgeOrder } from "./plan-order";
import {
  type RefundOrderArgs,
  type RefundsInMaking,
  refundOrderKind,
  refundsOfOperation,
} from "./refund-order";

/** What an order mutation came to. */
export interface OrderResult {
  readonly order: MarketplaceOrderEntity;
  readonly payments: readonly PaymentEntity[];
  readonly replayed: boolean;
  readonly refusal: readonly UserErrorFact[] | null;
}

export interface RefundOrderResult extends OrderResult {
  readonly refunds: readonly RefundEntity[];
}

/** What the rules make of an order that nobody has asked for yet. */
export interface SplitPreview {
  /** Null where the sums do not allow one. */
  readonly split: Split | null;
  readonly violations: readonly UserErrorFact[];
}

/** The use cases of marketplace orders. Making and changing them is the marketplace's alone: they touch several sellers. */
export class OrderService {
  readonly reader: OrderReader;
  readonly #create;
  readonly #capture;
  readonly #cancel;
  readonly #refund;
  readonly #lookUps;

  constructor(
    private readonly deps: OrderDependencies,
    engine: OperationEngine,
  ) {
    this.reader = new OrderReader(deps.database);
    this.#create = engine.register(createOrderKind(deps));
    this.#capture = engine.register(captureOrderKind(deps));
    this.#cancel = engine.register(cancelOrderKind(deps));
    this.#refund = engine.register(refundOrderKind(deps));
    this.#lookUps = new OrderLookUps(deps);
  }

  /**
   * Who would receive what, and every rule that is broken. Sends and writes nothing.
   * @throws Refusal where a text carries a card number.
   */
  async preview(
    principal: Principal,
    given: Omit<SplitArgs, "marketplaceId">,
  ): Promise<SplitPreview> {
    assertMayOrder(principal);
    const args = withMarketplaceOf(principal, given);
    const rail = findRail(this.deps, args.provider);
    const { split, violations } = await judgeOrder(this.deps, rail, args);
    return { split: split ?? null, violations };
  }

  /**
   * Takes one buyer's money for several sellers. A decline is an order with status REJECTED, not an error.
   * @throws Refusal before anything was sent, with every rule that is broken.
   */
  async create(
    principal: Principal,
    idempotencyKey: string,
    given: Omit<CreateOrderArgs, "marketplaceId">,
  ): Promise<OrderResult> {
    assertMayOrder(principal);
    const args = withMarketplaceOf(principal, given);
    const performed = await this.#create.perform(claimantOf(principal, idempotencyKey), args);
    const whole = performed.state?.whole ?? (await readOrder(this.deps, performed.subjectId));
    if (!performed.replayed) await this.#countFailures(args, whole);
    return { replayed: performed.replayed, refusal: performed.refusal, ...whole };
  }

  /** Takes the held funds of all carts. */
  capture(
    principal: Principal,
    idempotencyKey: string,
    args: OrderActionArgs,
  ): Promise<OrderResult> {
    return this.#act(this.#capture, principal, idempotencyKey, args);
  }

  /** Ends an order before its money is taken. */
  cancel(
    principal: Principal,
    idempotencyKey: string,
    args: OrderActionArgs,
  ): Promise<OrderResult> {
    return this.#act(this.#cancel, principal, idempotencyKey, args);
  }

  /** Gives money back: from every seller's cart, or from one, whole or in part. */
  async refund(
    principal: Principal,
    idempotencyKey: string,
    args: RefundOrderArgs,
  ): Promise<RefundOrderResult> {
    assertMayOrder(principal);
    const seen = await this.#inScope(principal, args.orderId);
    if (args.amount !== undefined && args.sellerId === undefined) {
      const message =
        "say from which seller's cart; without an amount all of every cart is refunded";
      throw refuse("INVALID_INPUT", message, ["input", "sellerId"]);
    }
    const amount =
      args.amount === undefined
        ? {}
        : { amount: formatAmount(readAmount(args.amount, seen.currency, ["input", "amount"])) };
    const performed = await this.#refund.perform(claimantOf(principal, idempotencyKey), {
      ...args,
      ...amount,
    });
    await this.#lookAtRefused(performed);
    const refunds = performed.state
      ? performed.state.parts.map(({ refund }) => refund)
      : await refundsOfOperation(this.deps, performed.subjectId as OperationId);
    const whole = await readOrder(this.deps, seen.id);
    return { refunds, replayed: performed.replayed, refusal: performed.refusal, ...whole };
  }

  /** What can be done to an order now, and why the rest cannot. */
  actionsOf(whole: WholeOrder): { action: PaymentAction; obstacle: ActionObstacle | undefined }[] {
    const facts = orderFactsOf(whole);
    return paymentActions.map((action) => ({ action, obstacle: whyNotOrder(action, facts) }));
  }

  /** Each token once: it may pay several carts. */
  async #countFailures(args: CreateOrderArgs, { payments }: WholeOrder): Promise<void> {
    const statuses = new Map<string | undefined, PaymentStatus>();
    for (const { sellerId, status } of payments) {
      const cart = args.carts.find((each) => each.sellerId === sellerId);
      if (cart !== undefined) statuses.set(tokenOfCart(args, cart), status);
    }
    const { limits } = this.deps;
    await Promise.all(
      [...statuses].map((failure) => countFailure(limits, args.marketplaceId, ...failure)),
    );
  }

  async #act(
    runner: Runner<OrderActionArgs, OrderInAction>,
    principal: Principal,
    idempotencyKey: string,
    args: OrderActionArgs,
  ): Promise<OrderResult> {
    assertMayOrder(principal);
    const seen = await this.#inScope(principal, args.orderId);
    const performed = await runner.perform(claimantOf(principal, idempotencyKey), args);
    const { state, replayed, refusal } = performed;
    if (state === undefined || replayed || refusal === null) {
      return { replayed, refusal, ...(state?.whole ?? (await readOrder(this.deps, seen.id))) };
    }
    // The provider said no to what we took to be possible: the caller is shown what is true.
    if (seen.providerOrderId !== null) await this.#lookUps.lookUp(seen.id, "LOOKUP");
    return { replayed, refusal, ...(await readOrder(this.deps, seen.id)) };
  }

  /** Asks about carts whose refund was refused. Those that the provider keeps as one order show nothing of a cart. */
  async #lookAtRefused({ state, replayed, refusal }: Performed<RefundsInMaking>): Promise<void> {
    if (state === undefined || replayed || refusal === null) return;
    const refused = state.parts.filter(({ refund }) => refund.status === "FAILED");
    await Promise.all(refused.map(({ payment }) => lookAfterRefusal(this.deps, payment, refusal)));
  }

  async #inScope(principal: Principal, id: MarketplaceOrderId): Promise<MarketplaceOrderEntity> {
    const order = await this.reader.byId(scopeOf(principal), id);
    if (order === undefined) throw notFound("order", ["input", "orderId"]);
    return order;
  }
}

function assertMayOrder(principal: Principal): void {
  if (!rightsOf(principal).manageOrders) {
    throw refuse("FORBIDDEN", "only the marketplace makes and changes orders of several sellers");
  }
}
