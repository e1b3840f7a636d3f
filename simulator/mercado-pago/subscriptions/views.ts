import type { JsonObject } from "../../core/json-body";
import { wireDate } from "../dates";
import { siteOf, toMajor } from "../sites";
import type { World } from "../world";
import { catchUp, lastPayment } from "./billing";
import { addPeriods, day, dueAt } from "./calendar";
import type { Invoice, Period, Plan, Preapproval, Terms } from "./model";

export function viewPlan(world: World, plan: Plan): JsonObject {
  const { repetitions, billingDay, isProportional, freeTrial } = plan;
  return {
    id: plan.id,
    back_url: plan.backUrl,
    collector_id: plan.account,
    application_id: Number(plan.clientId),
    reason: plan.reason,
    external_reference: plan.externalReference,
    status: plan.status,
    date_created: wireDate(plan.createdAt),
    last_modified: wireDate(plan.modifiedAt),
    init_point: `${checkoutUrl(world)}?preapproval_plan_id=${plan.id}`,
    auto_recurring: {
      ...viewPeriod(plan),
      transaction_amount: major(plan, plan.amountMinor),
      currency_id: siteOf(plan.siteId).currency,
      ...(repetitions === null ? {} : { repetitions }),
      ...(billingDay === null ? {} : { billing_day: billingDay }),
      ...(billingDay === null && !isProportional
        ? {}
        : { billing_day_proportional: isProportional }),
      ...(freeTrial === null ? {} : { free_trial: viewTrial(freeTrial, plan.createdAt) }),
    },
    ...(plan.methodsAllowed === null ? {} : { payment_methods_allowed: plan.methodsAllowed }),
  };
}

/** As one is read. It has no `version` there, and the payer's e-mail is kept back (measured). */
export function viewPreapproval(world: World, preapproval: Preapproval): JsonObject {
  const { method, secondaryMethod, startAt, endAt, planId } = preapproval;
  const trial = trialOf(preapproval);
  const nextAt = preapproval.nextDueAt ?? startAt ?? preapproval.createdAt;
  const suffix = world.settings.subscriptions.brokenLinks ? "&activation=true" : "";
  return {
    id: preapproval.id,
    application_id: Number(preapproval.clientId),
    collector_id: preapproval.account,
    owner: null,
    payer_id: preapproval.payerId,
    payer_email: "",
    ...(planId === null ? {} : { preapproval_plan_id: planId }),
    reason: preapproval.reason,
    external_reference: preapproval.externalReference,
    back_url: preapproval.backUrl,
    subscription_id: null,
    init_point: `${checkoutUrl(world)}?preapproval_id=${preapproval.id}${suffix}`,
    auto_recurring: {
      ...viewPeriod(preapproval),
      transaction_amount: major(preapproval, preapproval.amountMinor),
      currency_id: siteOf(preapproval.siteId).currency,
      start_date: wireDate(startAt ?? preapproval.createdAt),
      end_date: endAt === null ? null : wireDate(endAt),
      free_trial: trial,
    },
    first_invoice_offset: trial?.first_invoice_offset ?? null,
    card_id: method?.cardId ?? null,
    payment_method_id: method?.methodId ?? null,
    payment_method_id_secondary: secondaryMethod?.methodId ?? null,
    next_payment_date: wireDate(nextAt),
    date_created: wireDate(preapproval.createdAt),
    last_modified: wireDate(preapproval.modifiedAt),
    status: preapproval.status,
    summarized: isUnsummarized(preapproval) ? null : summarize(world, preapproval),
  };
}

/** As a search shows one: without the next date and without any sums (measured). */
export function viewFoundPreapproval(world: World, preapproval: Preapproval): JsonObject {
  return {
    ...viewPreapproval(world, preapproval),
    version: preapproval.version,
    next_payment_date: null,
    summarized: {},
    payer_first_name: "Test",
    payer_last_name: "",
  };
}

