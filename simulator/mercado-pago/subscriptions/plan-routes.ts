import type { FastifyInstance } from "fastify";
import { isObject, type JsonObject } from "../../core/json-body";
import { authenticate, type Caller } from "../caller";
import { siteOf, toMajor } from "../sites";
import type { World } from "../world";
import { announcePlan } from "./announcements";
import { newSubscriptionId } from "./book";
import { invalid, refuse, strange, unknown } from "./errors";
import type { Plan } from "./model";
import { isWanted, pageOf, sorted } from "./paging";
import {
  bodyOf,
  isGiven,
  readBackUrl,
  readTerms,
  readText,
  recurringOf,
  requireText,
} from "./requests";
import { newResource, touch } from "./resources";
import { viewPlan } from "./views";

/** `/preapproval_plan`: create, read, change, search. */
export function registerPlans(app: FastifyInstance, world: World): void {
  app.post("/preapproval_plan", (request, reply) => {
    const plan = createPlan(world, authenticate(world, request), request.body);
    return reply.code(201).send(viewPlan(world, plan));
  });

  app.get("/preapproval_plan/search", (request, reply) => {
    const { account } = authenticate(world, request);
    const query = request.query as JsonObject;
    const found = [...world.subscriptions.plans.values()].filter(
      (plan) =>
        plan.account === account.userId &&
        isWanted(query, "status", plan.status) &&
        (query.q === undefined || plan.reason.includes(String(query.q))),
    );
    return reply.send(pageOf(sorted(found, query), query, (plan) => viewPlan(world, plan)));
  });

  app.get<{ Params: { id: string } }>("/preapproval_plan/:id", (request, reply) => {
    const plan = findPlan(world, authenticate(world, request), request.params.id);
    return reply.send(viewPlan(world, plan));
  });

  app.put<{ Params: { id: string } }>("/preapproval_plan/:id", (request, reply) => {
    const caller = authenticate(world, request);
    const plan = findPlan(world, caller, request.params.id);
    updatePlan(world, caller, plan, request.body);
    return reply.send(viewPlan(world, plan));
  });
}

function findPlan(world: World, { account }: Caller, id: string): Plan {
  const plan = world.subscriptions.plans.get(id);
  if (!plan) throw unknown("preapproval plan", id);
  if (plan.account !== account.userId) throw strange("preapproval plan", id, account.userId);
  return plan;
}

function createPlan(world: World, caller: Caller, body: unknown): Plan {
  const plan: Plan = {
    ...newResource(world, caller.account.userId, caller.clientId),
    ...readPlan(world, caller, bodyOf(body)),
    id: newSubscriptionId(),
    siteId: caller.site.id,
    status: "active",
  };
  world.subscriptions.plans.set(plan.id, plan);
  announcePlan(world, plan, "created");
  world.changed();
  return plan;
}

function readPlan(world: World, { site }: Caller, sent: JsonObject) {
  const reason = requireText(sent, "reason");
  const terms = readTerms(recurringOf(sent), site, true);
  const backUrl = readBackUrl(world, sent.back_url);
  const externalReference = readText(sent, "external_reference");
  const methodsAllowed = sent.payment_methods_allowed ?? null;
  if (methodsAllowed !== null && !isObject(methodsAllowed)) {
    throw invalid("payment_methods_allowed");
  }
  return { reason, ...terms, backUrl, externalReference, methodsAllowed };
}

/** What is sent is laid over what is there, and the whole is checked as if it were new. */
function updatePlan(world: World, caller: Caller, plan: Plan, body: unknown): void {
  const sent = bodyOf(body);
  const recurring = recurringOf(sent);
  const changesCycle = isGiven(recurring.frequency) || isGiven(recurring.frequency_type);
  if (plan.freeTrial !== null && changesCycle && !isGiven(recurring.free_trial)) {
    throw refuse("The free trial property must be sent");
  }
  const before = asSent(plan);
  const changed = readPlan(world, caller, {
    ...before,
    ...sent,
    auto_recurring: { ...before.auto_recurring, ...recurring },
  });
  const status = readStatus(sent.status) ?? plan.status;
  Object.assign(plan, changed, { status });
  touch(world, plan);
  announcePlan(world, plan, "updated");
  passOn(world, plan, { changesAmount: isGiven(recurring.transaction_amount) });
}

/**
 * Subscribers read a new amount at once, and keep their old frequency (measured). Choice: what is read is charged from
 * the next cycle on, and the text goes the same way.
 */
function passOn(world: World, plan: Plan, { changesAmount }: { changesAmount: boolean }): void {
  for (const preapproval of world.subscriptions.preapprovalsOf(plan.account)) {
    if (preapproval.planId !== plan.id) continue;
    if (changesAmount) preapproval.amountMinor = plan.amountMinor;
    preapproval.reason = plan.reason;
  }
}

/** `inactive` ends a plan and reads `cancelled`; `active` brings it back (measured, against the documents). */
function readStatus(value: unknown): Plan["status"] | undefined {
  if (!isGiven(value)) return undefined;
  if (value === "active") return "active";
  if (value === "inactive" || value === "cancelled" || value === "canceled") return "cancelled";
  throw invalid("status");
}

function asSent(plan: Plan) {
  const { currency, decimals } = siteOf(plan.siteId);
  const { freeTrial } = plan;
  return {
    reason: plan.reason,
    back_url: plan.backUrl,
    external_reference: plan.externalReference,
    payment_methods_allowed: plan.methodsAllowed,
    auto_recurring: {
      frequency: plan.frequency,
      frequency_type: plan.frequencyType,
      transaction_amount: toMajor(plan.amountMinor, decimals),
      currency_id: currency,
      repetitions: plan.repetitions,
      billing_day: plan.billingDay,
      billing_day_proportional: plan.isProportional,
      free_trial: freeTrial && {
        frequency: freeTrial.frequency,
        frequency_type: freeTrial.frequencyType,
      },
    },
  };
}
