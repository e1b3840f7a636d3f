import { createHash } from "node:crypto";
import { canonicalJson } from "../core/json-body";
import { keyConflict } from "./errors";

/** Choice: how long a key is remembered. The documents give no number. */
const retentionMs = 24 * 60 * 60 * 1000;

interface Remembered {
  bodyHash: string;
  at: number;
  /** The id of what the first request made or changed. */
  resultId: number;
}

/**
 * What was done under which X-Idempotency-Key. A key belongs to one account and one endpoint, as
 * measured on the real API. Choice: only successes are remembered, so a refused request may be
 * corrected and sent again under the same key.
 */
export class IdempotencyKeys {
  #remembered = new Map<string, Remembered>();

  /** The result of the first request when this one repeats it; throws when only the key is the same. */
  find(
    scope: string,
    key: string,
    body: unknown,
    now: number,
    conflict: () => Error = keyConflict,
  ): number | undefined {
    const known = this.#remembered.get(`${scope} ${key}`);
    if (!known || now - known.at >= retentionMs) return undefined;
    if (known.bodyHash !== hashOf(body)) throw conflict();
    return known.resultId;
  }

  remember(scope: string, key: string, body: unknown, now: number, resultId: number): void {
    this.#forgetOld(now);
    const id = `${scope} ${key}`;
    this.#remembered.delete(id);
    this.#remembered.set(id, { bodyHash: hashOf(body), at: now, resultId });
  }

  snapshot(): [string, Remembered][] {
    return [...this.#remembered];
  }

  restore(entries: [string, Remembered][]): void {
    this.#remembered = new Map(entries);
  }

  /** A Map keeps the order of insertion, so the old ones are always in front. */
  #forgetOld(now: number): void {
    for (const [id, { at }] of this.#remembered) {
      if (now - at < retentionMs) return;
      this.#remembered.delete(id);
    }
  }
}

function hashOf(body: unknown): string {
  return createHash("sha1").update(canonicalJson(body)).digest("base64");
}
