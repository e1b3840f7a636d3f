import type { AlertBook } from "../../alerts/alert-book";
import { dropClaim, finishClaim } from "../../database/claim";
import type { Database } from "../../database/database";
import { UniqueViolationError } from "../../database/database";
import type { Table } from "../../database/table";
import { providerActor } from "../../domain/actor";
import { ownAlert } from "../../domain/alerts";
import type { Clock } from "../../domain/clock";
import type { IdFactory } from "../../domain/ids";
import type { Provider } from "../../domain/provider";
import type { BusinessLimits } from "../../domain/rate-limit";
import { cutText } from "../../domain/text";
import { InboxDeliveryEntity } from "../../entities/inbox-delivery.entity";
import { actAs } from "../../logging/work";
import { nextCheckAt } from "../../operations/schedule";
import type { ProviderAdapter, WebhookRequest, WebhookSubject } from "../../providers/provider";
import type { ProviderRegistry } from "../../providers/registry";
import { countWithinLimit } from "../shared/rate-limit";
import type { Hearers } from "./hearing";

/** "unsigned" whatever becomes of such a notification: its sender may be anybody, and learns nothing. */
export type ReceivedAs = "stored" | "duplicate" | "unsigned" | "forged" | "unknown-provider";

/** Headers of every provider that are worth keeping; others may carry what is nobody's business. */
const keptHeaders = ["x-request-id", "user-agent", "content-type"];
/** Unsigned notifications lead to one look at a payment in this time, however many come. */
const unsignedPauseMs = 10_000;
/** Looks that an unsigned notification may wait for; the clock's own look-ups go on without it. */
const looksAtUnsigned = 4;
/** So many looks without an answer are more than an hour: a person is told. */
const failingLooks = 5;

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: IdFactory;
  readonly random: () => number;
  readonly registry: ProviderRegistry;
  readonly hearers: Hearers;
  readonly limits: BusinessLimits;
  readonly alerts: AlertBook;
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
  /** Of the deliveries that are worked off: each is read once. */
  readonly #subjects = new WeakMap<InboxDeliveryEntity, WebhookSubject | undefined>();

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
    await countWithinLimit(
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
    await countWithinLimit(
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
    const result = await actAs(providerActor(first.provider), () =>
      this.#tell(first, this.#subjectOf(first)),
    );
    const now = this.deps.clock.now();
    await this.deps.database.write((unit) => {
      if (result === "again" && first.attempts === failingLooks) {
        const { id: deliveryId, provider, shop } = first;
        this.deps.alerts.raise(unit, {
          ...{ code: "DELIVERY_STUCK", subject: { kind: "InboxDelivery", id: deliveryId } },
          // Which marketplace it concerns is what could not be found out.
          ...ownAlert,
          facts: { deliveryId, provider, shop },
        });
      }
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
  async #tell(delivery: InboxDeliveryEntity, subject: WebhookSubject | undefined): Promise<string> {
    const { hearers, registry } = this.deps;
    // The provider was taken out of the settings: once it is back there, this is still news.
    if (registry.get(delivery.provider) === undefined) return "again";
    if (subject === undefined) return "ignored: names nothing";
    if (subject.kind === "ignored") return cutText(`ignored: ${subject.topic}`, 200);
    if (delivery.verdict === "unsigned" && subject.kind !== "payment") return "ignored: not signed";
    switch (subject.kind) {
      case "connection":
        return hearers.connection.hear(delivery, subject);
      case "payment":
        return hearers.payment.hear(delivery, subject);
      case "order":
        return hearers.order.hear(delivery, subject);
      case "payout":
        return hearers.payout.hear(delivery, subject);
      case "plan":
        return hearers.plan.hear(delivery, subject);
      case "subscription":
        return hearers.subscription.hear(delivery, subject);
    }
  }

  #subjectOf(delivery: InboxDeliveryEntity): WebhookSubject | undefined {
    if (!this.#subjects.has(delivery)) {
      const webhooks = this.deps.registry.get(delivery.provider)?.webhooks;
      this.#subjects.set(delivery, webhooks?.subjectOf(delivery));
    }
    return this.#subjects.get(delivery);
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
    case "subscription":
      return `subscription ${subject.providerSubscriptionId}`;
    case "plan":
      return `plan ${subject.providerPlanId}`;
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
