import type { InPersonOrder, OrderStatus } from "./model";

const states: Record<OrderStatus, string> = {
  created: "OPEN",
  at_terminal: "ON_TERMINAL",
  processing: "FINISHED",
  processed: "FINISHED",
  failed: "FINISHED",
  canceled: "CANCELED",
  expired: "ABANDONED",
  action_required: "CONFIRMATION_REQUIRED",
  refunded: "FINISHED",
  charged_back: "FINISHED",
};

/** What a payment intent calls its state. A finished intent may have a rejected payment. */
export function intentState(order: InPersonOrder): string {
  if (order.status === "failed" && order.paymentId === null) return "ERROR";
  return states[order.status];
}
