import type { UnitOfWork } from "../../database/database";
import { refuseAny } from "../../domain/errors";
import type { OperationId } from "../../domain/ids";
import { judgeOrderMove } from "../../domain/order-judgement";
import { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import type { OperationEntity } from "../../entities/operation.entity";
import { PaymentEntity } from "../../entities/payment.entity";
import type { Intent, OperationKind, Settlement } from "../../operations/operation-kind";
import type { Outcome } from "../../providers/provider";
import { countPaymentsWithinLimits } from "../payment/payment-limits";
import { paymentRows } from "../payment/payment-rows";
import { refusalOf } from "../shared/refusal-of-provider";
import { applyAnswer } from "./apply-answer";
import { moveOrder } from "./apply-order";
import { findRail, railOf } from "./find-rail";
import { newOrder } from "./order-draft";
import { type CreateOrderArgs, createOrderForms, tokenOfCart } from "./order-input";
import type { OrderAnswer, OrderInMaking } from "./order-rail";
import { type OrderDependencies, orderRows, readOrder } from "./order-rows";
import { judgeOrder } from "./plan-order";

/**
 * How long a provider's "no" to a repeated sending is not believed: the first one may have used up a card token
 * or a code before its answer was lost, and the second be refused for that.
 */
const resendDoubtMs = 10 * 60_000;

/** Takes an order, by its provider's rail. */
export function createOrderKind(
  deps: OrderDependencies,
): OperationKind<CreateOrderArgs, OrderInMaking, OrderAnswer, CreateOrderArgs> {
  return {
    name: "createMarketplaceOrder",
    plan: (args, operationId) => plan(deps, args, operationId),
    commandForms: createOrderForms,
    load: (operation, args) => load(deps, operation, args),
    doubtMs: resendDoubtMs,
    async send(making) {
      const { whole, args } = making;
      if (args === null) throw new Error(`what to ask for ${whole.order.id} is lost`);
      return railOf(deps, whole.order).take(making, args);
    },
    settle: (unit, making, outcome, clashed) => settle(deps, unit, making, outcome, clashed),
  };
}

/** @throws Refusal with every rule that is broken, those of how the order is to be paid among them. */
async function plan(
  deps: OrderDependencies,
  args: CreateOrderArgs,
  operationId: OperationId,
): Promise<Intent<OrderInMaking, CreateOrderArgs>> {
  const rail = findRail(deps, args.provider);
  const { planned, violations } = await judgeOrder(deps, rail, args);
  const whole = planned && newOrder(deps, args, planned);
  refuseAny([...violations, ...(rail?.refusalsOf(args, whole) ?? [])]);
  if (whole === undefined) throw new Error("an order without a plan and without a reason");
  await countPaymentsWithinLimits(deps.limits, {
    marketplaceId: args.marketplaceId,
    sellerIds: args.carts.map(({ sellerId }) => sellerId),
    ipAddress: args.ipAddress,
    cardTokens: tokensOf(args),
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
        orderRows.created(order, "API"),
        ...payments.map((payment) => paymentRows.created(payment, "API")),
      ]);
    },
  };
}

/** Each once, however many carts it pays. */
function tokensOf(args: CreateOrderArgs): string[] {
  const tokens = args.carts.map((cart) => tokenOfCart(args, cart));
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
      return applyAnswer(deps, unit, making, outcome.value, "API", own, clashed);
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
      making.whole = railOf(deps, making.whole.order).showUnfinished(unit, making.whole);
      return { finished: false };
  }
}
