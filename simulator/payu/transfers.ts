import { accountName } from "./books";
import { invalid, refusal } from "./errors";
import type { Fields } from "./fields";
import { record } from "./ledger";
import type { Pos } from "./model";
import type { World } from "./world";

/** Moves money between a seller and the marketplace: debit takes it from the seller. */
export function transfer(
  world: World,
  pos: Pos,
  seller: string,
  direction: "feeDebitTransfer" | "feeCreditTransfer",
  request: Fields,
): string {
  const amountMinor = request.requiredAmount("amount");
  const description = request.requiredText("description", 4000);
  const extTransferId = request.requiredText("extTransferId");
  if (request.requiredText("currencyCode") !== pos.currency) {
    throw invalid("currencyCode", `is not ${pos.currency}, the currency of this POS`);
  }
  if (seller === pos.feeAccount) throw invalid("extCustomerId", "is the marketplace itself");
  const key = `${pos.marketplaceId} ${extTransferId}`;
  if (world.transfers.has(key)) {
    throw refusal("transferExists", "A transfer with this extTransferId exists");
  }
  const { transferLimitMinor } = world.settings;
  if (transferLimitMinor !== null && amountMinor > transferLimitMinor) {
    throw refusal("transferLimit", `One transfer may move ${transferLimitMinor}`);
  }
  const accounts = [accountName(pos, seller), accountName(pos, null)];
  const [from = "", to = ""] = direction === "feeDebitTransfer" ? accounts : accounts.toReversed();
  const { availableMinor } = world.books.balance(from, world.clock.now());
  if (availableMinor < amountMinor) {
    throw refusal("transferNoBalance", `${availableMinor} can be moved`);
  }
  world.transfers.add(key);
  const about = { amountMinor, description, extTransferId };
  book(world, from, { ...about, type: "FEE_TRANSFER_SENT", changeMinor: -amountMinor });
  book(world, to, { ...about, type: "FEE_TRANSFER_RECEIVED", changeMinor: amountMinor });
  // The ledger counts what moved; its direction is in the operations.
  const details = { seller, extTransferId, externalReference: extTransferId };
  record(world, pos, "transfer", amountMinor, details);
  world.changed();
  return extTransferId;
}

function book(
  world: World,
  account: string,
  moved: {
    type: "FEE_TRANSFER_SENT" | "FEE_TRANSFER_RECEIVED";
    amountMinor: number;
    changeMinor: number;
    description: string;
    extTransferId: string;
  },
): void {
  const { extTransferId, ...operation } = moved;
  const now = world.clock.now();
  world.books.book(account, world.newId(), {
    ...operation,
    status: "COMPLETED",
    createdAt: now,
    eventAt: now,
    details: { extTransferId, funds: [] },
  });
}
