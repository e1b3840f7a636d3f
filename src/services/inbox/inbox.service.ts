import type { AlertBook } from "../../alerts/alert-book";
import { dropClaim, finishClaim } from "../../database/claim";
import type { Database } from "../../database/database";
import { UniqueViolationError } from "../../database/database";
import type { Table } from "../../database/table";
import { providerActor } from "../../domain/actor";
import type { Clock } from "../../domain/clock";
import type { IdFactory, MarketplaceId } from "../../domain/ids";
import type { Provider } from "../../domain/provider";
import type { BusinessLimits } from "../../domain/rate-limit";
import { cutText } from "../../domain/text";
import { UnreadableRowError } from "../../domain/unreadable-row";
import {
  type EventKey,
  InboxDeliveryEntity,
  untouchedDelivery,
} from "../../entities/inbox-delivery.entity";
import { actAlone, actAs, gather, type LeftChange, type MadeChange } from "../../logging/work";
import { nextCheckAt } from "../../operations/schedule";
import type { ProviderAdapter, WebhookRequest, WebhookSubject } from "../../providers/provider";
import type { ProviderRegistry } from "../../providers/registry";
import type { ProviderAccounts } from "../accounts/provider-accounts";
import { countWithinLimit } from "../shared/rate-limit";
import { ForgedSamples } from "./forged-samples";
import type { Heard as Found, Hearers } from "./hearing";
import { VerifiedShare } from "./verified-share";

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
/** Events that a delivery tells of. */
const keptEffects = 50;

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: IdFactory;
  readonly random: () => number;
  readonly registry: ProviderRegistry;
  readonly hearers: Hearers;
  readonly limits: BusinessLimits;
  readonly alerts: AlertBook;
  /** After so many tries a delivery is parked; undefined: never. */
  readonly tries: number | undefined;
  readonly accountOf: ProviderAccounts["byProviderId"];
  /** Told of work that broke; must not throw. */
  readonly onFault: (fault: unknown, id: string) => void;
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
  readonly #share: VerifiedShare;
  readonly #samples = new ForgedSamples();
  /** What is being looked at, with the deliveries about it that are next. */
  readonly #turns = new Map<string, { next: InboxDeliveryEntity[]; done: Promise<void> }>();
  /** Of the deliveries that are worked off: each is read once. */
  readonly #subjects = new WeakMap<InboxDeliveryEntity, WebhookSubject | undefined>();

  constructor(private readonly deps: Dependencies) {
    this.#deliveries = deps.database.table(InboxDeliveryEntity);
    this.#share = new VerifiedShare(deps.clock);
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
    if (verdict !== "unsigned") this.#share.count({ provider: adapter.name, shop }, verdict);
    if (verdict === "forged") {
      await this.#noteForged(adapter, request);
      return "forged";
    }
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
    const signature = adapter.webhooks.signedBy(request, secrets);
    const delivery: NewDelivery = {
      ...this.#asItCame(adapter, request),
      dedupeKey: adapter.webhooks.dedupeKey(request),
      verdict,
      signatureForm: signature?.form ?? null,
      signatureSecret: signature?.secret ?? null,
      dueAt: this.deps.clock.now(),
    };
    if (!(await this.#store(delivery))) {
      await this.#countRepeat(delivery);
      return "duplicate";
    }
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

  /** What is kept of a delivery whose sender is known, or is to be found out by people. */
  #asItCame({ name: provider, webhooks }: ProviderAdapter, request: WebhookRequest) {
    const { shop, headers, query, rawBody } = request;
    const names = [...keptHeaders, ...webhooks.keptHeaders];
    return {
      ...{ provider, shop, rawBody, query: { ...query } },
      account: accountOf(webhooks.subjectOf(request)),
      headers: Object.fromEntries(names.map((name) => [name, headers[name]])),
      marketplaceId: this.#ownerOfShop(provider, shop),
    };
  }

  /** Keeps what a person may need who looks for a wrong secret, and raises the alert where failing is the rule. */
  async #noteForged(adapter: ProviderAdapter, request: WebhookRequest): Promise<void> {
    try {
      await this.#keepForged(adapter, request);
    } catch (fault) {
      // The sender is refused all the same. Of two processes that keep one at once, one does.
      if (fault instanceof UniqueViolationError) return;
      this.deps.onFault(fault, adapter.name);
    }
  }

  async #keepForged(adapter: ProviderAdapter, request: WebhookRequest): Promise<void> {
    const { name: provider } = adapter;
    const { shop } = request;
    const source = { provider, shop };
    const turn = this.#samples.turnOf(source, this.deps.clock.now());
    if (turn === undefined) return;
    const { isLow, ...counts } = this.#share.of(source);
    const marketplaceId = this.#ownerOfShop(provider, shop);
    if (isLow) {
      await this.deps.alerts.raiseNow({
        ...{ code: "WEBHOOKS_NOT_VERIFIED", marketplaceId, sellerId: null },
        subject: { kind: "WebhookSource", id: `${provider} ${shop}`.trim() },
        facts: { ...source, ...counts },
      });
    }
    const sample = this.#asItCame(adapter, request);
    const owner = await this.#ownerByAccount(sample);
    await this.deps.database.write((unit) => {
      const row = this.#rowOf({
        ...{ ...sample, ...owner, dedupeKey: turn.dedupeKey, verdict: "forged", status: "REFUSED" },
        ...{ result: "refused: its signature is not good", finishedAt: this.deps.clock.now() },
        dueAt: null,
      });
      const { sql, values } = this.#deliveries.where({ ...source, dedupeKey: turn.dedupeKey });
      unit.change({ sql: `DELETE FROM inbox_delivery WHERE ${sql}`, values });
      unit.change(this.#deliveries.insert(row));
    });
  }

  #ownerOfShop(provider: Provider, shop: string): MarketplaceId | null {
    const shops = this.deps.registry.get(provider)?.shops ?? [];
    return shops.find(({ name }) => name === shop)?.marketplaceId ?? null;
  }

  async #ownerByAccount({
    provider,
    shop,
    account,
  }: Pick<InboxDeliveryEntity, "provider" | "shop" | "account">): Promise<Owner | undefined> {
    if (account === null) return undefined;
    const found = await this.deps.accountOf(provider, shop, account);
    return found && { marketplaceId: found.marketplaceId, sellerId: found.sellerId };
  }

  /** The row that it is about says whose it is; what it names itself may not be signed. */
  async #ownerOf(
    delivery: InboxDeliveryEntity,
    subject: WebhookSubject | undefined,
  ): Promise<Owner & { readonly subjectId?: string }> {
    if (subject !== undefined && subject.kind !== "ignored") {
      const heard = await this.#findIfReadable(delivery, subject);
      if (heard !== undefined) {
        const { id: subjectId, marketplaceId, sellerId } = heard;
        return { subjectId, marketplaceId, sellerId };
      }
    }
    if (delivery.marketplaceId !== null) return {};
    return (await this.#ownerByAccount(delivery)) ?? {};
  }

  async #countRepeat(delivery: Pick<InboxDeliveryEntity, "provider" | "shop" | "dedupeKey">) {
    const { provider, shop, dedupeKey } = delivery;
    const { sql, values } = this.#deliveries.where({ provider, shop, dedupeKey });
    const count = `UPDATE inbox_delivery SET repeats = COALESCE(repeats, 0) + 1 WHERE ${sql}`;
    await this.deps.database.write((unit) => unit.change({ sql: count, values }));
  }

  #rowOf(delivery: NewDelivery): InboxDeliveryEntity {
    return {
      ...{ id: this.deps.ids.next("InboxDelivery"), receivedAt: this.deps.clock.now() },
      ...untouchedDelivery,
      ...delivery,
    };
  }

  /** False where there was such a row before. */
  async #store(delivery: NewDelivery): Promise<boolean> {
    const row = this.#rowOf(delivery);
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
    // Whoever was at work on it never came to the end, again and again.
    const isDeadly = isBeyond(this.deps.tries, first.attempts - 1);
    const heard = isDeadly
      ? { result: "again", lastTry: "whoever works on it breaks off", effects: [] }
      : await actAs(providerActor(first.provider), () => this.#hear(first, { isDryRun: false }));
    await this.#settle(group, heard);
  }

  /**
   * Looks at what a delivery is about, as at the first time, in a dry run or for good. Whoever replays makes the
   * changes.
   */
  hearAlone(
    delivery: InboxDeliveryEntity,
    options: { readonly isDryRun: boolean },
  ): Promise<HeardAlone> {
    return actAlone(() => this.#hear(delivery, options));
  }

  /** Writes down what came of a replay, where its claim still holds. */
  settleReplay(
    delivery: InboxDeliveryEntity,
    heard: HeardAlone,
    changes: Partial<InboxDeliveryEntity>,
  ): Promise<void> {
    return this.#settle([delivery], heard, changes);
  }

  async #hear(
    delivery: InboxDeliveryEntity,
    options: { readonly isDryRun: boolean },
  ): Promise<HeardAlone> {
    try {
      const { answer: result, gathered } = await gather(options, () =>
        this.#tell(delivery, this.#subjectOf(delivery)),
      );
      const lastTry = result === "again" ? "nothing could be found out at the provider" : null;
      const changes = [...gathered.changes.values()];
      const effects = changes.map(({ subjectId, subjectVersion: version }) => ({
        subjectId,
        version,
      }));
      return { result, lastTry, effects, changes, left: [...gathered.left.values()] };
    } catch (fault) {
      this.deps.onFault(fault, delivery.id);
      const name = fault instanceof Error ? fault.name : "unknown";
      const lastTry = cutText(`it failed here: ${name}`, 200);
      return { result: "again", lastTry, effects: [], changes: [], left: [] };
    }
  }

  async #settle(
    group: readonly InboxDeliveryEntity[],
    heard: Heard,
    changes: Partial<InboxDeliveryEntity> = {},
  ): Promise<void> {
    const [first] = group;
    if (first === undefined) return;
    const owner = await this.#ownerOf(first, this.#subjectOf(first));
    const now = this.deps.clock.now();
    await this.deps.database.write((unit) => {
      if (heard.result === "again" && first.attempts === failingLooks) {
        const { id: deliveryId, provider, shop } = first;
        this.deps.alerts.raise(unit, {
          ...{ code: "DELIVERY_STUCK", subject: { kind: "InboxDelivery", id: deliveryId } },
          ...ownerAlone({ ...first, ...owner }),
          facts: { deliveryId, provider, shop },
        });
      }
      for (const delivery of group) {
        const outcome = this.#outcomeOf(delivery, heard, now);
        if (
          delivery.verdict === "unsigned" &&
          (outcome.status !== "WAITING" || hasWaitedLong(delivery))
        ) {
          // What anybody could have sent leaves nothing behind.
          unit.change(dropClaim(this.#deliveries, delivery));
          continue;
        }
        unit.change(finishClaim(this.#deliveries, delivery, { ...changes, ...owner, ...outcome }));
        if (outcome.status !== "PARKED") continue;
        const { id: deliveryId, provider, shop, attempts } = delivery;
        this.deps.alerts.raise(unit, {
          ...{ code: "DELIVERY_PARKED", subject: { kind: "InboxDelivery", id: deliveryId } },
          ...ownerAlone({ ...delivery, ...owner }),
          facts: { deliveryId, provider, shop, attempts, lastTry: heard.lastTry },
        });
      }
    });
  }

  #outcomeOf(delivery: InboxDeliveryEntity, { result, lastTry, effects }: Heard, now: Date) {
    const { attempts } = delivery;
    const told = { effects: joined(delivery.effects ?? [], effects), lastTry };
    if (result !== "again") {
      const status = delivery.verdict === "forged" ? ("REFUSED" as const) : ("DONE" as const);
      return { ...told, result, finishedAt: now, dueAt: null, parkedAt: null, status };
    }
    const open = { ...told, result: null, finishedAt: null };
    return isBeyond(this.deps.tries, attempts)
      ? { ...open, dueAt: null, parkedAt: now, status: "PARKED" as const }
      : {
          ...open,
          dueAt: nextCheckAt(now, attempts - 1, this.deps.random),
          ...{ parkedAt: null, status: "WAITING" as const },
        };
  }

  /** What came of it, or "again" when nothing could be found out now. */
  async #tell(delivery: InboxDeliveryEntity, subject: WebhookSubject | undefined): Promise<string> {
    const { hearers, registry } = this.deps;
    // The provider was taken out of the settings: once it is back there, this is still news.
    if (registry.get(delivery.provider) === undefined) return "again";
    if (delivery.verdict === "forged") return "refused: its signature is not good";
    if (subject === undefined) return "ignored: names nothing";
    if (subject.kind === "ignored") return cutText(`ignored: ${subject.topic}`, 200);
    if (delivery.verdict === "unsigned" && subject.kind !== "payment") return "ignored: not signed";
    switch (subject.kind) {
      case "connection":
        return hearers.connection.hear(delivery, subject);
      case "pointOrder":
        return hearers.pointOrder.hear(delivery, subject);
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

  /** A row that cannot be read breaks the look, and must not keep what came of that from being written. */
  async #findIfReadable(
    delivery: InboxDeliveryEntity,
    subject: Exclude<WebhookSubject, { kind: "ignored" }>,
  ): Promise<Found | undefined> {
    try {
      return await this.#find(delivery, subject);
    } catch (fault) {
      if (fault instanceof UnreadableRowError) return undefined;
      throw fault;
    }
  }

  #find(
    delivery: InboxDeliveryEntity,
    subject: Exclude<WebhookSubject, { kind: "ignored" }>,
  ): Promise<Found | undefined> | undefined {
    const { hearers } = this.deps;
    switch (subject.kind) {
      case "connection":
        return hearers.connection.find?.(delivery, subject);
      case "pointOrder":
        return hearers.pointOrder.find?.(delivery, subject);
      case "payment":
        return hearers.payment.find?.(delivery, subject);
      case "order":
        return hearers.order.find?.(delivery, subject);
      case "payout":
        return hearers.payout.find?.(delivery, subject);
      case "subscription":
        return hearers.subscription.find?.(delivery, subject);
      case "plan":
        return hearers.plan.find?.(delivery, subject);
    }
  }

  /** What it is about, for people: "payment 123" at the provider. Null where it names nothing, or nothing of interest. */
  aboutOf(delivery: InboxDeliveryEntity): string | null {
    const subject = this.#subjectOf(delivery);
    return subject === undefined || subject.kind === "ignored" ? null : resourceOf(subject);
  }

  /** By the share of signed ones among those of each source, for `/metrics`. */
  shares(): ReturnType<VerifiedShare["all"]> {
    return this.#share.all();
  }

  #subjectOf(delivery: InboxDeliveryEntity): WebhookSubject | undefined {
    if (!this.#subjects.has(delivery)) {
      const webhooks = this.deps.registry.get(delivery.provider)?.webhooks;
      this.#subjects.set(delivery, webhooks?.subjectOf(delivery));
    }
    return this.#subjects.get(delivery);
  }
}

