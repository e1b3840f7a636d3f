import type { ErrorCode } from "./errors";
import { isOrderLetGo, type OrderStatus } from "./order-status";
import { type PaymentStatus, paymentStatuses } from "./payment-status";

/** What can be done to a payment. */
export const paymentActions = ["CAPTURE", "CANCEL", "REFUND"] as const;
export type PaymentAction = (typeof paymentActions)[number];

/** The facts that decide it. */
export interface ActionFacts {
  readonly status: PaymentStatus;
  readonly hasOpenAction: boolean;
  /**
   * The status of the marketplace order that the payment is a cart of; null where it is none. All carts of an order
   * are captured or cancelled together. Once the order has come to nothing, a cart's hold is let go by itself.
   */
  readonly orderStatus: OrderStatus | null;
  /** Whether the provider account can be used for calls. */
  readonly accountUsable: boolean;
  readonly knownAtProvider: boolean;
  readonly refundableMinor: bigint;
  /** When refunds stop being taken; null where there is no limit or nothing was approved. */
  readonly refundableUntil: Date | null;
  readonly now: Date;
}

export interface ActionObstacle {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What can be done to a payment in each status. A missing line does not compile. */
const actionsIn = {
  PROCESSING: [],
  UNKNOWN: [],
  PENDING: ["CANCEL"],
  IN_REVIEW: ["CANCEL"],
  AUTHORIZED: ["CAPTURE", "CANCEL"],
  APPROVED: ["REFUND"],
  PARTIALLY_REFUNDED: ["REFUND"],
  REJECTED: [],
  CANCELLED: [],
  EXPIRED: [],
  REFUNDED: [],
  IN_DISPUTE: [],
  CHARGED_BACK: [],
  FAILED: [],
} as const satisfies Record<PaymentStatus, readonly PaymentAction[]>;

export function allows(status: PaymentStatus, action: PaymentAction): boolean {
  return (actionsIn[status] as readonly PaymentAction[]).includes(action);
}

/** The statuses in which an action is possible, for messages and for conditions in SQL. */
export function statusesFor(action: PaymentAction): readonly PaymentStatus[] {
  return paymentStatuses.filter((status) => allows(status, action));
}

/** Why an action is not possible now; undefined when it is. One rule for `availableActions` and the mutations. */
export function whyNot(action: PaymentAction, facts: ActionFacts): ActionObstacle | undefined {
  if (!allows(facts.status, action) || !facts.knownAtProvider) {
    return {
      code: "ACTION_NOT_AVAILABLE",
      message: `a payment that is ${facts.status} cannot be ${participle[action]}; it must be ${statusesFor(action).join(" or ")}`,
    };
  }
  const ofOrder = whyNotAlone(action, facts.orderStatus);
  if (ofOrder !== undefined) return { code: "ACTION_NOT_AVAILABLE", message: ofOrder };
  if (!facts.accountUsable) {
    return {
      code: "SELLER_RECONNECT_NEEDED",
      message: "the seller's provider account is not connected",
    };
  }
  if (action !== "REFUND") {
    if (!facts.hasOpenAction) return undefined;
    return {
      code: "ACTION_IN_PROGRESS",
      message: "another capture or cancellation of this payment is under way",
    };
  }
  if (facts.refundableUntil !== null && facts.now > facts.refundableUntil) {
    return {
      code: "REFUND_WINDOW_CLOSED",
      message: `refunds of this payment were possible until ${facts.refundableUntil.toISOString()}`,
    };
  }
  if (facts.refundableMinor <= 0n) {
    return {
      code: "REFUND_EXCEEDS_REMAINING",
      message: "nothing of this payment is left to refund",
    };
  }
  return undefined;
}

/** Why a cart cannot be acted on apart from its order; undefined when it can. */
function whyNotAlone(action: PaymentAction, orderStatus: OrderStatus | null): string | undefined {
  if (orderStatus === null || action === "REFUND") return undefined;
  if (!isOrderLetGo(orderStatus)) {
    return "it is a cart of a marketplace order; capture or cancel the order";
  }
  return action === "CAPTURE"
    ? `it is a cart of a marketplace order that is ${orderStatus}; it can only be cancelled`
    : undefined;
}

const participle = {
  CAPTURE: "captured",
  CANCEL: "cancelled",
  REFUND: "refunded",
} as const satisfies Record<PaymentAction, string>;
