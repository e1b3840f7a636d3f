import { z } from "zod";
import { refundableMinor } from "../model";
import { refundPayment } from "../moves";
import type { World } from "../world";
import { type App, authenticateForOrder, orderRefusal, readOrderBody } from "./answers";
import { outcomeNames } from "./charge";
import { findOrder } from "./find-order";
import { type InPersonOrder, isOpenOrder } from "./model";
import {
  answerMs,
  cancelOrder,
  chargeTap,
  endOrder,
  expireOrder,
  pickUp,
  readerOf,
  requireAction,
} from "./order-moves";

const eventBody = z.strictObject({
  status: z.enum(["processed", "canceled", "expired", "failed", "refunded", "action_required"]),
  payment_method_type: z.enum(["credit_card", "debit_card"]).optional(),
  installments: z.int().positive().optional(),
  payment_method_id: z.enum(["amex", "master", "visa", "debmaster", "debvisa"]).optional(),
  status_detail: z.string().optional(),
});

/** Choice: until a simulated event happens. The documents say ten seconds at most. */
const eventMs = 1_000;

/** Readers that exist for tests only (Mercado Pago docs: integration test). */
export function isTestReader(id: string): boolean {
  return id.includes("__SBX");
}

/** `POST /v1/orders/:id/events`: Mercado Pago's own way to pretend, for orders of test readers. */
export function registerOrderEvents(app: App, world: World): void {
  app.post<{ Params: { id: string } }>("/v1/orders/:id/events", (request, reply) => {
    const caller = authenticateForOrder(world, request, "orders");
    const order = findOrder(world, caller, request.params.id);
    const isTest = order.readerId !== null && isTestReader(order.readerId);
    if (!isTest) throw orderRefusal(403, "forbidden", "Only orders of test terminals have events");
    const event = readOrderBody(eventBody, request.body);
    const isRefund = event.status === "refunded";
    if (isRefund ? order.status !== "processed" : !isOpenOrder(order)) {
      throw orderRefusal(400, "bad_request", "The order's state does not allow this event");
    }
    const reader = readerOf(world, order);
    if (reader) pickUp(world, reader);
    const wait = event.status === "action_required" ? answerMs : eventMs;
    world.schedule.at(world.clock.now() + wait, () => happen(world, order, event));
    return reply.code(204).send();
  });
}

function happen(world: World, order: InPersonOrder, event: z.infer<typeof eventBody>): void {
  const { status, status_detail: detail } = event;
  if (status === "refunded") {
    const payment = order.paymentId === null ? undefined : world.payments.get(order.paymentId);
    if (payment && refundableMinor(payment) > 0) {
      refundPayment(world, payment, refundableMinor(payment));
    }
    return;
  }
  if (!isOpenOrder(order)) return;
  switch (status) {
    case "canceled":
      cancelOrder(world, order, "canceled_on_terminal");
      break;
    case "expired":
      expireOrder(world, order);
      break;
    case "action_required":
      requireAction(world, order);
      break;
    default: {
      const refused = detail !== undefined && outcomeNames.includes(detail) ? detail : undefined;
      const outcome = status === "processed" ? "accredited" : (refused ?? "rejected_by_issuer");
      const payment = chargeTap(world, order, {
        orderKey: order.key,
        outcome,
        methodId: event.payment_method_id ?? null,
        installments: event.installments ?? null,
        tipMinor: 0,
        startedAt: 0,
        endsAt: 0,
        isEnded: true,
      });
      endOrder(world, order, outcome, payment);
    }
  }
}
