import { setTimeout } from "node:timers/promises";
import { StaleWriteError, type UnitOfWork } from "../../database/database";
import type { UserErrorFact } from "../../domain/errors";
import type { OperationId } from "../../domain/ids";
import { judgeOrderMove } from "../../domain/order-judgement";
import {
  type CartStanding,
  cartStanding,
  isCartTaken,
  isOrderLetGo,
  letGo,
} from "../../domain/order-status";
import type { PaymentObservation } from "../../domain/payment-observation";
import { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import type { PaymentEntity } from "../../entities/payment.entity";
import { provenByRepetition } from "../../operations/repetition";
import type { CreatePaymentCommand, Outcome } from "../../providers/provider";
import { alertAbout } from "../followed/alert-about";
import { operationsOf, settlePayment } from "../payment/create-payment";
import { lookUpPayment } from "../payment/look-up-payment";
import { commandOf } from "../payment/payment-draft";
import { isOverdue, paymentRows } from "../payment/payment-rows";
import { writeOptimistically } from "../shared/optimistic-write";
import { refusalOf } from "../shared/refusal-of-provider";
import { moveOrderAlone } from "./apply-order";
import { paymentArgsOf } from "./order-draft";
import { type CreateOrderArgs, faultIn, type OrderCartArgs } from "./order-input";
import type { CartsResult, OrderGoal, OrderInAction, OrderInMaking, OrderRail } from "./order-rail";
import { type OrderDependencies, readPaymentsOf, type WholeOrder } from "./order-rows";

/** No provider says how fast its search finds a new payment: until then, a "no" to a repeated asking is doubted. */
const doubtMs = 10 * 60_000;

/**
 * An order at a provider that pays one seller at a time: each cart is a payment of its own, and all are paid or
 * none. Every cart is authorized; once all are, that is written down as the order's status, which is the decision
 * to capture; if one is not, the others are let go. Each step asks the rows how far it got, and goes to the
 * provider under a key that is made of the payment's id: it can be left at any point and begun again, by anybody.
 *
 * What cannot be promised: should the provider refuse the capture of a cart after it has captured another one, the
 * captured ones are given back. The buyer then sees a charge and its refund. Authorizations end after days, and
 * captures follow at once, so that this takes a provider which breaks its word.
 */
export class CartRail implements OrderRail {
  readonly keepsOne = false;

  constructor(private readonly deps: OrderDependencies) {}

  refusalsOf(args: CreateOrderArgs, whole: WholeOrder | undefined): UserErrorFact[] {
    const faults = args.carts.flatMap((cart, index) => {
      if (cart.payWith !== undefined || cart.cardToken !== undefined) return [];
      const isOlder = cart.methodId !== undefined || cart.installments !== undefined;
      const field = isOlder ? "cardToken" : "payWith";
      return faultIn("this provider needs a card for each cart", "carts", `${index}`, field);
    });
    const useless: [string, unknown, string][] = [
      ["payWith", args.payWith, "each cart has its own payWith here"],
      ["payMethod", args.method, "each cart has its own payWith here"],
      ["continueUrl", args.continueUrl, "there is no page to come back from here"],
      ["validForSeconds", args.validForSeconds, "card payments are answered at once here"],
    ];
    return faults.concat(
      useless.flatMap(([field, value, why]) => (value === undefined ? [] : faultIn(why, field))),
      (whole?.payments ?? []).flatMap((payment) => {
        const { index, cart } = cartOf(args, payment);
        const command = authorizationOf(payment, args, cart, null);
        // Carts are held first, which only cards can be; their rules are the same in every country.
        const refusals = operationsOf(this.deps, payment).refusalsOf(command, null);
        return refusals.map((refusal) => inOrder(refusalOf(payment, refusal), index));
      }),
    );
  }

  /**
   * Authorizes what is not yet, and then brings the order to its goal. Once it is captured, the operation has the place of
   * the order's one action, and gives it back at its end.
   */
  async take(making: OrderInMaking, args: CreateOrderArgs): Promise<Outcome<CartsResult>> {
    const { operationId, isResumed } = making;
    const { order } = making.whole;
    const refusals: UserErrorFact[] = [];
    if (order.status !== "AUTHORIZED") {
      const payments = await readPaymentsOf(this.deps, order.id);
      await Promise.all(
        payments.map(async (payment) => {
          const { index, cart } = cartOf(args, payment);
          const outcome = await this.#authorize(payment, args, cart, isResumed);
          if (outcome?.kind !== "refused") return;
          refusals.push(inOrder(refusalOf(payment, outcome.refusal), index));
        }),
      );
      this.#failpoint("after-authorize");
    }
    const goal = args.capture ? "COMPLETED" : "AUTHORIZED";
    const outcome = await this.#advance(order, goal, refusals, operationId);
    making.whole = { order, payments: await readPaymentsOf(this.deps, order.id) };
    return outcome;
  }

  /** The carts tell more than that an answer was lost. */
  showUnfinished(unit: UnitOfWork, whole: WholeOrder): WholeOrder {
    const { order, payments } = whole;
    const isLost = payments.some((cart) => standingOf(cart) === "UNANSWERED");
    const status = isLost ? "UNKNOWN" : "PENDING";
    if (judgeOrderMove(order.status, status, false) !== "ALLOWED") return whole;
    // Its operation brings it on.
    return {
      ...whole,
      order: moveOrderAlone(this.deps, unit, order, "API", status, { dueAt: null }),
    };
  }

  async bring(state: OrderInAction, goal: OrderGoal): Promise<Outcome<CartsResult>> {
    const { order } = state.whole;
    const outcome = await this.#advance(order, goal);
    state.whole = { order, payments: await readPaymentsOf(this.deps, order.id) };
    return outcome;
  }

  /** Of held carts: where one was let go meanwhile, the others are as well. Other carts are looked at as payments. */
  async look(order: MarketplaceOrderEntity): Promise<Outcome<CartsResult | null>> {
    return order.status === "AUTHORIZED" && order.openActionId === null
      ? this.#advance(order, "AUTHORIZED")
      : { kind: "accepted", value: null };
  }

  /** Brings an order to its goal, as far as that is possible now. `unknown`: come again. */
  async #advance(
    order: MarketplaceOrderEntity,
    goal: OrderGoal | "AUTHORIZED",
    refusals: UserErrorFact[] = [],
    operationId?: OperationId,
  ): Promise<Outcome<CartsResult>> {
    const payments =
      goal === "CANCELLED"
        ? await readPaymentsOf(this.deps, order.id)
        : await this.#readAfterOverdue(order);
    const has = (standing: CartStanding) => payments.some((cart) => standingOf(cart) === standing);
    if (goal === "CANCELLED" || has("ENDED")) return this.#letGo(order, payments, refusals);
    if (has("UNANSWERED")) {
      return { kind: "unknown", reason: "not every cart has an answer" };
    }
    if (has("IN_CHECK")) {
      return { kind: "unknown", reason: "a cart waits for its payer, or for the provider" };
    }
    if (goal === "AUTHORIZED") {
      return { kind: "accepted", value: { status: "AUTHORIZED", refusals } };
    }

    if (order.status !== "AUTHORIZED" && !(await this.#decide(order, operationId))) {
      return { kind: "unknown", reason: "the order is being cancelled" };
    }
    this.#failpoint("after-decision");
    const held = payments.filter((payment) => standingOf(payment) === "HELD");
    await Promise.all(held.map((payment) => this.#act(payment, "capture", refusals)));
    this.#failpoint("after-capture");
    const now = await readPaymentsOf(this.deps, order.id);
    if (now.every((cart) => isCartTaken[standingOf(cart)])) {
      return { kind: "accepted", value: { status: "COMPLETED", refusals: [] } };
    }
    if (now.some((cart) => standingOf(cart) === "ENDED")) return this.#letGo(order, now, refusals);
    return { kind: "unknown", reason: "not every cart is captured" };
  }

  /**
   * The carts, each of them ended whose payer had time for a challenge and let it pass: the provider may leave such a payment
   * open, and the other carts are held meanwhile. What a look shows comes first, since the payer may have made it.
   */
  async #readAfterOverdue(order: MarketplaceOrderEntity): Promise<PaymentEntity[]> {
    const payments = await readPaymentsOf(this.deps, order.id);
    const now = this.deps.clock.now();
    const overdue = payments.filter((cart) => isOverdue(cart, now));
    if (overdue.length === 0) return payments;
    await Promise.all(
      overdue.map(async (cart) => {
        await this.#see(cart);
        const seen = await paymentRows.read(this.deps, cart.id);
        // Nobody asked for this cancellation: why it is refused is nothing to tell.
        if (isOverdue(seen, now)) await this.#act(seen, "cancel", []);
      }),
    );
    return readPaymentsOf(this.deps, order.id);
  }

  /** Undefined where there was nothing to ask. A repeated asking looks first, and believes no "no" at once. */
  async #authorize(
    payment: PaymentEntity,
    args: CreateOrderArgs,
    cart: OrderCartArgs,
    isResumed: boolean,
  ): Promise<Outcome<PaymentObservation> | undefined> {
    if (standingOf(payment) !== "UNANSWERED") return undefined;
    const account = await this.deps.accounts.byId(payment.accountId);
    const operations = operationsOf(this.deps, payment);
    const url = this.deps.notificationUrlOf(payment.provider, account.shop);
    const outcome = await this.deps.accounts.call(account, async (credentials) => {
      if (isResumed) {
        const seen = await operations.findByReference(payment.id, { credentials });
        // `call` renews refused credentials. Whatever else a look fails for says nothing of the payment.
        if (seen.kind === "refused" && seen.refusal.credentialsRefused !== true) {
          return { kind: "unknown", reason: "the look-up had no answer" } as const;
        }
        if (seen.kind !== "accepted") return seen;
        if (seen.value !== null) return { kind: "accepted", value: seen.value } as const;
      }
      const command = authorizationOf(payment, args, cart, url);
      return operations.create(command, { credentials, idempotencyKey: payment.id });
    });
    const ageMs = this.deps.clock.now().getTime() - payment.createdAt.getTime();
    const believed = isResumed ? provenByRepetition(outcome, ageMs < doubtMs) : outcome;
    await this.#apply(payment, believed);
    return believed;
  }

  /** Ends what is held and gives back what was taken, so that no seller has money of an order that failed. */
  async #letGo(
    order: MarketplaceOrderEntity,
    payments: readonly PaymentEntity[],
    refusals: UserErrorFact[],
  ): Promise<Outcome<CartsResult>> {
    await Promise.all(
      payments.map(async (payment) => {
        switch (letGo[standingOf(payment)]) {
          case "CANCEL":
            return this.#act(payment, "cancel", refusals);
          case "REFUND":
            return this.#giveBack(payment);
          case "WAIT":
          case "NOTHING":
        }
      }),
    );
    this.#failpoint("after-release");
    const now = await readPaymentsOf(this.deps, order.id);
    const isOver = now.every((cart) => letGo[standingOf(cart)] === "NOTHING");
    if (!isOver) return { kind: "unknown", reason: "not every cart has been let go" };
    for (const cart of now.filter((each) => standingOf(each) === "DISPUTED")) {
      const facts = { paymentId: cart.id, status: cart.status };
      await this.deps.alerts.raiseNow({ ...alertAbout(cart), code: "CART_DISPUTED", facts });
    }
    return { kind: "accepted", value: { status: endOf(order, now, refusals), refusals } };
  }

  async #act(
    payment: PaymentEntity,
    act: "capture" | "cancel",
    refusals: UserErrorFact[],
  ): Promise<void> {
    const { providerPaymentId } = payment;
    if (providerPaymentId === null) throw new Error(`${payment.id} has no provider id`);
    const account = await this.deps.accounts.byId(payment.accountId);
    const operations = operationsOf(this.deps, payment);
    // A hold that is found after a cancellation is another one: under the key of that cancellation, the provider would
    // answer without letting it go. Letting go twice harms nobody.
    const suffix = act === "cancel" ? `-${payment.version}` : "";
    const outcome = await this.deps.accounts.call(account, (credentials) => {
      const call = { credentials, idempotencyKey: `${payment.id}-${act}${suffix}` };
      return act === "capture"
        ? operations.capture(providerPaymentId, null, call)
        : operations.cancel(providerPaymentId, call);
    });
    if (outcome.kind === "accepted") return this.#apply(payment, outcome);
    // "No" to a repeated call may mean that it was done before.
    await this.#see(payment);
    if (outcome.kind === "refused") refusals.push(refusalOf(payment, outcome.refusal));
  }

  /** Asks the provider what a cart's payment has come to, and writes it down. */
  async #see(payment: PaymentEntity): Promise<void> {
    const { providerPaymentId } = payment;
    if (providerPaymentId === null) return;
    const account = await this.deps.accounts.byId(payment.accountId);
    const seen = await this.deps.accounts.call(account, (credentials) =>
      operationsOf(this.deps, payment).get(providerPaymentId, { credentials }),
    );
    if (seen.kind !== "accepted" || seen.value === null) return;
    await this.#apply(payment, { kind: "accepted", value: seen.value });
  }

  async #giveBack(payment: PaymentEntity): Promise<void> {
    const refunds = this.deps.registry.get(payment.provider)?.refunds;
    const { providerPaymentId } = payment;
    if (refunds === undefined || providerPaymentId === null) return;
    const facts = { paymentId: payment.id };
    await this.deps.alerts.raiseNow({ ...alertAbout(payment), code: "CART_GIVEN_BACK", facts });
    const account = await this.deps.accounts.byId(payment.accountId);
    // What was given back at the provider meanwhile makes it another request, under another key. Two of them cannot give
    // back more than was taken: each asks for all that is left.
    const amount = {
      minor: payment.amountMinor - payment.refundedMinor,
      currency: payment.currency,
    };
    const done = await this.deps.accounts.call(account, (credentials) =>
      refunds.create(
        { providerPaymentId, amount },
        { credentials, idempotencyKey: `${payment.id}-back-${amount.minor}` },
      ),
    );
    // Done or refused, the payment shows what is left.
    if (done.kind !== "unknown") await lookUpPayment(this.deps, payment, "API");
  }

  async #apply(payment: PaymentEntity, outcome: Outcome<PaymentObservation>): Promise<void> {
    let round = 0;
    // The other carts' answers come at the same moment, and each of them changes the order.
    const readAgain = async () => {
      await setTimeout(this.deps.random() * ++round);
      return paymentRows.read(this.deps, payment.id);
    };
    await writeOptimistically(
      this.deps.database,
      payment,
      readAgain,
      async (unit, current, clashed) => {
        await settlePayment(this.deps, unit, { payment: current }, outcome, clashed);
      },
    );
  }

  /**
   * Writes down that every cart is held: from here on, the order is captured and not let go. So it takes the place
   * of the order's one action, and answers false where a cancellation has it: nobody may give back what another
   * captures.
   */
  async #decide(order: MarketplaceOrderEntity, openActionId?: OperationId): Promise<boolean> {
    if (openActionId === undefined) throw new Error(`nobody decides on ${order.id}`);
    const { id, version } = order;
    const table = this.deps.database.table(MarketplaceOrderEntity);
    try {
      const next = await this.deps.database.write((unit) => {
        unit.change(table.update({ openActionId }, { id, version, openActionId: null }, 1));
        // Its operation brings it on; nobody else need look after it meanwhile.
        const changes = { dueAt: null, openActionId };
        return moveOrderAlone(this.deps, unit, order, "API", "AUTHORIZED", changes);
      });
      Object.assign(order, next);
      return true;
    } catch (fault) {
      if (!(fault instanceof StaleWriteError)) throw fault;
      return false;
    }
  }

  #failpoint(step: Parameters<OrderDependencies["failpoints"]>[1]): void {
    this.deps.failpoints("createMarketplaceOrder", step);
  }
}

