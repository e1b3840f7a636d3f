import type { FastifyInstance, FastifyRequest } from "fastify";
import { isObject } from "../core/json-body";
import { authenticate, type Caller } from "./caller";
import { ApiError, configuredRefusal, refusal } from "./errors";
import { type Payment, type Refund, refundableMinor } from "./model";
import { openRefund, refundPayment } from "./moves";
import { findPayment, requireIdempotencyKey } from "./payment-routes";
import { viewRefund } from "./payment-view";
import { siteOf, toMinor } from "./sites";
import type { World } from "./world";

const day = 24 * 60 * 60 * 1000;

/** `/v1/payments/:id/refunds`: whole and partial refunds of a payment. */
export function registerRefunds(app: FastifyInstance, world: World): void {
  app.post<{ Params: { id: string } }>("/v1/payments/:id/refunds", (request, reply) => {
    const caller = authenticate(world, request);
    const key = requireIdempotencyKey(request);
    const payment = findPayment(world, caller, request.params.id);
    const scope = `${caller.account.userId} POST ${payment.id}/refunds`;
    const now = world.clock.now();
    // An absent body and an empty object both ask for everything that is left.
    const body = request.body ?? {};
    // Measured: the repetition of a refund is answered without a body.
    if (world.keys.find(scope, key, body, now) !== undefined) return reply.code(200).send();
    const amountMinor = refundableAmount(world, caller, payment, body);
    const { refundsInProcess } = caller.account;
    const refund = (refundsInProcess ? openRefund : refundPayment)(world, payment, amountMinor);
    world.keys.remember(scope, key, body, now, refund.id);
    assertShowable(request, [refund]);
    return reply.code(201).send(viewRefund(world, payment, refund));
  });

  app.get<{ Params: { id: string } }>("/v1/payments/:id/refunds", (request, reply) => {
    const payment = findPayment(world, authenticate(world, request), request.params.id);
    assertShowable(request, payment.refunds);
    return reply.send(payment.refunds.map((refund) => viewRefund(world, payment, refund)));
  });

  app.get<{ Params: { id: string; refundId: string } }>(
    "/v1/payments/:id/refunds/:refundId",
    (request, reply) => {
      const payment = findPayment(world, authenticate(world, request), request.params.id);
      const refund = payment.refunds.find(({ id }) => String(id) === request.params.refundId);
      if (!refund) throw refusal(2032);
      assertShowable(request, [refund]);
      return reply.send(viewRefund(world, payment, refund));
    },
  );
}

/** Who does not ask for refunds in process is told a "no" that means nothing (Mercado Pago docs: refunds of Pix). */
function assertShowable(request: FastifyRequest, refunds: readonly Refund[]): void {
  if (request.headers["x-render-in-process-refunds"] === "true") return;
  if (refunds.every(({ status }) => status !== "in_process")) return;
  throw new ApiError(400, "bad_request", "Bad request");
}

/**
 * The amount to return, or the refusal (Mercado Pago docs: refunds). Choice: only an approved
 * payment can be refunded, so one in dispute or charged back is refused like a pending one.
 */
function refundableAmount(world: World, caller: Caller, payment: Payment, body: unknown): number {
  if (!isObject(body)) throw refusal(1, "the body must be a JSON object");
  const asked = readAmount(body.amount, siteOf(payment.siteId).decimals);
  if (payment.status !== "approved" || payment.approvedAt === null) throw refusal(2063);
  if (world.clock.now() - payment.approvedAt > caller.site.refundDays * day) throw refusal(2024);
  const left = refundableMinor(payment);
  const amountMinor = asked ?? left;
  if (amountMinor > left) throw refusal(2017);
  if (caller.account.lacksBalance) {
    const { insufficientBalanceCause } = world.settings;
    throw configuredRefusal(insufficientBalanceCause, "The seller's balance is too low");
  }
  return amountMinor;
}

function readAmount(value: unknown, decimals: number): number | undefined {
  if (value === undefined || value === null) return undefined;
  const minor = typeof value === "number" ? toMinor(value, decimals) : undefined;
  // Choice: too many decimals count as no usable number.
  if (minor === undefined) throw refusal(4041);
  if (minor <= 0) throw refusal(4040);
  return minor;
}
