import type { FastifyInstance, FastifyReply } from "fastify";
import { answerControlMistake, ControlMistake, registerSharedControl } from "../core/control";
import { installFaults } from "../core/fault-hooks";
import { UnreadableBody } from "../core/json-body";
import { createApp, type SimulatedProvider, serve } from "../core/provider";
import { seed } from "./accounts";
import { accountBehind } from "./caller";
import { registerControl } from "./control";
import { ApiError, refusal, withStatus } from "./errors";
import { registerFx } from "./fx";
import { registerOAuth } from "./oauth";
import { planExpiry, planSettlement } from "./order-moves";
import { registerOrders } from "./order-routes";
import { registerPayPage } from "./pay-page";
import { planStep } from "./payout-moves";
import { registerPayouts } from "./payout-routes";
import { planRefund } from "./refund-moves";
import { registerRefunds } from "./refund-routes";
import { registerSellers } from "./seller-routes";
import { registerShops } from "./shop-routes";
import { refuseStrangeRequests, sendCorrelationIds } from "./wire";
import { World, type WorldOptions } from "./world";

/** One simulated PayU with a world of its own. */
export function createPayU(options: WorldOptions): SimulatedProvider {
  const world = new World(options);
  if (world.load()) revive(world);
  else seed(world);
  return serve(withRoutes(createApp(), world), world);
}

/** Plans again what still awaits the things that were brought back. */
function revive(world: World): void {
  for (const order of world.orders.all()) {
    planExpiry(world, order);
    planSettlement(world, order);
    for (const refund of order.refunds) planRefund(world, order, refund);
  }
  for (const payout of world.payouts.all()) planStep(world, payout);
}

function withRoutes(app: FastifyInstance, world: World): FastifyInstance {
  sendCorrelationIds(app);
  installFaults(app, world.faults, {
    accountOf: (request) => accountBehind(world, request),
    injectedBody: (status) => withStatus(status, faultWord(status), "Injected fault").body,
    serverErrorBody: serverError().body,
  });
  refuseStrangeRequests(app);
  registerOAuth(app, world);
  registerOrders(app, world);
  registerRefunds(app, world);
  registerPayouts(app, world);
  registerSellers(app, world);
  registerShops(app, world);
  registerFx(app, world);
  registerPayPage(app, world);
  registerSharedControl(app, world);
  registerControl(app, world);

  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof ControlMistake) return answerControlMistake(error, reply);
    return answer(toApiError(error), reply);
  });
  app.setNotFoundHandler((_request, reply) =>
    answer(refusal("dataNotFound", "There is nothing at this address"), reply),
  );
  return app;
}

function answer({ status, body }: ApiError, reply: FastifyReply): FastifyReply {
  reply.code(status);
  return typeof body === "string" ? reply.type("text/html").send(body) : reply.send(body);
}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof UnreadableBody) return refusal("syntax", error.message);
  // A mistake of the simulator itself must be seen by whoever runs it.
  process.emitWarning(error instanceof Error ? error : String(error));
  return serverError();
}

function serverError(): ApiError {
  return withStatus(500, "ERROR_INTERNAL", "Internal server error");
}

/** The family of the statuses that PayU documents for trouble of its own. */
function faultWord(status: number): string {
  const words: Record<number, string> = {
    408: "TIMEOUT",
    500: "GENERAL_ERROR",
    503: "SERVICE_NOT_AVAILABLE",
  };
  return words[status] ?? "ERROR_INTERNAL";
}
