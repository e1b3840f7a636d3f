import { finishClaim } from "../database/claim";
import type { Database } from "../database/database";
import { UniqueViolationError } from "../database/database";
import type { Table } from "../database/table";
import type { Clock } from "../domain/clock";
import { type IdFactory, isId } from "../domain/ids";
import type { Provider } from "../domain/provider";
import type { BusinessLimits } from "../domain/rate-limit";
import { InboxDeliveryEntity } from "../entities/inbox-delivery.entity";
import { PaymentEntity } from "../entities/payment.entity";
import { nextCheckAt } from "../operations/schedule";
import type { ProviderAdapter, WebhookRequest, WebhookSubject } from "../providers/provider";
import type { ProviderRegistry } from "../providers/registry";
import type { ConnectionService } from "./connection/connection.service";
import { keepWithin } from "./keep-within";
import type { PaymentService } from "./payment/payment.service";
import type { ProviderAccounts } from "./provider-accounts";

export type ReceivedAs = "stored" | "duplicate" | "forged" | "unknown-provider";

/** Headers worth keeping; others may carry what is nobody's business. */
const keptHeaders = ["x-request-id", "x-signature", "x-retry", "user-agent", "content-type"];
/** Unverifiable notifications lead to one look-up of a resource in this time, however many come. */
const unsignedPauseMs = 10_000;
const pausesLimit = 10_000;
/** Looks at a connection that is said to have ended, and that the provider still lets be used. */
const looksAtEnded = 4;

interface Dependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: IdFactory;
  readonly random: () => number;
  readonly registry: ProviderRegistry;
  readonly accounts: ProviderAccounts;
  readonly payments: PaymentService;
  /** Absent where sellers cannot connect here. */
  readonly connections: ConnectionService | undefined;
  readonly limits: BusinessLimits;
  /** Active webhook secrets of a provider: two while one is being replaced. */
  readonly secretsOf: (provider: Provider) => readonly string[];
  /** Called when something was stored, so that the worker need not wait for its next round. */
  readonly onStored: () => void;
}

/** Providers' notifications: stored once, then worked off by looking at what they are about. */
export class InboxService {
  readonly #deliveries: Table<InboxDeliveryEntity>;
  readonly #lastUnsignedLook = new Map<string, number>();

  constructor(private readonly deps: Dependencies) {
    this.#deliveries = deps.database.table(InboxDeliveryEntity);
  }

