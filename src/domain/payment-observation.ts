import type { Currency, Money } from "./money";
import type { NextAction } from "./next-action";
import { judgeMove, type PaymentStatus } from "./payment-status";
import type { RefundStatus } from "./refund-status";
import { isSameSettlement, type SettlementFacts, settlementAfter } from "./settlement";
import { unknownStatus, type Verdict, verdictOfMove } from "./verdict";

/** A refund as a provider shows it. */
export interface RefundObservation {
  readonly providerRefundId: string;
  /** Our key; null for a refund without one. Absent where the provider shows no keys of refunds at all. */
  readonly reference?: string | null;
  /** Null where the provider's word is one that we do not know. */
  readonly status: RefundStatus | null;
  readonly providerStatus: string;
  readonly amount: Money;
  readonly createdAt: Date | null;
}

/** One line of what is taken from a payment before the seller has it. */
export interface FeeDetail {
  /** The provider's word, such as mercadopago_fee or application_fee. */
  readonly type: string;
  readonly amount: Money;
  readonly payer: string;
}

/** The card or other means that paid, as far as it may be shown. */
export interface MethodDetail {
  readonly methodId: string | null;
  readonly typeId: string | null;
  readonly issuerId: string | null;
  readonly installments: number | null;
  readonly cardFirstSix: string | null;
  readonly cardLastFour: string | null;
}

/** A payment as a provider shows it at one moment, in our terms. */
export interface PaymentObservation {
  readonly providerPaymentId: string;
  /** Null where the provider's word is one that we do not know: then the state stays as it is. */
  readonly status: PaymentStatus | null;
  readonly providerStatus: string;
  readonly providerStatusDetail: string | null;
  readonly amount: Money;
  /** The provider's id of the account that is paid. */
  readonly providerAccountId: string | null;
  /** Our id, as told to the provider when it was made. */
  readonly reference: string | null;
  /** The provider's own time of this state; orders observations. Null where it has none. */
  readonly providerUpdatedAt: Date | null;
  readonly refundedAmount: Money;
  readonly refunds: readonly RefundObservation[];
  readonly captured: boolean;
  readonly approvedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly method: MethodDetail | null;
  readonly fees: readonly FeeDetail[];
  readonly netReceived: Money | null;
  /** What the payer does next; null for nothing, undefined where the answer does not tell. */
  readonly nextAction: NextAction | null | undefined;
  /** Null while no money was taken, and where the provider tells none. */
  readonly settlement: SettlementFacts | null;
}

/** What led us to look. Whatever it was, what is applied was read from the provider itself. */
export type ObservationSource = "API" | "WEBHOOK" | "LOOKUP" | "SCHEDULE";

/** What we hold of a payment, as far as it decides what an observation may change. */
export interface KnownPayment {
  readonly id: string;
  /** What the provider knows it by, where that is not its own id. */
  readonly pointOrderId?: string | null;
  readonly status: PaymentStatus;
  readonly currency: Currency;
  readonly amountMinor: bigint;
  /** Amount that a capture has asked for or taken; null where capture was with the payment. */
  readonly captureMinor: bigint | null;
  readonly refundedMinor: bigint;
  readonly providerPaymentId: string | null;
  readonly providerStatus: string | null;
  readonly providerStatusDetail: string | null;
  readonly providerUpdatedAt: Date | null;
  readonly providerAccountId: string;
  readonly settlement: SettlementFacts | null;
}

/**
 * Decides what an observation does to a payment. Every path to a status goes through here: the answer
 * to our own call, and look-ups, be they prompted by a webhook, a schedule or a reader. A webhook's own body
 * never comes here, so every observation is a fresh one. `holder`: another payment of ours that the provider showed
 * under the same id before.
 */
export function judgeObservation(
  known: KnownPayment,
  seen: PaymentObservation,
  holder?: string,
): Verdict<PaymentStatus> {
  const mismatch =
    holder === undefined
      ? mismatchOf(known, seen)
      : `provider payment ${seen.providerPaymentId} is that of ${holder}`;
  if (mismatch !== undefined) return { kind: "quarantine", reason: mismatch };

  if (
    known.providerUpdatedAt !== null &&
    seen.providerUpdatedAt !== null &&
    seen.providerUpdatedAt < known.providerUpdatedAt
  ) {
    return { kind: "ignore", reason: "older than the state that is already applied" };
  }
  if (seen.status === null) return unknownStatus(seen.providerStatus);
  // Funds that were held were not declined; whatever the provider calls it, it let go of them.
  const isReleased = known.status === "AUTHORIZED" && seen.status === "REJECTED";
  const status = isReleased ? "CANCELLED" : seen.status;
  const sameFacts =
    status === known.status &&
    seen.refundedAmount.minor === known.refundedMinor &&
    seen.providerStatusDetail === known.providerStatusDetail &&
    seen.providerStatus === known.providerStatus &&
    isSameSettlement(settlementAfter(known.settlement, seen.settlement), known.settlement);
  if (sameFacts) return { kind: "same" };
  if (status === known.status) return { kind: "apply", status, anomaly: false };
  return verdictOfMove(judgeMove, known.status, status);
}

function mismatchOf(known: KnownPayment, seen: PaymentObservation): string | undefined {
  if (known.providerPaymentId !== null && known.providerPaymentId !== seen.providerPaymentId) {
    return `provider payment ${seen.providerPaymentId} instead of ${known.providerPaymentId}`;
  }
  if (seen.amount.currency !== known.currency) {
    return `currency ${seen.amount.currency} instead of ${known.currency}`;
  }
  const expected = [known.amountMinor, known.captureMinor].filter((minor) => minor !== null);
  if (!expected.includes(seen.amount.minor)) {
    return `amount ${seen.amount.minor} instead of ${expected.join(" or ")} minor units`;
  }
  if (seen.providerAccountId !== null && seen.providerAccountId !== known.providerAccountId) {
    return `paid to account ${seen.providerAccountId} instead of ${known.providerAccountId}`;
  }
  const own = known.pointOrderId ?? known.id;
  if (seen.reference !== null && seen.reference !== own) {
    return `reference ${seen.reference} instead of ${own}`;
  }
  return undefined;
}
