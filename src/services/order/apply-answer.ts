import type { UnitOfWork } from "../../database/database";
import { judgeOrderMove } from "../../domain/order-judgement";
import type { ObservationSource } from "../../domain/payment-observation";
import type { Settlement } from "../../operations/operation-kind";
import {
  applyOrderObservation,
  applyRefundToOrder,
  changeOrderSilently,
  moveOrderAlone,
  type OwnChanges,
} from "./apply-order";
import type { OrderAnswer } from "./order-rail";
import { type OrderDependencies, orderRows, type WholeOrder } from "./order-rows";

/** Writes down what came of asking, for operations on orders and for look-ups. `clashed`: see `retryOptimistically`. */
export async function applyAnswer(
  deps: OrderDependencies,
  unit: UnitOfWork,
  making: { whole: WholeOrder },
  answer: OrderAnswer,
  source: ObservationSource,
  own: OwnChanges = {},
  clashed = false,
): Promise<Settlement> {
  const { whole } = making;
  if (!("refusals" in answer)) {
    const holder = clashed
      ? await orderRows.holderOf(deps, unit, whole.order, answer.providerOrderId)
      : undefined;
    const applied = applyOrderObservation(deps, unit, whole, answer, source, own, holder);
    making.whole = applied.whole;
    // Not the order that was asked for: keep looking, a person has been told.
    return applied.verdict.kind === "quarantine"
      ? { finished: false }
      : { finished: true, refusal: null };
  }
  const { status, refusals } = answer;
  const { order } = whole;
  if (status === order.status || judgeOrderMove(order.status, status, true) === "FORBIDDEN") {
    making.whole = changeOrderSilently(deps, unit, whole, own);
  } else {
    const isPaid = status === "COMPLETED";
    const completedAt = isPaid ? deps.clock.now() : order.completedAt;
    const moved = moveOrderAlone(deps, unit, order, source, status, { ...own, completedAt });
    // A cart may have been given back by itself while others were still being captured.
    const now = isPaid ? await applyRefundToOrder(deps, unit, order.id, source) : moved;
    making.whole = { ...whole, order: now };
  }
  return { finished: true, refusal: refusals.length === 0 ? null : refusals };
}
