import { MovableClock } from "../core/clock";
import { Faults } from "../core/faults";
import { Ledger, type LedgerEntry } from "../core/ledger";
import { Notifier, type NotifierSwitches } from "../core/notifier";
import { Schedule } from "../core/schedule";
import { StateFile } from "../core/state-file";
import { Accounts, type AccountsSnapshot } from "./accounts";
import { IdempotencyKeys } from "./idempotency";
import type { CardToken, Payment } from "./model";
import { PaymentBook } from "./payment-book";
import { defaultSettings, type Settings } from "./settings";

export interface WorldOptions {
  /** Where payments without a notification_url of their own are announced. */
  webhookUrl: string;
  /** State is kept here between runs when set. */
  dataFile?: string | undefined;
  /** The first id given out. Left out, ids differ from run to run, so that no two runs share one. */
  firstId?: number | undefined;
  notifications?: Partial<NotifierSwitches> | undefined;
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

const defaultSwitches: NotifierSwitches = {
  mode: "on",
  delayMs: 50,
  duplicate: 0,
  duplicateKind: "fresh",
  reorder: false,
  retryScaleMs: null,
  timeoutMs: 22_000,
};

interface Snapshot {
  aheadByMs: number;
  nextId: number;
  accounts: AccountsSnapshot;
  cardTokens: CardToken[];
  /** Absent in states that were saved before test users were kept. */
  testUsers?: [number, number[]][];
  payments: Payment[];
  keys: ReturnType<IdempotencyKeys["snapshot"]>;
  ledger: LedgerEntry[];
}

/** Everything that one simulated Mercado Pago knows. The routes act on it and hold nothing themselves. */
export class World {
  readonly clock = new MovableClock();
  readonly schedule = new Schedule(this.clock);
  readonly ledger = new Ledger();
  readonly faults = new Faults();
  readonly accounts = new Accounts();
  readonly payments = new PaymentBook();
  readonly cardTokens = new Map<string, CardToken>();
  /** When the test users that each account has made come to their end; the provider limits those alive. */
  readonly testUsers = new Map<number, number[]>();
  readonly keys = new IdempotencyKeys();
  readonly notifier: Notifier;
  settings: Settings;
  /** The address of the simulator itself, known once it listens; links in answers need it. */
  baseUrl = "";
  private readonly stateFile: StateFile;
  private nextId: number;

  constructor(private readonly options: WorldOptions) {
    const switches = { ...defaultSwitches, ...options.notifications };
    this.notifier = new Notifier(this.clock, this.schedule, retryWaitsMs, switches);
    this.settings = defaultSettings(options.webhookUrl);
    this.stateFile = new StateFile(options.dataFile, () => this.snapshot());
    this.nextId = firstId(options);
  }

  newId(): number {
    this.nextId += 1;
    return this.nextId;
  }

  /** Call after every change; costs nothing unless a state file was asked for. */
  changed(): void {
    this.stateFile.touch();
  }

  /** Brings back a saved state; `revive` is called for each payment, to plan what still awaits it. */
  load(revive: (payment: Payment) => void): void {
    const saved = this.stateFile.read() as Snapshot | undefined;
    if (saved === undefined) return;
    this.clock.startAheadBy(saved.aheadByMs);
    this.nextId = saved.nextId;
    this.accounts.restore(saved.accounts);
    for (const token of saved.cardTokens) this.cardTokens.set(token.id, token);
    for (const [creator, ends] of saved.testUsers ?? []) this.testUsers.set(creator, ends);
    this.payments.restore(saved.payments);
    this.keys.restore(saved.keys);
    this.ledger.restore(saved.ledger);
    for (const payment of saved.payments) revive(payment);
  }

  /** Back to the seeded accounts and nothing else. Ids go on, so that old ones stay unused. */
  reset(): void {
    this.schedule.clear();
    this.clock.startAheadBy(0);
    this.notifier.reset();
    this.faults.remove();
    this.accounts.reset();
    this.cardTokens.clear();
    this.testUsers.clear();
    this.payments.restore([]);
    this.keys.restore([]);
    this.ledger.restore([]);
    this.settings = defaultSettings(this.options.webhookUrl);
    this.changed();
  }

  async close(): Promise<void> {
    this.schedule.clear();
    await this.notifier.close();
    await this.stateFile.flush();
  }

  private snapshot(): Snapshot {
    return {
      aheadByMs: this.clock.aheadByMs,
      nextId: this.nextId,
      accounts: this.accounts.snapshot(),
      cardTokens: [...this.cardTokens.values()],
      testUsers: [...this.testUsers],
      payments: this.payments.snapshot(),
      keys: this.keys.snapshot(),
      ledger: this.ledger.snapshot(),
    };
  }
}

/** Tenths of milliseconds since 2020: numbers of a realistic length that grow from run to run. */
function firstId(options: WorldOptions): number {
  return options.firstId ?? (Date.now() - Date.UTC(2020, 0, 1)) * 10;
}
