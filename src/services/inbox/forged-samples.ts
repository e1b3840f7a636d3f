import { keyOfSource, type WebhookSource } from "./webhook-source";

/** One forged delivery of this time is kept. */
const pauseMs = 10_000;
/** So many are kept of a source, over all processes; newer ones replace the oldest. */
const placesOfSource = 60;

/**
 * Says which of the deliveries that fail verification are kept, so that a flood of them fills nothing: each process
 * keeps one in ten seconds, in one of sixty places of its source. Without floods these are all.
 */
export class ForgedSamples {
  /** The last pause of each source in which one was kept. Sources are few: they stand in the settings. */
  readonly #lastPause = new Map<string, number>();

  /** The place for the next sample; undefined where none is kept now. */
  turnOf(source: WebhookSource, now: Date): { readonly dedupeKey: string } | undefined {
    const key = keyOfSource(source);
    const pause = Math.floor(now.getTime() / pauseMs);
    if (this.#lastPause.get(key) === pause) return undefined;
    this.#lastPause.set(key, pause);
    return { dedupeKey: `forged|${pause % placesOfSource}` };
  }
}
