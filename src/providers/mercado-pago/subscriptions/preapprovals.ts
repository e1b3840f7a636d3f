import type {
  ObservedSubscriptionStatus,
  SubscriptionObservation,
} from "../../../domain/billing-subscription";
import { asRecurrence } from "../../../domain/billing-subscription";
import type { Answer } from "../../answer";
import { isObject, objectOf, readDate, readName, readText, readUrl } from "../../json";
import type {
  CreateSubscriptionCommand,
  EffectCall,
  Outcome,
  ReadCall,
  SubscriptionSearch,
} from "../../provider";
import { toJson } from "../amounts";
import type { MercadoPagoClient } from "../client";
import { readId } from "../wire";
import { isSubscriptionId } from "./ids";
import { findInPages, getById } from "./reading";
import { meaningOfText } from "./refusals";
import { cleanLink, readRecurrence, recurringOf } from "./terms";

type Seen = Outcome<SubscriptionObservation>;
type Found = Outcome<SubscriptionObservation | null>;

/** POST /preapproval. Keys have no effect there (measured): whoever sends it twice has two. */
export async function createPreapproval(
  client: MercadoPagoClient,
  command: CreateSubscriptionCommand,
  call: EffectCall,
): Promise<Seen> {
  const answer = await client.send(
    {
      operation: "createSubscription",
      method: "POST",
      path: "/preapproval",
      body: toJson(bodyOf(command)),
      deviceId: command.deviceId,
      meaningOfText,
    },
    call,
  );
  if (answer.kind !== "accepted") return answer;
  const seen = readPreapproval(answer.value.json);
  if (seen === undefined) return answer.value.unreadable("the answer is no readable subscription");
  return seen.reference !== null && seen.reference !== command.reference
    ? answer.value.unreadable("the answer is about a subscription with another reference")
    : { kind: "accepted", value: seen };
}

/** GET /preapproval/{id}, which alone tells all of it. */
export function getPreapproval(
  client: MercadoPagoClient,
  providerSubscriptionId: string,
  call: ReadCall,
): Promise<Found> {
  if (!isSubscriptionId(providerSubscriptionId)) {
    return Promise.resolve({ kind: "accepted", value: null });
  }
  const path = `/preapproval/${providerSubscriptionId}`;
  return getById(client, "getSubscription", path, call, (answer) =>
    readOwn(answer, providerSubscriptionId),
  );
}

/**
 * GET /preapproval/search by the payer, which is a filter that works; by reference is one that is ignored, and by status
 * one that hides (measured). What is found is read by its id: rows of a search lack the next date.
 */
export async function findPreapproval(
  client: MercadoPagoClient,
  { reference, payerEmail, since }: SubscriptionSearch,
  call: ReadCall,
): Promise<Found> {
  const query = { payer_email: payerEmail, sort: "date_created", criteria: "desc" };
  const found = await findInPages(
    client,
    "searchSubscriptions",
    "/preapproval/search",
    query,
    call,
    {
      isWanted: (item) => readId(item.external_reference) === reference,
      isOver: (item) => (readDate(item.date_created) ?? since) < since,
      read: (item) => readId(item.id) ?? undefined,
    },
  );
  if (found.kind !== "accepted" || found.value === null) return found as Found;
  return getPreapproval(client, found.value, call);
}

function bodyOf(command: CreateSubscriptionCommand): object {
  const { reference, payerEmail, cardToken, providerPlanId, backUrl } = command;
  const common = {
    external_reference: reference,
    payer_email: payerEmail,
    card_token_id: cardToken ?? undefined,
    status: cardToken === null ? "pending" : "authorized",
    back_url: backUrl ?? undefined,
  };
  const dates = {
    start_date: command.startDate?.toISOString(),
    end_date: command.endDate?.toISOString(),
  };
  const hasDates = command.startDate !== null || command.endDate !== null;
  if (providerPlanId !== null) {
    const { amount } = command.terms;
    // Choice: with a plan, dates travel alone with the amount and the currency, which have to be the plan's.
    const { transaction_amount, currency_id } = recurringOf(
      asRecurrence({ ...command.terms, amount }),
    );
    const auto_recurring = hasDates ? { ...dates, transaction_amount, currency_id } : undefined;
    return { ...common, preapproval_plan_id: providerPlanId, auto_recurring };
  }
  return {
    ...common,
    reason: command.reason,
    auto_recurring: { ...recurringOf(asRecurrence(command.terms)), ...dates },
  };
}

function readOwn(answer: Answer, providerSubscriptionId: string): Seen {
  const seen = readPreapproval(answer.json);
  if (seen === undefined) return answer.unreadable("the answer is no readable subscription");
  return seen.providerSubscriptionId === providerSubscriptionId
    ? { kind: "accepted", value: seen }
    : answer.unreadable("the answer is about another subscription");
}

/** `canceled` is how some pages spell it; the word for one whose cycles are over was never seen. */
const statusOf: Readonly<Record<string, ObservedSubscriptionStatus>> = {
  pending: "PENDING",
  authorized: "AUTHORIZED",
  paused: "PAUSED",
  cancelled: "CANCELLED",
  canceled: "CANCELLED",
  finished: "FINISHED",
};

function readPreapproval(json: unknown): SubscriptionObservation | undefined {
  if (!isObject(json)) return undefined;
  const providerSubscriptionId = readId(json.id);
  const providerStatus = readName(json.status);
  const recurring = objectOf(json.auto_recurring);
  const terms = readRecurrence(recurring);
  if (providerSubscriptionId === null || providerStatus === null || terms === undefined) {
    return undefined;
  }
  const { amount, frequency, frequencyType, freeTrial } = terms;
  return {
    providerSubscriptionId,
    status: statusOf[providerStatus] ?? null,
    providerStatus,
    reference: readId(json.external_reference),
    providerAccountId: readId(json.collector_id),
    providerPlanId: readId(json.preapproval_plan_id),
    reason: readText(json.reason) ?? "",
    terms: { amount, frequency, frequencyType, freeTrial },
    backUrl: readUrl(json.back_url),
    startDate: readDate(recurring.start_date),
    endDate: readDate(recurring.end_date),
    nextChargeAt: readDate(json.next_payment_date),
    checkoutUrl: cleanLink(readUrl(json.init_point)),
    methodId: readName(json.payment_method_id),
    cardId: readId(json.card_id),
    secondaryMethodId: readName(json.payment_method_id_secondary),
    providerUpdatedAt: readDate(json.last_modified),
  };
}
