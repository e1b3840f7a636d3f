import type { FastifyInstance, FastifyRequest } from "fastify";
import { authenticate, type Caller } from "./caller";
import { createPayment } from "./create-payment";
import { refusal } from "./errors";
import type { Payment } from "./model";
import { searchPayments } from "./payment-search";
import { updatePayment } from "./payment-update";
import { viewPayment } from "./payment-view";
import type { World } from "./world";

/** `/v1/payments`: create, read, search, change. */
export function registerPayments(app: FastifyInstance, world: World): void {
  app.post("/v1/payments", (request, reply) => {
    const caller = authenticate(world, request);
    // In words of their own, and whatever the request is (measured).
    if (world.accounts.applications.get(caller.clientId)?.isForOrders) {
      return reply.code(401).send({ code: 7, description: "Unauthorized use of live credentials" });
    }
    const idempotencyKey = requireIdempotencyKey(request);
    const scope = `${caller.account.userId} POST /v1/payments`;
    const now = world.clock.now();
    const replayed = world.keys.find(scope, idempotencyKey, request.body, now);
    const original = replayed === undefined ? undefined : world.payments.get(replayed);
    // The first request's payment as it is now, even if it was cancelled since. Choice: status 200.
    if (original) return reply.code(200).send(viewPayment(world, original));
    const deviceId = headerOf(request, "x-meli-session-id") ?? null;
    const payment = createPayment(world, caller, request.body, { idempotencyKey, deviceId });
    world.keys.remember(scope, idempotencyKey, request.body, now, payment.id);
    return reply.code(201).send(viewPayment(world, payment));
  });

  app.get("/v1/payments/search", (request, reply) => {
    const caller = authenticate(world, request);
    return reply.send(searchPayments(world, caller, request.query));
  });

  app.get<{ Params: { id: string } }>("/v1/payments/:id", (request, reply) => {
    const caller = authenticate(world, request);
    return reply.send(viewPayment(world, findPayment(world, caller, request.params.id)));
  });

  app.put<{ Params: { id: string } }>("/v1/payments/:id", (request, reply) => {
    const caller = authenticate(world, request);
    const payment = findPayment(world, caller, request.params.id);
    const key = headerOf(request, "x-idempotency-key");
    const scope = `${caller.account.userId} PUT ${payment.id}`;
    const now = world.clock.now();
    const isReplay =
      key !== undefined && world.keys.find(scope, key, request.body, now) !== undefined;
    if (!isReplay) {
      updatePayment(world, payment, request.body);
      if (key !== undefined) world.keys.remember(scope, key, request.body, now, payment.id);
    }
    return reply.send(viewPayment(world, payment));
  });
}

export function findPayment(world: World, caller: Caller, id: string): Payment {
  const payment = /^\d+$/.test(id) ? world.payments.get(Number(id)) : undefined;
  if (!payment) throw refusal(2000);
  if (payment.account !== caller.account.userId) throw refusal(4);
  return payment;
}

/** Refused before anything else about the request is looked at, as measured. */
export function requireIdempotencyKey(request: FastifyRequest): string {
  const key = headerOf(request, "x-idempotency-key");
  if (key === undefined || key === "") throw refusal(4292);
  return key;
}

export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
