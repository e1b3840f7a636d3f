import type { UnitOfWork } from "../../database/database";
import type { UserErrorFact } from "../../domain/errors";
import type { OperationId } from "../../domain/ids";
import type { OrderObservation } from "../../domain/order-observation";
import type { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import type { Outcome } from "../../providers/provider";
import type { CreateOrderArgs } from "./order-input";
import type { WholeOrder } from "./order-rows";

/** An order being made: its rows, and what the provider has to be told. */
export interface OrderInMaking {
  whole: WholeOrder;
  /** Null where they are lost, and nothing is sent. */
  readonly args: CreateOrderArgs | null;
  readonly operationId: OperationId;
  /** Taken up again: an earlier attempt may have reached the provider. */
  readonly isResumed: boolean;
}

/** An order with a capture or cancellation under way. */
export interface OrderInAction {
  whole: WholeOrder;
}

/** What a capture or cancellation brings an order to. */
export type OrderGoal = "COMPLETED" | "CANCELLED";

/** How far carts that are paid one by one got: as far as they were to, or ended without money. */
export interface CartsResult {
  readonly status: "AUTHORIZED" | "COMPLETED" | "REJECTED" | "CANCELLED" | "FAILED";
  /** Why the provider refused carts, where it did. */
  readonly refusals: readonly UserErrorFact[];
}

/** What came of asking: the order as its provider shows it, or how far its carts were paid one by one. */
export type OrderAnswer = OrderObservation | CartsResult;

/**
 * How an order's money gets to its sellers: the provider splits it, or the gateway pays cart by cart. `findRail` chooses,
 * and nobody else asks. All methods may be repeated at any time, after a crash as well.
 */
export interface OrderRail {
  /** Whether the provider keeps the order as one: what becomes of its carts is then asked with it. */
  readonly keepsOne: boolean;
  /**
   * Every reason not to take an order that can be told without asking the provider. `whole`: the rows that it would have;
   * undefined where another rule is broken, so that they cannot be made.
   */
  refusalsOf(args: CreateOrderArgs, whole: WholeOrder | undefined): UserErrorFact[];
  /** Asks for the order, or goes on with it. Keeps in `making` what was changed on the way. `unknown`: come again. */
  take(making: OrderInMaking, args: CreateOrderArgs): Promise<Outcome<OrderAnswer>>;
  /** Shows in the order what is known of it while `take` is not done. */
  showUnfinished(unit: UnitOfWork, whole: WholeOrder): WholeOrder;
  /** Brings an order to its goal. Keeps in `state` what was changed on the way. `unknown`: come again. */
  bring(state: OrderInAction, goal: OrderGoal): Promise<Outcome<OrderAnswer>>;
  /**
   * Asks what has become of an order; `accepted` with null: there is nothing to ask about now. `namedId`: its id at the
   * provider, for an order whose own answer has not come.
   */
  look(
    order: MarketplaceOrderEntity,
    namedId?: string | null,
  ): Promise<Outcome<OrderAnswer | null>>;
}
