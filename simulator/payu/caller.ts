import type { FastifyRequest } from "fastify";
import { ApiError, oauthError } from "./errors";
import type { Pos } from "./model";
import type { World } from "./world";

/** The POS whose token the request carries. */
export function authenticate(world: World, request: FastifyRequest): Pos {
  const pos = posBehind(world, request);
  if (pos) return pos;
  throw new ApiError(401, {
    status: {
      statusCode: "UNAUTHORIZED",
      code: "401",
      codeLiteral: "INVALID_OR_MISSING_ACCESS_TOKEN",
      statusDesc: "Incorrect authentication",
    },
  });
}

/** Shops and payouts refuse a token in the words of OAuth. */
export function authenticateOAuth(world: World, request: FastifyRequest): Pos {
  const pos = posBehind(world, request);
  if (pos) return pos;
  throw oauthError(401, "invalid_token", "The access token is missing, unknown or has expired");
}

/** For faults: whose token this is, valid or not. */
export function accountBehind(world: World, request: FastifyRequest): string | undefined {
  return world.tokens.get(bearerOf(request))?.posId;
}

function posBehind(world: World, request: FastifyRequest): Pos | undefined {
  const token = world.tokens.get(bearerOf(request));
  if (!token || token.expiresAt <= world.clock.now()) return undefined;
  return world.poses.get(token.posId);
}

function bearerOf(request: FastifyRequest): string {
  const [, token = ""] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "") ?? [];
  return token.trim();
}
