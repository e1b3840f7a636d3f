import type { Currency, Money } from "./money";
import { judgePayoutMove, type PayoutStatus } from "./payout-status";
import { unknownStatus, type Verdict, verdictOfMove } from "./verdict";

/** A payout as a provider shows it. */
export interface PayoutObservation {
  readonly providerPayoutId: string;
  /** Null where the provider's word is one that we do not know: then the state stays as it is. */
  readonly status: PayoutStatus | null;
  readonly providerStatus: string;
  /** Null where the answer does not tell. */
  readonly amount: Money | null;
  /** Our key, where the answer shows it. */
  readonly reference: string | null;
}

/** What we hold of a payout, as far as it decides what an observation may change. */
export interface KnownPayout {
  /** Our key at the provider. */
  readonly operationId: string;
  readonly providerPayoutId: string | null;
  /** The marketplace's shop that it is paid from. */
  readonly shop: string;
  readonly status: PayoutStatus;
  readonly providerStatus: string | null;
  readonly currency: Currency;
  readonly amountMinor: bigint;
}

/** What is known of a notification beside what it says. */
export interface PayoutNotice {
  /** The shop in the address that it came to. */
  readonly shop: string;
}

export type PayoutVerdict =
  | Verdict<PayoutStatus>
  /** A notification of what only a look-up may change: kept, told to a person, and looked up. */
  | { readonly kind: "doubt"; readonly reason: string };

/**
 * Decides what an observation does to a payout; every path to a payout's status goes through here. With
 * `notice` it came as a notification, whose body counts; without it we have asked. `holder`: another payout of ours
 * that the provider showed under the same id before.
 */
export function judgePayoutObservation(
  known: KnownPayout,
  seen: PayoutObservation,
  notice?: PayoutNotice,
  holder?: string,
): PayoutVerdict {
  const mismatch =
    holder === undefined
      ? mismatchOf(known, seen, notice)
      : `provider payout ${seen.providerPayoutId} is that of ${holder}`;
  if (mismatch !== undefined) return { kind: "quarantine", reason: mismatch };
  const { status, providerStatus } = seen;
  if (status === null) return unknownStatus(providerStatus);
  if (status !== known.status) return verdictOn(known.status, status, notice !== undefined);
  // Notifications tell one state in finer words than what is read: a look must not take those away again.
  const isNewWord = providerStatus !== known.providerStatus && notice !== undefined;
  return isNewWord ? { kind: "apply", status, anomaly: false } : { kind: "same" };
}

/** `isNotice`: see `PayoutNotice`. */
function verdictOn(from: PayoutStatus, to: PayoutStatus, isNotice: boolean): PayoutVerdict {
  const verdict = verdictOfMove(judgePayoutMove, from, to, !isNotice);
  if (verdict.kind === "apply") return verdict;
  const isLookDue = judgePayoutMove(from, to, true) === "ANOMALY";
  return isLookDue ? { kind: "doubt", reason: verdict.reason } : verdict;
}

function mismatchOf(
  known: KnownPayout,
  seen: PayoutObservation,
  notice: PayoutNotice | undefined,
): string | undefined {
  if (notice !== undefined && notice.shop !== known.shop) {
    return `notified for shop ${notice.shop} instead of ${known.shop}`;
  }
  if (known.providerPayoutId !== null && known.providerPayoutId !== seen.providerPayoutId) {
    return `provider payout ${seen.providerPayoutId} instead of ${known.providerPayoutId}`;
  }
  if (seen.reference !== null && seen.reference !== known.operationId) {
    return `reference ${seen.reference} instead of ${known.operationId}`;
  }
  if (seen.amount === null) return undefined;
  if (seen.amount.currency !== known.currency) {
    return `currency ${seen.amount.currency} instead of ${known.currency}`;
  }
  if (seen.amount.minor !== known.amountMinor) {
    return `amount ${seen.amount.minor} instead of ${known.amountMinor} minor units`;
  }
  return undefined;
}
