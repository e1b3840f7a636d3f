import type { AlertBook } from "../../alerts/alert-book";
import { type Database, UniqueViolationError } from "../../database/database";
import type { Table } from "../../database/table";
import type { Clock } from "../../domain/clock";
import type { IdFactory, MarketplaceId } from "../../domain/ids";
import type { Provider } from "../../domain/provider";
import type { BusinessLimits } from "../../domain/rate-limit";
import { InboxDeliveryEntity, untouchedDelivery } from "../../entities/inbox-delivery.entity";
import type { ProviderAdapter, WebhookRequest, WebhookSubject } from "../../providers/provider";
import type { ProviderRegistry } from "../../providers/registry";
import { countWithinLimit } from "../shared/rate-limit";
import { type AccountOf, ownerByAccount } from "./delivery-owner";
import { ForgedSamples } from "./forged-samples";
import { resourceOf } from "./hearing";
import { VerifiedShare } from "./verified-share";

/** "unsigned" whatever becomes of such a notification: its sender may be anybody, and learns nothing. */
export type ReceivedAs = "stored" | "duplicate" | "unsigned" | "forged" | "unknown-provider";

/** Headers of every provider that are worth keeping; others may carry what is nobody's business. */
const keptHeaders = ["x-request-id", "user-agent", "content-type"];
/** Unsigned notifications lead to one look at a payment in this time, however many come. */
const unsignedPauseMs = 10_000;
interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: IdFactory;
  readonly registry: ProviderRegistry;
  readonly limits: BusinessLimits;
  readonly alerts: AlertBook;
  readonly accountOf: AccountOf;
  /** Told of work that broke; must not throw. */
  readonly onFault: (fault: unknown, id: string) => void;
  /** Active webhook secrets of a provider's shop: two while one is being replaced. Undefined: no such shop. */
  readonly secretsOf: (provider: Provider, shop: string) => readonly string[] | undefined;
  /** Whether notifications that cannot be signed are heard at all. */
  readonly hearsUnsigned: (provider: Provider) => boolean;
  /** Called when something was stored, so that the worker need not wait for its next round. */
  readonly onStored: () => void;
}

/** Verifies providers' notifications and stores each once. `InboxService` works them off. */
export class DeliveryReceiver {
  readonly #deliveries: Table<InboxDeliveryEntity>;
  readonly #share: VerifiedShare;
  readonly #samples = new ForgedSamples();

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
    const owner = await ownerByAccount(this.deps.accountOf, sample);
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

  /** By the share of signed ones among those of each source, for `/metrics`. */
  shares(): ReturnType<VerifiedShare["all"]> {
    return this.#share.all();
  }
}

type NewDelivery = Partial<InboxDeliveryEntity> &
  Pick<
    InboxDeliveryEntity,
    | ("provider" | "shop" | "account" | "dedupeKey")
    | ("verdict" | "headers" | "query" | "rawBody" | "dueAt")
  >;

/** Named by whoever sent it: as long as it may be. */
function accountOf(subject: WebhookSubject | undefined): string | null {
  if (subject === undefined || !("providerAccountId" in subject)) return null;
  return subject.providerAccountId?.slice(0, 128) ?? null;
}
