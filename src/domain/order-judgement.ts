import type { Currency } from "./money";
import type { OrderObservation } from "./order-observation";
import {
  lookupOnlyOrderMoves,
  type ObservedOrderStatus,
  type OrderStatus,
  orderMoves,
} from "./order-status";
import type { MoveVerdict } from "./payment-status";

/** What we hold of an order, as far as it decides what an observation may change. */
export interface KnownOrder {
  readonly id: string;
  readonly status: OrderStatus;
  readonly providerStatus: string | null;
  readonly providerOrderId: string | null;
  readonly currency: Currency;
  readonly totalMinor: bigint;
  readonly carts: readonly {
    readonly providerAccountId: string;
    readonly amountMinor: bigint;
    readonly feeMinor: bigint;
  }[];
}

export type OrderVerdict =
  /** Write it down. `anomaly`: it contradicts a final state and must be looked at by a person. */
  | { readonly kind: "apply"; readonly status: ObservedOrderStatus; readonly anomaly: boolean }
  /** True, and nothing new. */
  | { readonly kind: "same" }
  /** Older than what we hold, or a move that the table forbids: changes nothing. */
  | { readonly kind: "ignore"; readonly reason: string }
  /** Not our order, or not the sums that we asked for: kept for a person, changes nothing. */
  | { readonly kind: "quarantine"; readonly reason: string };

/** Whether `to` may follow `from`. `fromLookup`: the observation was just read from the provider. */
export function judgeOrderMove(
  from: OrderStatus,
  to: OrderStatus,
  fromLookup: boolean,
): MoveVerdict {
  if ((orderMoves[from] as readonly OrderStatus[]).includes(to)) return "ALLOWED";
  const lookupOnly: Partial<Record<OrderStatus, readonly OrderStatus[]>> = lookupOnlyOrderMoves;
  if (fromLookup && lookupOnly[from]?.includes(to)) return "ANOMALY";
  return "FORBIDDEN";
}

/**
 * Decides what an observation does to an order; every path to an order's status goes through here. `holder`: another
 * order of ours that the provider showed under the same id before.
 */
export function judgeOrderObservation(
  known: KnownOrder,
  seen: OrderObservation,
  holder?: string,
): OrderVerdict {
  const mismatch =
    holder === undefined
      ? mismatchOf(known, seen)
      : `provider order ${seen.providerOrderId} is that of ${holder}`;
  if (mismatch !== undefined) return { kind: "quarantine", reason: mismatch };
  if (seen.status === null) {
    return { kind: "ignore", reason: `unknown provider status ${seen.providerStatus}` };
  }
  // Providers that split orders keep refunds apart: what is refunded here is still completed there.
  const isRefunded = known.status === "PARTIALLY_REFUNDED" || known.status === "REFUNDED";
  if (isRefunded && seen.status === "COMPLETED") return { kind: "same" };
  if (seen.status === known.status) return { kind: "same" };
  // Funds that were held were not declined; whatever the provider calls it, it let go of them.
  const isReleased = known.status === "AUTHORIZED" && seen.status === "REJECTED";
  const status = isReleased ? "CANCELLED" : seen.status;
  switch (judgeOrderMove(known.status, status, true)) {
    case "ALLOWED":
      return { kind: "apply", status, anomaly: false };
    case "ANOMALY":
      return { kind: "apply", status, anomaly: true };
    case "FORBIDDEN":
      return { kind: "ignore", reason: `${known.status} may not become ${status}` };
  }
}

function mismatchOf(known: KnownOrder, seen: OrderObservation): string | undefined {
  if (known.providerOrderId !== null && known.providerOrderId !== seen.providerOrderId) {
    return `provider order ${seen.providerOrderId} instead of ${known.providerOrderId}`;
  }
  if (seen.reference !== null && seen.reference !== known.id) {
    return `reference ${seen.reference} instead of ${known.id}`;
  }
  if (seen.total.currency !== known.currency) {
    return `currency ${seen.total.currency} instead of ${known.currency}`;
  }
  if (seen.total.minor !== known.totalMinor) {
    return `total ${seen.total.minor} instead of ${known.totalMinor} minor units`;
  }
  if (seen.carts === null) return undefined;
  if (seen.carts.length !== known.carts.length) {
    return `${seen.carts.length} carts instead of ${known.carts.length}`;
  }
  for (const cart of known.carts) {
    const shown = seen.carts.find(
      ({ providerAccountId }) => providerAccountId === cart.providerAccountId,
    );
    if (shown === undefined) return `no cart of account ${cart.providerAccountId}`;
    if (shown.amount.minor !== cart.amountMinor || shown.fee.minor !== cart.feeMinor) {
      return `cart of ${cart.providerAccountId}: ${shown.amount.minor} with fee ${shown.fee.minor} instead of ${cart.amountMinor} with fee ${cart.feeMinor}`;
    }
  }
  return undefined;
}
