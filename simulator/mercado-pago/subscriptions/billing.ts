import type { Payment } from "../model";
import type { World } from "../world";
import { announceInvoice, announcePreapproval } from "./announcements";
import { addPeriods, dueAt, firstAmountMinor, nextBatch } from "./calendar";
import type { Invoice, Preapproval } from "./model";
import { chargeInvoice } from "./recurring-payments";
import { newResource, touch } from "./resources";

/** The first attempt and three more (measured); the documents print other numbers. */
const mostAttempts = 4;

/** Plans again what awaits every subscription of a state that was read from a file. */
export function reviveSubscriptions(world: World): void {
  for (const preapproval of world.subscriptions.preapprovals.values()) {
    planCycle(world, preapproval);
    for (const invoice of world.subscriptions.invoicesOf(preapproval.id)) {
      planInvoice(world, preapproval, invoice);
    }
  }
}

/** The payer agreed and the card is good: from here on the cycles run. */
export function beginCycles(world: World, preapproval: Preapproval): void {
  const now = world.clock.now();
  const { startAt, freeTrial } = preapproval;
  const waitsForStart = startAt !== null && startAt > now;
  const afterTrial = freeTrial === null ? now : addPeriods(now, freeTrial, 1);
  preapproval.authorizedAt = now;
  preapproval.firstDueAt = waitsForStart ? startAt : afterTrial;
  preapproval.nextDueAt = preapproval.firstDueAt;
  preapproval.status = "authorized";
  planCycle(world, preapproval);
}

export function isRunning({ status }: Preapproval): boolean {
  return status === "authorized" || status === "paused";
}

/** Paused subscriptions go through their cycles too, and are charged for none of them (measured). */
function planCycle(world: World, preapproval: Preapproval): void {
  const { nextDueAt, firstDueAt, endAt, cycle } = preapproval;
  if (!isRunning(preapproval) || nextDueAt === null || firstDueAt === null) return;
  const { firstChargeDelayMs, batchMinute } = world.settings.subscriptions;
  const isImmediate = cycle === 0 && firstDueAt === preapproval.authorizedAt;
  const processedAt = isImmediate
    ? nextDueAt + firstChargeDelayMs
    : nextBatch(nextDueAt, batchMinute);
  const run = () => {
    if (isRunning(preapproval) && preapproval.nextDueAt === nextDueAt) {
      processCycle(world, preapproval);
    }
  };
  if (endAt !== null && endAt <= nextDueAt) world.schedule.at(endAt, run);
  else if (isImmediate && firstChargeDelayMs === 0) run();
  else world.schedule.at(processedAt, run);
}

/** The due date moves when it is processed, and not when it is reached (measured). */
function processCycle(world: World, preapproval: Preapproval): void {
  const { nextDueAt, firstDueAt, endAt, cycle, repetitions } = preapproval;
  if (nextDueAt === null || firstDueAt === null) return;
  const isOver =
    (endAt !== null && endAt <= nextDueAt) || (repetitions !== null && cycle >= repetitions);
  if (isOver) {
    // Choice: open invoices of a subscription that has ended are not tried again.
    endPreapproval(world, preapproval, world.settings.subscriptions.endedStatus, true);
    return;
  }
  preapproval.cycle += 1;
  preapproval.nextDueAt = dueAt(preapproval, firstDueAt, preapproval.cycle);
  touch(world, preapproval);
  if (preapproval.status === "authorized") {
    openInvoice(world, preapproval, { cycle, dueAt: nextDueAt });
    announcePreapproval(world, preapproval, "updated");
  }
  planCycle(world, preapproval);
}

function openInvoice(
  world: World,
  preapproval: Preapproval,
  { cycle, dueAt: due }: { cycle: number; dueAt: number },
): void {
  const { id: preapprovalId, reason, externalReference, payerId, nextDueAt } = preapproval;
  const resource = newResource(world, preapproval.account, preapproval.clientId);
  const lengthMs = (nextDueAt ?? due) - due;
  const invoice: Invoice = {
    ...resource,
    id: world.newId(),
    preapprovalId,
    cycle,
    reason,
    externalReference,
    payerId,
    amountMinor: cycle === 0 ? firstAmountMinor(preapproval, due) : preapproval.amountMinor,
    status: "scheduled",
    attempts: 0,
    paymentIds: [],
    nextRetryAt: null,
    expiresAt: cycle === 0 ? null : resource.createdAt + lengthMs,
  };
  world.subscriptions.addInvoice(invoice);
  announceInvoice(world, invoice, "created");
  attempt(world, preapproval, invoice);
  planInvoice(world, preapproval, invoice);
}

/** One attempt. Choice: the secondary method pays where the first one is declined, within the same attempt. */
export function attempt(world: World, preapproval: Preapproval, invoice: Invoice): void {
  const { method, secondaryMethod } = preapproval;
  if (method === null) return;
  let payment = chargeInvoice(world, preapproval, invoice, method);
  invoice.paymentIds.push(payment.id);
  if (payment.status === "rejected" && secondaryMethod !== null) {
    payment = chargeInvoice(world, preapproval, invoice, secondaryMethod);
    invoice.paymentIds.push(payment.id);
  }
  invoice.attempts = Math.min(invoice.attempts + 1, mostAttempts);
  preapproval.lastAttemptAt = world.clock.now();
  preapproval.lastAttemptMinor = invoice.amountMinor;
  if (payment.status === "approved") settle(preapproval, invoice);
  else if (payment.status === "rejected" && invoice.cycle === 0) invoice.status = "recycling";
  else invoice.nextRetryAt = retryAfter(invoice, world.clock.now());
  touch(world, invoice);
  announceInvoice(world, invoice, "updated");
}

