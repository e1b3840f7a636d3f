import type { Money } from "./money";
import type { NextAction } from "./next-action";
import type { ObservedOrderStatus } from "./order-status";
import type { MethodDetail } from "./payment-observation";

/** A cart of an order as a provider shows it. */
export interface CartObservation {
  /** The provider's id of the account that is paid. */
  readonly providerAccountId: string;
  readonly amount: Money;
  /** What the marketplace keeps of it. */
  readonly fee: Money;
}

/** An order of several sellers as a provider shows it at one moment, in our terms. */
export interface OrderObservation {
  readonly providerOrderId: string;
  /** Null where the provider's word is one that we do not know: then the state stays as it is. */
  readonly status: ObservedOrderStatus | null;
  readonly providerStatus: string;
  /** Why it was declined, in the provider's words, where it tells. */
  readonly providerStatusDetail: string | null;
  readonly total: Money;
  /** Our id, as told to the provider when it was made. */
  readonly reference: string | null;
  /** Null where the answer does not show them. */
  readonly carts: readonly CartObservation[] | null;
  readonly method: MethodDetail | null;
  /** What the buyer does next; null for nothing, undefined where the answer does not tell. */
  readonly nextAction: NextAction | null | undefined;
  readonly completedAt: Date | null;
}
