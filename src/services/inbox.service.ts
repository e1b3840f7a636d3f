import { dropClaim, finishClaim } from "../database/claim";
import type { Database } from "../database/database";
import { UniqueViolationError } from "../database/database";
import type { Table } from "../database/table";
import type { Clock } from "../domain/clock";
import { type IdFactory, isId } from "../domain/ids";
import { judgeOrderMove } from "../domain/order-judgement";
import {
  type ObservedOrderStatus,
  type OrderStatus,
  paymentStatusIn,
} from "../domain/order-status";
import { judgeMove, type PaymentStatus } from "../domain/payment-status";
import type { Provider } from "../domain/provider";
import type { BusinessLimits } from "../domain/rate-limit";
import { mayRefundBecome, type RefundStatus } from "../domain/refund-status";
import { cutText } from "../domain/text";
import { InboxDeliveryEntity } from "../entities/inbox-delivery.entity";
import { MarketplaceOrderEntity } from "../entities/marketplace-order.entity";
import { PaymentEntity } from "../entities/payment.entity";
import { nextCheckAt } from "../operations/schedule";
import type { ProviderAdapter, WebhookRequest, WebhookSubject } from "../providers/provider";
import type { ProviderRegistry } from "../providers/registry";
import type { ConnectionService } from "./connection/connection.service";
import { keepWithin } from "./keep-within";
import { isLost } from "./lost-payments";
import type { OrderLookUps } from "./order/order-look-ups";
import type { PaymentService } from "./payment/payment.service";
import type { PayoutService } from "./payout/payout.service";
import type { ProviderAccounts } from "./provider-accounts";

/** "unsigned" whatever becomes of such a notification: its sender may be anybody, and learns nothing. */
export type ReceivedAs = "stored" | "duplicate" | "unsigned" | "forged" | "unknown-provider";

/** Headers of every provider that are worth keeping; others may carry what is nobody's business. */
const keptHeaders = ["x-request-id", "user-agent", "content-type"];
/** Unsigned notifications lead to one look at a payment in this time, however many come. */
const unsignedPauseMs = 10_000;
/** Looks that an unsigned notification may wait for; the clock's own look-ups go on without it. */
const looksAtUnsigned = 4;
/** Looks at an order that is said to have moved on, and that the provider still shows as it was. */
const looksAtLagging = 6;
/** Looks at a connection that is said to have ended, and that the provider still lets be used. */
const looksAtEnded = 4;

/** So many looks without an answer are more than an hour: a person is told. */
const failingLooks = 5;
/** Looks at what is ours and not in the database, over a month: until somebody has brought it back. */
const looksAtLost = 36;

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: IdFactory;
  readonly random: () => number;
  readonly registry: ProviderRegistry;
  readonly accounts: ProviderAccounts;
  readonly payments: PaymentService;
  readonly orders: OrderLookUps;
  readonly payouts: PayoutService;
  /** Absent where sellers cannot connect here. */
  readonly connections: ConnectionService | undefined;
  readonly limits: BusinessLimits;
  readonly alert: (message: string, facts: Record<string, unknown>) => void;
  /** Active webhook secrets of a provider's shop: two while one is being replaced. Undefined: no such shop. */
  readonly secretsOf: (provider: Provider, shop: string) => readonly string[] | undefined;
  /** Whether notifications that cannot be signed are heard at all. */
  readonly hearsUnsigned: (provider: Provider) => boolean;
  /** Called when something was stored, so that the worker need not wait for its next round. */
  readonly onStored: () => void;
}

/** Providers' notifications: stored once, then worked off by looking at what they are about. */
export class InboxService {
  readonly #deliveries: Table<InboxDeliveryEntity>;
  /** What is being looked at, with the deliveries about it that are next. */
  readonly #turns = new Map<string, { next: InboxDeliveryEntity[]; done: Promise<void> }>();

  constructor(private readonly deps: Dependencies) {
    this.#deliveries = deps.database.table(InboxDeliveryEntity);
  }

