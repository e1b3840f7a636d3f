import { randomUUID } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { ApiError } from "./errors";

/** Every answer of PayU has this, faults and refusals included. */
export function sendCorrelationIds(app: FastifyInstance): void {
  app.addHook("onRequest", async (_request, reply) => {
    reply.header("correlation-id", randomUUID());
  });
}

/** Refuses what PayU refuses before it looks at a token. */
export function refuseStrangeRequests(app: FastifyInstance): void {
  app.addHook("onRequest", async (request) => {
    if (!request.url.startsWith("/api/") || !hasBody(request)) return;
    if (request.method === "GET") {
      // Choice: a page, as a proxy in front of the API would send it. Its form is not documented.
      throw new ApiError(403, "<!doctype html><title>403</title><h1>403 Forbidden</h1>");
    }
    const type = request.headers["content-type"] ?? "";
    // Choice: an empty body; the documents show none.
    if (!/^application\/json\b/i.test(type)) throw new ApiError(415, "");
  });
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}
