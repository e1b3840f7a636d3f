import Fastify, { type FastifyInstance } from "fastify";
import { answerControlMistake, ControlMistake, registerSharedControl } from "../core/control";
import { installFaults } from "../core/fault-hooks";
import { acceptJsonAndForms, UnreadableBody } from "../core/json-body";
import { accountBehind } from "./caller";
import { registerCardForms } from "./card-forms";
import { registerCardTokens } from "./card-tokens";
import { registerCatalog } from "./catalog";
import { registerConsent } from "./consent";
import { registerControl } from "./control";
import { ApiError, refusal } from "./errors";
import { planExpiry } from "./moves";
import { registerOAuth } from "./oauth";
import { registerPayments } from "./payment-routes";
import { registerRefunds } from "./refund-routes";
import { registerTickets } from "./tickets";
import { registerUsers } from "./users";
import { World, type WorldOptions } from "./world";

export interface MercadoPago {
  /** Listens and answers with the address; port 0 takes a free one. */
  listen(host: string, port: number): Promise<{ url: string; port: number }>;
  close(): Promise<void>;
}

/** One simulated Mercado Pago with a world of its own. */
export function createMercadoPago(options: WorldOptions): MercadoPago {
  const world = new World(options);
  world.load((payment) => planExpiry(world, payment));
  const app = createApp(world);
  return {
    async listen(host, port) {
      world.baseUrl = await app.listen({ host, port });
      return { url: world.baseUrl, port: Number(new URL(world.baseUrl).port) };
    },
    async close() {
      await app.close();
      await world.close();
    },
  };
}

function createApp(world: World): FastifyInstance {
  // Hanging requests are part of the game, so closing must not wait for them.
  const app = Fastify({
    logger: false,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    // The official library ends some paths with a slash.
    routerOptions: { ignoreTrailingSlash: true },
  });
  acceptJsonAndForms(app);
  installFaults(app, world.faults, (request) => accountBehind(world, request));
  registerPayments(app, world);
  registerRefunds(app, world);
  registerCardTokens(app, world);
  registerConsent(app, world);
  registerCardForms(app, world);
  registerOAuth(app, world);
  registerUsers(app, world);
  registerCatalog(app, world);
  registerTickets(app, world);
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
  return new ApiError(500, "internal_error", "Internal server error");
}
