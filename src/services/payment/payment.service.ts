import { LRUCache } from "lru-cache";
import { notFound, refuse, type UserErrorFact } from "../../domain/errors";
import type { PaymentId, RefundId } from "../../domain/ids";
import { formatAmount } from "../../domain/money";
import type { NextAction } from "../../domain/next-action";
import type { OrderStatus } from "../../domain/order-status";
import {
  type ActionObstacle,
  type PaymentAction,
  paymentActions,
  whyNot,
} from "../../domain/payment-actions";
import type { ObservationSource } from "../../domain/payment-observation";
import { type Principal, rightsOf, scopeOf } from "../../domain/principal";
import type { PaymentEntity } from "../../entities/payment.entity";
import type { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type { RefundEntity } from "../../entities/refund.entity";
import type { OperationEngine, Performed, Runner } from "../../operations/operation-engine";
import { claimantOf, withMarketplaceOf } from "../access/claimant";
import { assertMayMoveMoney, assertSellerInScope } from "../access/may";
import type { PageRequest } from "../reading/list-page";
import { createPaymentKind, type PaymentDependencies } from "./create-payment";
import { followUpPayment, lookAfterRefusal, lookUpPayment } from "./look-up-payment";
import { nextActionOf } from "./next-action";
import {
  type ActionArgs,
  cancelPaymentKind,
  capturePaymentKind,
  type PaymentInAction,
} from "./payment-actions";
import { availabilityOf } from "./payment-availability";
import { type CreatePaymentArgs, readAmount, tokenOf } from "./payment-input";
import { countFailure } from "./payment-limits";
import {
  type PaymentFilter,
  PaymentReader,
  type PaymentSort,
  type Selection,
} from "./payment-reader";
import { awaitsReleaseOnly, paymentRows } from "./payment-rows";
import { type RefundArgs, refundPaymentKind } from "./refund-payment";

/** What a payment mutation came to. */
export interface PaymentResult {
  readonly payment: PaymentEntity;
  readonly replayed: boolean;
  readonly refusal: readonly UserErrorFact[] | null;
}

export interface RefundResult extends PaymentResult {
  readonly refund: RefundEntity;
}

/** How long after one look a reader does not bring about the next. */
const checkPauseMs = 30_000;
const askedLimit = 10_000;

/** The use cases of payments. Every method that takes a principal acts within its reach only. */
export class PaymentService {
  readonly reader: PaymentReader;
  readonly #create;
  readonly #capture;
  readonly #cancel;
  readonly #refund;
  readonly #askedAt = new LRUCache<PaymentId, number>({ max: askedLimit });

  constructor(
    private readonly deps: PaymentDependencies,
    engine: OperationEngine,
  ) {
    this.reader = new PaymentReader(deps.database);
    this.#create = engine.register(createPaymentKind(deps));
    this.#capture = engine.register(capturePaymentKind(deps));
    this.#cancel = engine.register(cancelPaymentKind(deps));
    this.#refund = engine.register(refundPaymentKind(deps));
  }

  /**
   * Takes a payment. A decline is a payment with status REJECTED, not an error.
   * @throws Refusal before anything was sent: bad input, no route, a key used before.
   */
  async create(
    principal: Principal,
    idempotencyKey: string,
    given: Omit<CreatePaymentArgs, "marketplaceId">,
  ): Promise<PaymentResult> {
    const args = withMarketplaceOf(principal, given);
    assertMayMoveMoney(principal);
    if (args.applicationFee !== undefined && !rightsOf(principal).setApplicationFee) {
      throw refuse("FEE_NOT_ALLOWED", "only the marketplace sets application fees", [
        "input",
        "applicationFee",
      ]);
    }
    assertSellerInScope(scopeOf(principal), args.sellerId);
    const performed = await this.#create.perform(claimantOf(principal, idempotencyKey), args);
    const payment =
      performed.state?.payment ?? (await paymentRows.read(this.deps, performed.subjectId));
    if (!performed.replayed) {
      const { marketplaceId } = args;
      await countFailure(this.deps.limits, marketplaceId, tokenOf(args), payment.status);
    }
    return { payment, replayed: performed.replayed, refusal: performed.refusal };
  }

  /** Takes held funds: all, or `args.amount` of them. */
  capture(principal: Principal, idempotencyKey: string, args: ActionArgs): Promise<PaymentResult> {
    return this.#act(this.#capture, principal, idempotencyKey, args);
  }

  /** Ends a payment that is pending, in review or authorized. */
  cancel(principal: Principal, idempotencyKey: string, args: ActionArgs): Promise<PaymentResult> {
    return this.#act(this.#cancel, principal, idempotencyKey, args);
  }

  /** Gives money back: all that is left, or `args.amount` of it. */
  async refund(
    principal: Principal,
    idempotencyKey: string,
    args: RefundArgs,
  ): Promise<RefundResult> {
    assertMayMoveMoney(principal);
    const seen = await this.#inScope(principal, args.paymentId);
    const performed = await this.#refund.perform(claimantOf(principal, idempotencyKey), {
      ...args,
      ...canonicalAmount(seen, args.amount),
    });
    const [refund] = performed.state
      ? [performed.state.refund]
      : await this.reader.refundsByIds(scopeOf(principal), [performed.subjectId as RefundId]);
    if (refund === undefined) throw new Error(`refund ${performed.subjectId} is gone`);
    const payment = await this.#afterwards(performed, seen.id);
    return { payment, refund, replayed: performed.replayed, refusal: performed.refusal };
  }

  /** A payment's row, for workers, which act for no caller. */
  read(id: PaymentId): Promise<PaymentEntity> {
    return paymentRows.read(this.deps, id);
  }

  /** See `nextActionOf`. Orders have the same columns. */
  nextActionOf(row: Parameters<typeof nextActionOf>[1]): NextAction | null {
    return nextActionOf(this.deps, row);
  }

  /** What can be done to a payment now, and why the rest cannot. `orderStatus`: see `ActionFacts`. */
  actionsOf(
    payment: PaymentEntity,
    account: ProviderAccountEntity,
    orderStatus: OrderStatus | null,
  ): { action: PaymentAction; obstacle: ActionObstacle | undefined }[] {
    const facts = availabilityOf(this.deps, payment, account, orderStatus);
    return paymentActions.map((action) => ({ action, obstacle: whyNot(action, facts) }));
  }

  /** Reads lists; see `PaymentReader.page`. */
  page(
    principal: Principal,
    filter: PaymentFilter,
    sort: PaymentSort,
    request: PageRequest,
    selection?: Selection,
  ) {
    return this.reader.page(scopeOf(principal), filter, sort, request, selection);
  }

  /**
   * Somebody is looking at a payment that awaits something: has the worker ask the provider now, unless it
   * was asked a moment ago. A release comes on its day, however many look. Does not wait for it.
   */
  checkSoon(payment: PaymentEntity): void {
    const now = this.deps.clock.now();
    const asked = this.#askedAt.get(payment.id) ?? payment.updatedAt.getTime();
    if (payment.dueAt === null || payment.dueAt <= now || awaitsReleaseOnly(payment)) return;
    if (now.getTime() - asked < checkPauseMs) return;
    this.#askedAt.set(payment.id, now.getTime());
    this.deps.database
      .write((unit) =>
        unit.change({
          sql: "UPDATE payment SET due_at = ? WHERE id = ? AND due_at > ?",
          values: [now.getTime(), payment.id, now.getTime()],
        }),
      )
      // The schedule asks in any case.
      .catch(() => {});
  }

  /** See `lookUpPayment`. */
  lookUp(payment: PaymentEntity, source: ObservationSource = "LOOKUP"): Promise<boolean> {
    return lookUpPayment(this.deps, payment, source);
  }

  /** See `followUpPayment`. */
  followUp(payment: PaymentEntity): Promise<boolean> {
    return followUpPayment(this.deps, payment);
  }

  async #act(
    runner: Runner<ActionArgs, PaymentInAction>,
    principal: Principal,
    idempotencyKey: string,
    args: ActionArgs,
  ): Promise<PaymentResult> {
    assertMayMoveMoney(principal);
    const seen = await this.#inScope(principal, args.paymentId);
    const performed = await runner.perform(claimantOf(principal, idempotencyKey), {
      ...args,
      ...canonicalAmount(seen, args.amount),
    });
    const payment = await this.#afterwards(performed, seen.id);
    return { payment, replayed: performed.replayed, refusal: performed.refusal };
  }

  /** The payment as it is after an action: where the provider refused that, as the provider shows it. */
  async #afterwards(
    { state, replayed, refusal }: Performed<{ readonly payment: PaymentEntity }>,
    id: PaymentId,
  ): Promise<PaymentEntity> {
    const payment = state?.payment ?? (await paymentRows.read(this.deps, id));
    return replayed || refusal === null ? payment : lookAfterRefusal(this.deps, payment, refusal);
  }

  async #inScope(principal: Principal, id: PaymentId): Promise<PaymentEntity> {
    const payment = await this.reader.byId(scopeOf(principal), id);
    if (payment === undefined) throw notFound("payment", ["input", "paymentId"]);
    return payment;
  }
}

function canonicalAmount(
  payment: PaymentEntity,
  amount: string | undefined,
): { amount: string } | undefined {
  if (amount === undefined) return undefined;
  const money = readAmount(amount, payment.currency, ["input", "amount"]);
  return { amount: formatAmount(money) };
}
