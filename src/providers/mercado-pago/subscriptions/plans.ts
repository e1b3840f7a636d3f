import type { PlanObservation, PlanTerms } from "../../../domain/subscription-plan";
import type { Answer } from "../../answer";
import { isObject, readDate, readName, readText, readUrl } from "../../json";
import type { EffectCall, Outcome, ReadCall } from "../../provider";
import { toJson } from "../amounts";
import type { MercadoPagoClient } from "../client";
import { readId } from "../wire";
import { isSubscriptionId } from "./ids";
import { findInPages, getById } from "./reading";
import { meaningOfText } from "./refusals";
import { cleanLink, methodsOf, readMethods, readRecurrence, recurringOf } from "./terms";

/** POST /preapproval_plan; keys are not known there. */
export async function createPlan(
  client: MercadoPagoClient,
  { reference, terms }: { readonly reference: string; readonly terms: PlanTerms },
  call: EffectCall,
): Promise<Outcome<PlanObservation>> {
  const body = toJson({ ...bodyOf(terms), external_reference: reference });
  const answer = await client.send(
    { operation: "createPlan", method: "POST", path: "/preapproval_plan", body, meaningOfText },
    call,
  );
  if (answer.kind !== "accepted") return answer;
  const plan = readPlan(answer.value.json);
  if (plan === undefined) return answer.value.unreadable("the answer is no readable plan");
  return plan.reference !== null && plan.reference !== reference
    ? answer.value.unreadable("the answer is about a plan with another reference")
    : { kind: "accepted", value: plan };
}

/** GET /preapproval_plan/{id} */
export function getPlan(
  client: MercadoPagoClient,
  providerPlanId: string,
  call: ReadCall,
): Promise<Outcome<PlanObservation | null>> {
  if (!isSubscriptionId(providerPlanId)) return Promise.resolve({ kind: "accepted", value: null });
  return getById(client, "getPlan", `/preapproval_plan/${providerPlanId}`, call, (answer) =>
    readOwn(answer, providerPlanId),
  );
}

/** GET /preapproval_plan/search, newest first; it filters by no reference, and shows each plan's. */
export function findPlan(
  client: MercadoPagoClient,
  reference: string,
  since: Date,
  call: ReadCall,
): Promise<Outcome<PlanObservation | null>> {
  const query = { sort: "date_created", criteria: "desc" };
  return findInPages(client, "searchPlans", "/preapproval_plan/search", query, call, {
    isWanted: (item) => item.external_reference === reference,
    isOver: (item) => (readDate(item.date_created) ?? since) < since,
    read: readPlan,
  });
}

/** PUT /preapproval_plan/{id}, and the plan as it is afterwards: a 200 proves nothing (measured). */
export async function updatePlan(
  client: MercadoPagoClient,
  providerPlanId: string,
  { terms, isActive }: { readonly terms: Partial<PlanTerms>; readonly isActive: boolean | null },
  call: EffectCall,
): Promise<Outcome<PlanObservation>> {
  const status = isActive === null ? undefined : isActive ? "active" : "inactive";
  const answer = await client.send(
    {
      operation: "updatePlan",
      method: "PUT",
      path: `/preapproval_plan/${encodeURIComponent(providerPlanId)}`,
      body: toJson({ ...bodyOf(terms), status }),
      meaningOfText,
    },
    call,
  );
  if (answer.kind !== "accepted") return answer;
  const seen = await getPlan(client, providerPlanId, call);
  if (seen.kind !== "accepted" || seen.value === null) {
    return { kind: "unknown", reason: "the plan could not be read after its change" };
  }
  return { kind: "accepted", value: seen.value };
}

function bodyOf({ reason, recurrence, allowedMethods, backUrl }: Partial<PlanTerms>): object {
  return {
    reason,
    back_url: backUrl,
    auto_recurring: recurrence && recurringOf(recurrence),
    payment_methods_allowed:
      allowedMethods === undefined
        ? undefined
        : methodsOf(allowedMethods ?? { types: [], methods: [] }),
  };
}

function readOwn(answer: Answer, providerPlanId: string): Outcome<PlanObservation> {
  const plan = readPlan(answer.json);
  if (plan === undefined) return answer.unreadable("the answer is no readable plan");
  return plan.providerPlanId === providerPlanId
    ? { kind: "accepted", value: plan }
    : answer.unreadable("the answer is about another plan");
}

/** `cancelled` is what is read of an inactive one (measured), `canceled` how some pages spell it. */
const statusOf: Readonly<Record<string, "ACTIVE" | "INACTIVE">> = {
  active: "ACTIVE",
  inactive: "INACTIVE",
  cancelled: "INACTIVE",
  canceled: "INACTIVE",
};

export function readPlan(json: unknown): PlanObservation | undefined {
  if (!isObject(json)) return undefined;
  const providerPlanId = readId(json.id);
  const providerStatus = readName(json.status);
  const recurrence = readRecurrence(json.auto_recurring);
  if (providerPlanId === null || providerStatus === null || recurrence === undefined) {
    return undefined;
  }
  return {
    providerPlanId,
    status: statusOf[providerStatus] ?? null,
    providerStatus,
    reference: readId(json.external_reference),
    providerAccountId: readId(json.collector_id),
    terms: {
      reason: readText(json.reason) ?? "",
      recurrence,
      allowedMethods: readMethods(json.payment_methods_allowed),
      backUrl: readText(json.back_url) ?? "",
    },
    checkoutUrl: cleanLink(readUrl(json.init_point)),
    providerUpdatedAt: readDate(json.last_modified),
  };
}
