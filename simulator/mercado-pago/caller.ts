import type { FastifyRequest } from "fastify";
import { invalidToken } from "./accounts";
import { ApiError } from "./errors";
import type { Account } from "./model";
import { type Site, siteOf } from "./sites";
import type { World } from "./world";

/** The account that a request speaks for, and the application that speaks for it. */
export interface Caller {
  account: Account;
  site: Site;
  clientId: string;
}

/** Resolves the bearer token; never from the query, which the real API stopped to accept. */
export function authenticate(world: World, request: FastifyRequest): Caller {
  const header = request.headers.authorization;
  if (header === undefined || !header.startsWith("Bearer ") || header.length <= 7) {
    const message = "An access token is required";
    throw new ApiError(401, "unauthorized", message, [
      { code: 5, description: message, data: null },
    ]);
  }
  const token = world.accounts.accessTokens.get(header.slice(7).trim());
  const account = token && world.accounts.get(token.userId);
  const isExpired =
    token !== undefined && token.expiresAt !== null && token.expiresAt <= world.clock.now();
  if (!token || !account || isExpired) throw invalidToken(world.settings.unauthorizedShape);
  return { account, site: siteOf(account.siteId), clientId: token.clientId };
}

/** For faults: whose credential this is, valid or not. Bearer token first, then public key. */
export function accountBehind(world: World, request: FastifyRequest): string | undefined {
  const bearer = request.headers.authorization?.slice(7);
  const token = bearer === undefined ? undefined : world.accounts.accessTokens.get(bearer);
  if (token) return String(token.userId);
  const query = request.query;
  const publicKey =
    typeof query === "object" && query !== null && "public_key" in query ? query.public_key : "";
  const account = world.accounts.withPublicKey(String(publicKey));
  return account && String(account.userId);
}
