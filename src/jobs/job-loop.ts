import type { Logger } from "pino";
import { jobActor } from "../domain/actor";
import { beginWork } from "../logging/work";

/** Work that is looked for again and again. */
export interface Job {
  readonly name: string;
  /**
   * Does what is due now, or begins to; answers whether there was anything, so that it is looked for more at once.
   * `wake`: for work that goes on, when it has room for more.
   */
  runOnce(wake: () => void): Promise<boolean>;
  /** Waits for what it has begun. */
  settled?(): Promise<void>;
}

/** Runs one job at a time: by the clock, when woken, and again at once while there is work. */
export class JobLoop {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #wokenMeanwhile = false;
  #stopped = false;

  constructor(
    private readonly job: Job,
    private readonly intervalMs: number,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.#timer = setInterval(() => this.wake(), this.intervalMs);
    this.#timer.unref();
    this.wake();
  }

  /** Looks for work now. */
  wake(): void {
    if (this.#stopped || this.#timer === undefined) return;
    this.#wokenMeanwhile = true;
    // Whoever wakes it is at other work; that a request did so says nothing of the rows that are worked on.
    this.#running ??= beginWork({ job: this.job.name }, jobActor(this.job.name), () => this.#run());
  }

  /** Takes nothing new up, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
    await this.job.settled?.();
  }

  async #run(): Promise<void> {
    try {
      while (this.#wokenMeanwhile && !this.#stopped) {
        this.#wokenMeanwhile = false;
        if (await this.job.runOnce(() => this.wake())) this.#wokenMeanwhile = true;
      }
    } catch (fault) {
      // The rows stay claimed until their lease ends, and are tried again then.
      this.logger.error({ err: fault, job: this.job.name }, "a job failed");
    } finally {
      this.#running = undefined;
    }
  }
}
