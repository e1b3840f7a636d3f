import { Agent, request } from "undici";
import type { MovableClock } from "./clock";
import { DeliveryLog, type DeliveryRecord } from "./delivery-log";
import type { Schedule } from "./schedule";

/** One HTTP request that carries a notification, ready to go. */
export interface PreparedDelivery {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Waits before the next attempts, where this kind of notification has a table of its own. */
  retryWaitsMs?: readonly number[];
  /** What the delivery log says about it. */
  about: Pick<
    DeliveryRecord,
    "notificationId" | "requestId" | "type" | "action" | "dataId" | "account" | "signature"
  >;
}

/**
 * One thing to tell. It is prepared anew for every attempt, since providers sign each attempt
 * afresh and give it an id of its own. Undefined means that there is nobody to tell.
 */
export type Announcement = (attempt: number) => PreparedDelivery | undefined;

export interface NotifierSwitches {
  /** "hold" keeps announcements until a flush; "off" forgets them. */
  mode: "on" | "off" | "hold";
  /** Real milliseconds between the change and its first delivery. */
  delayMs: number;
  /** Extra copies of every first delivery. */
  duplicate: number;
  /** "fresh" copies have their own id and signature, "identical" ones repeat every byte. */
  duplicateKind: "fresh" | "identical";
  /** Collects what is announced within `delayMs` and delivers it in reverse. */
  reorder: boolean;
  /** When set, a failed delivery is tried again after this many real milliseconds, not by the table. */
  retryScaleMs: number | null;
  /** How long the receiver may take to answer. */
  timeoutMs: number;
}

/** How a provider delivers: when it tries again, and which answers it is content with. */
export interface DeliveryRules {
  /** Waits before the second, third, … attempt. */
  retryWaitsMs: readonly number[];
  acceptedStatuses: readonly number[];
}

/**
 * Delivers notifications behind the back of the request that caused them, and tries again on the
 * movable clock until the receiver takes them or the table of waits is used up.
 */
export class Notifier {
  readonly deliveries = new DeliveryLog();
  switches: NotifierSwitches;
  readonly #agent = new Agent({ connections: 32, connect: { timeout: 5_000 } });
  readonly #timers = new Set<NodeJS.Timeout>();
  #held: Announcement[] = [];
  #window: Announcement[] = [];

  constructor(
    private readonly clock: MovableClock,
    private readonly schedule: Schedule,
    private readonly rules: DeliveryRules,
    private readonly defaults: NotifierSwitches,
  ) {
    this.switches = { ...defaults };
  }

  announce(announcement: Announcement): void {
    const { mode, reorder, delayMs } = this.switches;
    if (mode === "off") return;
    if (mode === "hold") {
      this.#held.push(announcement);
    } else if (reorder) {
      this.#window.push(announcement);
      if (this.#window.length === 1) this.#after(delayMs, () => this.#deliverWindow());
    } else {
      this.#after(delayMs, () => this.#attempt(announcement, 0));
    }
  }

  get heldCount(): number {
    return this.#held.length;
  }

  /** Delivers what was held, one after the other, and waits for the answers. */
  async flush(reverse: boolean): Promise<number> {
    const held = this.#held;
    this.#held = [];
    for (const announcement of reverse ? held.toReversed() : held) {
      await this.#attempt(announcement, 0);
    }
    return held.length;
  }

  /** A single attempt, never repeated; for deliveries made by hand. */
  async deliver(delivery: PreparedDelivery, attempt = 0): Promise<DeliveryRecord> {
    const sentAt = this.clock.now();
    const outcome = await this.#post(delivery);
    return this.deliveries.add({
      ...delivery.about,
      at: new Date(sentAt).toISOString(),
      url: delivery.url,
      attempt,
      ...outcome,
    });
  }

  reset(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#held = [];
    this.#window = [];
    this.deliveries.clear();
    this.switches = { ...this.defaults };
  }

  async close(): Promise<void> {
    this.reset();
    await this.#agent.destroy();
  }

  async #deliverWindow(): Promise<void> {
    const collected = this.#window;
    this.#window = [];
    for (const announcement of collected.toReversed()) await this.#attempt(announcement, 0);
  }

  async #attempt(announcement: Announcement, attempt: number): Promise<void> {
    const delivery = announcement(attempt);
    if (!delivery) return;
    const record = await this.deliver(delivery, attempt);
    if (attempt === 0) await this.#deliverCopies(announcement, delivery);
    const { acceptedStatuses, retryWaitsMs } = this.rules;
    if (record.status !== null && acceptedStatuses.includes(record.status)) return;
    const wait = (delivery.retryWaitsMs ?? retryWaitsMs)[attempt];
    if (wait === undefined || this.#agent.destroyed) return;
    const { retryScaleMs } = this.switches;
    if (retryScaleMs !== null) {
      this.#after(retryScaleMs, () => this.#attempt(announcement, attempt + 1));
    } else {
      this.schedule.at(this.clock.now() + wait, () => this.#attempt(announcement, attempt + 1));
    }
  }

  async #deliverCopies(announcement: Announcement, first: PreparedDelivery): Promise<void> {
    const { duplicate, duplicateKind } = this.switches;
    for (let copy = 0; copy < duplicate; copy += 1) {
      const delivery = duplicateKind === "identical" ? first : announcement(0);
      if (delivery) await this.deliver(delivery);
    }
  }

  async #post(delivery: PreparedDelivery): Promise<Pick<DeliveryRecord, "status" | "error">> {
    const { timeoutMs } = this.switches;
    try {
      const answer = await request(delivery.url, {
        method: "POST",
        headers: delivery.headers,
        body: delivery.body,
        dispatcher: this.#agent,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      });
      await answer.body.dump();
      return { status: answer.statusCode, error: null };
    } catch (error) {
      return { status: null, error: error instanceof Error ? error.message : String(error) };
    }
  }

  #after(ms: number, work: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work().catch((error: unknown) => {
        process.emitWarning(`A notification could not be made: ${String(error)}`);
      });
    }, ms);
    timer.unref();
    this.#timers.add(timer);
  }
}