/** What a look came to: in `result`, or "again" and why. */
interface Heard {
  readonly result: string;
  readonly lastTry: string | null;
  readonly effects: readonly EventKey[];
}

/** What a look came to, with all that it has led to, or would lead to. */
export interface HeardAlone extends Heard {
  readonly changes: readonly MadeChange[];
  readonly left: readonly LeftChange[];
}

type Owner = Partial<Pick<InboxDeliveryEntity, "marketplaceId" | "sellerId">>;

type NewDelivery = Partial<InboxDeliveryEntity> &
  Pick<
    InboxDeliveryEntity,
    | ("provider" | "shop" | "account" | "dedupeKey")
    | ("verdict" | "headers" | "query" | "rawBody" | "dueAt")
  >;

/** Each event once; the newest of very many. */
function joined(before: readonly EventKey[], added: readonly EventKey[]): readonly EventKey[] {
  const keys = new Map(
    [...before, ...added].map((key) => [`${key.subjectId} ${key.version}`, key]),
  );
  return [...keys.values()].slice(-keptEffects);
}

/** Whose alert it is. */
function ownerAlone({ marketplaceId, sellerId }: Required<Owner>): Required<Owner> {
  return { marketplaceId, sellerId };
}

function isBeyond(limit: number | undefined, tries: number): boolean {
  return limit !== undefined && tries >= limit;
}

function hasWaitedLong({ verdict, attempts }: InboxDeliveryEntity): boolean {
  return verdict === "unsigned" && attempts >= looksAtUnsigned;
}

/** Named by whoever sent it: as long as it may be. */
function accountOf(subject: WebhookSubject | undefined): string | null {
  if (subject === undefined || !("providerAccountId" in subject)) return null;
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
    case "pointOrder":
      return `point order ${subject.providerOrderId}`;
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
