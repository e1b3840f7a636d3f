import type { Currency } from "./money";
import { judgeBy } from "./moves";
import type { OrderObservation } from "./order-observation";
import {
  lookupOnlyOrderMoves,
  type ObservedOrderStatus,
  type OrderStatus,
  orderMoves,
} from "./order-status";
import { unknownStatus, type Verdict, verdictOfMove } from "./verdict";

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

/** Whether an order may move from one status to another. */
export const judgeOrderMove = judgeBy<OrderStatus>(orderMoves, lookupOnlyOrderMoves);

/**
 * Decides what an observation does to an order; every path to an order's status goes through here. `holder`: another
 * order of ours that the provider showed under the same id before.
 */
export function judgeOrderObservation(
  known: KnownOrder,
  seen: OrderObservation,
  holder?: string,
): Verdict<ObservedOrderStatus> {
  const mismatch =
    holder === undefined
      ? mismatchOf(known, seen)
      : `provider order ${seen.providerOrderId} is that of ${holder}`;
  if (mismatch !== undefined) return { kind: "quarantine", reason: mismatch };
  if (seen.status === null) return unknownStatus(seen.providerStatus);
  // Providers that split orders keep refunds apart: what is refunded here is still completed there.
  const isRefunded = known.status === "PARTIALLY_REFUNDED" || known.status === "REFUNDED";
  if (isRefunded && seen.status === "COMPLETED") return { kind: "same" };
  if (seen.status === known.status) return { kind: "same" };
  // Funds that were held were not declined; whatever the provider calls it, it let go of them.
  const isReleased = known.status === "AUTHORIZED" && seen.status === "REJECTED";
  const status = isReleased ? "CANCELLED" : seen.status;
  return verdictOfMove(judgeOrderMove, known.status, status);
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
