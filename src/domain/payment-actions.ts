import type { ErrorCode } from "./errors";
import type { PaymentStatus } from "./payment-status";

/** What can be done to a payment. */
export const paymentActions = ["CAPTURE", "CANCEL", "REFUND"] as const;
export type PaymentAction = (typeof paymentActions)[number];

/** The facts that decide it. */
export interface ActionFacts {
  readonly status: PaymentStatus;
  readonly hasOpenAction: boolean;
  /** Whether it is a cart of a marketplace order: all carts are captured or cancelled together. */
  readonly isCart: boolean;
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

const statusesFor = {
  CAPTURE: ["AUTHORIZED"],
  CANCEL: ["PENDING", "IN_REVIEW", "AUTHORIZED"],
  REFUND: ["APPROVED", "PARTIALLY_REFUNDED"],
} as const satisfies Record<PaymentAction, readonly PaymentStatus[]>;

/** Why an action is not possible now; undefined when it is. One rule for `availableActions` and the mutations. */
export function whyNot(action: PaymentAction, facts: ActionFacts): ActionObstacle | undefined {
  const allowed: readonly PaymentStatus[] = statusesFor[action];
  if (!allowed.includes(facts.status) || !facts.knownAtProvider) {
    return {
      code: "ACTION_NOT_AVAILABLE",
      message: `a payment that is ${facts.status} cannot be ${participle[action]}; it must be ${allowed.join(" or ")}`,
    };
  }
  if (facts.isCart && action !== "REFUND") {
    return {
      code: "ACTION_NOT_AVAILABLE",
      message: "it is a cart of a marketplace order; capture or cancel the order",
    };
  }
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

const participle = {
  CAPTURE: "captured",
  CANCEL: "cancelled",
  REFUND: "refunded",
} as const satisfies Record<PaymentAction, string>;
