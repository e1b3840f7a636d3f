import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { isObject, type JsonObject } from "../core/json-body";
import { fullScope } from "./accounts";
import { ApiError } from "./errors";
import type { AccessToken, Application } from "./model";
import { announceConnection } from "./notifications";
import type { World } from "./world";

/** Token lifetimes (Mercado Pago docs: OAuth). */
const sellerTokenMs = 180 * 24 * 60 * 60 * 1000;
const ownTokenMs = 6 * 60 * 60 * 1000;
/** How long a seller's answer to the consent page can be exchanged. */
export const codeMs = 10 * 60 * 1000;

/** What the token endpoint takes, in the body alone; the documents warn of anything beyond. */
const parameters: ReadonlySet<string> = new Set([
  "grant_type",
  "client_id",
  "client_secret",
  "code",
  "redirect_uri",
  "code_verifier",
  "refresh_token",
  "scope",
  "test_token",
]);
const knownScopes = fullScope.split(" ");

/** `/oauth/token`, in JSON and as a form. The page on which a seller agrees is in `consent.ts`. */
export function registerOAuth(app: FastifyInstance, world: World): void {
  app.post("/oauth/token", (request, reply) => {
    const body = isObject(request.body) ? request.body : {};
    refuseStrangeParameters(body, request.query as JsonObject);
    const grantType = required(body, "grant_type");
    const application = authenticateApplication(world, body);
    switch (grantType) {
      case "authorization_code":
        return reply.send(exchangeCode(world, application, body));
      case "refresh_token":
        return reply.send(refresh(world, application, body));
      case "client_credentials":
        return reply.send(grantOwnToken(world, application));
      default:
        throw oauthError("unsupported_grant_type", "This grant type is not supported");
    }
  });
}

function refuseStrangeParameters(body: JsonObject, query: JsonObject): void {
  const [strange] = [
    ...Object.keys(query),
    ...Object.keys(body).filter((name) => !parameters.has(name)),
  ];
  if (strange !== undefined) {
    throw oauthError("invalid_request", `${strange} is not a parameter of this request`);
  }
  const scopes = typeof body.scope === "string" ? body.scope.split(" ") : [];
  if (scopes.some((scope) => !knownScopes.includes(scope))) {
    throw oauthError("invalid_scope", "A scope is not one of offline_access, read and write");
  }
}

function authenticateApplication(world: World, body: JsonObject): Application {
  const application = world.accounts.applications.get(required(body, "client_id"));
  if (application?.clientSecret !== required(body, "client_secret")) {
    throw oauthError("invalid_client", "client_id or client_secret is wrong");
  }
  return application;
}

function exchangeCode(world: World, application: Application, body: JsonObject): JsonObject {
  const code = world.accounts.codes.get(required(body, "code"));
  const redirectUri = required(body, "redirect_uri");
  const now = world.clock.now();
  if (!code || code.used || code.expiresAt <= now || code.clientId !== application.clientId) {
    throw invalidGrant();
  }
  if (code.redirectUri !== null && code.redirectUri !== redirectUri) throw invalidGrant();
  if (code.challenge !== null) {
    // A missing verifier is a malformed request. Choice: a wrong one is an invalid grant.
    const verifier = required(body, "code_verifier");
    if (challengeOf(verifier, code.challenge.method) !== code.challenge.value) throw invalidGrant();
  }
  code.used = true;
  announceConnection(world, code.userId, application.clientId, "application.authorized");
  return grantSellerTokens(world, application, code.userId, code.scope);
}

/** A refresh token works once. Choice: the access token before it stays valid until its own end. */
function refresh(world: World, application: Application, body: JsonObject): JsonObject {
  const refreshToken = world.accounts.refreshTokens.get(required(body, "refresh_token"));
  const now = world.clock.now();
  const isUsable =
    refreshToken !== undefined &&
    !refreshToken.used &&
    refreshToken.clientId === application.clientId &&
    (refreshToken.expiresAt === null || refreshToken.expiresAt > now);
  if (!isUsable) throw invalidGrant();
  refreshToken.used = true;
  return grantSellerTokens(world, application, refreshToken.userId, refreshToken.scope);
}

/** Access for half a year, and the means to prolong it when the seller granted that. */
export function grantSellerTokens(
  world: World,
  application: Application,
  userId: number,
  scope: string,
): JsonObject {
  const now = world.clock.now();
  const { clientId } = application;
  const grant = { userId, clientId, scope, expiresAt: now + sellerTokenMs };
  const access = world.accounts.issueAccessToken({ ...grant, now });
  const canRefresh = scope.split(" ").includes("offline_access");
  const refreshToken = canRefresh ? world.accounts.issueRefreshToken(grant) : undefined;
  world.changed();
  return viewGrant(world, access, sellerTokenMs, refreshToken?.token);
}

/** Choice: the token of an application acts for the account that owns the application. */
function grantOwnToken(world: World, application: Application): JsonObject {
  const now = world.clock.now();
  const access = world.accounts.issueAccessToken({
    userId: application.ownerId,
    clientId: application.clientId,
    scope: fullScope,
    now,
    expiresAt: now + ownTokenMs,
  });
  world.changed();
  return viewGrant(world, access, ownTokenMs, undefined);
}

function viewGrant(
  world: World,
  access: AccessToken,
  livesMs: number,
  refreshToken: string | undefined,
): JsonObject {
  return {
    access_token: access.token,
    token_type: "bearer",
    expires_in: livesMs / 1000,
    scope: access.scope,
    user_id: access.userId,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    public_key: world.accounts.get(access.userId)?.publicKey ?? "",
    live_mode: true,
  };
}

function challengeOf(verifier: string, method: "S256" | "plain"): string {
  return method === "plain" ? verifier : createHash("sha256").update(verifier).digest("base64url");
}

function required(body: JsonObject, name: string): string {
  const value = body[name];
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string" || text === "") {
    throw oauthError("invalid_request", `${name} is a required parameter`);
  }
  return text;
}

function invalidGrant(): ApiError {
  return oauthError("invalid_grant", "The code or refresh token is invalid, expired or used");
}

function oauthError(error: string, message: string): ApiError {
  return new ApiError(400, error, message);
}
