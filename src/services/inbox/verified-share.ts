import type { Clock } from "../../domain/clock";
import { keyOfSource, type WebhookSource } from "./webhook-source";

const minuteMs = 60_000;
/** Deliveries of so many minutes are counted together. */
const windowMinutes = 15;
/** So many that failed may be anybody's; more among few good ones are the rule. */
const failedAtLeast = 5;
/** Verified: fewer than this share are too few. */
const soundShare = 0.5;

interface Minute {
  readonly at: number;
  verified: number;
  failed: number;
}

/** How many of a source's deliveries were verified of late, as this process has seen them. */
export interface Share {
  readonly verified: number;
  readonly failed: number;
  /** Undefined where nothing came. */
  readonly share: number | undefined;
  /** Failing is the rule: the secret may be wrong. */
  readonly isLow: boolean;
}

/** Counts each source's deliveries over a moving window of a quarter of an hour, in memory. */
export class VerifiedShare {
  readonly #minutes = new Map<string, { readonly source: WebhookSource; minutes: Minute[] }>();

  constructor(private readonly clock: Clock) {}

  count(source: WebhookSource, verdict: "signed" | "forged"): void {
    const known = this.#minutes.get(keyOfSource(source)) ?? { source, minutes: [] };
    this.#minutes.set(keyOfSource(source), known);
    known.minutes = this.#recent(known.minutes);
    const at = this.#now();
    let minute = known.minutes.at(-1);
    if (minute?.at !== at) {
      minute = { at, verified: 0, failed: 0 };
      known.minutes.push(minute);
    }
    if (verdict === "signed") minute.verified++;
    else minute.failed++;
  }

  of(source: WebhookSource): Share {
    const recent = this.#recent(this.#minutes.get(keyOfSource(source))?.minutes ?? []);
    const verified = recent.reduce((sum, minute) => sum + minute.verified, 0);
    const failed = recent.reduce((sum, minute) => sum + minute.failed, 0);
    const all = verified + failed;
    const share = all === 0 ? undefined : verified / all;
    const isLow = failed >= failedAtLeast && share !== undefined && share < soundShare;
    return { verified, failed, share, isLow };
  }

  /** Of all sources that anything has come for. */
  all(): readonly (WebhookSource & Share)[] {
    return [...this.#minutes.values()].map(({ source }) => ({ ...source, ...this.of(source) }));
  }

  #now(): number {
    return Math.floor(this.clock.now().getTime() / minuteMs);
  }

  #recent(minutes: readonly Minute[]): Minute[] {
    const oldest = this.#now() - windowMinutes;
    return minutes.filter(({ at }) => at > oldest);
  }
}
