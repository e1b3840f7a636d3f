import { accountName } from "./books";
import { record } from "./ledger";
import type { Pos, Seller } from "./model";
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
  const now = world.clock.now();
  world.books.book(accountName(pos, seller.extCustomerId), world.newId(), {
    type: "ADMIN_TRANSFER_RECEIVED",
    amountMinor,
    changeMinor: amountMinor,
    description: "Granted by the simulator",
    status: "COMPLETED",
    createdAt: now,
    eventAt: now,
    details: { funds: [] },
  });
  record(world, pos, "grant", amountMinor, { seller: seller.extCustomerId });
  world.changed();
}
