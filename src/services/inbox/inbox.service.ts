import type { AlertBook } from "../../alerts/alert-book";
import { dropClaim, finishClaim } from "../../database/claim";
import type { Database } from "../../database/database";
import type { Table } from "../../database/table";
import { providerActor } from "../../domain/actor";
import type { Clock } from "../../domain/clock";
import { cutText } from "../../domain/text";
import { UnreadableRowError } from "../../domain/unreadable-row";
import { type EventKey, InboxDeliveryEntity } from "../../entities/inbox-delivery.entity";
import { actAlone, actAs, gather, type LeftChange, type MadeChange } from "../../logging/work";
import { nextCheckAt } from "../../operations/schedule";
import type { WebhookSubject } from "../../providers/provider";
import type { ProviderRegistry } from "../../providers/registry";
import { type AccountOf, type Owner, ownerByAccount } from "./delivery-owner";
import {
  type Heard as Found,
  type Hearers,
  resourceOf,
  type Subject,
  type SubjectKind,
  withHearer,
} from "./hearing";

/** Looks that an unsigned notification may wait for; the clock's own look-ups go on without it. */
const looksAtUnsigned = 4;
/** So many looks without an answer are more than an hour: a person is told. */
const failingLooks = 5;
/** Events that a delivery tells of. */
const keptEffects = 50;

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: () => number;
  readonly registry: ProviderRegistry;
  readonly hearers: Hearers;
  readonly alerts: AlertBook;
  /** After so many tries a delivery is parked; undefined: never. */
  readonly tries: number | undefined;
  readonly accountOf: AccountOf;
  /** Told of work that broke; must not throw. */
  readonly onFault: (fault: unknown, id: string) => void;
}

/** Works off providers' notifications, which `DeliveryReceiver` has stored, by looking at what they are about. */
export class InboxService {
  readonly #deliveries: Table<InboxDeliveryEntity>;
  /** What is being looked at, with the deliveries about it that are next. */
  readonly #turns = new Map<string, { next: InboxDeliveryEntity[]; done: Promise<void> }>();
  /** Of the deliveries that are worked off: each is read once. */
  readonly #subjects = new WeakMap<InboxDeliveryEntity, WebhookSubject | undefined>();

  constructor(private readonly deps: Dependencies) {
    this.#deliveries = deps.database.table(InboxDeliveryEntity);
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
    return (await ownerByAccount(this.deps.accountOf, delivery)) ?? {};
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
    const done = this.#workInTurn(key, next);
    this.#turns.set(key, { next, done });
    return done;
  }

  async #workInTurn(key: string, next: InboxDeliveryEntity[]): Promise<void> {
    try {
      while (next.length > 0) {
        const sayings = groupBy(next.splice(0), (delivery) =>
          keyOf(delivery, [delivery.verdict, this.#subjectOf(delivery)]),
        );
        for (const group of sayings) await this.#workGroup(group);
      }
    } finally {
      // In the same step in which nothing was next: what comes later has a turn of its own, and is not left behind.
      this.#turns.delete(key);
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
          (outcome.status !== "WAITING" || delivery.attempts >= looksAtUnsigned)
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
    return withHearer(hearers, subject, (hearer, about) => hearer.hear(delivery, about));
  }

  /** A row that cannot be read breaks the look, and must not keep what came of that from being written. */
  async #findIfReadable(
    delivery: InboxDeliveryEntity,
    subject: Subject<SubjectKind>,
  ): Promise<Found | undefined> {
    try {
      return await withHearer(this.deps.hearers, subject, (hearer, about) =>
        hearer.find?.(delivery, about),
      );
    } catch (fault) {
      if (fault instanceof UnreadableRowError) return undefined;
      throw fault;
    }
  }

  /** What it is about, for people: "payment 123" at the provider. Null where it names nothing, or nothing of interest. */
  aboutOf(delivery: InboxDeliveryEntity): string | null {
    const subject = this.#subjectOf(delivery);
    return subject === undefined || subject.kind === "ignored" ? null : resourceOf(subject);
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

function keyOf({ provider, shop }: InboxDeliveryEntity, about: unknown): string {
  return JSON.stringify([provider, shop, about], plainBigints);
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