function standingOf({ status }: PaymentEntity): CartStanding {
  return cartStanding[status];
}

/** What an order that was let go is called. One that had ended before, and whose holds were found late, stays so. */
function endOf(
  { status }: MarketplaceOrderEntity,
  payments: readonly PaymentEntity[],
  refusals: readonly UserErrorFact[],
): CartsResult["status"] {
  if (isOrderLetGo(status)) return status;
  if (payments.some((payment) => payment.status === "REJECTED")) return "REJECTED";
  const isFailed = payments.every((payment) => payment.status === "FAILED") || refusals.length > 0;
  return isFailed ? "FAILED" : "CANCELLED";
}

/** The authorization of a cart, also where it is captured at once: nothing is taken before all are held. */
function authorizationOf(
  payment: PaymentEntity,
  args: CreateOrderArgs,
  cart: OrderCartArgs,
  notificationUrl: string | null,
): CreatePaymentCommand {
  return { ...commandOf(payment, paymentArgsOf(args, cart), notificationUrl), capture: false };
}

function cartOf(args: CreateOrderArgs, { id, sellerId }: PaymentEntity) {
  const index = args.carts.findIndex((cart) => cart.sellerId === sellerId);
  const cart = args.carts[index];
  if (cart === undefined) throw new TypeError(`${id} is of no cart`);
  return { index, cart };
}

/** Where an order has what a payment has elsewhere; everything else is its cart's. */
const orderFields: Readonly<Record<string, string>> = {
  payer: "buyer",
  description: "description",
  deviceId: "deviceId",
};
const cartFields: Readonly<Record<string, string>> = { applicationFee: "fee" };

/** A refusal of a cart's payment, at its place in the order's input. */
function inOrder(refusal: UserErrorFact, index: number): UserErrorFact {
  const [, field = "", ...rest] = refusal.path;
  const ofOrder = orderFields[field];
  const place =
    ofOrder === undefined ? ["carts", `${index}`, cartFields[field] ?? field] : [ofOrder];
  return { ...refusal, path: ["input", ...place.filter((name) => name !== ""), ...rest] };
}
