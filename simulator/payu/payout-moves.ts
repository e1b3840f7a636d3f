import { aboutPayout, record } from "./ledger";
import type { Payout, PayoutCode } from "./model";
import { announcePayout } from "./notifications";
import type { World } from "./world";

/**
 * The words of the API for the numbers of the notification. Choice: how they belong together is not
 * documented; what waits for somebody is WAITING, and what came back is CANCELLED.
 */
const words: Record<PayoutCode, string> = {
  1: "PENDING",
  2: "PENDING",
  3: "CANCELLED",
  4: "WAITING",
  5: "REALIZED",
  6: "CANCELLED",
  7: "WAITING",
};

/** What a payout does when nobody interferes. */
const nextSteps: Partial<Record<PayoutCode, PayoutCode>> = { 1: 2, 2: 5 };

/** From which numbers each can be reached. 4 and 7 are in progress, so they can lead anywhere. */
const inProgress: readonly PayoutCode[] = [1, 2, 4, 7];
const reachedFrom: Record<PayoutCode, readonly PayoutCode[]> = {
  1: inProgress,
  2: inProgress,
  3: inProgress,
  4: inProgress,
  5: inProgress,
  6: [...inProgress, 5],
  7: inProgress,
};

export function wordOf(payout: Payout): string {
  return words[payout.code];
}

/** Announces that the payout is there and lets it go its way. */
export function startPayout(world: World, payout: Payout): void {
  announcePayout(world, payout);
  planStep(world, payout);
}

export function canMovePayout(payout: Payout, code: PayoutCode): boolean {
  return reachedFrom[code].includes(payout.code);
}

/** The one function that changes a payout. Money that comes back is on the balance at once. */
export function movePayout(world: World, payout: Payout, code: PayoutCode): void {
  const now = world.clock.now();
  const before = payout.code;
  payout.code = code;
  payout.stepsAt = nextStepAt(world, code);
  if (code === 5) for (const booking of payout.bookings) world.books.complete(booking, now);
  if (code === 3 || code === 6) giveBack(world, payout, before);
  announcePayout(world, payout);
  planStep(world, payout);
  world.changed();
}

/** Takes the steps that are due by themselves, also after a restart. */
export function planStep(world: World, payout: Payout): void {
  const { stepsAt, code } = payout;
  const next = nextSteps[code];
  if (stepsAt === null || next === undefined) return;
  world.after(stepsAt, () => {
    // A control may have moved it since; then another task waits, or none.
    if (payout.code === code && payout.stepsAt === stepsAt) movePayout(world, payout, next);
  });
}

export function nextStepAt(world: World, code: PayoutCode): number | null {
  const { payoutStepMs } = world.settings;
  const goesOn = nextSteps[code] !== undefined && payoutStepMs !== null;
  return goesOn ? world.clock.now() + payoutStepMs : null;
}

/**
 * Choice: a payout that was never sent is undone, and its operation with it; one that was sent or
 * returned by the bank leaves its operation and adds a RETURN.
 */
function giveBack(world: World, payout: Payout, before: PayoutCode): void {
  const now = world.clock.now();
  for (const booking of payout.bookings) {
    if (payout.code === 3) {
      world.books.cancel(booking, now);
      continue;
    }
    if (before !== 5) world.books.complete(booking, now);
    world.books.book(booking.account, world.newId(), {
      type: "RETURN",
      amountMinor: payout.amountMinor,
      changeMinor: payout.amountMinor,
      description: payout.description,
      status: "COMPLETED",
      createdAt: now,
      eventAt: now,
      details: {
        payoutId: payout.id,
        ...(payout.extPayoutId === null ? {} : { extPayoutId: payout.extPayoutId }),
        funds: [],
      },
    });
  }
  record(world, world.posOf(payout), "payout-returned", payout.amountMinor, aboutPayout(payout));
}
