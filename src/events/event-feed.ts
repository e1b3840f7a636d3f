import type { LogId } from "../domain/ids";
import type { WakeUps } from "./wake-ups";

/** What a feed reads: streams of things that are numbered in their order, and appear in it. */
export interface NumberedStreams<K extends LogId, E extends { readonly seq: bigint }> {
  /** The number of a stream's newest one; 0 where there is none. */
  lastSeq(streamId: K): Promise<bigint>;
  lastSeqs(streamIds: readonly K[]): Promise<Map<K, bigint>>;
  /** Those after a place, oldest first. */
  after(streamId: K, seq: bigint, limit: number): Promise<E[]>;
}

/** Newest events kept in memory for each watched stream; who is further behind reads the database. */
const ringSize = 1_000;
const batchSize = 500;

/**
 * Live reading of the log. One reader for each watched stream serves all of its followers in this process
 * and hands all of them the same event objects. It is woken by commits and, in case a wake-up was lost, by
 * a slow poll of all watched streams in one query. Nothing is queued for a follower: it holds a place.
 */
export class EventFeed<K extends LogId, E extends { readonly seq: bigint }> {
  readonly #streams = new Map<K, WatchedStream<K, E>>();
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor(
    private readonly log: NumberedStreams<K, E>,
    wakeUps: WakeUps,
    private readonly onFault: (fault: unknown) => void,
    pollMs = 1_000,
  ) {
    wakeUps.subscribe((streamId) => this.#streams.get(streamId as K)?.wake());
    this.#timer = setInterval(() => void this.#poll(), pollMs);
    this.#timer.unref();
  }

  /**
   * Every event after a place, without gap or repeat, until the consumer calls `return` or the feed closes.
   * `return` ends it at once, also while it waits: a plain generator would first wait for one more event.
   */
  follow(streamId: K, after: bigint): AsyncGenerator<E, void, undefined> {
    const follower: Follower = { ended: false, release: undefined };
    const events = this.#read(streamId, after, follower);
    const end = events.return.bind(events);
    events.return = (value) => {
      follower.ended = true;
      follower.release?.();
      return end(value);
    };
    return events;
  }

  /** Ends all followers. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const stream of this.#streams.values()) stream.releaseAll();
  }

  get watchedStreams(): number {
    return this.#streams.size;
  }

  get watchedIds(): K[] {
    return [...this.#streams.keys()];
  }

  async *#read(streamId: K, after: bigint, follower: Follower): AsyncGenerator<E, void, undefined> {
    const stream = await this.#watch(streamId);
    let seq = after;
    try {
      while (!this.#closed && !follower.ended) {
        if (stream.has(seq) && stream.lastSeq <= seq) {
          await stream.nextChange(follower);
          continue;
        }
        const { ringAfter } = stream;
        const events = stream.has(seq)
          ? stream.after(seq)
          : await this.log.after(streamId, seq, batchSize);
        // Nothing but what cannot be read lies between this place and the ring.
        if (events.length === 0 && seq < ringAfter) seq = ringAfter;
        for (const event of events) {
          yield event;
          seq = event.seq;
        }
      }
    } finally {
      stream.followers--;
      if (stream.followers === 0) this.#streams.delete(streamId);
    }
  }

  async #watch(streamId: K): Promise<WatchedStream<K, E>> {
    let stream = this.#streams.get(streamId);
    if (stream === undefined) {
      stream = new WatchedStream<K, E>(streamId, this.log, this.onFault);
      this.#streams.set(streamId, stream);
    }
    stream.followers++;
    await stream.started;
    return stream;
  }

  async #poll(): Promise<void> {
    try {
      const seqs = await this.log.lastSeqs([...this.#streams.keys()]);
      for (const [streamId, seq] of seqs) {
        const stream = this.#streams.get(streamId);
        if (stream !== undefined && seq > stream.lastSeq) stream.wake();
      }
    } catch (fault) {
      this.onFault(fault);
    }
  }
}

/** One consumer of a stream. */
interface Follower {
  ended: boolean;
  /** Ends its wait for a change. */
  release: (() => void) | undefined;
}

class WatchedStream<K extends LogId, E extends { readonly seq: bigint }> {
  followers = 0;
  lastSeq = 0n;
  readonly started: Promise<void>;
  /** Followers at this place or later are served from the ring. */
  ringAfter = 0n;
  #ring: E[] = [];
  #isPlaced = false;
  #loading = false;
  #wokenMeanwhile = false;
  readonly #waiting = new Set<Follower>();

  constructor(
    private readonly streamId: K,
    private readonly log: NumberedStreams<K, E>,
    private readonly onFault: (fault: unknown) => void,
  ) {
    this.started = this.#start();
  }

  /** Resolves at the next change, or when the follower is released. */
  nextChange(follower: Follower): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.add(follower);
      follower.release = () => {
        this.#waiting.delete(follower);
        follower.release = undefined;
        resolve();
      };
    });
  }

  has(seq: bigint): boolean {
    return seq >= this.ringAfter;
  }

  /** Held events after a place. Most followers are near the end. */
  after(seq: bigint): E[] {
    return this.#ring.slice(this.#ring.findLastIndex((event) => event.seq <= seq) + 1);
  }

  wake(): void {
    this.#wokenMeanwhile = true;
    if (!this.#loading) void this.#load();
  }

  releaseAll(): void {
    for (const follower of [...this.#waiting]) follower.release?.();
  }

  async #start(): Promise<void> {
    try {
      await this.#takePlace();
    } catch (fault) {
      // Followers wait; the poll finds a log that is further on, and wakes it.
      this.onFault(fault);
    }
  }

  /** Begins at the log's end: what was before is read by those who want it. */
  async #takePlace(): Promise<void> {
    this.lastSeq = await this.log.lastSeq(this.streamId);
    this.ringAfter = this.lastSeq;
    this.#isPlaced = true;
  }

  async #load(): Promise<void> {
    this.#loading = true;
    try {
      await this.started;
      if (!this.#isPlaced) {
        // Reading on from nowhere would be reading all that ever happened.
        await this.#takePlace();
        this.releaseAll();
      }
      while (this.#wokenMeanwhile) {
        this.#wokenMeanwhile = false;
        const events = await this.log.after(this.streamId, this.lastSeq, batchSize);
        if (events.length === batchSize) this.#wokenMeanwhile = true;
        this.#append(events);
      }
    } catch (fault) {
      this.onFault(fault);
    } finally {
      this.#loading = false;
    }
  }

  #append(events: readonly E[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    this.#ring.push(...events);
    this.lastSeq = last.seq;
    const surplus = this.#ring.length - ringSize;
    if (surplus > 0) {
      this.ringAfter = this.#ring[surplus - 1]?.seq ?? this.ringAfter;
      this.#ring = this.#ring.slice(surplus);
    }
    this.releaseAll();
  }
}
