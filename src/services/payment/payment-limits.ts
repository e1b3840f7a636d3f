import { hash } from "node:crypto";
import type { MarketplaceId, SellerId } from "../../domain/ids";
import { addressKey } from "../../domain/ip-address";
import { isFailedAttempt, type PaymentStatus } from "../../domain/payment-status";
import type { BusinessLimits } from "../../domain/rate-limit";
import { assertLeft, countWithinLimit } from "../shared/rate-limit";

/** Whom a buyer pays at once, from where and by what. */
interface Attempt {
  /** One marketplace's buyers use up no other's limits, whatever the other says of them. */
  readonly marketplaceId: MarketplaceId;
  readonly sellerIds: readonly SellerId[];
  readonly ipAddress: string | undefined;
  readonly cardTokens: readonly string[];
}

/**
 * Counts one more payment of each seller; all limits are asked in one round trip. Repetitions of a request count,
 * too, and are answered all the same.
 * @throws Refusal RATE_LIMITED
 */
export async function countPaymentsWithinLimits(
  limits: BusinessLimits,
  { marketplaceId, sellerIds, ipAddress, cardTokens }: Attempt,
): Promise<void> {
  const { paymentsOfSeller, paymentsFromAddress, failuresOfCardToken } = limits;
  const failures = "failed payments with this card token";
  await Promise.all([
    ...sellerIds.map((id) => countWithinLimit(paymentsOfSeller, id, "payments of this seller")),
    ipAddress === undefined
      ? undefined
      : countWithinLimit(
          paymentsFromAddress,
          `${marketplaceId} ${addressKey(ipAddress)}`,
          "payments from the payer's address",
        ),
    ...(failuresOfCardToken === undefined
      ? []
      : cardTokens.map((token) =>
          assertLeft(failuresOfCardToken, keyOfToken(marketplaceId, token), failures),
        )),
  ]);
}

/**
 * Counts a payment against its card token, where it was one more that came to nothing. What a provider declines
 * after its answer is not counted: nothing is kept by which the token would still be known.
 */
export async function countFailure(
  { failuresOfCardToken }: BusinessLimits,
  marketplaceId: MarketplaceId,
  cardToken: string | undefined,
  status: PaymentStatus,
): Promise<void> {
  if (cardToken === undefined || !isFailedAttempt[status]) return;
  await failuresOfCardToken?.take(keyOfToken(marketplaceId, cardToken));
}

function keyOfToken(marketplaceId: MarketplaceId, cardToken: string): string {
  return `${marketplaceId} ${hash("sha256", cardToken, "base64url")}`;
}
