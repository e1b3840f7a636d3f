import { jobActor } from "../domain/actor";
import type { MarketplaceId, StreamId } from "../domain/ids";
import { beginWork } from "../logging/work";
import type { EventDraft } from "./event-log";
import { logsOfUnit, type MarketplaceLog } from "./marketplace-log";
import type { WakeUps } from "./wake-ups";

/** How long events may wait for their numbers while no process watches their marketplace. */
const restMs = 1_000;
/** The least time between two units that number a watched marketplace's events: those that come meanwhile share one. */
const pauseMs = 10;
/** How often a process tells the others what is watched at it, and how long it is believed. */
const tellMs = 1_000;
const believedMs = 3 * tellMs;
const watchedMark = "watched/";
/** What log lines call it. */
const job = "number-events";

interface Dependencies {
  readonly log: Pick<MarketplaceLog, "number">;
  readonly wakeUps: WakeUps;
  /** Marketplaces that are watched at this process. */
  readonly watchedIds: () => readonly MarketplaceId[];
  readonly onFault: (fault: unknown) => void;
}

/** What waits for numbers in one marketplace. */
interface Waiting {
  readonly streamIds: Set<StreamId>;
  timer: NodeJS.Timeout | undefined;
  /** Until when the timer waits. */
  timerAt: number;
  running: Promise<void> | undefined;
  ranAt: number;
}

/**
 * Numbers the events that this process has committed: at once where any process watches their marketplace, else together with
 * all others of a second. What a process leaves that is killed meanwhile, `EventSweep` finds.
 */
export class EventNumberer {
  readonly #waiting = new Map<MarketplaceId, Waiting>();
  /** On the clock of `performance.now()`. */
  readonly #watchedUntil = new Map<MarketplaceId, number>();
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor(private readonly deps: Dependencies) {
    deps.wakeUps.subscribe((text) => {
      if (text.startsWith(watchedMark)) this.#hear(text.slice(watchedMark.length) as MarketplaceId);
    });
    this.#timer = setInterval(() => {
      for (const id of deps.watchedIds()) this.watched(id);
    }, tellMs);
    this.#timer.unref();
  }

  /** Told of events that were committed here. */
  moved(drafts: readonly EventDraft[]): void {
    for (const { marketplaceId, streamId } of drafts) {
      const waiting = this.#waitingOf(marketplaceId);
      waiting.streamIds.add(streamId);
      this.#schedule(marketplaceId, waiting);
    }
  }

  /** Tells all processes that a marketplace is watched. */
  watched(marketplaceId: MarketplaceId): void {
    this.deps.wakeUps.publish(watchedMark + marketplaceId);
  }

  /** Numbers what was committed here so far, so that whoever asks next sees it. */
  async settle(marketplaceId: MarketplaceId): Promise<void> {
    const waiting = this.#waiting.get(marketplaceId);
    if (waiting === undefined) return;
    if (waiting.streamIds.size > 0 || waiting.running !== undefined) {
      await this.#start(marketplaceId, waiting);
    }
  }

  /** Numbers what waits, and ends. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await Promise.all([...this.#waiting.keys()].map((id) => this.settle(id)));
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
  }

  #hear(marketplaceId: MarketplaceId): void {
    this.#watchedUntil.set(marketplaceId, performance.now() + believedMs);
    const waiting = this.#waiting.get(marketplaceId);
    if (waiting !== undefined && waiting.streamIds.size > 0) this.#schedule(marketplaceId, waiting);
  }

  #schedule(marketplaceId: MarketplaceId, waiting: Waiting): void {
    if (waiting.running !== undefined || this.#closed) return;
    const now = performance.now();
    const isWatched = (this.#watchedUntil.get(marketplaceId) ?? 0) > now;
    const at = isWatched ? Math.max(now, waiting.ranAt + pauseMs) : now + restMs;
    if (waiting.timer !== undefined) {
      if (waiting.timerAt <= at) return;
      clearTimeout(waiting.timer);
    }
    waiting.timerAt = at;
    // Work of its own: the events are of many requests.
    const start = () =>
      beginWork({ job }, jobActor(job), () => this.#start(marketplaceId, waiting));
    waiting.timer = setTimeout(() => void start(), at - now);
    waiting.timer.unref();
  }

  #start(marketplaceId: MarketplaceId, waiting: Waiting): Promise<void> {
    clearTimeout(waiting.timer);
    waiting.timer = undefined;
    waiting.running ??= this.#run(marketplaceId, waiting).finally(() => {
      waiting.running = undefined;
      waiting.ranAt = performance.now();
      // What could not be numbered is tried again.
      if (waiting.streamIds.size > 0) this.#schedule(marketplaceId, waiting);
    });
    return waiting.running;
  }

  async #run(marketplaceId: MarketplaceId, { streamIds }: Waiting): Promise<void> {
    while (streamIds.size > 0) {
      const taken = [...streamIds].slice(0, logsOfUnit);
      for (const id of taken) streamIds.delete(id);
      try {
        const isMore = await this.deps.log.number(marketplaceId, taken);
        if (isMore) for (const id of taken) streamIds.add(id);
      } catch (fault) {
        for (const id of taken) streamIds.add(id);
        this.deps.onFault(fault);
        return;
      }
    }
  }

  #waitingOf(marketplaceId: MarketplaceId): Waiting {
    let waiting = this.#waiting.get(marketplaceId);
    if (waiting === undefined) {
      waiting = {
        streamIds: new Set(),
        timer: undefined,
        timerAt: 0,
        running: undefined,
        ranAt: 0,
      };
      this.#waiting.set(marketplaceId, waiting);
    }
    return waiting;
  }
}
