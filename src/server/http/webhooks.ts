import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Refusal } from "../../domain/errors";
import { addressKey } from "../../domain/ip-address";
import type { IncomingWebhook, ServerContext, ServerDependencies } from "../dependencies";
import { sendErrors } from "./http";
import type { RateLimits } from "./rate-limits";

export const webhookBodyBytes = 64 * 1024;

/** When we cannot store a notification, its provider is asked to come again. */
const retryAfterSeconds = 30;

/** A provider, and for those that need it a shop: "mercadopago", "payu/brazil". */
const sourceShape = /^[a-z][a-z-]{0,31}(\/[A-Za-z0-9_-]{1,64})?$/;

/**
 * Takes notifications from providers. The body is handed on as the bytes that came: signatures are over
 * those, and it is nobody's business here whether they are JSON.
 */
export async function addWebhooks<TContext extends ServerContext>(
  app: FastifyInstance,
  deps: ServerDependencies<TContext>,
  rateLimits: RateLimits,
): Promise<void> {
  const { metrics, logger } = deps;
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) =>
      done(null, body),
    );
    const sendTooMany = (reply: FastifyReply, layer: string, seconds: number) => {
      metrics.rateLimited.inc({ layer });
      reply.header("retry-after", seconds);
      return sendErrors(reply, 429, "RATE_LIMITED", "Too many notifications.");
    };
    scope.addHook("onRequest", async (request, reply) => {
      const seconds = await rateLimits.webhooks.take(addressKey(request.address));
      return seconds === undefined ? undefined : sendTooMany(reply, "webhook", seconds);
    });

    scope.post("/webhooks/*", { bodyLimit: webhookBodyBytes }, async (request, reply) => {
      const source = (request.params as { "*": string })["*"];
      if (!sourceShape.test(source))
        return sendErrors(reply, 404, "NOT_FOUND", "No such provider.");
      try {
        const verdict = await deps.receiveWebhook(source, incoming(request));
        const provider = verdict === "unknown-provider" ? "unknown" : (source.split("/")[0] ?? "");
        metrics.webhooks.inc({ provider, verdict });
        switch (verdict) {
          case "stored":
          case "duplicate":
            return reply.code(200).send({ status: verdict });
          case "unsigned":
            return reply.code(200).send({ status: "received" });
          case "unknown-provider":
            return sendErrors(reply, 404, "NOT_FOUND", "No such provider.");
          case "forged":
            return sendErrors(reply, 401, "UNAUTHENTICATED", "The signature is not good.");
        }
      } catch (error) {
        const seconds = error instanceof Refusal ? error.errors[0]?.retryAfter : undefined;
        if (seconds !== undefined) return sendTooMany(reply, "verified webhook", seconds);
        metrics.webhooks.inc({ provider: "unknown", verdict: "failed" });
        logger.error({ requestId: request.id, err: error }, "webhook not stored");
        reply.header("retry-after", retryAfterSeconds);
        return sendErrors(reply, 503, "INTERNAL_SERVER_ERROR", "Try again later.");
      }
    });
  });
}

function incoming(request: FastifyRequest): IncomingWebhook {
  return {
    headers: lastValues(request.headers),
    query: lastValues(request.query as Record<string, string | string[] | undefined>),
    rawBody: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
  };
}

function lastValues(
  values: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.at(-1) : value,
    ]),
  );
}
