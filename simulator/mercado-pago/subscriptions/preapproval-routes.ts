import type { FastifyInstance } from "fastify";
import type { JsonObject } from "../../core/json-body";
import { authenticate, type Caller } from "../caller";
import { headerOf } from "../payment-routes";
import { siteOf, toMajor } from "../sites";
import type { World } from "../world";
import { createPreapproval } from "./create-preapproval";
import { strange, unknown } from "./errors";
import type { Preapproval } from "./model";
import { isWanted, pageOf, sorted } from "./paging";
import { updatePreapproval } from "./update-preapproval";
import { semaphoreOf, viewFoundPreapproval, viewPreapproval } from "./views";

/** `/preapproval`: create, read, change, search. */
export function registerPreapprovals(app: FastifyInstance, world: World): void {
  app.post("/preapproval", (request, reply) => {
    const caller = authenticate(world, request);
    const deviceId = headerOf(request, "x-meli-session-id") ?? null;
    const preapproval = createPreapproval(world, caller, request.body, deviceId);
    return reply.code(201).send(viewPreapproval(world, preapproval));
  });

  app.get("/preapproval/search", (request, reply) => {
    const { account } = authenticate(world, request);
    const query = request.query as JsonObject;
    const found = search(world, account.userId, query);
    return reply.send(
      pageOf(sorted(found, query), query, (one) => viewFoundPreapproval(world, one)),
    );
  });

  app.get<{ Params: { id: string } }>("/preapproval/:id", (request, reply) => {
    const preapproval = findPreapproval(world, authenticate(world, request), request.params.id);
    return reply.send(viewPreapproval(world, preapproval));
  });

  app.put<{ Params: { id: string } }>("/preapproval/:id", (request, reply) => {
    const caller = authenticate(world, request);
    const preapproval = findPreapproval(world, caller, request.params.id);
    const deviceId = headerOf(request, "x-meli-session-id") ?? null;
    updatePreapproval(world, caller, preapproval, request.body, deviceId);
    return reply.send(viewPreapproval(world, preapproval));
  });
}

export function findPreapproval(world: World, { account }: Caller, id: string): Preapproval {
  const preapproval = world.subscriptions.preapprovals.get(id);
  if (!preapproval) throw unknown("preapproval", id);
  if (preapproval.account !== account.userId) throw strange("preapproval", id, account.userId);
  return preapproval;
}

/** Never to be relied on: it ignores external_reference and hides most of what is cancelled (measured). */
function search(world: World, account: number, query: JsonObject): Preapproval[] {
  const { preapprovalSearchLagMs, hidesCancelled } = world.settings.subscriptions;
  const knownUntil = world.clock.now() - preapprovalSearchLagMs;
  const found = world.subscriptions.preapprovalsOf(account).filter((one) => {
    const { decimals } = siteOf(one.siteId);
    return (
      one.createdAt <= knownUntil &&
      isWanted(query, "status", one.status) &&
      isWanted(query, "payer_email", one.payerEmail) &&
      isWanted(query, "payer_id", one.payerId) &&
      isWanted(query, "preapproval_plan_id", one.planId) &&
      isWanted(query, "transaction_amount", toMajor(one.amountMinor, decimals)) &&
      isWanted(query, "semaphore", semaphoreOf(world, one)) &&
      (query.q === undefined || one.reason.includes(String(query.q)))
    );
  });
  // 15 of 69 were shown. Choice: which ones.
  const isSubset = hidesCancelled && query.status === "cancelled";
  return isSubset ? found.filter((_one, index) => index % 4 === 0) : found;
}
