import { existsSync, readFileSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** Long enough to gather a burst of requests into one write, short enough to survive a kill. */
const quietMs = 300;

/**
 * Keeps the simulated worlds in one JSON file, so that a restarted demo still knows its payments.
 * Each world adds its members to the one object in the file. Requests never wait for the disk: a
 * change marks the file as stale, and one write follows.
 */
export class StateFile {
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  readonly #parts: (() => object)[] = [];

  constructor(private readonly path: string | undefined) {}

  /** From now on what `part` answers is saved too. */
  keep(part: () => object): void {
    this.#parts.push(part);
  }

  /** The saved state, or undefined when there is none yet. An unreadable file stops the start. */
  read(): unknown {
    if (this.path === undefined || !existsSync(this.path)) return undefined;
    try {
      return JSON.parse(readFileSync(this.path, "utf8"));
    } catch (error) {
      throw new Error(`The simulator state file ${this.path} cannot be read`, { cause: error });
    }
  }

  touch(): void {
    if (this.path === undefined || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.flush().catch((error: unknown) => {
        process.emitWarning(`The simulator state was not saved: ${String(error)}`);
      });
    }, quietMs);
    this.#timer.unref();
  }

  /** Writes beside the file and renames, so that a crash leaves the old state and not half of the new. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { path } = this;
    if (path === undefined) return Promise.resolve();
    const before = this.#writing.catch(() => {});
    this.#writing = before.then(async () => {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.new`, JSON.stringify(this.#snapshot()));
      await rename(`${path}.new`, path);
    });
    return this.#writing;
  }

  #snapshot(): object {
    return Object.assign({}, ...this.#parts.map((part) => part()));
  }
}
