import { isId, type PaymentId } from "../../domain/ids";
import { judgeOrderMove } from "../../domain/order-judgement";
import { paymentStatusIn } from "../../domain/order-status";
import { judgeMove } from "../../domain/payment-status";
import type { Provider } from "../../domain/provider";
import { judgeRefundMove } from "../../domain/refund-status";
import { MarketplaceOrderEntity } from "../../entities/marketplace-order.entity";
import type { PaymentEntity } from "../../entities/payment.entity";
import { RefundEntity } from "../../entities/refund.entity";
import { type Heard, type Hearer, hearOfLost, type Notice, type Subject } from "../inbox/hearing";
import { paymentByProviderId, paymentByReference } from "../payment/find-payment";
import { lookUpPayment } from "../payment/look-up-payment";
import type { OrderLookUps } from "./order-look-ups";
import type { OrderDependencies } from "./order-rows";

/** Looks at an order that is said to have moved on, and that the provider still shows as it was. */
const looksAtLagging = 6;

/** Looks at what providers call an order: a payment of ours, or an order of several sellers. */
export class OrderHearer implements Hearer<"order"> {
  constructor(
    private readonly deps: OrderDependencies,
    private readonly lookUps: OrderLookUps,
  ) {}

  async hear(notice: Notice, subject: Subject<"order">): Promise<string> {
    const { provider, shop } = notice;
    const order = await this.#orderOf(provider, shop, subject);
    if (order !== undefined) return this.#hearOfOrder(notice, subject, order);
    const payment = await this.#paymentOf(provider, subject);
    return payment === undefined
      ? this.#hearOfUnknown(notice, subject)
      : this.#hearOfPayment(notice, subject, payment);
  }

  async find(
    { provider, shop }: Pick<Notice, "provider" | "shop">,
    subject: Subject<"order">,
  ): Promise<Heard | undefined> {
    const order = await this.#orderOf(provider, shop, subject);
    if (order !== undefined) return { ...order, sellerId: null };
    return this.#paymentOf(provider, subject);
  }

  async #paymentOf(
    provider: Provider,
    { providerOrderId, reference }: Subject<"order">,
  ): Promise<PaymentEntity | undefined> {
    const { database } = this.deps;
    return (
      (await paymentByProviderId(database, provider, providerOrderId)) ??
      (await paymentByReference(database, provider, reference))
    );
  }

  async #hearOfOrder(
    { provider, shop, attempts }: Notice,
    subject: Subject<"order">,
    order: MarketplaceOrderEntity,
  ): Promise<string> {
    const { providerOrderId, refund, says } = subject;
    // An order whose id we did not have yet has no refunds of ours.
    const seen =
      refund === null || order.providerOrderId === null
        ? await this.lookUps.lookUp(order.id, "WEBHOOK", providerOrderId)
        : await this.lookUps.lookUpRefunds(order.id);
    if (!seen) return "again";
    if (says === null || attempts >= looksAtLagging) return "looked up";
    // What the notification says may reach the provider's reading servers later: then it looks again.
    const now = await this.#orderOf(provider, shop, subject);
    const lags = now !== undefined && judgeOrderMove(now.status, says, false) === "ALLOWED";
    return lags ? "again" : "looked up";
  }

  async #hearOfPayment(
    { provider, attempts }: Notice,
    { providerOrderId, refund, says }: Subject<"order">,
    payment: PaymentEntity,
  ): Promise<string> {
    if (!(await lookUpPayment(this.deps, payment, "WEBHOOK", providerOrderId))) return "again";
    if (attempts >= looksAtLagging) return "looked up";
    const now = await paymentByReference(this.deps.database, provider, payment.id);
    const lags =
      (says !== null &&
        now !== undefined &&
        judgeMove(now.status, paymentStatusIn[says], false) === "ALLOWED") ||
      (await this.#isRefundAwaited(payment.id, refund));
    return lags ? "again" : "looked up";
  }

  /**
   * Whether a refund that is said to be done was not seen so: of one that was made at the provider, nobody is told a
   * second time, and nothing else would lead to another look.
   */
  async #isRefundAwaited(
    paymentId: PaymentId,
    refund: Subject<"order">["refund"],
  ): Promise<boolean> {
    if (refund?.says !== "COMPLETED") return false;
    const { database } = this.deps;
    const rows = await database.read(
      "SELECT * FROM refund WHERE payment_id = ? AND provider_refund_id = ?",
      [paymentId, refund.providerRefundId],
    );
    if (rows[0] === undefined) return true;
    const { status } = database.table(RefundEntity).fromRow(rows[0]);
    return judgeRefundMove(status, "COMPLETED", false) === "ALLOWED";
  }

  /** Signed by the provider for a shop of ours, about an order that we do not have. */
  async #hearOfUnknown(
    notice: Notice,
    { providerOrderId, reference }: Subject<"order">,
  ): Promise<string> {
    const { provider, shop } = notice;
    const orders = this.deps.registry.get(provider)?.orders;
    const isOurs =
      reference !== null && (isId("Payment", reference) || isId("MarketplaceOrder", reference));
    if (!isOurs || orders === undefined) return "ignored: not our order";
    const outcome = await orders.get(providerOrderId, { shop });
    if (outcome.kind !== "accepted") return "again";
    if (outcome.value?.reference !== reference) return "ignored: not our order";
    const { shops = [] } = this.deps.registry.get(provider) ?? {};
    const owner = shops.find(({ name }) => name === shop);
    const lost = { id: reference, marketplaceId: owner?.marketplaceId ?? null, sellerId: null };
    return hearOfLost(this.deps.alerts, notice, lost, { shop, reference });
  }

  async #orderOf(
    provider: Provider,
    shop: string,
    { providerOrderId, reference }: Subject<"order">,
  ): Promise<MarketplaceOrderEntity | undefined> {
    const { database } = this.deps;
    const rows = await database.read(
      `SELECT * FROM marketplace_order WHERE provider = ? AND shop = ?
         AND (provider_order_id = ? OR id = ?)`,
      [provider, shop, providerOrderId, reference],
    );
    return rows[0] && database.table(MarketplaceOrderEntity).fromRow(rows[0]);
  }
}
