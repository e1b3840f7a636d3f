import type { MovableClock } from "./clock";

type Task = () => void | Promise<void>;

interface Entry {
  at: number;
  order: number;
  task: Task;
}

/** Node keeps timer delays in 32 bits and fires at once when one does not fit. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Work that is due at an instant of the movable clock. Left alone it runs when real time gets
 * there; `advanceTo` runs everything on the way, one task after the other and each at its own
 * instant, so that a task which plans a follow-up sees that follow-up run in the same move.
 */
export class Schedule {
  readonly #heap: Entry[] = [];
  #order = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;

  constructor(private readonly clock: MovableClock) {}

  at(instant: number, task: Task): void {
    this.#order += 1;
    this.#push({ at: instant, order: this.#order, task });
    this.#arm();
  }

  async advanceTo(target: number): Promise<void> {
    for (let next = this.#heap[0]; next && next.at <= target; next = this.#heap[0]) {
      this.#pop();
      this.clock.moveTo(next.at);
      await next.task();
    }
    this.clock.moveTo(target);
    this.#timerAt = Number.POSITIVE_INFINITY;
    this.#arm();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timerAt = Number.POSITIVE_INFINITY;
    this.#heap.length = 0;
  }

  /** One timer for the earliest entry; entries far away cost nothing while they wait. */
  #arm(): void {
    const next = this.#heap[0];
    if (!next || next.at >= this.#timerAt) return;
    clearTimeout(this.#timer);
    this.#timerAt = next.at;
    const delay = Math.min(Math.max(next.at - this.clock.now(), 0), longestTimerMs);
    this.#timer = setTimeout(() => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.advanceTo(this.clock.now()).catch((error: unknown) => {
        process.emitWarning(`A scheduled simulator task failed: ${String(error)}`);
      });
    }, delay);
    this.#timer.unref();
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = heap[parentIndex];
      if (!parent || !isBefore(entry, parent)) break;
      heap[index] = parent;
      index = parentIndex;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let childIndex = index * 2 + 1;
      let child = heap[childIndex];
      const right = heap[childIndex + 1];
      if (child && right && isBefore(right, child)) {
        childIndex += 1;
        child = right;
      }
      if (!child || !isBefore(child, last)) break;
      heap[index] = child;
      index = childIndex;
    }
    heap[index] = last;
  }
}

function isBefore(left: Entry, right: Entry): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}
