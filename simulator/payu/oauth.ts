import { randomUUID } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { ApiError, oauthError } from "./errors";
import { Fields } from "./fields";
import type { World } from "./world";

/** How long a token lives, in seconds (PayU reference: authorize). */
const lifetime = 43_199;

/** The token endpoint. Only `client_credentials` is simulated: marketplaces need nothing else. */
export function registerOAuth(app: FastifyInstance, world: World): void {
  app.post("/pl/standard/user/oauth/authorize", { onRequest: requireForm }, (request, reply) => {
    const { grantType, clientId, clientSecret } = readForm(request.body);
    if (grantType !== "client_credentials") {
      throw oauthError(400, "unsupported_grant_type", `${grantType} is not simulated`);
    }
    const pos = world.poses.get(clientId);
    if (pos === undefined || pos.clientSecret !== clientSecret) {
      throw oauthError(401, "invalid_client", "Bad client credentials");
    }
    const expiresAt = world.clock.now() + lifetime * 1000;
    const token = { value: randomUUID(), posId: pos.posId, expiresAt };
    world.tokens.set(token.value, token);
    world.changed();
    return reply.send({
      access_token: token.value,
      token_type: "bearer",
      expires_in: lifetime,
      grant_type: grantType,
    });
  });
}

/** Refused before the body is read, as the body of another type may be anything. */
async function requireForm({ headers }: FastifyRequest): Promise<void> {
  if (headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) return;
  throw oauthError(401, "unauthorized", "The parameters must be sent as a form");
}

function readForm(body: unknown): { grantType: string; clientId: string; clientSecret: string } {
  try {
    const form = Fields.of(body);
    return {
      grantType: form.requiredText("grant_type"),
      clientId: form.requiredText("client_id"),
      clientSecret: form.requiredText("client_secret"),
    };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw oauthError(400, "invalid_request", "grant_type, client_id, client_secret are required");
  }
}
