import { randomBytes } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { isObject, type JsonObject } from "../core/json-body";
import { authenticate } from "./caller";
import { wireDate } from "./dates";
import { ApiError } from "./errors";
import type { Account } from "./model";
import { type SiteId, siteIds, siteOf } from "./sites";
import type { World } from "./world";

/** Choice: the older of two published limits, since code that respects it respects both. */
const mostTestUsers = 10;
/** Choice: counted from the making. The documents count from the last activity, and do not say what that is. */
const testUserMs = 60 * 24 * 60 * 60 * 1000;

/** `/users`: who a token belongs to, and users to test with. */
export function registerUsers(app: FastifyInstance, world: World): void {
  app.get("/users/me", (request, reply) => {
    const { account, site } = authenticate(world, request);
    return reply.send({
      id: account.userId,
      nickname: account.nickname,
      email: account.email,
      site_id: account.siteId,
      country_id: site.country,
      user_type: "normal",
      tags: ["normal", "test_user"],
      status: { site_status: "active" },
    });
  });

  // Both paths are documented; the newer one describes the user in more fields.
  for (const path of ["/users/test_user", "/users/test"]) {
    app.post(path, (request, reply) => {
      const creator = authenticate(world, request).account;
      const body = isObject(request.body) ? request.body : {};
      const siteId = siteIds.find((id) => id === body.site_id);
      if (!siteId) throw new ApiError(400, "bad_request", "site_id is not valid");
      if (path === "/users/test" && typeof body.description !== "string") {
        throw new ApiError(400, "bad_request", "description is missing");
      }
      takePlace(world, creator.userId);
      const account = addAccount(world, siteId);
      const now = wireDate(world.clock.now());
      const extra = { site_id: siteId, description: body.description ?? null };
      return reply.code(path === "/users/test" ? 200 : 201).send({
        id: account.userId,
        nickname: account.nickname,
        password: `qatest${account.userId % 10_000}`,
        site_status: "active",
        email: account.email,
        ...(path === "/users/test" ? { ...extra, date_created: now, date_last_updated: now } : {}),
      });
    });
  }
}

/** Places of users whose time is over are free again. Choice: the users themselves stay, and can be used. */
function takePlace(world: World, creatorId: number): void {
  const now = world.clock.now();
  const alive = (world.testUsers.get(creatorId) ?? []).filter((end) => end > now);
  if (alive.length >= mostTestUsers) {
    throw new ApiError(400, "bad_request", "There are too many test users already");
  }
  world.testUsers.set(creatorId, [...alive, now + testUserMs]);
}

/** A new account that can collect on its site. It has no tokens yet. */
export function addAccount(world: World, siteId: SiteId, wanted?: Partial<Account>): Account {
  const userId = wanted?.userId ?? world.newId();
  const account: Account = {
    userId,
    siteId,
    nickname: wanted?.nickname ?? `TT${userId}`,
    email: `test_user_${userId}@testuser.com`,
    publicKey: `APP_USR-${randomBytes(16).toString("hex")}`,
    lacksBalance: false,
    refundsInProcess: false,
  };
  world.accounts.add(account);
  world.changed();
  return account;
}

export function viewAccount(account: Account): JsonObject {
  const { userId, siteId, nickname, email, publicKey, lacksBalance } = account;
  const { currency } = siteOf(siteId);
  return { userId, siteId, currency, nickname, email, publicKey, lacksBalance };
}
