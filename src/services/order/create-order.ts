import type { UnitOfWork } from "../../database/database";
import { refuse, type UserErrorFact } from "../../domain/errors";
import { judgeOrderMove } from "../../domain/order-judgement";
import type { OrderObservation } from "../../domain/order-observation";
import { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import type { OperationEntity } from "../../entities/operation.entity";
import { PaymentEntity } from "../../entities/payment.entity";
import type { Intent, OperationKind, Settlement } from "../../operations/operation-kind";
import type { OrderOperations, Outcome, ProviderRefusal } from "../../providers/provider";
import type { PaymentDependencies } from "../payment/create-payment";
import {
  applyOrderObservation,
  moveOrder,
  orderEvent,
  paymentEvent,
  type WholeOrder,
} from "./apply-order";
import { newOrder, orderCommandOf } from "./order-draft";
import type { CreateOrderArgs } from "./order-input";
import { planOrder } from "./plan-order";

/** What orders need is what payments need. */
export type OrderDependencies = PaymentDependencies;

/** An order being made: its rows, and what the provider has to be told. */
export interface OrderInMaking {
  whole: WholeOrder;
  readonly args: CreateOrderArgs;
}

/**
 * How long a provider's "no" to a repeated sending is not believed: the first one may have used up a card token
 * or a code before its answer was lost, and the second be refused for that.
 */
const resendDoubtMs = 10 * 60_000;

/**
 * Takes an order that the provider splits. Sending it again is safe and finds it: the reference, our order id, is
 * unique there. There is no other way to look it up by.
 */
export function createOrderKind(
  deps: OrderDependencies,
): OperationKind<CreateOrderArgs, OrderInMaking, OrderObservation> {
  return {
    name: "createMarketplaceOrder",
    plan: (args) => plan(deps, args),
    load: (operation, command) => load(deps, operation, command),
    doubtMs: resendDoubtMs,
    send: ({ whole, args }) => {
      const { provider, shop } = whole.order;
      const command = orderCommandOf(whole, args, deps.notificationUrlOf(provider, shop));
      return ordersOf(deps, whole.order).create(command, { shop });
    },
    settle: (unit, making, outcome) => settle(deps, unit, making, outcome),
  };
}

async function plan(
  deps: OrderDependencies,
  args: CreateOrderArgs,
): Promise<Intent<OrderInMaking>> {
  const planned = await planOrder(deps, args);
  if (planned.adapter.orders !== undefined && args.ipAddress === undefined) {
    const message = "the provider asks for the buyer's address on the network";
    throw refuse("INVALID_INPUT", message, ["input", "ipAddress"]);
  }
  const whole = newOrder(deps, args, planned);
  const { order, payments } = whole;
  return {
    sellerId: null,
    subjectId: order.id,
    state: { whole, args },
    command: args,
    write: (unit) => {
      unit.change(deps.database.table(MarketplaceOrderEntity).insert(order));
      unit.change(deps.database.table(PaymentEntity).insertAll(payments));
      deps.events.openStream(unit, order.id);
      deps.events.appendAll(unit, [
        orderEvent(order, "ORDER_CREATED", null, "API"),
        ...payments.map((payment) => paymentEvent(payment, "PAYMENT_CREATED", null, "API")),
      ]);
    },
  };
}

async function load(
  deps: OrderDependencies,
  operation: OperationEntity,
  command: unknown,
): Promise<OrderInMaking> {
  return { whole: await readOrder(deps, operation.subjectId), args: command as CreateOrderArgs };
}

function settle(
  deps: OrderDependencies,
  unit: UnitOfWork,
  making: OrderInMaking,
  outcome: Outcome<OrderObservation>,
): Settlement {
  const { order } = making.whole;
  switch (outcome.kind) {
    case "accepted": {
      const applied = applyOrderObservation(deps, unit, making.whole, outcome.value, "API");
      making.whole = applied.whole;
      // Not the order that was asked for: keep looking, a person has been told.
      if (applied.verdict.kind === "quarantine") return { finished: false };
      return { finished: true, refusal: null };
    }
    case "refused":
      // A notification may have told us of it already: then there is nothing left to fail.
      if (judgeOrderMove(order.status, "FAILED", false) !== "ALLOWED") {
        return { finished: true, refusal: null };
      }
      making.whole = moveOrder(deps, unit, making.whole, "API", "FAILED");
      return { finished: true, refusal: [orderRefusalOf(order, outcome.refusal)] };
    case "unknown":
      if (order.status === "PROCESSING") {
        making.whole = moveOrder(deps, unit, making.whole, "API", "UNKNOWN");
      }
      return { finished: false };
  }
}

/** A provider's "no" as a client sees it, at the place of the input that it is about. */
export function orderRefusalOf(
  { provider }: Pick<MarketplaceOrderEntity, "provider">,
  refusal: ProviderRefusal,
): UserErrorFact {
  const { code, message, field, retryable, providerCode } = refusal;
  return {
    code,
    message,
    path: field === undefined ? ["input"] : ["input", ...field.split(".")],
    provider,
    retryable,
    ...(providerCode === undefined ? {} : { providerCode }),
  };
}

/** An order's rows, whoever asks: for the engine and the workers, which act for no caller. */
export async function readOrder(deps: OrderDependencies, id: string): Promise<WholeOrder> {
  const { database } = deps;
  const [orders, payments] = await Promise.all([
    database.read("SELECT * FROM marketplace_order WHERE id = ?", [id], { byKey: true }),
    database.read("SELECT * FROM payment WHERE order_id = ? ORDER BY id", [id], { byKey: true }),
  ]);
  if (orders[0] === undefined) throw new Error(`order ${id} is gone`);
  return {
    order: database.table(MarketplaceOrderEntity).fromRow(orders[0]),
    payments: payments.map((row) => database.table(PaymentEntity).fromRow(row)),
  };
}

/** The provider's order operations; an order with a shop is only ever made where there are some. */
export function ordersOf(
  deps: OrderDependencies,
  { provider }: Pick<MarketplaceOrderEntity, "provider">,
): OrderOperations {
  const operations = deps.registry.get(provider)?.orders;
  if (operations === undefined) throw new Error(`${provider} takes no orders here`);
  return operations;
}
