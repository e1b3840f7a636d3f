import type { UnitOfWork } from "../../database/database";
import { refuse } from "../../domain/errors";
import type { MarketplaceOrderId, OperationId } from "../../domain/ids";
import { type OrderFacts, whyNotOrder } from "../../domain/order-actions";
import { cartStanding, letGo } from "../../domain/order-status";
import type { PaymentAction } from "../../domain/payment-actions";
import { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import type { PaymentEntity } from "../../entities/payment.entity";
import { noCommand } from "../../operations/command-form";
import type { Intent, OperationKind, Settlement } from "../../operations/operation-kind";
import type { Outcome } from "../../providers/provider";
import { refundableMinor } from "../payment/payment-availability";
import { refusalOf } from "../shared/refusal-of-provider";
import { applyAnswer } from "./apply-answer";
import { changeOrderSilently } from "./apply-order";
import { railOf } from "./find-rail";
import type { OrderAnswer, OrderGoal, OrderInAction } from "./order-rail";
import { type OrderDependencies, readOrder, type WholeOrder } from "./order-rows";

export interface OrderActionArgs {
  readonly orderId: MarketplaceOrderId;
}

/** Takes the held funds of all carts. */
export function captureOrderKind(deps: OrderDependencies) {
  return actionKind(deps, "captureMarketplaceOrder", "CAPTURE", "COMPLETED");
}

/** Ends an order before its money is taken. */
export function cancelOrderKind(deps: OrderDependencies) {
  return actionKind(deps, "cancelMarketplaceOrder", "CANCEL", "CANCELLED");
}

/** What decides which actions an order allows. */
export function orderFactsOf({ order, payments }: WholeOrder): OrderFacts {
  return {
    status: order.status,
    hasOpenAction: order.openActionId !== null,
    knownAtProvider: payments.every((payment) => isKnown(order, payment)),
    hasHold: payments.some(({ status }) => letGo[cartStanding[status]] === "CANCEL"),
    refundableMinor: payments.reduce((sum, payment) => sum + refundableMinor(payment), 0n),
  };
}

function isKnown(order: MarketplaceOrderEntity, payment: PaymentEntity): boolean {
  return order.providerOrderId !== null || payment.providerPaymentId !== null;
}

/** An order has at most one capture or cancellation open; the claim takes that place, its end gives it back. */
function actionKind(
  deps: OrderDependencies,
  name: string,
  action: Exclude<PaymentAction, "REFUND">,
  goal: OrderGoal,
): OperationKind<OrderActionArgs, OrderInAction, OrderAnswer> {
  const obstacleTo = (whole: WholeOrder) => whyNotOrder(action, orderFactsOf(whole));
  return {
    name,
    commandForms: noCommand,

    async plan({ orderId }, operationId): Promise<Intent<OrderInAction>> {
      const whole = await readOrder(deps, orderId);
      const obstacle = obstacleTo(whole);
      if (obstacle !== undefined) {
        throw refuse(obstacle.code, obstacle.message, ["input", "orderId"]);
      }
      const { order } = whole;
      const opened = Object.assign(new MarketplaceOrderEntity(), order, {
        openActionId: operationId,
      });
      return {
        sellerId: null,
        subjectId: order.id,
        state: { whole: { ...whole, order: opened } },
        command: {},
        write: (unit) => claimPlace(deps, unit, order, operationId),
      };
    },

    async explainConflict({ orderId }) {
      const reason = obstacleTo(await readOrder(deps, orderId));
      return {
        code: reason?.code ?? "ACTION_IN_PROGRESS",
        message: reason?.message ?? "the order changed at the same moment; try again",
        path: ["input", "orderId"],
      };
    },

    async load(operation) {
      return { whole: await readOrder(deps, operation.subjectId) };
    },

    async lookUp({ whole: { order } }) {
      const seen = await railOf(deps, order).look(order);
      const isElsewhere = seen.kind === "accepted" && seen.value?.status !== goal;
      return isElsewhere ? { kind: "accepted", value: null } : seen;
    },

    send: (state) => railOf(deps, state.whole.order).bring(state, goal),

    settle: (unit, state, outcome) => settle(deps, unit, state, outcome),
  };
}

function claimPlace(
  deps: OrderDependencies,
  unit: UnitOfWork,
  { id, version }: MarketplaceOrderEntity,
  openActionId: OperationId,
): void {
  const table = deps.database.table(MarketplaceOrderEntity);
  unit.change(table.update({ openActionId }, { id, version, openActionId: null }, 1));
}

function settle(
  deps: OrderDependencies,
  unit: UnitOfWork,
  state: OrderInAction,
  outcome: Outcome<OrderAnswer>,
): Settlement | Promise<Settlement> {
  switch (outcome.kind) {
    case "accepted":
      return applyAnswer(deps, unit, state, outcome.value, "API", { openActionId: null });
    case "refused": {
      // Whatever made the provider refuse is worth a look: the order may have moved on there.
      const dueAt = deps.clock.now();
      state.whole = changeOrderSilently(deps, unit, state.whole, { openActionId: null, dueAt });
      return { finished: true, refusal: [refusalOf(state.whole.order, outcome.refusal)] };
    }
    case "unknown":
      return { finished: false };
  }
}
