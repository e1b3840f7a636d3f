import type { JsonObject } from "../../core/json-body";
import type { Caller } from "../caller";
import type { CardToken } from "../model";
import { payerIdFor } from "../payment-view";
import { toMinor } from "../sites";
import type { World } from "../world";
import { announcePreapproval } from "./announcements";
import { beginCycles } from "./billing";
import { newSubscriptionId } from "./book";
import { cardRefusal, checkCard, findCardToken, methodOf } from "./cards";
import { missing, refuse, strange, unknown } from "./errors";
import { type Plan, type Preapproval, preapprovalStatuses, type Terms } from "./model";
import {
  bodyOf,
  isGiven,
  readBackUrl,
  readDates,
  readEmail,
  readTerms,
  readText,
  recurringOf,
  requireText,
} from "./requests";
import { newResource } from "./resources";

/**
 * Makes a subscription or throws the refusal. There is no idempotency here: who repeats a call with a card makes
 * another subscription, and the payer is charged for both (measured).
 */
export function createPreapproval(
  world: World,
  caller: Caller,
  body: unknown,
  deviceId: string | null,
): Preapproval {
  const sent = bodyOf(body);
  const plan = isGiven(sent.preapproval_plan_id)
    ? findOpenPlan(world, caller, String(sent.preapproval_plan_id))
    : null;
  const draft = readPreapproval(world, caller, sent, plan, deviceId);
  const token = readToken(world, caller, sent, plan);
  if (token) authorize(world, draft, token);
  return open(world, draft);
}

/** What a payer makes that comes by a plan's link: the seller's server takes no part in it. */
export function subscribeByLink(
  world: World,
  caller: Caller,
  plan: Plan,
  payerEmail: string,
  token: CardToken,
): Preapproval {
  const draft = readPreapproval(world, caller, { payer_email: payerEmail }, plan, null);
  draft.isFromPlanLink = true;
  authorize(world, draft, token);
  return open(world, draft);
}

/** Checks the card and lets the cycles begin; throws when the card is not good, and then nothing but the check is left. */
export function authorize(
  world: World,
  preapproval: Preapproval,
  token: CardToken,
  refusal = cardRefusal(preapproval),
): void {
  const method = methodOf(world, preapproval, token);
  if (!checkCard(world, preapproval, token, method)) throw refusal;
  preapproval.method = method;
  preapproval.status = "authorized";
}

function open(world: World, preapproval: Preapproval): Preapproval {
  world.subscriptions.addPreapproval(preapproval);
  announcePreapproval(world, preapproval, "created");
  world.changed();
  if (preapproval.status === "authorized") beginCycles(world, preapproval);
  return preapproval;
}

function findOpenPlan(world: World, caller: Caller, id: string): Plan {
  const plan = world.subscriptions.plans.get(id);
  if (!plan) throw unknown("preapproval plan", id);
  if (plan.account !== caller.account.userId) {
    throw strange("preapproval plan", id, caller.account.userId);
  }
  if (plan.status !== "active") throw refuse("The preapproval plan is cancelled or inactive");
  return plan;
}

/** With a plan a card is wanted always, without one only for what is authorized at once. */
function readToken(
  world: World,
  caller: Caller,
  sent: JsonObject,
  plan: Plan | null,
): CardToken | null {
  const { status, card_token_id: id } = sent;
  const isWanted = plan !== null || status === "authorized";
  if (!isGiven(id)) {
    if (isWanted) throw missing("card_token_id");
    return null;
  }
  if (status === "pending" && plan === null) {
    throw refuse("A pending preapproval cannot have a payment method");
  }
  return findCardToken(world, caller.account, id);
}

function readPreapproval(
  world: World,
  caller: Caller,
  sent: JsonObject,
  plan: Plan | null,
  deviceId: string | null,
): Preapproval {
  const { account, site } = caller;
  const now = world.clock.now();
  const recurring = recurringOf(sent);
  const payerEmail = readEmail(sent.payer_email);
  if (payerEmail.toLowerCase() === account.email.toLowerCase()) {
    throw refuse("Payer and collector cannot be the same user");
  }
  const { status } = sent;
  if (isGiven(status) && !preapprovalStatuses.slice(0, 2).some((one) => one === status)) {
    throw refuse("status must be pending or authorized");
  }
  // What a plan says of its own wins over whatever is sent, but for the amount, which has to be the same (measured).
  const reason = plan ? plan.reason : requireText(sent, "reason");
  const backUrl =
    plan && !isGiven(sent.back_url) ? plan.backUrl : readBackUrl(world, sent.back_url);
  const terms = plan
    ? termsOf(world, plan, recurring, payerEmail, caller)
    : readTerms(recurring, site, false);
  return {
    ...newResource(world, account.userId, caller.clientId),
    ...terms,
    ...readDates(recurring, now),
    id: newSubscriptionId(),
    siteId: site.id,
    planId: plan?.id ?? null,
    isFromPlanLink: false,
    status: "pending",
    reason,
    externalReference: readText(sent, "external_reference"),
    payerEmail,
    payerId: Number(payerIdFor(payerEmail)),
    backUrl,
    method: null,
    secondaryMethod: null,
    deviceId,
    authorizedAt: null,
    firstDueAt: null,
    cycle: 0,
    nextDueAt: null,
    failedCycles: 0,
    lastAttemptAt: null,
    lastAttemptMinor: null,
  };
}

function termsOf(
  world: World,
  plan: Plan,
  recurring: JsonObject,
  payerEmail: string,
  { site }: Caller,
): Terms {
  const { transaction_amount: amount } = recurring;
  if (isGiven(amount) && toMinor(Number(amount), site.decimals) !== plan.amountMinor) {
    throw refuse("The transaction_amount must be the same as preapproval_plan");
  }
  // Measured: the first and the second subscription got the trial, the third did not. Choice: of the same payer.
  const earlier = world.subscriptions.joinedBy(plan.id, payerEmail);
  const hasTrial = earlier < world.settings.subscriptions.trialsPerPayer;
  const { frequency, frequencyType, amountMinor, repetitions, billingDay, isProportional } = plan;
  return {
    frequency,
    frequencyType,
    amountMinor,
    repetitions,
    billingDay,
    isProportional,
    freeTrial: hasTrial ? plan.freeTrial : null,
  };
}
