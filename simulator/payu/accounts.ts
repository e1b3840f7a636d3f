import { accountName } from "./books";
import { record } from "./ledger";
import type { Operation, Pos, Seller } from "./model";
import { demoGrantMinor, demoPoses, demoSellers } from "./seed";
import type { World } from "./world";

/** Makes the demo accounts: at the first start, and after a reset. */
export function seed(world: World): void {
  for (const pos of demoPoses) world.poses.set(pos.posId, { ...pos });
  for (const seller of demoSellers) world.addSeller({ ...seller });
  const currencies = new Set<string>();
  for (const pos of demoPoses) {
    // POS with the same currency share the sellers' balances; one grant is enough.
    if (currencies.has(pos.currency)) continue;
    currencies.add(pos.currency);
    for (const seller of demoSellers.filter(({ verified }) => verified)) {
      grant(world, pos, seller, demoGrantMinor);
    }
  }
}

/** Money out of nowhere, written into the ledger so that nothing has to be left out of account. */
export function grant(world: World, pos: Pos, seller: Seller, amountMinor: number): void {
  const description = "Granted by the simulator";
  book(world, pos, seller, { type: "ADMIN_TRANSFER_RECEIVED", amountMinor, description });
  record(world, pos, "grant", amountMinor, { seller: seller.extCustomerId });
}

/**
 * A buyer's bank takes money back. PayU tells of it by this movement alone, which names no order. Choice: nobody asks
 * what the seller has, so that a balance may go below zero.
 */
export function chargeBack(world: World, pos: Pos, seller: Seller, amountMinor: number): void {
  const description = "Chargeback";
  book(world, pos, seller, { type: "CHARGEBACK", amountMinor: -amountMinor, description });
  record(world, pos, "chargeback", amountMinor, { seller: seller.extCustomerId });
}

/** PayU mends a balance by hand. Choice: below zero it is shown with its sign, since no word tells its direction. */
export function correct(world: World, pos: Pos, seller: Seller, amountMinor: number): void {
  const description = "Correction";
  book(world, pos, seller, { type: "ADMIN_CORRECTION", amountMinor, description });
  record(world, pos, "grant", amountMinor, { seller: seller.extCustomerId });
}

function book(
  world: World,
  pos: Pos,
  seller: Seller,
  moved: Pick<Operation, "type" | "amountMinor" | "description">,
): void {
  const now = world.clock.now();
  const { type, amountMinor: changeMinor } = moved;
  const id = world.newId();
  const isCorrected = type === "CHARGEBACK" || type === "ADMIN_CORRECTION";
  world.books.book(accountName(pos, seller.extCustomerId), id, {
    ...moved,
    amountMinor: type === "CHARGEBACK" ? -changeMinor : changeMinor,
    changeMinor,
    status: "COMPLETED",
    createdAt: now,
    eventAt: now,
    details: { ...(isCorrected ? { correctionId: `c${id}` } : {}), funds: [] },
  });
  world.changed();
}
