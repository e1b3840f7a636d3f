import { hash } from "node:crypto";
import { type Database, UniqueViolationError } from "../../database/database";
import type { Clock } from "../../domain/clock";
import { isId, type PaymentId } from "../../domain/ids";
import type { PaymentObservation } from "../../domain/payment-observation";
import { InboxDeliveryEntity } from "../../entities/inbox-delivery.entity";
import { PaymentEntity } from "../../entities/payment.entity";
import { ProviderAccountEntity } from "../../entities/provider-account.entity";
import type { EventLog } from "../../events/event-log";
import type { Outcome, PaymentOperations, PaymentPage } from "../../providers/provider";
import type { ProviderRegistry } from "../../providers/registry";
import { timeOfId } from "../../security/ids";
import type { ProviderAccounts } from "../accounts/provider-accounts";
import { paymentRows } from "../payment/payment-rows";

type Seen = PaymentObservation & { readonly reference: PaymentId };

/** A payment of ours that a provider shows and the database does not have. */
export interface LostPayment {
  readonly account: ProviderAccountEntity;
  readonly seen: Seen;
}

export interface Search {
  readonly lost: readonly LostPayment[];
  /** Where the provider gave no answer, so that more may be lost: accounts, and what notifications name. */
  readonly unanswered: readonly string[];
}

interface Dependencies {
  readonly database: Database;
  readonly registry: ProviderRegistry;
  readonly accounts: ProviderAccounts;
  readonly events: EventLog;
  readonly clock: Clock;
}

const dayMs = 24 * 60 * 60_000;

/**
 * Whether a payment that we do not have was made here all the same: it bears an id of ours, and was paid to the account
 * that it was read in. In other accounts anybody may use such a reference.
 */
export function isLost(
  account: Pick<ProviderAccountEntity, "providerAccountId">,
  seen: PaymentObservation,
): seen is Seen {
  const { reference, providerAccountId } = seen;
  return (
    reference !== null &&
    isId("Payment", reference) &&
    providerAccountId === account.providerAccountId
  );
}

/** Brings back what a restored backup does not have. Nothing is charged: what is there is written down. */
export class LostPayments {
  constructor(private readonly deps: Dependencies) {}

  /**
   * Payments made from `from` until before `to`, as far as providers list them, and those that open notifications
   * name, whenever they were made: PayU lists no orders.
   */
  async find(from: Date, to: Date): Promise<Search> {
    const lost = new Map<string, LostPayment>();
    const unanswered: string[] = [];
    const take = async (account: ProviderAccountEntity, seen: PaymentObservation) => {
      if (isLost(account, seen) && (await this.#isMissing(seen))) {
        lost.set(seen.reference, { account, seen });
      }
    };
    for (const account of await this.#accounts()) {
      const isAnswered = await this.#list(account, from, to, (seen) => take(account, seen));
      if (!isAnswered) unanswered.push(`account ${account.id}`);
    }
    for (const delivery of await this.#openDeliveries()) {
      const named = await this.#lookAt(delivery);
      if (named === "unanswered") unanswered.push(`notification ${delivery.id}`);
      else if (named !== undefined) await take(named.account, named.seen);
    }
    return { lost: [...lost.values()], unanswered };
  }

  /**
   * Writes the payment down as one whose outcome is not known, to be looked at now: the gateway's own look then brings
   * its status, with all that comes with it. Answers false where it is there.
   */
  async adopt({ account, seen }: LostPayment): Promise<boolean> {
    const { database, events, clock } = this.deps;
    const payment = adopted(account, seen, clock.now());
    try {
      await database.write((unit) => {
        unit.change(database.table(PaymentEntity).insert(payment));
        events.append(unit, paymentRows.created(payment, "LOOKUP"));
      });
      return true;
    } catch (fault) {
      if (fault instanceof UniqueViolationError) return false;
      throw fault;
    }
  }

  /** Day by day: a search that finds too much is refused, and pages far behind are slow. */
  async #list(
    account: ProviderAccountEntity,
    from: Date,
    to: Date,
    take: (seen: PaymentObservation) => Promise<void>,
  ): Promise<boolean> {
    const payments = this.deps.registry.get(account.provider)?.payments;
    const list = payments?.list?.bind(payments);
    if (list === undefined) return true;
    for (let day = from.getTime(); day < to.getTime(); day += dayMs) {
      const range = { from: new Date(day), to: new Date(Math.min(day + dayMs, to.getTime())) };
      for (let offset: number | null = 0; offset !== null; ) {
        const page: Outcome<PaymentPage> = await this.#page(account, list, { ...range, offset });
        if (page.kind !== "accepted") return false;
        for (const seen of page.value.items) await take(seen);
        offset = page.value.next;
      }
    }
    return true;
  }

