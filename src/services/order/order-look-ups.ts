import { providerActor } from "../../domain/actor";
import type { MarketplaceOrderId } from "../../domain/ids";
import type { ObservationSource, RefundObservation } from "../../domain/payment-observation";
import { openRefundStatuses } from "../../domain/refund-status";
import type { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import type { PaymentEntity } from "../../entities/payment.entity";
import type { RefundEntity } from "../../entities/refund.entity";
import { actAs } from "../../logging/work";
import { nextCheckAt } from "../../operations/schedule";
import { alertAbout } from "../followed/alert-about";
import { keepUnapplied } from "../followed/keep-unapplied";
import { settleRefund } from "../payment/settle-refund";
import { isAnswered } from "../shared/is-answered";
import { writeOptimistically } from "../shared/optimistic-write";
import { applyAnswer } from "./apply-answer";
import { findRail } from "./find-rail";
import type { OrderAnswer } from "./order-rail";
import {
  type OrderDependencies,
  orderRows,
  readOrder,
  readRefundsOf,
  type WholeOrder,
} from "./order-rows";

/** Asks providers what has become of orders, for the workers: they act for no caller. */
export class OrderLookUps {
  constructor(private readonly deps: OrderDependencies) {}

  /** Whether a payment is a cart of an order that the provider keeps as one: what becomes of it is asked with the order. */
  isPartOfOne({ orderId, provider }: PaymentEntity): boolean {
    return orderId !== null && findRail(this.deps, provider)?.keepsOne === true;
  }

  /**
   * Asks the provider about an order and applies the answer. Answers false when it gave none. `namedId`: its id at
   * the provider as a notification named it, for an order whose own answer has not come.
   */
  async lookUp(
    id: MarketplaceOrderId,
    source: ObservationSource,
    namedId: string | null = null,
  ): Promise<boolean> {
    const whole = await readOrder(this.deps, id);
    const seen = await findRail(this.deps, whole.order.provider)?.look(whole.order, namedId);
    if (seen?.kind !== "accepted" || seen.value === null) return this.#postpone(whole);
    await this.#apply(whole, seen.value, source);
    return true;
  }

  /**
   * Asks the provider once more about an order that has ended, and about its refunds. Answers false when the provider gave
   * no answer: the order has no schedule of its own, and whoever asked has to come again. Carts that are paid one by one
   * are payments of their own, which are asked about as such.
   */
  async followUp(order: MarketplaceOrderEntity): Promise<boolean> {
    const rail = findRail(this.deps, order.provider);
    if (rail === undefined || order.providerOrderId === null) return true;
    const seen = await rail.look(order);
    if (seen.kind !== "accepted" || seen.value === null) return isAnswered(seen);
    await this.#apply(await readOrder(this.deps, order.id), seen.value, "SCHEDULE");
    return seen.value.status === "COMPLETED" ? this.lookUpRefunds(order.id) : true;
  }

  /**
   * Asks the provider about the refunds of an order's carts. Those made at the provider without us are told to
   * a person: the provider does not tell from which cart they are. Answers false when it gave no answer.
   */
  async lookUpRefunds(id: MarketplaceOrderId): Promise<boolean> {
    const { order, payments } = await readOrder(this.deps, id);
    const refundsAt = this.deps.registry.get(order.provider)?.refunds;
    const { providerOrderId, currency } = order;
    const [first] = payments;
    if (refundsAt === undefined || providerOrderId === null || first === undefined) return false;
    const account = await this.deps.accounts.byId(first.accountId);
    const outcome = await this.deps.accounts.call(account, (credentials) =>
      refundsAt.list(providerOrderId, currency, { credentials }),
    );
    if (outcome.kind !== "accepted") return false;
    const refunds = await readRefundsOf(this.deps, id);
    for (const seen of outcome.value) {
      const { reference, providerRefundId, status } = seen;
      const refund = refunds.find(
        (own) => own.id === reference || own.providerRefundId === providerRefundId,
      );
      if (refund === undefined) await this.#tellOfStranger(order, refunds, seen);
      const payment = payments.find((own) => own.id === refund?.paymentId);
      if (refund === undefined || payment === undefined || status === null) continue;
      await actAs(providerActor(order.provider), () =>
        this.deps.database.write((unit) =>
          settleRefund(this.deps, unit, { payment, refund }, { status, seen }, "LOOKUP"),
        ),
      );
    }
    return true;
  }

  /** A refund that nobody here asked for. One of ours may be on its way, and not name itself. */
  async #tellOfStranger(
    order: MarketplaceOrderEntity,
    own: readonly RefundEntity[],
    { providerRefundId, providerStatus, status, amount }: RefundObservation,
  ): Promise<void> {
    const mayBeOurs = own.some((refund) => openRefundStatuses.includes(refund.status));
    if (status !== "COMPLETED" || mayBeOurs) return;
    const reason = `refund ${providerRefundId} was made at the provider, of nobody knows which cart`;
    const { database, alerts } = this.deps;
    const told = await database.read(
      "SELECT id FROM observation WHERE subject_id = ? AND reason = ?",
      [order.id, reason],
    );
    if (told.length > 0) return;
    const verdict = { kind: "quarantine", reason } as const;
    await database.write((unit) => {
      const shown = { source: "LOOKUP", seen: { status, providerStatus } } as const;
      keepUnapplied(this.deps, unit, order, verdict, shown);
      const facts = { orderId: order.id, amountMinor: amount.minor.toString(), reason };
      alerts.raise(unit, { ...alertAbout(order), code: "ORDER_REFUNDED_AT_PROVIDER", facts });
    });
  }

  #apply(seen: WholeOrder, answer: OrderAnswer, source: ObservationSource): Promise<void> {
    const readAgain = () => readOrder(this.deps, seen.order.id);
    return actAs(providerActor(seen.order.provider), () =>
      writeOptimistically(this.deps.database, seen, readAgain, async (unit, whole, clashed) => {
        await applyAnswer(this.deps, unit, { whole }, answer, source, {}, clashed);
      }),
    );
  }

  #postpone(whole: WholeOrder): Promise<false> {
    const { attempts } = whole.order;
    const dueAt = nextCheckAt(this.deps.clock.now(), attempts, this.deps.random);
    return orderRows.postpone(this.deps, whole.order, { dueAt });
  }
}
