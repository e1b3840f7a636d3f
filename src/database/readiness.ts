import { type Database, DatabaseTimeoutError } from "./database";

/** How long an answer holds: whoever asks meanwhile shares it. */
const memoryMs = 1_000;
/** A database that has not answered by then is of no use to a caller either. */
const limitMs = 2_000;

/**
 * Whether the database can be written, as of about now. One look is under way at a time, however many ask and however
 * long the look takes.
 */
export class Readiness {
  #answer: Promise<boolean> | undefined;
  #askedAt = 0;
  #isLooking = false;
  #wasReady = true;

  /** `told`: of a change for the worse, with its reason, and of one for the better. */
  constructor(
    private readonly database: Pick<Database, "beat">,
    private readonly told: (isReady: boolean, reason?: unknown) => void,
  ) {}

  /** Answers within two seconds, and does not throw. */
  isReady(): Promise<boolean> {
    const now = performance.now();
    if (this.#answer === undefined || now - this.#askedAt >= memoryMs) {
      this.#askedAt = now;
      this.#answer = this.#look();
    }
    return this.#answer;
  }

  async #look(): Promise<boolean> {
    // The last look has not ended yet: it took longer than anybody waits.
    if (this.#isLooking) return false;
    this.#isLooking = true;
    const beat = this.database.beat().finally(() => {
      this.#isLooking = false;
    });
    try {
      await inTime(beat);
      this.#tell(true);
      return true;
    } catch (fault) {
      this.#tell(false, fault);
      return false;
    }
  }

  #tell(isReady: boolean, reason?: unknown): void {
    if (isReady !== this.#wasReady) this.told(isReady, reason);
    this.#wasReady = isReady;
  }
}

function inTime(beat: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new DatabaseTimeoutError(`the database has not taken a write for ${limitMs} ms`));
    }, limitMs);
    beat.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}
