import { StaleWriteError, type UnitOfWork } from "../../database/database";
import { notFound, refuse, type UserErrorFact } from "../../domain/errors";
import type { MarketplaceOrderId, OperationId } from "../../domain/ids";
import { formatAmount } from "../../domain/money";
import { whyNotOrder } from "../../domain/order-actions";
import type { OrderObservation } from "../../domain/order-observation";
import {
  type ActionObstacle,
  type PaymentAction,
  paymentActions,
} from "../../domain/payment-actions";
import type { ObservationSource } from "../../domain/payment-observation";
import { type Principal, rightsOf, scopeOf } from "../../domain/principal";
import type { Split } from "../../domain/split";
import type { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import type { PaymentEntity } from "../../entities/payment.entity";
import type { RefundEntity } from "../../entities/refund.entity";
import type { OperationEngine } from "../../operations/operation-engine";
import type { OperationKind } from "../../operations/operation-kind";
import { nextCheckAt } from "../../operations/schedule";
import { claimantOf } from "../claimant";
import { cardNumbersIn, refuseAny } from "../free-text";
import { readAmount } from "../payment/payment-input";
import { settleRefund } from "../payment/refund-payment";
import { writeAnew } from "../write-anew";
import { applyOrderObservation, changeOrderSilently } from "./apply-order";
import { applyAnswer, createOrderKind } from "./create-order";
import {
  cancelOrderKind,
  captureOrderKind,
  type OrderActionArgs,
  orderFactsOf,
} from "./order-actions";
import type { CreateOrderArgs, SplitArgs } from "./order-input";
import { OrderReader } from "./order-reader";
import { type OrderDependencies, readOrder, type WholeOrder } from "./order-rows";
import { checkOrderTexts, checkSplitTexts } from "./order-texts";
import { PaidByCart } from "./paid-by-cart";
import { judgeOrder } from "./plan-order";
import { type RefundOrderArgs, refundOrderKind, refundsOfOperation } from "./refund-order";

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
  readonly #byCart: PaidByCart;

  constructor(
    private readonly deps: OrderDependencies,
    private readonly engine: OperationEngine,
  ) {
    this.#byCart = new PaidByCart(deps);
    this.reader = new OrderReader(deps.database);
    this.#create = createOrderKind(deps);
    this.#capture = captureOrderKind(deps);
    this.#cancel = cancelOrderKind(deps);
    this.#refund = refundOrderKind(deps);
  }

  /** Every sort of operation that this service starts, for the worker that takes up what was left. */
  get operationKinds(): readonly OperationKind<never, unknown, unknown>[] {
    return [
      this.#create,
      this.#capture,
      this.#cancel,
      this.#refund,
    ] as unknown as readonly OperationKind<never, unknown, unknown>[];
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
    const args = { ...given, marketplaceId: principal.marketplaceId };
    checkSplitTexts(args);
    const { split, violations } = await judgeOrder(this.deps, args);
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
    const args = { ...given, marketplaceId: principal.marketplaceId };
    checkOrderTexts(args);
    const performed = await this.engine.perform(
      this.#create,
      claimantOf(principal, idempotencyKey),
      args,
    );
    const whole = performed.state?.whole ?? (await readOrder(this.deps, performed.subjectId));
    return { ...whole, replayed: performed.replayed, refusal: performed.refusal };
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
    refuseAny(cardNumbersIn({ reason: args.reason }, ["input"]));
    if (args.amount !== undefined && args.sellerId === undefined) {
      const message =
        "say from which seller's cart; without an amount all of every cart is refunded";
      throw refuse("INVALID_INPUT", message, ["input", "sellerId"]);
    }
    const amount =
      args.amount === undefined
        ? {}
        : { amount: formatAmount(readAmount(args.amount, seen.currency, ["input", "amount"])) };
    const performed = await this.engine.perform(
      this.#refund,
      claimantOf(principal, idempotencyKey),
      {
        ...args,
        ...amount,
      },
    );
    const refunds = performed.state
      ? performed.state.parts.map(({ refund }) => refund)
      : await refundsOfOperation(this.deps, performed.subjectId as OperationId);
    const whole = await readOrder(this.deps, seen.id);
    return { ...whole, refunds, replayed: performed.replayed, refusal: performed.refusal };
  }

  /** What can be done to an order now, and why the rest cannot. */
  actionsOf(whole: WholeOrder): { action: PaymentAction; obstacle: ActionObstacle | undefined }[] {
    const facts = orderFactsOf(whole);
    return paymentActions.map((action) => ({ action, obstacle: whyNotOrder(action, facts) }));
  }

  /** Asks the provider about an order and applies the answer. Answers false when it gave none. */
  async lookUp(id: MarketplaceOrderId, source: ObservationSource = "LOOKUP"): Promise<boolean> {
    const whole = await readOrder(this.deps, id);
    const { provider, providerOrderId, shop } = whole.order;
    const operations = this.deps.registry.get(provider)?.orders;
    if (operations === undefined) return this.#lookAtCarts(whole);
    // Without the provider's id there is nothing to ask by: the operation that made it sends it again.
    if (providerOrderId === null) return this.#postpone(whole);
    const outcome = await operations.get(providerOrderId, { shop });
    if (outcome.kind !== "accepted" || outcome.value === null) return this.#postpone(whole);
    await this.#applySeen(whole, outcome.value, source);
    return true;
  }

  /** Held carts that are paid one by one: where one was let go meanwhile, the others are as well. */
  async #lookAtCarts(whole: WholeOrder): Promise<boolean> {
    if (whole.order.status !== "AUTHORIZED" || whole.order.openActionId !== null) {
      return this.#postpone(whole);
    }
    const outcome = await this.#byCart.advance(whole.order, "AUTHORIZED");
    if (outcome.kind !== "accepted") return this.#postpone(whole);
    await this.#writing(whole, (unit, current) => {
      applyAnswer(this.deps, unit, { whole: current }, outcome.value);
    });
    return true;
  }

  /**
   * Asks the provider about the refunds of an order's carts. Those made at the provider without us stay unknown:
   * it does not tell from which cart they are. Answers false when it gave no answer.
   */
  async lookUpRefunds(id: MarketplaceOrderId): Promise<boolean> {
    const { order, payments } = await readOrder(this.deps, id);
    const refundsAt = this.deps.registry.get(order.provider)?.refunds;
    const [first] = payments;
    if (refundsAt === undefined || order.providerOrderId === null || first === undefined) {
      return false;
    }
    const providerId = order.providerOrderId;
    const account = await this.deps.accounts.byId(first.accountId);
    const outcome = await this.deps.accounts.call(account, (credentials) =>
      refundsAt.list(providerId, order.currency, { credentials }),
    );
    if (outcome.kind !== "accepted") return false;
    const refunds = await this.reader.refundsOf(id);
    for (const { reference, providerRefundId, status } of outcome.value) {
      const refund = refunds.find(
        (own) => own.id === reference || own.providerRefundId === providerRefundId,
      );
      const payment = payments.find((own) => own.id === refund?.paymentId);
      if (refund === undefined || payment === undefined || status === null) continue;
      await this.deps.database.write((unit) =>
        settleRefund(this.deps, unit, { payment, refund }, status, providerRefundId, "LOOKUP"),
      );
    }
    return true;
  }

  #applySeen(whole: WholeOrder, seen: OrderObservation, source: ObservationSource): Promise<void> {
    return this.#writing(whole, (unit, current) => {
      applyOrderObservation(this.deps, unit, current, seen, source);
    });
  }

  #writing(
    seen: WholeOrder,
    change: (unit: UnitOfWork, current: WholeOrder) => void,
  ): Promise<void> {
    const readAgain = () => readOrder(this.deps, seen.order.id);
    return writeAnew(this.deps.database, seen, readAgain, change);
  }

  async #postpone(whole: WholeOrder): Promise<false> {
    const { attempts } = whole.order;
    const dueAt = nextCheckAt(this.deps.clock.now(), attempts, this.deps.random);
    try {
      await this.deps.database.write((unit) => {
        changeOrderSilently(this.deps, unit, whole, { dueAt });
      });
    } catch (fault) {
      // Changed meanwhile: whoever changed it has set its next check.
      if (!(fault instanceof StaleWriteError)) throw fault;
    }
    return false;
  }

  async #act(
    kind: ReturnType<typeof captureOrderKind>,
    principal: Principal,
    idempotencyKey: string,
    args: OrderActionArgs,
  ): Promise<OrderResult> {
    assertMayOrder(principal);
    const seen = await this.#inScope(principal, args.orderId);
    const performed = await this.engine.perform(kind, claimantOf(principal, idempotencyKey), args);
    const whole = performed.state?.whole ?? (await readOrder(this.deps, seen.id));
    return { ...whole, replayed: performed.replayed, refusal: performed.refusal };
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
