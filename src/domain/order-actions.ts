import type { OrderStatus } from "./order-status";
import type { ActionObstacle, PaymentAction } from "./payment-actions";

/** The facts that decide what can be done to an order. */
export interface OrderFacts {
  readonly status: OrderStatus;
  readonly hasOpenAction: boolean;
  readonly knownAtProvider: boolean;
  readonly refundableMinor: bigint;
}

const statusesFor = {
  CAPTURE: ["AUTHORIZED"],
  CANCEL: ["PENDING", "AUTHORIZED"],
  REFUND: ["COMPLETED", "PARTIALLY_REFUNDED"],
} as const satisfies Record<PaymentAction, readonly OrderStatus[]>;

/** Why an action is not possible now; undefined when it is. One rule for `availableActions` and the mutations. */
export function whyNotOrder(action: PaymentAction, facts: OrderFacts): ActionObstacle | undefined {
  const allowed: readonly OrderStatus[] = statusesFor[action];
  if (!allowed.includes(facts.status) || !facts.knownAtProvider) {
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
