import type { UnitOfWork } from "../../database/database";
import { refuseAny } from "../../domain/errors";
import type { OperationId } from "../../domain/ids";
import { judgeOrderMove } from "../../domain/order-judgement";
import type { OrderObservation } from "../../domain/order-observation";
import { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import type { OperationEntity } from "../../entities/operation.entity";
import { PaymentEntity } from "../../entities/payment.entity";
import type { Intent, OperationKind, Settlement } from "../../operations/operation-kind";
import type { Outcome } from "../../providers/provider";
import { holderOf } from "../holder-of";
import { paymentEvent } from "../payment/payment-events";
import { keepPaymentsWithin } from "../payment/payment-limits";
import { refusalOf } from "../refusal-of-provider";
import {
  applyOrderObservation,
  applyRefundToOrder,
  changeOrderSilently,
  moveOrder,
  moveOrderAlone,
} from "./apply-order";
import { newOrder, orderCommandOf } from "./order-draft";
import { orderEvent } from "./order-events";
import { type CreateOrderArgs, cardTokenOf, createOrderForms } from "./order-input";
import { type OrderDependencies, readOrder, readPaymentsOf, type WholeOrder } from "./order-rows";
import { type CartsResult, PaidByCart } from "./paid-by-cart";
import { planOrder } from "./plan-order";

/** An order being made: its rows, and what the provider has to be told. */
export interface OrderInMaking {
  whole: WholeOrder;
  /** Null where they are lost, and nothing is sent. */
  readonly args: CreateOrderArgs | null;
  readonly operationId: OperationId;
  /** Taken up again: an earlier attempt may have reached the provider. */
  readonly isResumed: boolean;
}

/** What came of asking: the order as its provider shows it, or how far its carts were paid one by one. */
export type OrderAnswer = OrderObservation | CartsResult;

/**
 * How long a provider's "no" to a repeated sending is not believed: the first one may have used up a card token
 * or a code before its answer was lost, and the second be refused for that.
 */
const resendDoubtMs = 10 * 60_000;

/**
 * Takes an order. Where the provider splits it, sending it again is safe and finds it: the reference, our order
 * id, is unique there, and there is no other way to look it up by. Elsewhere its carts are paid one by one.
 */
export function createOrderKind(
  deps: OrderDependencies,
): OperationKind<CreateOrderArgs, OrderInMaking, OrderAnswer, CreateOrderArgs> {
  const byCart = new PaidByCart(deps);
  return {
    name: "createMarketplaceOrder",
    plan: (args, operationId) => plan(deps, byCart, args, operationId),
    commandForms: createOrderForms,
    load: (operation, args) => load(deps, operation, args),
    doubtMs: resendDoubtMs,
    send: async (making): Promise<Outcome<OrderAnswer>> => {
      const { whole, args } = making;
      if (args === null) throw new Error(`what to ask for ${whole.order.id} is lost`);
      const { provider, shop } = whole.order;
      const operations = deps.registry.get(provider)?.orders;
      if (operations === undefined) {
        const outcome = await byCart.take(whole.order, args, making);
        making.whole = { ...whole, payments: await readPaymentsOf(deps, whole.order.id) };
        return outcome;
      }
      const command = orderCommandOf(whole, args, deps.notificationUrlOf(provider, shop));
      return operations.create(command, { shop });
    },
    settle: (unit, making, outcome, clashed) => settle(deps, unit, making, outcome, clashed),
  };
}

async function plan(
  deps: OrderDependencies,
  byCart: PaidByCart,
  args: CreateOrderArgs,
  operationId: OperationId,
): Promise<Intent<OrderInMaking, CreateOrderArgs>> {
  const planned = await planOrder(deps, args);
  const whole = newOrder(deps, args, planned);
  if (planned.adapter.orders === undefined) refuseAny(byCart.refusalsOf(whole, args));
  await keepPaymentsWithin(deps.limits, {
    marketplaceId: args.marketplaceId,
    sellerIds: args.carts.map(({ sellerId }) => sellerId),
    ipAddress: args.ipAddress,
    cardTokens: cardTokensOf(args),
  });
  const { order, payments } = whole;
  return {
    sellerId: null,
    subjectId: order.id,
    state: { whole, args, operationId, isResumed: false },
    command: args,
    write: (unit) => {
      unit.change(deps.database.table(MarketplaceOrderEntity).insert(order));
      unit.change(deps.database.table(PaymentEntity).insertAll(payments));
      deps.events.openStream(unit, order.id);
      deps.events.appendAll(unit, [
        orderEvent(order, "ORDER_CREATED", null, "API"),
        ...payments.map((payment) => paymentEvent(payment, "PAYMENT_CREATED", null, "API")),
      ]);
    },
  };
}

/** Each once, however many carts it pays. */
function cardTokensOf(args: CreateOrderArgs): string[] {
  const tokens = args.carts.map((cart) => cardTokenOf(args, cart));
  return [...new Set(tokens)].filter((token) => token !== undefined);
}

async function load(
  deps: OrderDependencies,
  operation: OperationEntity,
  args: CreateOrderArgs | null,
): Promise<OrderInMaking> {
  const whole = await readOrder(deps, operation.subjectId);
  return { whole, args, operationId: operation.id, isResumed: true };
}

function settle(
  deps: OrderDependencies,
  unit: UnitOfWork,
  making: OrderInMaking,
  outcome: Outcome<OrderAnswer>,
  clashed: boolean,
): Settlement | Promise<Settlement> {
  switch (outcome.kind) {
    case "accepted": {
      // Another one's place is not ours to give back: an order that is shown to be held can be acted on already.
      const isOurs = making.whole.order.openActionId === making.operationId;
      const own = isOurs ? { openActionId: null } : {};
      return applyAnswer(deps, unit, making, outcome.value, own, clashed);
    }
    case "refused": {
      const { order } = making.whole;
      // A notification may have told us of it already: then there is nothing left to fail.
      if (judgeOrderMove(order.status, "FAILED", false) !== "ALLOWED") {
        return { finished: true, refusal: null };
      }
      making.whole = moveOrder(deps, unit, making.whole, "API", "FAILED");
      return { finished: true, refusal: [refusalOf(order, outcome.refusal)] };
    }
    case "unknown":
      showUnfinished(deps, unit, making);
      return { finished: false };
  }
}

/** Writes down what came of asking, for all operations on orders. */
export async function applyAnswer(
  deps: OrderDependencies,
  unit: UnitOfWork,
  making: { whole: WholeOrder },
  answer: OrderAnswer,
  own: { openActionId?: null } = {},
  clashed = false,
): Promise<Settlement> {
  const { whole } = making;
  if (!("refusals" in answer)) {
    const holder = clashed
      ? await holderOf(unit, "marketplace_order", whole.order, answer.providerOrderId)
      : undefined;
    const applied = applyOrderObservation(deps, unit, whole, answer, "API", own, holder);
    making.whole = applied.whole;
    // Not the order that was asked for: keep looking, a person has been told.
    return applied.verdict.kind === "quarantine"
      ? { finished: false }
      : { finished: true, refusal: null };
  }
  const { status, refusals } = answer;
  const { order } = whole;
  if (status !== order.status && judgeOrderMove(order.status, status, true) !== "FORBIDDEN") {
    const completedAt = status === "COMPLETED" ? deps.clock.now() : order.completedAt;
    const changes = { ...own, completedAt };
    making.whole = {
      ...whole,
      order: moveOrderAlone(deps, unit, order, "API", status, changes),
    };
    // A cart may have been given back by itself while others were still being captured.
    if (status === "COMPLETED") {
      const shown = await applyRefundToOrder(deps, unit, order.id, "API");
      making.whole = { ...making.whole, order: shown };
    }
  } else {
    making.whole = changeOrderSilently(deps, unit, whole, own);
  }
  return { finished: true, refusal: refusals.length === 0 ? null : refusals };
}

/** Carts that are paid one by one tell more than that the answer was lost. */
function showUnfinished(deps: OrderDependencies, unit: UnitOfWork, making: OrderInMaking): void {
  const { order, payments } = making.whole;
  if (deps.registry.get(order.provider)?.orders !== undefined) {
    if (order.status === "PROCESSING") {
      making.whole = moveOrder(deps, unit, making.whole, "API", "UNKNOWN");
    }
    return;
  }
  const isLost = payments.some(({ status }) => status === "PROCESSING" || status === "UNKNOWN");
  const status = isLost ? "UNKNOWN" : "PENDING";
  if (judgeOrderMove(order.status, status, false) !== "ALLOWED") return;
  // Its operation brings it on.
  const moved = moveOrderAlone(deps, unit, order, "API", status, { dueAt: null });
  making.whole = { ...making.whole, order: moved };
}