function settle(preapproval: Preapproval, invoice: Invoice): void {
  invoice.status = "processed";
  invoice.nextRetryAt = null;
  preapproval.failedCycles = 0;
}

/**
 * When to try again. Measured on a cycle of one day, with the last retry 18 hours after the first attempt; choice:
 * longer cycles are divided alike.
 */
function retryAfter({ attempts, createdAt, expiresAt }: Invoice, now: number): number | null {
  if (expiresAt === null || attempts >= mostAttempts) return null;
  const stepMs = (expiresAt - createdAt) / mostAttempts;
  const retryAt = createdAt + (Math.floor((now - createdAt) / stepMs) + 1) * stepMs;
  return retryAt < expiresAt ? retryAt : null;
}

/** The payment that counts: the last one. */
export function lastPayment(world: World, invoice: Invoice): Payment | undefined {
  const id = invoice.paymentIds.at(-1);
  return id === undefined ? undefined : world.payments.get(id);
}

/** A payment that was decided after a review decides its invoice, which hears of it when it is looked at. */
export function catchUp(world: World, preapproval: Preapproval, invoice: Invoice): void {
  if (invoice.status !== "scheduled") return;
  const payment = lastPayment(world, invoice);
  if (payment?.approvedAt != null) {
    settle(preapproval, invoice);
    touch(world, invoice);
  } else if (payment?.status === "rejected" && invoice.cycle === 0) {
    invoice.status = "recycling";
    touch(world, invoice);
    planInvoice(world, preapproval, invoice);
  }
}

/** What happens next to an invoice that is still open: an attempt, the end of its cycle, the end of everything. */
function planInvoice(world: World, preapproval: Preapproval, invoice: Invoice): void {
  const { subscriptions: settings } = world.settings;
  if (invoice.status === "recycling") {
    if (!isRunning(preapproval)) return;
    world.schedule.at(invoice.modifiedAt + settings.firstDeclineCancelMs, () => {
      if (invoice.status !== "recycling" || !isRunning(preapproval)) return;
      const { announcesFirstDecline } = world.settings.subscriptions;
      endPreapproval(world, preapproval, "cancelled", announcesFirstDecline);
    });
    return;
  }
  if (invoice.status !== "scheduled") return;
  planRetry(world, preapproval, invoice);
  if (invoice.expiresAt === null) return;
  world.schedule.at(invoice.expiresAt - settings.pauseBeforeCloseMs, () => {
    catchUp(world, preapproval, invoice);
    if (invoice.status === "scheduled") closeUnpaid(world, preapproval, invoice);
  });
}

function planRetry(world: World, preapproval: Preapproval, invoice: Invoice): void {
  const { nextRetryAt } = invoice;
  if (nextRetryAt === null) return;
  world.schedule.at(nextRetryAt, () => {
    catchUp(world, preapproval, invoice);
    if (invoice.status !== "scheduled" || invoice.nextRetryAt !== nextRetryAt) return;
    const isUnderReview = lastPayment(world, invoice)?.status === "in_process";
    if (preapproval.status === "authorized" && !isUnderReview) {
      attempt(world, preapproval, invoice);
      touch(world, preapproval);
    } else {
      // Choice: a paused subscription loses its turn, and so does one whose payment is being looked at.
      invoice.nextRetryAt = retryAfter(invoice, world.clock.now());
    }
    planRetry(world, preapproval, invoice);
  });
}

/** A changed card is charged for what is open, soon and within the same invoice (measured). */
export function chargeSoon(world: World, preapproval: Preapproval): void {
  for (const invoice of world.subscriptions.invoicesOf(preapproval.id)) {
    catchUp(world, preapproval, invoice);
    if (invoice.status !== "scheduled") continue;
    invoice.nextRetryAt = world.clock.now() + world.settings.subscriptions.cardChangeChargeMs;
    planRetry(world, preapproval, invoice);
  }
}

/** It is the end of the cycle that pauses a subscription, and not the last attempt (measured). The invoice's end is silent. */
function closeUnpaid(world: World, preapproval: Preapproval, invoice: Invoice): void {
  invoice.status = "processed";
  invoice.nextRetryAt = null;
  touch(world, invoice);
  preapproval.failedCycles += 1;
  const { failedCyclesBeforePause } = world.settings.subscriptions;
  if (preapproval.status !== "authorized") return;
  if (preapproval.failedCycles < failedCyclesBeforePause) return;
  preapproval.status = "paused";
  touch(world, preapproval);
  announcePreapproval(world, preapproval, "updated");
}

/** The next due date stays as it is, and means nothing any more (measured). */
export function endPreapproval(
  world: World,
  preapproval: Preapproval,
  status: "cancelled" | "finished",
  isAnnounced: boolean,
): void {
  preapproval.status = status;
  touch(world, preapproval);
  for (const invoice of world.subscriptions.invoicesOf(preapproval.id)) {
    // Choice: nothing is charged after the end. What the provider does with an invoice that is open is not known.
    if (invoice.status !== "scheduled") continue;
    invoice.status = "cancelled";
    invoice.nextRetryAt = null;
    touch(world, invoice);
  }
  if (isAnnounced) announcePreapproval(world, preapproval, "updated");
}