  /**
   * Verifies and stores a delivery. `path` is what follows `/webhooks/` in the URL: a provider, perhaps a shop.
   * @throws Refusal RATE_LIMITED: the provider has to come again.
   */
  async receive(path: string, delivered: Omit<WebhookRequest, "shop">): Promise<ReceivedAs> {
    const [source = "", shop = ""] = path.split("/");
    const request = { shop, ...delivered };
    const adapter = this.deps.registry.bySource(source);
    const secrets = adapter && this.deps.secretsOf(adapter.name, shop);
    if (adapter === undefined || secrets === undefined) return "unknown-provider";
    const verdict = adapter.webhooks.verify(request, secrets);
    if (verdict === "forged") return "forged";
    if (verdict === "unsigned") {
      await this.#receiveUnsigned(adapter, request);
      return "unsigned";
    }
    // Whoever signs may send more than those who could be anybody, and cannot be kept out by them, or by another shop.
    await keepWithin(
      this.deps.limits.signedWebhooks,
      `${adapter.name} ${shop}`,
      "signed notifications",
    );
    const isNew = await this.#store({
      provider: adapter.name,
      shop,
      account: accountOf(adapter.webhooks.subjectOf(request)),
      dedupeKey: adapter.webhooks.dedupeKey(request),
      verdict,
      headers: Object.fromEntries(
        [...keptHeaders, ...adapter.webhooks.keptHeaders].map((name) => [
          name,
          request.headers[name],
        ]),
      ),
      query: { ...request.query },
      rawBody: request.rawBody,
      dueAt: this.deps.clock.now(),
    });
    if (!isNew) return "duplicate";
    this.deps.onStored();
    return "stored";
  }

  /**
   * Anybody can send one: it is a hint to look at one payment, and no word of it is kept but which one. All hints at a
   * payment in one pause share a row. The row is due once that pause is over everywhere, clocks of processes being
   * some seconds apart: the look sees what each of the hints was about.
   */
  async #receiveUnsigned(adapter: ProviderAdapter, request: WebhookRequest): Promise<void> {
    const { name: provider, webhooks } = adapter;
    if (!this.deps.hearsUnsigned(provider)) return;
    const { shop } = request;
    const query = webhooks.queryOfUnsigned?.(request);
    const kept = { shop, headers: {}, query: query ?? {}, rawBody: Buffer.alloc(0) };
    const subject = query && webhooks.subjectOf(kept);
    if (subject?.kind !== "payment") return;
    await keepWithin(
      this.deps.limits.unsignedWebhooks,
      `${provider} ${shop}`,
      "unsigned notifications",
    );
    const pause = Math.floor(this.deps.clock.now().getTime() / unsignedPauseMs);
    await this.#store({
      provider,
      shop,
      account: null,
      dedupeKey: `unsigned|${resourceOf(subject)}|${pause}`,
      verdict: "unsigned",
      headers: {},
      query: kept.query,
      rawBody: kept.rawBody,
      dueAt: new Date((pause + 2) * unsignedPauseMs),
    });
  }

  /** False where there was such a row before. */
  async #store(
    delivery: Omit<
      InboxDeliveryEntity,
      "id" | "result" | "receivedAt" | "finishedAt" | "attempts" | "leaseToken"
    >,
  ): Promise<boolean> {
    const row: InboxDeliveryEntity = {
      id: this.deps.ids.next("InboxDelivery"),
      receivedAt: this.deps.clock.now(),
      result: null,
      finishedAt: null,
      attempts: 0,
      leaseToken: null,
      ...delivery,
    };
    try {
      await this.deps.database.write((unit) => unit.change(this.#deliveries.insert(row)));
      return true;
    } catch (fault) {
      if (fault instanceof UniqueViolationError) return false;
      throw fault;
    }
  }

  /** Claimed deliveries, with those together that are about the same thing, in the order in which they came. */
  byResource(deliveries: readonly InboxDeliveryEntity[]): InboxDeliveryEntity[][] {
    const inOrder = deliveries.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    return groupBy(inOrder, (delivery) => this.#resourceKeyOf(delivery));
  }

  /**
   * Works off claimed deliveries about the same thing. Several that say the same lead to one look-up; what they say is
   * taken in the order in which it came, also where earlier ones are still worked off.
   */
  work(about: readonly [InboxDeliveryEntity, ...InboxDeliveryEntity[]]): Promise<void> {
    const key = this.#resourceKeyOf(about[0]);
    const turn = this.#turns.get(key);
    if (turn !== undefined) {
      turn.next.push(...about);
      return turn.done;
    }
    const next = [...about];
    const done = this.#workInTurn(next).finally(() => this.#turns.delete(key));
    this.#turns.set(key, { next, done });
    return done;
  }

  async #workInTurn(next: InboxDeliveryEntity[]): Promise<void> {
    while (next.length > 0) {
      const sayings = groupBy(next.splice(0), (delivery) =>
        keyOf(delivery, [delivery.verdict, this.#subjectOf(delivery)]),
      );
      for (const group of sayings) await this.#workGroup(group);
    }
  }

  #resourceKeyOf(delivery: InboxDeliveryEntity): string {
    const subject = this.#subjectOf(delivery);
    const isAbout = subject !== undefined && subject.kind !== "ignored";
    return keyOf(delivery, isAbout ? resourceOf(subject) : null);
  }

  async #workGroup(group: readonly InboxDeliveryEntity[]): Promise<void> {
    const [first] = group;
    if (first === undefined) return;
    const result = await this.#lookAt(first, this.#subjectOf(first));
    if (result === "again" && first.attempts === failingLooks) {
      const { id: deliveryId, provider, shop } = first;
      this.deps.alert("a notification is not worked off", { deliveryId, provider, shop });
    }
    const now = this.deps.clock.now();
    await this.deps.database.write((unit) => {
      for (const delivery of group) {
        const isOver = result !== "again" || hasWaitedLong(delivery);
        unit.change(
          // What anybody could have sent leaves nothing behind.
          isOver && delivery.verdict === "unsigned"
            ? dropClaim(this.#deliveries, delivery)
            : finishClaim(
                this.#deliveries,
                delivery,
                result === "again"
                  ? { dueAt: nextCheckAt(now, delivery.attempts - 1, this.deps.random) }
                  : { result, finishedAt: now, dueAt: null },
              ),
        );
      }
    });
  }

  /** What came of it, or "again" when nothing could be found out now. */
  async #lookAt(
    delivery: InboxDeliveryEntity,
    subject: WebhookSubject | undefined,
  ): Promise<string> {
    // The provider was taken out of the settings: once it is back there, this is still news.
    if (this.deps.registry.get(delivery.provider) === undefined) return "again";
    if (subject === undefined) return "ignored: names nothing";
    if (subject.kind === "ignored") return cutText(`ignored: ${subject.topic}`, 200);
    if (delivery.verdict === "unsigned") return this.#followHint(delivery, subject);
    switch (subject.kind) {
      case "connection":
        return this.#lookAtConnection(delivery, subject);
      case "payment":
        return this.#lookAtPayment(delivery, subject);
      case "order":
        return this.#lookAtOrder(delivery, subject);
      case "payout":
        // Its body counts, and is signed.
        return this.deps.payouts.hear(
          delivery.provider,
          delivery.shop,
          subject.observation,
          delivery.attempts,
        );
    }
  }

  /**
   * Looks at a payment of ours, so often in a minute as the limit of its seller's account says. Nobody else is called:
   * whoever is named beside the payment may be anyone.
   */
  async #followHint({ provider }: InboxDeliveryEntity, subject: WebhookSubject): Promise<string> {
    if (subject.kind !== "payment") return "ignored: not signed";
    const known = await this.#paymentOf(provider, subject.providerPaymentId);
    if (known === undefined) return "ignored: no such payment";
    const secondsToWait = await this.deps.limits.unsignedLooks?.take(known.accountId);
    if (secondsToWait !== undefined) return "again";
    return (await this.deps.payments.lookUp(known, "WEBHOOK")) ? "looked up" : "again";
  }

  async #lookAtPayment(
    delivery: InboxDeliveryEntity,
    subject: Extract<WebhookSubject, { kind: "payment" }>,
  ): Promise<string> {
    const known = await this.#paymentOf(delivery.provider, subject.providerPaymentId);
    if (known === undefined) return this.#lookAtUnknown(delivery, subject);
    return (await this.deps.payments.lookUp(known, "WEBHOOK")) ? "looked up" : "again";
  }

  /** An order is a payment of ours, or an order of several sellers. */
  async #lookAtOrder(
    delivery: InboxDeliveryEntity,
    subject: Extract<WebhookSubject, { kind: "order" }>,
  ): Promise<string> {
    const { provider, shop, attempts } = delivery;
    const order = await this.#orderOf(provider, shop, subject);
    if (order !== undefined) {
      const { orders } = this.deps;
      // An order whose id we did not have yet has no refunds of ours.
      const seen =
        subject.refund === null || order.providerOrderId === null
          ? await orders.lookUp(order.id, "WEBHOOK", subject.providerOrderId)
          : await orders.lookUpRefunds(order.id);
      if (!seen) return "again";
      const now = await this.#orderOf(provider, shop, subject);
      return this.#lags(attempts, subject, now && judgeOrderMoveTo(now.status))
        ? "again"
        : "looked up";
    }
    const known =
      (await this.#paymentOf(provider, subject.providerOrderId)) ??
      (await this.#paymentByReference(provider, subject.reference));
    if (known === undefined) return this.#lookAtUnknownOrder(delivery, subject);
    const { providerOrderId } = subject;
    if (!(await this.deps.payments.lookUp(known, "WEBHOOK", providerOrderId))) return "again";
    const now = await this.#paymentByReference(provider, known.id);
    const lags =
      this.#lags(attempts, subject, now && judgePaymentMoveTo(now.status)) ||
      (attempts < looksAtLagging && (await this.#isRefundAwaited(known.id, subject.refund)));
    return lags ? "again" : "looked up";
  }

  /** What the notification says may reach the provider's reading servers later: then it looks again. */
  #lags(
    attempts: number,
    { says }: Extract<WebhookSubject, { kind: "order" }>,
    mayBecome: ((status: ObservedOrderStatus) => boolean) | undefined,
  ): boolean {
    return says !== null && attempts < looksAtLagging && mayBecome?.(says) === true;
  }

  /**
   * Whether a refund that is said to be done was not seen so: of one that was made at the provider, nobody is told a
   * second time, and nothing else would lead to another look.
   */
  async #isRefundAwaited(
    paymentId: PaymentEntity["id"],
    refund: Extract<WebhookSubject, { kind: "order" }>["refund"],
  ): Promise<boolean> {
    if (refund?.says !== "COMPLETED") return false;
    const rows = await this.deps.database.read(
      "SELECT status FROM refund WHERE payment_id = ? AND provider_refund_id = ?",
      [paymentId, refund.providerRefundId],
    );
    return rows[0] === undefined || mayRefundBecome(rows[0].status as RefundStatus, "COMPLETED");
  }

  /** The notification may come before the provider's own servers refuse the credentials: then it looks again. */
  async #lookAtConnection(
    { provider, shop, attempts }: InboxDeliveryEntity,
    { providerAccountId, saysEnded }: Extract<WebhookSubject, { kind: "connection" }>,
  ): Promise<string> {
    const { accounts, connections } = this.deps;
    const account = await accounts.byProviderId(provider, shop, providerAccountId);
    if (account === undefined) return "ignored: a stranger's account";
    if (connections === undefined) return "ignored: no application is set up";
    const stands = await connections.lookAt(account);
    if (stands === undefined || (stands && saysEnded && attempts < looksAtEnded)) return "again";
    return stands ? "looked up: connected" : "looked up: not connected";
  }

  /**
   * A payment whose provider id we do not have yet: it may be ours, with the answer still on its way. The
   * provider's own record names our reference; the seller's account is needed to read it.
   */
  async #lookAtUnknown(
    delivery: InboxDeliveryEntity,
    { providerPaymentId, providerAccountId }: Extract<WebhookSubject, { kind: "payment" }>,
  ): Promise<string> {
    const { provider } = delivery;
    if (providerAccountId === null) return "ignored: no such payment";
    const account = await this.deps.accounts.byProviderId(provider, "", providerAccountId);
    const operations = this.#adapterOf(provider).payments;
    if (account === undefined || account.credentialsSealed === null || operations === undefined) {
      return "ignored: a stranger's account";
    }
    const outcome = await this.deps.accounts.call(account, (credentials) =>
      operations.get(providerPaymentId, { credentials }),
    );
    if (outcome.kind !== "accepted") return "again";
    const seen = outcome.value;
    if (seen === null) return "ignored: not our payment";
    const payment = await this.#paymentByReference(provider, seen.reference);
    if (payment === undefined && isLost(account, seen)) {
      return this.#hearOfLost(delivery, { accountId: account.id, reference: seen.reference });
    }
    if (payment?.accountId !== account.id) return "ignored: not our payment";
    await this.deps.payments.applySeen(payment, seen, "WEBHOOK");
    return "looked up";
  }

  /** Signed by the provider for a shop of ours, about an order that we do not have. */
  async #lookAtUnknownOrder(
    delivery: InboxDeliveryEntity,
    { providerOrderId, reference }: Extract<WebhookSubject, { kind: "order" }>,
  ): Promise<string> {
    const { provider, shop } = delivery;
    const orders = this.#adapterOf(provider).orders;
    const isOurs =
      reference !== null && (isId("Payment", reference) || isId("MarketplaceOrder", reference));
    if (!isOurs || orders === undefined) return "ignored: not our order";
    const outcome = await orders.get(providerOrderId, { shop });
    if (outcome.kind !== "accepted") return "again";
    if (outcome.value?.reference !== reference) return "ignored: not our order";
    return this.#hearOfLost(delivery, { shop, reference });
  }

  /**
   * The provider shows, in an account of ours, what bears an id of ours and is not here: a backup was restored that is
   * older. It is looked at again, until somebody has brought it back or a month is over.
   */
  #hearOfLost(
    { id, provider, attempts }: InboxDeliveryEntity,
    facts: Record<string, unknown>,
  ): string {
    this.deps.alert("a provider shows what is ours and not in the database", {
      deliveryId: id,
      provider,
      ...facts,
    });
    return attempts < looksAtLost ? "again" : "ignored: ours, and lost";
  }

  async #paymentOf(provider: Provider, id: string): Promise<PaymentEntity | undefined> {
    const rows = await this.deps.database.read(
      "SELECT * FROM payment WHERE provider = ? AND provider_payment_id = ?",
      [provider, id],
    );
    return rows[0] === undefined
      ? undefined
      : this.deps.database.table(PaymentEntity).fromRow(rows[0]);
  }

  async #orderOf(
    provider: Provider,
    shop: string,
    { providerOrderId, reference }: Extract<WebhookSubject, { kind: "order" }>,
  ): Promise<MarketplaceOrderEntity | undefined> {
    const rows = await this.deps.database.read(
      `SELECT * FROM marketplace_order WHERE provider = ? AND shop = ?
         AND (provider_order_id = ? OR id = ?)`,
      [provider, shop, providerOrderId, reference],
    );
    return rows[0] && this.deps.database.table(MarketplaceOrderEntity).fromRow(rows[0]);
  }

  async #paymentByReference(
    provider: Provider,
    reference: string | null,
  ): Promise<PaymentEntity | undefined> {
    if (reference === null || !isId("Payment", reference)) return undefined;
    const rows = await this.deps.database.read(
      "SELECT * FROM payment WHERE id = ? AND provider = ?",
      [reference, provider],
    );
    return rows[0] && this.deps.database.table(PaymentEntity).fromRow(rows[0]);
  }

  #subjectOf(delivery: InboxDeliveryEntity): WebhookSubject | undefined {
    return this.deps.registry.get(delivery.provider)?.webhooks.subjectOf({
      shop: delivery.shop,
      headers: delivery.headers,
      query: delivery.query,
      rawBody: delivery.rawBody,
    });
  }

  #adapterOf(provider: Provider): ProviderAdapter {
    const adapter = this.deps.registry.get(provider);
    if (adapter === undefined) throw new Error(`${provider} is not set up`);
    return adapter;
  }
}

