import type { FastifyReply, FastifyRequest } from "fastify";
import { isObject } from "../core/json-body";
import { authenticate } from "./caller";
import { ApiError } from "./errors";
import type { Account } from "./model";
import type { World } from "./world";

/**
 * The seller that a page speaks for with a public key, or a server with its token. The page may read the
 * answer, a refusal too.
 */
export function accountOfPage(world: World, request: FastifyRequest, reply: FastifyReply): Account {
  allowBrowsers(reply);
  const { query } = request;
  if (isObject(query) && typeof query.public_key === "string") {
    const account = world.accounts.withPublicKey(query.public_key);
    if (!account) throw new ApiError(401, "unauthorized", "The public key is not known");
    return account;
  }
  return authenticate(world, request).account;
}

/** Pages of every shop call us, so every origin may read the answers. */
export function allowBrowsers(reply: FastifyReply): FastifyReply {
  return reply.header("access-control-allow-origin", "*");
}
