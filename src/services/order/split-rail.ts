import type { UnitOfWork } from "../../database/database";
import type { UserErrorFact } from "../../domain/errors";
import type { OrderObservation } from "../../domain/order-observation";
import type { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import type { OrderOperations, Outcome, ProviderRefusal } from "../../providers/provider";
import { refusalOf } from "../shared/refusal-of-provider";
import { moveOrder } from "./apply-order";
import { orderCommandOf, termsOf } from "./order-draft";
import { type CreateOrderArgs, faultIn, placeOf } from "./order-input";
import type { OrderGoal, OrderInAction, OrderInMaking, OrderRail } from "./order-rail";
import type { OrderDependencies, WholeOrder } from "./order-rows";

type Seen = Outcome<OrderObservation>;

/**
 * The provider takes the order in one call and splits it. Sending it again is safe and finds it: the reference, our
 * order id, is unique there, and without the provider's id there is no other way to look it up by.
 */
export class SplitRail implements OrderRail {
  readonly keepsOne = true;

  constructor(
    private readonly deps: OrderDependencies,
    private readonly operations: OrderOperations,
  ) {}

  refusalsOf(args: CreateOrderArgs): UserErrorFact[] {
    const message = "this provider takes one payment for all carts: see the order's payWith";
    const ofCarts = ["payWith", "cardToken"] as const;
    const faults = args.carts.flatMap((cart, index) =>
      ofCarts
        .filter((field) => cart[field] !== undefined)
        .map((field) => faultIn(message, "carts", `${index}`, field)),
    );
    const refusals = this.operations.refusalsOf(termsOf(args));
    return [...faults, ...refusals.map((refusal) => refusalOf(args, placed(refusal, args)))];
  }

  async take({ whole }: OrderInMaking, args: CreateOrderArgs): Promise<Seen> {
    const { provider, shop } = whole.order;
    const command = orderCommandOf(whole, args, this.deps.notificationUrlOf(provider, shop));
    const outcome = await this.operations.create(command, { shop });
    if (outcome.kind !== "refused") return outcome;
    return { kind: "refused", refusal: placed(outcome.refusal, args) };
  }

  showUnfinished(unit: UnitOfWork, whole: WholeOrder): WholeOrder {
    return whole.order.status === "PROCESSING"
      ? moveOrder(this.deps, unit, whole, "API", "UNKNOWN")
      : whole;
  }

  async bring({ whole: { order } }: OrderInAction, goal: OrderGoal): Promise<Seen> {
    const { id, shop, providerOrderId } = order;
    if (providerOrderId === null) throw new Error(`${id} has no provider id`);
    return goal === "COMPLETED"
      ? this.operations.capture(providerOrderId, { shop })
      : this.operations.cancel(providerOrderId, { shop });
  }

  async look(
    { shop, ...order }: MarketplaceOrderEntity,
    namedId: string | null = null,
  ): Promise<Outcome<OrderObservation | null>> {
    const providerOrderId = order.providerOrderId ?? namedId;
    // Without the provider's id there is nothing to ask by: the operation that made the order sends it again.
    if (providerOrderId === null) return { kind: "accepted", value: null };
    return this.operations.get(providerOrderId, { shop });
  }
}

function placed(refusal: ProviderRefusal, args: CreateOrderArgs): ProviderRefusal {
  const { field } = refusal;
  return field === undefined ? refusal : { ...refusal, field: placeOf(field, args) };
}
