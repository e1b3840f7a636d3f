import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ControlMistake, defined, read } from "../core/control";
import { seed } from "./accounts";
import { registerAccountControl } from "./control-accounts";
import { registerNotificationControl } from "./control-notifications";
import { ApiError } from "./errors";
import { cardOutcomes } from "./methods";
import type { PayoutCode } from "./model";
import { moveOrder } from "./order-moves";
import { viewOrder, viewRefund } from "./order-view";
import { canMovePayout, movePayout } from "./payout-moves";
import { viewPayout } from "./payout-routes";
import { settleRefund } from "./refund-moves";
import type { World } from "./world";

interface ById {
  Params: { id: string };
}

/** The switches that only PayU has, under `/_control`. */
export function registerControl(app: FastifyInstance, world: World): void {
  app.post("/_control/reset", (_request, reply) => {
    world.reset();
    seed(world);
    return reply.code(204).send();
  });

  app.post("/_control/settings", (request, reply) => {
    Object.assign(world.settings, defined(read(settingsSchema, request)));
    return reply.send(world.settings);
  });

  // Ends tokens before their time: clients that kept one meet a 401.
  app.post("/_control/tokens/expire", (request, reply) => {
    const { posId } = read(z.object({ posId: z.coerce.string().optional() }), request);
    for (const [value, token] of world.tokens) {
      if (posId === undefined || token.posId === posId) world.tokens.delete(value);
    }
    world.changed();
    return reply.code(204).send();
  });

  app.post("/_control/card-tokens", (request, reply) => {
    const { outcome } = read(z.object({ outcome: z.enum(cardOutcomes) }).partial(), request);
    return reply.code(201).send({ token: `TOK_${outcome ?? "approve"}_${randomUUID()}` });
  });

  registerMoves(app, world);
  registerAccountControl(app, world);
  registerNotificationControl(app, world);
}

function registerMoves(app: FastifyInstance, world: World): void {
  app.get<ById>("/_control/orders/:id", (request, reply) => {
    const order = findOrder(world, request.params.id);
    return reply.send(viewOrder(order, order.status));
  });

  app.post<ById>("/_control/orders/:id", (request, reply) => {
    const order = findOrder(world, request.params.id);
    const { status, resultCode, staleReads } = read(orderSchema, request);
    const before = order.status;
    if (status !== undefined) allowed(() => moveOrder(world, order, status, resultCode));
    if (staleReads !== undefined) order.stale = { status: before, reads: staleReads };
    return reply.send(viewOrder(order, order.status));
  });

  app.post<ById>("/_control/refunds/:id", (request, reply) => {
    const found = world.orders.withRefund(request.params.id);
    if (!found) throw new ControlMistake("No such refund");
    const { status, error } = read(refundSchema, request);
    if (found.refund.status !== "PENDING") throw new ControlMistake("The refund is final");
    settleRefund(world, found.order, found.refund, status, error);
    return reply.send(viewRefund(found.order, found.refund));
  });

  app.post<ById>("/_control/payouts/:id", (request, reply) => {
    const payout = world.payouts.get(request.params.id);
    if (!payout) throw new ControlMistake("No such payout");
    const status = read(payoutSchema, request).status as PayoutCode;
    if (!canMovePayout(payout, status)) {
      throw new ControlMistake(`A payout cannot go from ${payout.code} to ${status}`);
    }
    movePayout(world, payout, status);
    return reply.send({ ...viewPayout(payout), code: payout.code });
  });
}

function findOrder(world: World, id: string) {
  const order = world.orders.get(id);
  if (!order) throw new ControlMistake("No such order");
  return order;
}

/** What the provider would refuse is a mistake of whoever controls it. */
function allowed(move: () => void): void {
  try {
    move();
  } catch (error) {
    if (error instanceof ApiError) throw new ControlMistake(JSON.stringify(error.body));
    throw error;
  }
}

const minor = z.number().int().nonnegative();

const settingsSchema = z
  .object({
    settleMs: minor.nullable(),
    refundMs: minor.nullable(),
    refundOutcome: z.enum(["FINALIZED", "CANCELED"]),
    payoutStepMs: minor.nullable(),
    blockMs: minor,
    staleReads: minor,
    returnFeesOnRefund: z.boolean(),
    payoutLimitMinor: minor,
    transferLimitMinor: minor.nullable(),
  })
  .partial();

const orderSchema = z
  .object({
    status: z.enum(["PENDING", "WAITING_FOR_CONFIRMATION", "COMPLETED", "CANCELED"]),
    resultCode: z.string(),
    staleReads: minor,
  })
  .partial();

const refundSchema = z.object({
  status: z.enum(["FINALIZED", "CANCELED"]),
  error: z.object({ code: z.string(), description: z.string() }).optional(),
});

const payoutSchema = z.object({ status: z.coerce.number().int().min(1).max(7) });
