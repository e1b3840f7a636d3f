import { type SharedSnapshot, SharedWorld, type SharedWorldOptions } from "../core/shared-world";
import { Accounts, type AccountsSnapshot, type ApplicationSecrets } from "./accounts";
import { IdempotencyKeys } from "./idempotency";
import { InPersonBook, type InPersonSnapshot } from "./in-person/book";
import type { CardToken, Effect, Payment, Posting } from "./model";
import { PaymentBook } from "./payment-book";
import { defaultSettings, type Settings } from "./settings";
import { SubscriptionBook, type SubscriptionSnapshot } from "./subscriptions/book";

export interface WorldOptions extends SharedWorldOptions {
  /** Where payments without a notification_url of their own are announced. */
  webhookUrl: string;
  /** Of the application, in place of those that everybody knows. */
  secrets?: ApplicationSecrets | undefined;
}

const minute = 60_000;
const hour = 60 * minute;

/**
 * Waits between the attempts of a notification. Choice: four versions of this table are published
 * and a fifth was measured; this is the one in the newest diagram.
 */
const retryWaitsMs = [
  15 * minute,
  30 * minute,
  6 * hour,
  48 * hour,
  96 * hour,
  96 * hour,
  96 * hour,
];

interface Snapshot extends SharedSnapshot<Effect> {
  accounts: AccountsSnapshot;
  cardTokens: CardToken[];
  /** Absent in states that were saved before test users were kept. */
  testUsers?: [number, number[]][];
  payments: Payment[];
  /** Absent in states that were saved before there were payments in person. */
  inPerson?: InPersonSnapshot;
  /** Absent in states that were saved before there were books. */
  postings?: Posting[];
  keys: ReturnType<IdempotencyKeys["snapshot"]>;
  /** Absent in states that were saved before there were subscriptions. */
  subscriptions?: SubscriptionSnapshot;
}

/** Everything that one simulated Mercado Pago knows. The routes act on it and hold nothing themselves. */
export class World extends SharedWorld<Effect> {
  readonly accounts: Accounts;
  readonly payments = new PaymentBook();
  readonly cardTokens = new Map<string, CardToken>();
  /** When the test users that each account has made come to their end; the provider limits those alive. */
  readonly testUsers = new Map<number, number[]>();
  readonly keys = new IdempotencyKeys();
  readonly subscriptions = new SubscriptionBook();
  readonly inPerson = new InPersonBook();
  /** Told of every change of a payment, whoever made it. */
  readonly #paymentWatchers: ((payment: Payment) => void)[] = [];
  /** Every movement of money, as double entries; only ever added to. */
  postings: Posting[] = [];
  settings: Settings;

  constructor(private readonly options: WorldOptions) {
    super(options, { retryWaitsMs, acceptedStatuses: [200, 201] });
    this.accounts = new Accounts(options.secrets);
    this.settings = defaultSettings(options.webhookUrl);
    // At the top of the file and not under a name: files of before the second provider are read too.
    this.stateFile.keep(() => this.#snapshot());
  }

  /** Brings back a saved state; `revive` is called for each payment, to plan what still awaits it. */
  load(revive: (payment: Payment) => void): void {
    const saved = this.stateFile.read() as Snapshot | undefined;
    if (saved === undefined) return;
    this.restoreShared(saved);
    this.accounts.restore(saved.accounts);
    for (const token of saved.cardTokens) this.cardTokens.set(token.id, token);
    for (const [creator, ends] of saved.testUsers ?? []) this.testUsers.set(creator, ends);
    const payments = saved.payments.map(withFees);
    this.payments.restore(payments);
    this.postings = saved.postings ?? [];
    this.keys.restore(saved.keys);
    this.subscriptions.restore(saved.subscriptions);
    if (saved.inPerson !== undefined) this.inPerson.restore(saved.inPerson);
    for (const payment of payments) revive(payment);
  }

  watchPayments(watcher: (payment: Payment) => void): void {
    this.#paymentWatchers.push(watcher);
  }

  tellOf(payment: Payment): void {
    for (const watcher of this.#paymentWatchers) watcher(payment);
  }

  /** Back to the seeded accounts and nothing else. */
  reset(): void {
    this.resetShared();
    this.accounts.reset();
    this.cardTokens.clear();
    this.testUsers.clear();
    this.payments.restore([]);
    this.postings = [];
    this.keys.restore([]);
    this.subscriptions.restore();
    this.inPerson.reset();
    this.settings = defaultSettings(this.options.webhookUrl);
    this.changed();
  }

  #snapshot(): Snapshot {
    return {
      ...this.sharedSnapshot(),
      accounts: this.accounts.snapshot(),
      cardTokens: [...this.cardTokens.values()],
      testUsers: [...this.testUsers],
      payments: this.payments.snapshot(),
      postings: this.postings,
      keys: this.keys.snapshot(),
      subscriptions: this.subscriptions.snapshot(),
      inPerson: this.inPerson.snapshot(),
    };
  }
}

/** Payments that were saved before there were books have returned nothing, as far as is known. */
function withFees(payment: Payment): Payment {
  const before = {
    providerFeeReturnedMinor: 0,
    applicationFeeReturnedMinor: 0,
    chargedBackMinor: 0,
  };
  return { ...before, ...payment };
}
