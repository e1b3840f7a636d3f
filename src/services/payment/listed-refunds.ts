import type { RefundObservation } from "../../domain/payment-observation";
import type { RefundEntity } from "../../entities/refund.entity";

/** What a provider lists for a payment, beside the payment's rows. */
export interface MatchedRefunds {
  readonly known: readonly { readonly row: RefundEntity; readonly seen: RefundObservation }[];
  /** Of no row: made at the provider, or one of ours whose answer was lost. */
  readonly others: readonly RefundObservation[];
}

/** Tells which listed refund is which row: by the provider's id, or by our key where the provider shows keys. */
export function matchRefunds(
  rows: readonly RefundEntity[],
  listed: readonly RefundObservation[],
): MatchedRefunds {
  const known: { row: RefundEntity; seen: RefundObservation }[] = [];
  // Refunds used to be completed without the provider's id. Any of the same amount that was given back will do.
  const nameless = rows.filter(
    ({ providerRefundId, status }) => providerRefundId === null && status === "COMPLETED",
  );
  const others = listed.filter((seen) => {
    const { providerRefundId, reference, status, amount } = seen;
    const row =
      rows.find((one) => one.providerRefundId === providerRefundId) ??
      rows.find(({ id }) => id === reference) ??
      (status === "COMPLETED"
        ? nameless.find(({ amountMinor }) => amountMinor === amount.minor)
        : undefined);
    if (row === undefined) return true;
    known.push({ row, seen });
    if (nameless.includes(row)) nameless.splice(nameless.indexOf(row), 1);
    return false;
  });
  return { known, others };
}

/** No provider says how far its list lags behind: until then, a "no" to a repeated asking is doubted. */
export const listLagMs = 10 * 60_000;

/**
 * No provider says how long it remembers an idempotency key. After this time a refund that can be ours is taken for
 * ours, and not asked for again: a forgotten key would give the money back twice.
 */
export const keyTrustMs = 60 * 60_000;

/**
 * The listed refund that is ours, or can be taken for ours: a provider without keys leaves only the amount to go by.
 * Which of several equal ones it is makes no difference to any sum, since each is taken once and the others are
 * adopted. One that was given back comes first: money that moved must never be asked for again. While ours may not be
 * listed yet, no refund that moved no money is taken for ours. While keys are remembered, none is taken where several
 * of ours wait for fewer equal ones: asking again under each key tells which of ours was made.
 */
export function findOwn(
  refund: RefundEntity,
  rows: readonly RefundEntity[],
  listed: readonly RefundObservation[],
  ageMs: number,
): RefundObservation | undefined {
  const { known, others } = matchRefunds(rows, listed);
  const named = known.find(({ row }) => row.id === refund.id);
  if (named !== undefined) return named.seen;
  const { amountMinor, currency } = refund;
  const equals = others.filter(
    (seen) =>
      seen.reference === undefined &&
      seen.amount.minor === amountMinor &&
      seen.amount.currency === currency &&
      !(movesNothing(seen) && ageMs < listLagMs),
  );
  const waiting = rows.filter((row) => isOnItsWay(row) && row.amountMinor === amountMinor);
  if (equals.length < waiting.length && ageMs < keyTrustMs) return undefined;
  return equals.toSorted((a, b) => doubtOf(a) - doubtOf(b) || timeOf(b) - timeOf(a))[0];
}

/** Whether a refund of ours was or may have been sent, and the provider has not shown it yet. */
export function isOnItsWay({ status }: RefundEntity): boolean {
  return status === "PROCESSING" || status === "UNKNOWN";
}

function doubtOf(seen: RefundObservation): number {
  if (seen.status === "COMPLETED") return 0;
  return movesNothing(seen) ? 2 : 1;
}

function movesNothing({ status }: RefundObservation): boolean {
  return status === "REJECTED" || status === "CANCELLED" || status === "FAILED";
}

function timeOf({ createdAt }: RefundObservation): number {
  return createdAt?.getTime() ?? 0;
}
