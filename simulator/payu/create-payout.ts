import { randomUUID } from "node:crypto";
import { accountName } from "./books";
import { invalid, missing, refusal } from "./errors";
import { Fields } from "./fields";
import { readFx } from "./fx";
import { aboutPayout, record } from "./ledger";
import type { Payout, Pos } from "./model";
import { nextStepAt } from "./payout-moves";
import type { World } from "./world";

/** Simulated bank account that every payout goes to, as operations show it. */
const accountNumber = "PL61109010140000071219812874";

/** Makes a payout or throws the refusal. The money leaves the balance at once. */
export function createPayout(world: World, pos: Pos, body: unknown): Payout {
  const request = Fields.of(body);
  if (request.requiredText("shopId") !== pos.shopId) {
    throw refusal("unknownMerchant", "The POS of this token does not belong to the shop");
  }
  const given = request.object("payout");
  const extCustomerId = readReceiver(request);
  const extPayoutId = given?.text("extPayoutId", 64) ?? null;
  if (extCustomerId !== null && extPayoutId === null) throw missing("payout.extPayoutId");
  // Looked at before anything that may have changed since: a repetition must learn that it is one.
  if (extPayoutId !== null && world.payouts.withExtId(pos.shopId, extPayoutId)) {
    throw refusal("payoutExists", "A payout with this extPayoutId exists");
  }
  checkReceiver(world, pos, extCustomerId);
  const account = accountName(pos, extCustomerId);
  const { availableMinor } = world.books.balance(account, world.clock.now());
  const amountMinor = readAmount(given, pos, extCustomerId, availableMinor);
  const fxData = readFx(request, amountMinor, pos.currency, world.clock.now());
  if (amountMinor > world.settings.payoutLimitMinor) {
    throw refusal("amountTooBig", "The amount is more than one payout may have");
  }
  if (amountMinor > availableMinor || amountMinor === 0) {
    throw refusal("notEnoughFunds", `${availableMinor} can be paid out`);
  }
  const description = given?.text("description", 4000) ?? "";
  const payout = newPayout(world, pos, { extPayoutId, extCustomerId, amountMinor, description });
  payout.fxData = fxData;
  book(world, account, payout);
  return payout;
}

/** The seller, or null for the shop's own bank account. */
function readReceiver(request: Fields): string | null {
  const account = request.object("account");
  if (request.has("payee") || request.has("cardToken") || request.has("card")) {
    throw invalid("payee", "payouts to cards are not simulated");
  }
  // Choice: a marketplace pays to verified accounts only, its own one too.
  if (account?.has("accountNumber")) {
    throw refusal("bankAccountForbidden", "account.accountNumber is not allowed here");
  }
  return account ? account.requiredText("extCustomerId", 1024) : null;
}

function checkReceiver(world: World, pos: Pos, extCustomerId: string | null): void {
  if (extCustomerId === null || extCustomerId === pos.feeAccount) return;
  const seller = world.seller(pos.marketplaceId, extCustomerId);
  if (!seller) throw refusal("customerNotFound", `The seller ${extCustomerId} is not known`);
  if (!seller.active) throw refusal("sellerNotActive", `${extCustomerId} is not active`);
  if (seller.locked) throw refusal("sellerLocked", `${extCustomerId} is locked`);
  if (!seller.verified) throw refusal("sellerNotVerified", `${extCustomerId} is not verified`);
}

/** Only a shop's own payout may leave the amount out: then all that can be used is paid out. */
function readAmount(
  payout: Fields | undefined,
  pos: Pos,
  extCustomerId: string | null,
  availableMinor: number,
): number {
  if (extCustomerId === null && !payout?.has("amount")) return availableMinor;
  if (!payout) throw missing("payout");
  if (payout.requiredText("currencyCode") !== pos.currency) {
    throw invalid("payout.currencyCode", "is not the shop's");
  }
  return payout.requiredAmount("amount");
}

function newPayout(
  world: World,
  pos: Pos,
  request: Pick<Payout, "extPayoutId" | "extCustomerId" | "amountMinor" | "description">,
): Payout {
  return {
    ...request,
    id: randomUUID().replaceAll("-", ""),
    posId: pos.posId,
    shopId: pos.shopId,
    currency: pos.currency,
    fxData: null,
    code: 1,
    bookings: [],
    createdAt: world.clock.now(),
    stepsAt: nextStepAt(world, 1),
  };
}

function book(world: World, account: string, payout: Payout): void {
  const { amountMinor, createdAt, id: payoutId, extPayoutId } = payout;
  const booking = world.books.book(account, world.newId(), {
    type: "PAYOUT",
    amountMinor,
    changeMinor: -amountMinor,
    description: payout.description,
    status: "PENDING",
    createdAt,
    eventAt: createdAt,
    details: {
      payoutId,
      ...(extPayoutId === null ? {} : { extPayoutId }),
      accountNumber,
      funds: [],
    },
  });
  payout.bookings.push(booking);
  world.payouts.add(payout);
  record(world, world.posOf(payout), "payout", amountMinor, aboutPayout(payout));
  world.changed();
}
