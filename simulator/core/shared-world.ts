import { MovableClock } from "./clock";
import { Faults } from "./faults";
import { Ledger, type LedgerEntry } from "./ledger";
import { type DeliveryRules, Notifier, type NotifierSwitches } from "./notifier";
import { Schedule } from "./schedule";
import type { StateFile } from "./state-file";

export interface SharedWorldOptions {
  stateFile: StateFile;
  /** The first id given out. Left out, ids differ from run to run, so that no two runs share one. */
  firstId?: number | undefined;
  notifications?: Partial<NotifierSwitches> | undefined;
}

export interface SharedSnapshot<Entry extends LedgerEntry> {
  aheadByMs: number;
  nextId: number;
  ledger: Entry[];
}

const defaultSwitches: NotifierSwitches = {
  mode: "on",
  delayMs: 50,
  duplicate: 0,
  duplicateKind: "fresh",
  reorder: false,
  retryScaleMs: null,
  timeoutMs: 22_000,
};

/** What every simulated provider has: time, faults, notifications, and the truth of what happened. */
export class SharedWorld<Entry extends LedgerEntry> {
  readonly clock = new MovableClock();
  readonly schedule = new Schedule(this.clock);
  readonly ledger = new Ledger<Entry>();
  readonly faults = new Faults();
  readonly notifier: Notifier;
  /** The address of the simulator itself, known once it listens; links in answers need it. */
  baseUrl = "";
  protected readonly stateFile: StateFile;
  #nextId: number;

  constructor(options: SharedWorldOptions, rules: DeliveryRules) {
    const switches = { ...defaultSwitches, ...options.notifications };
    this.notifier = new Notifier(this.clock, this.schedule, rules, switches);
    this.stateFile = options.stateFile;
    this.#nextId = options.firstId ?? usualFirstId();
  }

  newId(): number {
    this.#nextId += 1;
    return this.#nextId;
  }

  /** Call after every change; costs nothing unless a state file was asked for. */
  changed(): void {
    this.stateFile.touch();
  }

  async close(): Promise<void> {
    this.schedule.clear();
    await this.notifier.close();
    await this.stateFile.flush();
  }

  /** Ids go on, so that old ones stay unused. */
  protected resetShared(): void {
    this.schedule.clear();
    this.clock.startAheadBy(0);
    this.notifier.reset();
    this.faults.remove();
    this.ledger.restore([]);
  }

  protected sharedSnapshot(): SharedSnapshot<Entry> {
    return {
      aheadByMs: this.clock.aheadByMs,
      nextId: this.#nextId,
      ledger: this.ledger.snapshot(),
    };
  }

  protected restoreShared(saved: SharedSnapshot<Entry>): void {
    this.clock.startAheadBy(saved.aheadByMs);
    this.#nextId = saved.nextId;
    this.ledger.restore(saved.ledger);
  }
}

/** Tenths of milliseconds since 2020: numbers of a realistic length that grow from run to run. */
function usualFirstId(): number {
  return (Date.now() - Date.UTC(2020, 0, 1)) * 10;
}
