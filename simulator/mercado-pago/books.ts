import { applicationFeeShare, providerFeeShare } from "./fees";
import { type Payment, type Posting, type PostingLine, refundedMinor } from "./model";
import { siteOf } from "./sites";
import type { World } from "./world";

const buyers = "buyers";
const provider = "provider";
const sellerAccount = (userId: number) => `seller ${userId}`;
const marketplaceAccount = (clientId: string) => `marketplace ${clientId}`;

/** The buyer's money arrives: the provider takes its fee, the marketplace its own, and the seller has the rest. */
export function bookCharge(world: World, payment: Payment): void {
  const { amountMinor, providerFeeMinor, applicationFeeMinor } = payment;
  const kept = providerFeeMinor + applicationFeeMinor;
  post(world, payment, "charge", [
    { account: buyers, changeMinor: -amountMinor },
    { account: sellerAccount(payment.account), changeMinor: amountMinor - kept },
    { account: provider, changeMinor: providerFeeMinor },
    { account: marketplaceAccount(payment.clientId), changeMinor: applicationFeeMinor },
  ]);
}

/**
 * Money goes back to the buyer. Choice: with each refund its share of both fees comes back to the seller, or, where
 * the settings say so, none; the documents show that fees are given back, and not how much of them.
 */
export function bookRefund(world: World, payment: Payment, amountMinor: number): void {
  const { providerFeeReturnedMinor, applicationFeeReturnedMinor } = payment;
  if (world.settings.returnFeesOnRefund) {
    const refunded = refundedMinor(payment);
    payment.providerFeeReturnedMinor = Math.max(
      providerFeeShare(payment, refunded),
      providerFeeReturnedMinor,
    );
    payment.applicationFeeReturnedMinor = Math.max(
      applicationFeeShare(payment, refunded),
      applicationFeeReturnedMinor,
    );
  }
  const byProvider = payment.providerFeeReturnedMinor - providerFeeReturnedMinor;
  const byMarketplace = payment.applicationFeeReturnedMinor - applicationFeeReturnedMinor;
  post(world, payment, "refund", [
    { account: buyers, changeMinor: amountMinor },
    {
      account: sellerAccount(payment.account),
      changeMinor: byProvider + byMarketplace - amountMinor,
    },
    { account: provider, changeMinor: -byProvider },
    { account: marketplaceAccount(payment.clientId), changeMinor: -byMarketplace },
  ]);
}

/**
 * The buyer's bank has the money, from the moment that the dispute begins until the seller has won it. Choice: the
 * seller bears all of it, and no fee comes back; the documents do not say.
 */
export function bookChargeback(world: World, payment: Payment): void {
  if (payment.approvedAt === null) return;
  const isBack = payment.status === "charged_back" && payment.statusDetail !== "reimbursed";
  const before = payment.chargedBackMinor;
  payment.chargedBackMinor = isBack ? payment.amountMinor - refundedMinor(payment) : 0;
  const changeMinor = payment.chargedBackMinor - before;
  if (changeMinor === 0) return;
  post(world, payment, isBack ? "chargeback" : "reinstate", [
    { account: buyers, changeMinor },
    { account: sellerAccount(payment.account), changeMinor: -changeMinor },
  ]);
}

/** What an account has, and what of it can be used: the rest is of payments that are not released yet. */
export function balanceOf(
  world: World,
  userId: number,
): { totalMinor: number; availableMinor: number } {
  const account = sellerAccount(userId);
  let totalMinor = 0;
  let availableMinor = 0;
  for (const { paymentId, lines } of world.postings) {
    const changeMinor = lines
      .filter((line) => line.account === account)
      .reduce((sum, line) => sum + line.changeMinor, 0);
    totalMinor += changeMinor;
    const payment = world.payments.get(paymentId);
    if (payment !== undefined && isReleased(world, payment)) availableMinor += changeMinor;
  }
  return { totalMinor, availableMinor };
}

export function releasesAt(world: World, payment: Payment): number | null {
  return payment.approvedAt === null ? null : payment.approvedAt + world.settings.releaseMs;
}

export function isReleased(world: World, payment: Payment): boolean {
  const at = releasesAt(world, payment);
  return at !== null && at <= world.clock.now();
}

function post(world: World, payment: Payment, kind: Posting["kind"], lines: PostingLine[]): void {
  if (lines.reduce((sum, { changeMinor }) => sum + changeMinor, 0) !== 0) {
    throw new Error(`the ${kind} of payment ${payment.id} does not add up`);
  }
  const { id: paymentId } = payment;
  const moved = lines.filter(({ changeMinor }) => changeMinor !== 0);
  const currency = siteOf(payment.siteId).currency;
  world.postings.push({ at: world.clock.now(), kind, paymentId, currency, lines: moved });
}
