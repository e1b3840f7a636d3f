import { timingSafeEqual } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { ServerContext, ServerDependencies } from "../dependencies";
import { bearerCredential } from "./credential";
import { sendErrors } from "./http";

/** For whoever runs the process: is it alive, may it get requests, what has it counted. */
export function addHealth<TContext extends ServerContext>(
  app: FastifyInstance,
  deps: ServerDependencies<TContext>,
  isDraining: () => boolean,
): void {
  const { metrics } = deps;
  app.get("/healthz", () => ({ status: "ok" }));

  app.get("/readyz", async (_request, reply) => {
    const status = isDraining() ? "draining" : (await isReady(deps)) ? "ok" : "unavailable";
    return reply.code(status === "ok" ? 200 : 503).send({ status });
  });

  const { metricsToken } = deps.settings;
  if (metricsToken === undefined) return;
  app.get("/metrics", async (request, reply) => {
    if (!isEqual(bearerCredential(request.headers.authorization) ?? "", metricsToken)) {
      reply.header("www-authenticate", "Bearer");
      return sendErrors(reply, 401, "UNAUTHENTICATED", "Send the metrics token.");
    }
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}

async function isReady(deps: { isReady(): Promise<boolean> }): Promise<boolean> {
  try {
    return await deps.isReady();
  } catch {
    return false;
  }
}

function isEqual(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}