export function viewInvoice(world: World, preapproval: Preapproval, invoice: Invoice): JsonObject {
  catchUp(world, preapproval, invoice);
  const payment = lastPayment(world, invoice);
  const isOpen = invoice.status === "scheduled" || invoice.status === "recycling";
  const { nextRetryAt, expiresAt } = invoice;
  return {
    id: invoice.id,
    type: "scheduled",
    preapproval_id: invoice.preapprovalId,
    reason: invoice.reason,
    external_reference: invoice.externalReference,
    payer_id: invoice.payerId,
    currency_id: siteOf(preapproval.siteId).currency,
    transaction_amount: major(preapproval, invoice.amountMinor),
    debit_date: wireDate(invoice.createdAt),
    ...(nextRetryAt === null ? {} : { next_retry_date: wireDate(nextRetryAt) }),
    ...(expiresAt === null ? {} : { expire_date: wireDate(expiresAt) }),
    retry_attempt: invoice.attempts,
    status: invoice.status,
    summarized: isOpen ? "pending" : "done",
    payment_method_id: payment?.methodId ?? null,
    date_created: wireDate(invoice.createdAt),
    last_modified: wireDate(invoice.modifiedAt),
    ...(payment === undefined
      ? {}
      : {
          payment: {
            id: payment.id,
            status: payment.status,
            status_detail: payment.statusDetail,
          },
        }),
  };
}

/** Chilean subscriptions that came by a plan's link show no sums and no invoices in a search (seen once). */
export function isUnsummarized({ isFromPlanLink, siteId }: Preapproval): boolean {
  return isFromPlanLink && siteId === "MLC";
}

/** Counts invoices, paid or not; the last date and amount are those of the last attempt (measured). */
function summarize(world: World, preapproval: Preapproval): JsonObject {
  const invoices = world.subscriptions.invoicesOf(preapproval.id);
  for (const invoice of invoices) catchUp(world, preapproval, invoice);
  const isPaid = (invoice: Invoice) => lastPayment(world, invoice)?.approvedAt != null;
  const paidMinor = invoices.filter(isPaid).reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const quotas = quotasOf(preapproval);
  const left = quotas === null ? null : Math.max(quotas - invoices.length, 0);
  const { lastAttemptAt, lastAttemptMinor } = preapproval;
  const some = <Value>(value: Value) => (invoices.length === 0 ? null : value);
  return {
    quotas,
    charged_quantity: some(invoices.length),
    charged_amount: some(major(preapproval, paidMinor)),
    pending_charge_quantity: left,
    pending_charge_amount:
      left === null ? null : major(preapproval, left * preapproval.amountMinor),
    last_charged_date: lastAttemptAt === null ? null : wireDate(lastAttemptAt),
    last_charged_amount: lastAttemptMinor === null ? null : major(preapproval, lastAttemptMinor),
    semaphore: semaphoreOf(world, preapproval),
  };
}

/** Green when all is collected, yellow while it is tried again, red when it failed (Mercado Pago docs). */
export function semaphoreOf(world: World, preapproval: Preapproval): string | null {
  const last = world.subscriptions.invoicesOf(preapproval.id).at(-1);
  if (last === undefined) return null;
  if (lastPayment(world, last)?.approvedAt != null) return "green";
  return last.status === "scheduled" ? "yellow" : "red";
}

/** Choice: the cycles that begin before the end, where an end is all that is known. */
function quotasOf(preapproval: Preapproval): number | null {
  const { repetitions, endAt, startAt, createdAt } = preapproval;
  if (repetitions !== null) return repetitions;
  if (endAt === null) return null;
  const firstDueAt = preapproval.firstDueAt ?? startAt ?? createdAt;
  let count = 0;
  while (dueAt(preapproval, firstDueAt, count) < endAt) count += 1;
  return count;
}

/** A start in the future is told as a trial of so many days, by the provider itself (measured). */
function trialOf(preapproval: Preapproval) {
  const { freeTrial, startAt, createdAt } = preapproval;
  if (startAt !== null) {
    const days = Math.ceil((startAt - createdAt) / day);
    return { frequency: days, frequency_type: "days", first_invoice_offset: days };
  }
  return freeTrial === null ? null : viewTrial(freeTrial, createdAt);
}

function viewTrial(trial: Period, from: number) {
  const days = Math.round((addPeriods(from, trial, 1) - from) / day);
  return { ...viewPeriod(trial), first_invoice_offset: days };
}

function viewPeriod({ frequency, frequencyType }: Period) {
  return { frequency, frequency_type: frequencyType };
}

function major(of: Terms & { siteId: Plan["siteId"] }, amountMinor: number): number {
  return toMajor(amountMinor, siteOf(of.siteId).decimals);
}

/** The page of the simulator where a payer subscribes; the real one is on the country's own domain. */
function checkoutUrl(world: World): string {
  return `${world.baseUrl}/subscriptions/checkout`;
}
