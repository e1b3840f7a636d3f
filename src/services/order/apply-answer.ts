import type { UnitOfWork } from "../../database/database";
import { judgeOrderMove } from "../../domain/order-judgement";
import type { ObservationSource } from "../../domain/payment-observation";
import type { Settlement } from "../../operations/operation-kind";
import { holderOf } from "../holder-of";
import {
  applyOrderObservation,
  applyRefundToOrder,
  changeOrderSilently,
  moveOrderAlone,
  type OwnChanges,
} from "./apply-order";
import type { OrderAnswer } from "./order-rail";
import type { OrderDependencies, WholeOrder } from "./order-rows";

/** Writes down what came of asking, for operations on orders and for look-ups. `clashed`: see `untilUncontested`. */
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
      ? await holderOf(unit, "marketplace_order", whole.order, answer.providerOrderId)
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
  if (status !== order.status && judgeOrderMove(order.status, status, true) !== "FORBIDDEN") {
    const completedAt = status === "COMPLETED" ? deps.clock.now() : order.completedAt;
    const changes = { ...own, completedAt };
    making.whole = {
      ...whole,
      order: moveOrderAlone(deps, unit, order, source, status, changes),
    };
    // A cart may have been given back by itself while others were still being captured.
    if (status === "COMPLETED") {
      const shown = await applyRefundToOrder(deps, unit, order.id, source);
      making.whole = { ...making.whole, order: shown };
    }
  } else {
    making.whole = changeOrderSilently(deps, unit, whole, own);
  }
  return { finished: true, refusal: refusals.length === 0 ? null : refusals };
}
