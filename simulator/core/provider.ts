import Fastify, { type FastifyInstance } from "fastify";
import { acceptJsonAndForms } from "./json-body";

/** One simulated provider, with a world and an address of its own. */
export interface SimulatedProvider {
  /** Listens and answers with the address; port 0 takes a free one. */
  listen(host: string, port: number): Promise<{ url: string; port: number }>;
  close(): Promise<void>;
}

/** An application that takes what the providers take, still without routes. */
export function createApp(): FastifyInstance {
  // Hanging requests are part of the game, so closing must not wait for them.
  const app = Fastify({
    logger: false,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    // Official libraries end some paths with a slash.
    routerOptions: { ignoreTrailingSlash: true },
  });
  acceptJsonAndForms(app);
  return app;
}

export function serve(
  app: FastifyInstance,
  world: { baseUrl: string; close(): Promise<void> },
): SimulatedProvider {
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
