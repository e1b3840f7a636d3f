import { z } from "zod";
import type { Caller } from "../caller";
import { type Payment, refundableMinor } from "../model";
import { openRefund, refundPayment } from "../moves";
import { isCard } from "../payment-methods";
import type { World } from "../world";
import {
  type App,
  authenticateForOrder,
  doneBefore,
  orderKey,
  orderRefusal,
  readOrderBody,
  rememberDone,
} from "./answers";
import { findOrder } from "./find-order";
import type { InPersonOrder } from "./model";
import { readAmountText } from "./order-request";
import { viewOrder } from "./order-view";

const day = 24 * 60 * 60 * 1000;

/** Days after the payment in which it can be given back (Mercado Pago docs: refunds of Point and of QR codes). */
const refundDays = { point: 90, qr: 180 };

const refundBody = z.strictObject({
  transactions: z
    .array(z.strictObject({ id: z.string(), amount: z.string().regex(/^\d+(\.\d{1,2})?$/) }))
    .min(1)
    .max(1)
    .optional(),
});

/** `POST /v1/orders/:id/refund`: without a body all of it, with one a part of a card's payment. */
export function registerOrderRefunds(app: App, world: World): void {
  app.post<{ Params: { id: string } }>("/v1/orders/:id/refund", (request, reply) => {
    const caller = authenticateForOrder(world, request, "orders");
    const key = orderKey(caller, request, `POST ${request.params.id}/refund`);
    const order = findOrder(world, caller, request.params.id);
    if (doneBefore(world, key, request) === undefined) {
      const body = readOrderBody(refundBody, request.body ?? {});
      const { payment, amountMinor } = refundable(world, caller, order, body.transactions?.[0]);
      const { refundsInProcess } = caller.account;
      const refund = (refundsInProcess ? openRefund : refundPayment)(world, payment, amountMinor);
      rememberDone(world, key, request, refund.id);
    }
    return reply.code(201).send(viewOrder(world, order));
  });
}

/** What to give back, or the refusal. Refunds of the payment itself have rules of their own. */
function refundable(
  world: World,
  caller: Caller,
  order: InPersonOrder,
  part: { id: string; amount: string } | undefined,
): { payment: Payment; amountMinor: number } {
  const payment = order.paymentId === null ? undefined : world.payments.get(order.paymentId);
  if (order.status === "refunded") {
    throw orderRefusal(409, "order_already_refunded", "The order was refunded before");
  }
  if (order.status === "charged_back") {
    throw orderRefusal(409, "action_not_allowed_for_current_state", "The payment is in dispute");
  }
  if (order.status !== "processed" || payment === undefined || payment.approvedAt === null) {
    throw orderRefusal(409, "cannot_refund_order", "The order was not paid");
  }
  if (world.clock.now() - payment.approvedAt > refundDays[order.type] * day) {
    throw orderRefusal(409, "refund_period_exceeded", "The payment is too old");
  }
  if (payment.refunds.some(({ status }) => status === "in_process")) {
    throw orderRefusal(409, "refund_in_progress", "A refund is already under way");
  }
  const amountMinor = amountOf(caller, order, payment, part);
  if (caller.account.lacksBalance) {
    throw orderRefusal(428, "insufficient_money_for_refund", "The seller's balance is too low");
  }
  return { payment, amountMinor };
}

function amountOf(
  caller: Caller,
  order: InPersonOrder,
  payment: Payment,
  part: { id: string; amount: string } | undefined,
): number {
  const left = refundableMinor(payment);
  if (part === undefined) return left;
  const isCardPayment = isCard({ id: payment.methodId, name: "", type: payment.methodType });
  if (order.type === "qr" || !isCardPayment) {
    throw orderRefusal(400, "unsupported_partially_refunds", "Only all of it can be given back");
  }
  if (order.tipMinor > 0) {
    const message = "An order with a tip is given back as a whole";
    throw orderRefusal(403, "partial_refund_forbidden_with_tips", message);
  }
  if (part.id !== order.transactionId) {
    throw orderRefusal(404, "transaction_not_found", "The order has no such transaction");
  }
  const minor = readAmountText(part.amount, caller, "$.transactions[0].amount", 1);
  if (minor > left) {
    throw orderRefusal(400, "refund_amount_exceeds", "The amount is more than what is left");
  }
  return minor;
}