  /**
   * Verifies and stores a delivery. `source` is what follows `/webhooks/` in the URL.
   * @throws Refusal RATE_LIMITED: the provider has to come again.
   */
  async receive(source: string, request: WebhookRequest): Promise<ReceivedAs> {
    const adapter = this.deps.registry.bySource(source);
    if (adapter === undefined) return "unknown-provider";
    const verdict = adapter.webhooks.verify(request, this.deps.secretsOf(adapter.name));
    if (verdict === "forged") return "forged";
    // Whoever signs may send more than those who could be anybody, and cannot be kept out by them.
    const { signedWebhooks, unsignedWebhooks } = this.deps.limits;
    const limit = verdict === "signed" ? signedWebhooks : unsignedWebhooks;
    await keepWithin(limit, adapter.name, `${verdict} notifications`);

    const now = this.deps.clock.now();
    const delivery: InboxDeliveryEntity = {
      id: this.deps.ids.next("InboxDelivery"),
      provider: adapter.name,
      dedupeKey: adapter.webhooks.dedupeKey(request),
      verdict,
      headers: Object.fromEntries(keptHeaders.map((name) => [name, request.headers[name]])),
      query: { ...request.query },
      rawBody: request.rawBody.toString("utf8"),
      result: null,
      receivedAt: now,
      finishedAt: null,
      dueAt: now,
      attempts: 0,
      leaseToken: null,
    };
    try {
      await this.deps.database.write((unit) => unit.change(this.#deliveries.insert(delivery)));
    } catch (fault) {
      if (fault instanceof UniqueViolationError) return "duplicate";
      throw fault;
    }
    this.deps.onStored();
    return "stored";
  }

  /** Works off claimed deliveries. Several about one thing lead to one look-up. */
  async work(deliveries: readonly InboxDeliveryEntity[]): Promise<void> {
    const groups = new Map<string, InboxDeliveryEntity[]>();
    for (const delivery of deliveries) {
      const subject = this.#subjectOf(delivery);
      const key = `${delivery.provider} ${JSON.stringify(subject)}`;
      groups.set(key, [...(groups.get(key) ?? []), delivery]);
    }
    await Promise.all([...groups.values()].map((group) => this.#workGroup(group)));
  }

  async #workGroup(group: readonly InboxDeliveryEntity[]): Promise<void> {
    const [first] = group;
    if (first === undefined) return;
    const result = await this.#lookAt(first, this.#subjectOf(first));
    const now = this.deps.clock.now();
    await this.deps.database.write((unit) => {
      for (const delivery of group) {
        unit.change(
          finishClaim(
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
    if (subject === undefined) return "ignored: names nothing";
    if (subject.kind === "ignored") return `ignored: ${subject.topic}`.slice(0, 200);
    const resource =
      subject.kind === "payment" ? subject.providerPaymentId : subject.providerAccountId;
    if (delivery.verdict === "unsigned" && !this.#mayLook(`${subject.kind} ${resource}`)) {
      return "again";
    }
    if (subject.kind === "connection") return this.#lookAtConnection(delivery, subject);

    const known = await this.#paymentOf(delivery.provider, subject.providerPaymentId);
    if (known !== undefined) {
      return (await this.deps.payments.lookUp(known, "WEBHOOK")) ? "looked up" : "again";
    }
    return this.#lookAtUnknown(delivery.provider, subject);
  }

  /** The notification may come before the provider's own servers refuse the credentials: then it looks again. */
  async #lookAtConnection(
    { provider, attempts }: InboxDeliveryEntity,
    { providerAccountId, saysEnded }: Extract<WebhookSubject, { kind: "connection" }>,
  ): Promise<string> {
    const { accounts, connections } = this.deps;
    const account = await accounts.byProviderId(provider, providerAccountId);
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
    provider: Provider,
    { providerPaymentId, providerAccountId }: Extract<WebhookSubject, { kind: "payment" }>,
  ): Promise<string> {
    if (providerAccountId === null) return "ignored: no such payment";
    const account = await this.deps.accounts.byProviderId(provider, providerAccountId);
    const operations = this.#adapterOf(provider).payments;
    if (account === undefined || account.credentialsSealed === null || operations === undefined) {
      return "ignored: a stranger's account";
    }
    const outcome = await this.deps.accounts.call(account, (credentials) =>
      operations.get(providerPaymentId, { credentials }),
    );
    if (outcome.kind !== "accepted") return "again";
    const reference = outcome.value?.reference ?? "";
    if (outcome.value === null || !isId("Payment", reference)) return "ignored: not our payment";

    const rows = await this.deps.database.read(
      "SELECT * FROM payment WHERE id = ? AND account_id = ?",
      [reference, account.id],
    );
    if (rows[0] === undefined) return "ignored: not our payment";
    const payment = this.deps.database.table(PaymentEntity).fromRow(rows[0]);
    await this.deps.payments.applySeen(payment, outcome.value, "WEBHOOK");
    return "looked up";
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

  #subjectOf(delivery: InboxDeliveryEntity): WebhookSubject | undefined {
    return this.#adapterOf(delivery.provider).webhooks.subjectOf({
      headers: delivery.headers,
      query: delivery.query,
      rawBody: Buffer.from(delivery.rawBody),
    });
  }

  #adapterOf(provider: Provider): ProviderAdapter {
    const adapter = this.deps.registry.get(provider);
    if (adapter === undefined) throw new Error(`${provider} is not set up`);
    return adapter;
  }

  #mayLook(resource: string): boolean {
    const now = this.deps.clock.now().getTime();
    const last = this.#lastUnsignedLook.get(resource);
    if (last !== undefined && now - last < unsignedPauseMs) return false;
    if (this.#lastUnsignedLook.size >= pausesLimit) this.#lastUnsignedLook.clear();
    this.#lastUnsignedLook.set(resource, now);
    return true;
  }
}
