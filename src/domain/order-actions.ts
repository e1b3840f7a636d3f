import { isOrderLetGo, type OrderStatus, orderStatuses } from "./order-status";
import type { ActionObstacle, PaymentAction } from "./payment-actions";

/** The facts that decide what can be done to an order. */
export interface OrderFacts {
  readonly status: OrderStatus;
  readonly hasOpenAction: boolean;
  readonly knownAtProvider: boolean;
  /** Whether a cart is held, or may come to be. */
  readonly hasHold: boolean;
  readonly refundableMinor: bigint;
}

/** What can be done to an order in each status. A missing line does not compile. */
const actionsIn = {
  PROCESSING: [],
  UNKNOWN: [],
  PENDING: ["CANCEL"],
  AUTHORIZED: ["CAPTURE", "CANCEL"],
  COMPLETED: ["REFUND"],
  PARTIALLY_REFUNDED: ["REFUND"],
  REFUNDED: [],
  REJECTED: [],
  CANCELLED: [],
  FAILED: [],
} as const satisfies Record<OrderStatus, readonly PaymentAction[]>;

/** Why an action is not possible now; undefined when it is. One rule for `availableActions` and the mutations. */
export function whyNotOrder(action: PaymentAction, facts: OrderFacts): ActionObstacle | undefined {
  if (!isLate(action, facts) && !(allows(facts.status, action) && facts.knownAtProvider)) {
    const allowed = orderStatuses.filter((status) => allows(status, action));
    return {
      code: "ACTION_NOT_AVAILABLE",
      message: `${action} is for orders that are ${allowed.join(" or ")}; this one is ${facts.status}`,
    };
  }
  if (action !== "REFUND") {
    if (!facts.hasOpenAction) return undefined;
    return {
      code: "ACTION_IN_PROGRESS",
      message: "another capture or cancellation of this order is under way",
    };
  }
  if (facts.refundableMinor > 0n) return undefined;
  return { code: "REFUND_EXCEEDS_REMAINING", message: "nothing of this order is left to refund" };
}

function allows(status: OrderStatus, action: PaymentAction): boolean {
  return (actionsIn[status] as readonly PaymentAction[]).includes(action);
}

/** Money of an order that has come to nothing was found late: a hold can still be let go, and a charge given back. */
function isLate(action: PaymentAction, facts: OrderFacts): boolean {
  if (!isOrderLetGo(facts.status)) return false;
  switch (action) {
    case "CAPTURE":
      return false;
    case "CANCEL":
      return facts.hasHold;
    case "REFUND":
      return facts.refundableMinor > 0n;
  }
}
