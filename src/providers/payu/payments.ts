import type { Money } from "../../domain/money";
import type { OrderObservation } from "../../domain/order-observation";
import { paymentStatusIn } from "../../domain/order-status";
import type { PaymentObservation, RefundObservation } from "../../domain/payment-observation";
import type {
  CreatePaymentCommand,
  EffectCall,
  Outcome,
  PaymentOperations,
  ProviderRefusal,
  ReadCall,
} from "../provider";
import { orderOfPayment, orderRefusals } from "./order-request";
import type { PayuOrders } from "./orders";
import type { PayuRefunds } from "./refunds";

type Seen = Outcome<PaymentObservation>;

/** Payments to one seller: orders of one cart. The order's id is the payment's. */
export class PayuPayments implements PaymentOperations {
  constructor(
    private readonly orders: PayuOrders,
    private readonly refunds: PayuRefunds,
  ) {}

  refusalsOf(command: CreatePaymentCommand): readonly ProviderRefusal[] {
    // The rules do not look at the account.
    const refusals = orderRefusals(orderOfPayment(command, ""));
    return refusals.map((refusal) => inPayment(refusal, command));
  }

  async create(command: CreatePaymentCommand, call: EffectCall): Promise<Seen> {
    const { shop, providerAccountId } = call.credentials;
    const outcome = await this.orders.create(orderOfPayment(command, providerAccountId), { shop });
    return outcome.kind === "accepted"
      ? this.#toPayment(outcome.value, call)
      : withPaymentField(outcome, command);
  }

  async get(
    providerPaymentId: string,
    call: ReadCall,
  ): Promise<Outcome<PaymentObservation | null>> {
    const { shop } = call.credentials;
    const outcome = await this.orders.get(providerPaymentId, { shop });
    if (outcome.kind !== "accepted") return outcome;
    return outcome.value === null
      ? { kind: "accepted", value: null }
      : this.#toPayment(outcome.value, call);
  }

  /** PayU has no look-up by extOrderId: sending the same order again is what finds it. */
  async findByReference(): Promise<Outcome<PaymentObservation | null>> {
    return { kind: "accepted", value: null };
  }

  /** Parts of an authorization can be captured after a special set-up only: not offered. */
  async capture(providerPaymentId: string, amount: Money | null, call: EffectCall): Promise<Seen> {
    const { shop } = call.credentials;
    if (amount !== null) {
      const seen = await this.get(providerPaymentId, call);
      if (seen.kind !== "accepted" || seen.value === null) {
        return { kind: "unknown", reason: "the order cannot be read" };
      }
      if (seen.value.amount.minor !== amount.minor) return partRefused;
    }
    const outcome = await this.orders.capture(providerPaymentId, { shop });
    return outcome.kind === "accepted" ? this.#toPayment(outcome.value, call) : outcome;
  }

  async cancel(providerPaymentId: string, call: EffectCall): Promise<Seen> {
    const { shop } = call.credentials;
    const outcome = await this.orders.cancel(providerPaymentId, { shop });
    return outcome.kind === "accepted" ? this.#toPayment(outcome.value, call) : outcome;
  }

  /** With its refunds, which PayU keeps apart from the order. */
  async #toPayment(order: OrderObservation, call: ReadCall): Promise<Seen> {
    if (order.status !== "COMPLETED") return { kind: "accepted", value: paymentOf(order, []) };
    const { currency } = order.total;
    const refunds = await this.refunds.list(order.providerOrderId, currency, call);
    if (refunds.kind !== "accepted") {
      return { kind: "unknown", reason: "the order is completed, and its refunds cannot be read" };
    }
    return { kind: "accepted", value: paymentOf(order, refunds.value) };
  }
}

function paymentOf(
  order: OrderObservation,
  refunds: readonly RefundObservation[],
): PaymentObservation {
  const { currency } = order.total;
  const [cart] = order.carts ?? [];
  const refunded = refunds
    .filter(({ status }) => status === "COMPLETED")
    .reduce((sum, { amount }) => sum + amount.minor, 0n);
  const base = order.status === null ? null : paymentStatusIn[order.status];
  const isPaid = base === "APPROVED";
  return {
    providerPaymentId: order.providerOrderId,
    status: isPaid && refunded > 0n ? refundedStatus(refunded, order.total.minor) : base,
    providerStatus: order.providerStatus,
    providerStatusDetail: order.providerStatusDetail,
    amount: order.total,
    providerAccountId: cart?.providerAccountId ?? null,
    reference: order.reference,
    // PayU tells no time of a state; which may follow which decides what is older.
    providerUpdatedAt: null,
    refundedAmount: { minor: refunded, currency },
    refunds,
    captured: isPaid,
    approvedAt: order.completedAt,
    expiresAt: null,
    method: order.method,
    fees: [],
    // What PayU pays a seller is the cart less its fee.
    netReceived:
      isPaid && cart !== undefined ? { minor: cart.amount.minor - cart.fee.minor, currency } : null,
    nextAction: order.nextAction,
    settlement: null,
  };
}

function refundedStatus(refunded: bigint, total: bigint) {
  return refunded >= total ? "REFUNDED" : "PARTIALLY_REFUNDED";
}

/** Where `createPayment` has what an order has elsewhere. */
const paymentFields: Readonly<Record<string, string>> = {
  carts: "sellerId",
  ipAddress: "additionalInfo.ipAddress",
};

/** Where the older fields of `createPayment` have what `payWith` has; PayU knows no more of them. */
const olderFields: Readonly<Record<string, string>> = {
  "payWith.card.token": "cardToken",
  "payWith.payByLink.value": "methodId",
};

function withPaymentField(
  outcome: Exclude<Seen, { kind: "accepted" }>,
  command: CreatePaymentCommand,
): Seen {
  return outcome.kind === "refused"
    ? { kind: "refused", refusal: inPayment(outcome.refusal, command) }
    : outcome;
}

function inPayment(refusal: ProviderRefusal, { payWith }: CreatePaymentCommand): ProviderRefusal {
  const { field } = refusal;
  if (field === undefined) return refusal;
  const fields = payWith === null ? { ...paymentFields, ...olderFields } : paymentFields;
  return { ...refusal, field: fields[field] ?? field };
}

const partRefused = {
  kind: "refused",
  refusal: {
    code: "PROVIDER_REFUSED",
    message: "PayU takes authorized funds as a whole; leave the amount out.",
    field: "amount",
    retryable: false,
  },
} as const;
