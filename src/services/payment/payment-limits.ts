import { createHash } from "node:crypto";
import type { PaymentStatus } from "../../domain/payment-status";
import type { BusinessLimits } from "../../domain/rate-limit";
import { assertLeft, keepWithin } from "../keep-within";
import type { CreatePaymentArgs } from "./payment-input";

/**
 * Counts one more payment; all limits are asked in one round trip. Repetitions of a request count, too, and are
 * answered all the same.
 * @throws Refusal RATE_LIMITED
 */
export async function keepPaymentWithin(
  limits: BusinessLimits,
  { sellerId, ipAddress, cardToken }: CreatePaymentArgs,
): Promise<void> {
  await Promise.all([
    keepWithin(limits.paymentsOfSeller, sellerId, "payments of this seller"),
    ipAddress === undefined
      ? undefined
      : keepWithin(limits.paymentsFromAddress, ipAddress, "payments from the payer's address"),
    cardToken === undefined || limits.failuresOfCardToken === undefined
      ? undefined
      : assertLeft(
          limits.failuresOfCardToken,
          hashOf(cardToken),
          "failed payments with this card token",
        ),
  ]);
}

/** Counts a payment against its card token, where it was one more that came to nothing. */
export async function countFailure(
  { failuresOfCardToken }: BusinessLimits,
  { cardToken }: Pick<CreatePaymentArgs, "cardToken">,
  status: PaymentStatus,
): Promise<void> {
  if (cardToken === undefined || (status !== "FAILED" && status !== "REJECTED")) return;
  await failuresOfCardToken?.take(hashOf(cardToken));
}

function hashOf(cardToken: string): string {
  return createHash("sha256").update(cardToken).digest("base64url");
}