  #page(
    account: ProviderAccountEntity,
    list: NonNullable<PaymentOperations["list"]>,
    query: Parameters<typeof list>[0],
  ): Promise<Outcome<PaymentPage>> {
    return this.deps.accounts.call(account, (credentials) => list(query, { credentials }));
  }

  async #lookAt(
    delivery: InboxDeliveryEntity,
  ): Promise<
    { account: ProviderAccountEntity; seen: PaymentObservation } | "unanswered" | undefined
  > {
    const { registry, accounts } = this.deps;
    const { provider, shop } = delivery;
    const adapter = registry.get(provider);
    const subject = adapter?.webhooks.subjectOf(delivery);
    const payments = adapter?.payments;
    if (payments === undefined) return undefined;
    if (subject?.kind === "payment" && subject.providerAccountId !== null) {
      const account = await accounts.byProviderId(provider, shop, subject.providerAccountId);
      if (account === undefined) return undefined;
      const outcome = await accounts.call(account, (credentials) =>
        payments.get(subject.providerPaymentId, { credentials }),
      );
      return foundIn(outcome, account);
    }
    if (subject?.kind !== "order" || subject.reference === null) return undefined;
    if (!isId("Payment", subject.reference)) return undefined;
    // The shop's credentials read it; whose it is, it says itself.
    const credentials = { accessToken: "", shop, providerAccountId: "", country: null };
    const outcome = await payments.get(subject.providerOrderId, { credentials });
    const providerAccountId = outcome.kind === "accepted" && outcome.value?.providerAccountId;
    const account = providerAccountId
      ? await accounts.byProviderId(provider, shop, providerAccountId)
      : undefined;
    return foundIn(outcome, account);
  }

  async #isMissing({ reference }: Seen): Promise<boolean> {
    const rows = await this.deps.database.read("SELECT id FROM payment WHERE id = ?", [reference]);
    return rows.length === 0;
  }

  async #accounts(): Promise<ProviderAccountEntity[]> {
    const rows = await this.deps.database.read(
      "SELECT * FROM provider_account WHERE credentials_sealed IS NOT NULL ORDER BY id",
    );
    return this.deps.database.table(ProviderAccountEntity).readableRows(rows);
  }

  async #openDeliveries(): Promise<InboxDeliveryEntity[]> {
    const rows = await this.deps.database.read(
      "SELECT * FROM inbox_delivery WHERE due_at IS NOT NULL AND verdict = 'signed' ORDER BY id",
    );
    return this.deps.database.table(InboxDeliveryEntity).readableRows(rows);
  }
}

function foundIn(
  outcome: Outcome<PaymentObservation | null>,
  account: ProviderAccountEntity | undefined,
) {
  if (outcome.kind !== "accepted") return "unanswered";
  if (outcome.value === null || account === undefined) return undefined;
  return { account, seen: outcome.value };
}

/** What only the lost row had is empty: the payer, the caller's own reference, what was told of the purchase. */
function adopted(account: ProviderAccountEntity, seen: Seen, now: Date): PaymentEntity {
  const { id: accountId, marketplaceId, sellerId, provider, providerAccountId } = account;
  return {
    id: seen.reference,
    ...{ marketplaceId, sellerId, accountId, provider, providerAccountId },
    orderId: null,
    pointOrderId: null,
    providerPaymentId: seen.providerPaymentId,
    externalReference: null,
    status: "UNKNOWN",
    providerStatus: null,
    providerStatusDetail: null,
    currency: seen.amount.currency,
    amountMinor: seen.amount.minor,
    captureMinor: null,
    applicationFeeMinor: null,
    refundedMinor: 0n,
    refundReservedMinor: 0n,
    netReceivedMinor: null,
    fees: null,
    settlement: null,
    captureWithPayment: seen.status !== "AUTHORIZED",
    method: null,
    payer: { email: "" },
    description: null,
    statementDescriptor: null,
    metadata: null,
    cart: null,
    redirectUrl: null,
    nextAction: null,
    creqSealed: null,
    // Nobody's twin: what made two payments alike is lost.
    fingerprint: hash("sha256", seen.reference, "hex"),
    openActionId: null,
    anomaly: false,
    approvedAt: null,
    expiresAt: null,
    providerUpdatedAt: null,
    // Lists that are narrowed to a time expect it to be that of the id. A reference of another's making may lie ahead.
    createdAt: new Date(Math.min(timeOfId(seen.reference).getTime(), now.getTime())),
    updatedAt: now,
    dueAt: now,
    attempts: 0,
    leaseToken: null,
    version: 1,
  };
}