function hasWaitedLong({ verdict, attempts }: InboxDeliveryEntity): boolean {
  return verdict === "unsigned" && attempts >= looksAtUnsigned;
}

/** Named by whoever sent it: as long as it may be. */
function accountOf(subject: WebhookSubject | undefined): string | null {
  if (subject?.kind !== "payment" && subject?.kind !== "connection") return null;
  return subject.providerAccountId?.slice(0, 128) ?? null;
}

function keyOf({ provider, shop }: InboxDeliveryEntity, about: unknown): string {
  return JSON.stringify([provider, shop, about], plainBigints);
}

/** What deliveries about the same thing are worked off together by. */
function resourceOf(subject: Exclude<WebhookSubject, { kind: "ignored" }>): string {
  switch (subject.kind) {
    case "payment":
      return `payment ${subject.providerPaymentId}`;
    case "connection":
      return `connection ${subject.providerAccountId}`;
    case "order":
      return `order ${subject.providerOrderId}`;
    case "payout":
      return `payout ${subject.observation.providerPayoutId}`;
  }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return [...groups.values()];
}

function plainBigints(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

const judgeOrderMoveTo = (from: OrderStatus) => (to: ObservedOrderStatus) =>
  judgeOrderMove(from, to, false) === "ALLOWED";

const judgePaymentMoveTo = (from: PaymentStatus) => (to: ObservedOrderStatus) =>
  judgeMove(from, paymentStatusIn[to], false) === "ALLOWED";
