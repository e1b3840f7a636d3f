import { accountName } from "./books";
import { refusal } from "./errors";
import { type Order, refundedMinor } from "./model";
import type { RefundRequest } from "./refund-request";
import type { World } from "./world";

/** What a refund takes from one seller, or from the shop when there is no seller. */
export interface Part {
  seller: string | null;
  amountMinor: number;
}

/** What one account gives for a refund, or is given back of what it had paid as a fee. */
export interface Entry {
  type: "REFUND_SENT" | "REFUND_RECEIVED";
  account: string;
  /** Below zero: out of the account. */
  changeMinor: number;
}

/**
 * Whose money goes back, or the refusal. A whole refund takes what is left of each seller. Choice: a
 * part of an order with several sellers has to name one (9110); with one seller it is clear.
 */
export function partsOf(world: World, order: Order, request: RefundRequest): Part[] {
  const { seller } = request;
  if (order.status !== "COMPLETED") throw refusal("paymentNotEnded", "The order is not paid");
  if (request.amountMinor === 0) throw refusal("amountTooSmall", "The amount must be above zero");
  if (seller !== undefined) return [ofSeller(world, order, seller, request.amountMinor)];
  const left = order.capturedMinor - refundedMinor(order);
  if (left === 0) throw refusal("alreadyRefunded", "Nothing is left to refund");
  const amountMinor = request.amountMinor ?? left;
  if (amountMinor > left) throw refusal("amountTooBig", `No more than ${left} is left to refund`);
  if (order.carts.length === 0) return [{ seller: null, amountMinor }];
  const sellers = [...new Set(order.carts.map((cart) => cart.seller))];
  const [only] = sellers;
  if (only !== undefined && sellers.length === 1) return [{ seller: only, amountMinor }];
  if (amountMinor < left) {
    throw refusal("ambiguousSource", "A part of several carts must name extCustomerId");
  }
  return sellers
    .map((name) => ({ seller: name, amountMinor: leftOf(order, name) }))
    .filter((part) => part.amountMinor > 0);
}

/**
 * What the refund moves in each account, or the refusal when one has too little that can be used. A seller sends the
 * whole part. Choice: a fee that is given back is a movement of its own, sent by the marketplace and received by the
 * seller; the documents name the two types and not what they are for.
 */
export function entriesOf(world: World, order: Order, parts: readonly Part[]): Entry[] {
  const pos = world.posOf(order);
  const shop = accountName(pos, null);
  const entries = parts.flatMap((part): Entry[] => {
    const account = accountName(pos, part.seller);
    const fee = feeShare(world, order, part);
    return [
      { type: "REFUND_SENT", account, changeMinor: -part.amountMinor },
      { type: "REFUND_RECEIVED", account, changeMinor: fee },
      { type: "REFUND_SENT", account: shop, changeMinor: -fee },
    ];
  });
  assertCovered(world, entries);
  return entries.filter(({ changeMinor }) => changeMinor !== 0);
}

function assertCovered(world: World, entries: readonly Entry[]): void {
  const changes = new Map<string, number>();
  for (const { account, changeMinor } of entries) {
    changes.set(account, (changes.get(account) ?? 0) + changeMinor);
  }
  for (const [account, changeMinor] of changes) {
    const amountMinor = -changeMinor;
    if (amountMinor <= 0) continue;
    const { availableMinor, totalMinor } = world.books.balance(account, world.clock.now());
    if (totalMinor < amountMinor) {
      throw refusal("noBalance", `${account} has ${totalMinor} of ${amountMinor}`);
    }
    // Choice: money that is there but blocked is the billing that is not completed yet.
    if (availableMinor < amountMinor) {
      throw refusal(
        "billingNotCompleted",
        `${account} can use ${availableMinor} of ${amountMinor}`,
      );
    }
  }
}

function ofSeller(world: World, order: Order, seller: string, asked: number | undefined): Part {
  if (order.carts.length === 0) throw refusal("noCarts", "The order has no shopping carts");
  const { marketplaceId } = world.posOf(order);
  if (!world.seller(marketplaceId, seller)) {
    throw refusal("customerNotFound", `The seller ${seller} is not known`);
  }
  const left = leftOf(order, seller);
  if (left === 0 && soldBy(order, seller) > 0) {
    throw refusal("alreadyRefunded", `Nothing is left to refund of ${seller}`);
  }
  // Choice: a seller that has no cart in the order has an amount of zero in it.
  const amountMinor = asked ?? left;
  if (amountMinor > left || amountMinor === 0) {
    throw refusal("sellerAmountExceeded", `No more than ${left} of ${seller} is left to refund`);
  }
  return { seller, amountMinor };
}

function leftOf(order: Order, seller: string): number {
  return soldBy(order, seller) - returnedBy(order, seller);
}

function soldBy(order: Order, seller: string): number {
  const carts = order.carts.filter((cart) => cart.seller === seller);
  return carts.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}

function returnedBy(order: Order, seller: string): number {
  return order.refunds
    .filter(({ status }) => status !== "CANCELED")
    .flatMap(({ parts }) => parts)
    .reduce((sum, part) => sum + (part.seller === seller ? part.amountMinor : 0), 0);
}

/** Rounded so that the shares of all refunds of a sale add up to its fee, no more and no less. */
function feeShare(world: World, order: Order, { seller, amountMinor }: Part): number {
  if (!world.settings.returnFeesOnRefund || seller === null) return 0;
  const sold = soldBy(order, seller);
  const fee = order.carts.reduce(
    (sum, cart) => sum + (cart.seller === seller ? cart.feeMinor : 0),
    0,
  );
  const before = returnedBy(order, seller);
  const shareOf = (returned: number) => Number((BigInt(fee) * BigInt(returned)) / BigInt(sold));
  return shareOf(before + amountMinor) - shareOf(before);
}
