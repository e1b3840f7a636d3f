import type { FastifyInstance } from "fastify";
import { answerControlMistake, ControlMistake, registerSharedControl } from "../core/control";
import { installFaults } from "../core/fault-hooks";
import { UnreadableBody } from "../core/json-body";
import { createApp, type SimulatedProvider, serve } from "../core/provider";
import { accountBehind } from "./caller";
import { registerCardForms } from "./card-forms";
import { registerCardTokens } from "./card-tokens";
import { registerCatalog } from "./catalog";
import { planChallengeEnd, registerChallenges } from "./challenges";
import { registerConsent } from "./consent";
import { registerControl } from "./control";
import { ApiError, refusal } from "./errors";
import { registerInPerson, reviveInPerson } from "./in-person/index";
import { planExpiry } from "./moves";
import { registerOAuth } from "./oauth";
import { registerPayments } from "./payment-routes";
import { registerRefunds } from "./refund-routes";
import { registerSubscriptions } from "./subscriptions";
import { reviveSubscriptions } from "./subscriptions/billing";
import { registerTickets } from "./tickets";
import { registerUsers } from "./users";
import { World, type WorldOptions } from "./world";
import { registerYape } from "./yape";

/** One simulated Mercado Pago with a world of its own. */
export function createMercadoPago(options: WorldOptions): SimulatedProvider {
  const world = new World(options);
  world.load((payment) => {
    planExpiry(world, payment);
    planChallengeEnd(world, payment);
  });
  reviveSubscriptions(world);
  reviveInPerson(world);
  return serve(withRoutes(createApp(), world), world);
}

function withRoutes(app: FastifyInstance, world: World): FastifyInstance {
  installFaults(app, world.faults, {
    accountOf: (request) => accountBehind(world, request),
    injectedBody: (status) => ({ message: "Injected fault", status }),
    serverErrorBody: serverError().body(),
  });
  registerPayments(app, world);
  registerRefunds(app, world);
  registerSubscriptions(app, world);
  registerCardTokens(app, world);
  registerChallenges(app, world);
  registerConsent(app, world);
  registerCardForms(app, world);
  registerOAuth(app, world);
  registerUsers(app, world);
  registerCatalog(app, world);
  registerTickets(app, world);
  registerInPerson(app, world);
  registerYape(app, world);
  registerSharedControl(app, world);
  registerControl(app, world);

  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof ControlMistake) return answerControlMistake(error, reply);
    const known = toApiError(error);
    return reply.code(known.status).send(known.body());
  });
  app.setNotFoundHandler((_request, reply) => {
    const missing = new ApiError(404, "not_found", "This resource does not exist");
    return reply.code(404).send(missing.body());
  });
  return app;
}

function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof UnreadableBody) return refusal(1, error.message);
  // A mistake of the simulator itself must be seen by whoever runs it.
  process.emitWarning(error instanceof Error ? error : String(error));
  return serverError();
}

function serverError(): ApiError {
  return new ApiError(500, "internal_error", "Internal server error");
}
