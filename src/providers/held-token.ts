import type { Clock } from "../domain/clock";
import type { Outcome, ProviderRefusal } from "./provider";

/** A token is replaced so long before its end (hours, at all providers), so that none ends on the way. */
const marginMs = 10 * 60_000;

/** What a provider hands out for a client's id and secret. */
export interface IssuedToken {
  readonly accessToken: string;
  readonly expiresInMs: number | null;
}

interface Held<T> {
  readonly token: T;
  readonly endsAtMs: number;
}

/**
 * Calls in the name of an application or shop of ours, with the token that it is given for its id and secret. The
 * token is held in this process alone: another process, or this one after a restart, is given one of its own.
 */
export class HeldToken<T extends IssuedToken> {
  #held: Held<T> | undefined;
  #asking: Promise<Outcome<Held<T>>> | undefined;

  constructor(
    /** Whose token it is, for messages: "Mercado Pago". */
    private readonly provider: string,
    private readonly ask: () => Promise<Outcome<T>>,
    private readonly clock: Clock,
  ) {}

  /** Makes the call; where the token is refused, once more with a new one. The call must be the same each time. */
  async call<V>(make: (token: T) => Promise<Outcome<V>>): Promise<Outcome<V>> {
    const first = await this.#token();
    if (first.kind !== "accepted") return first;
    const outcome = await make(first.value.token);
    if (!isRefusedToken(outcome)) return outcome;
    if (this.#held === first.value) this.#held = undefined;
    const second = await this.#token();
    if (second.kind !== "accepted") return second;
    const repeated = await make(second.value.token);
    return isRefusedToken(repeated) ? { kind: "refused", refusal: this.#tokenRefused() } : repeated;
  }

  /** Never unknown: without a token, what it is needed for is certainly not sent. */
  async #token(): Promise<Exclude<Outcome<Held<T>>, { kind: "unknown" }>> {
    const nowMs = this.clock.now().getTime();
    const held = this.#held;
    if (held !== undefined && held.endsAtMs - marginMs > nowMs) {
      return { kind: "accepted", value: held };
    }
    const asked = await this.#askOnce();
    if (asked.kind === "accepted") return asked;
    // The former one still serves up to its end.
    if (held !== undefined && held.endsAtMs > nowMs) return { kind: "accepted", value: held };
    return asked.kind === "unknown" ? { kind: "refused", refusal: this.#noToken() } : asked;
  }

  /** However many calls need a token at a time, one is asked for. */
  #askOnce(): Promise<Outcome<Held<T>>> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<Outcome<Held<T>>> {
    const askedAtMs = this.clock.now().getTime();
    const outcome = await this.ask();
    if (outcome.kind !== "accepted") return outcome;
    const token = outcome.value;
    const held = { token, endsAtMs: askedAtMs + (token.expiresInMs ?? Number.POSITIVE_INFINITY) };
    this.#held = held;
    return { kind: "accepted", value: held };
  }

  #noToken(): ProviderRefusal {
    return {
      code: "PROVIDER_UNAVAILABLE",
      message: `${this.provider} gave the gateway no access token. Nothing was sent.`,
      retryable: true,
    };
  }

  #tokenRefused(): ProviderRefusal {
    return {
      code: "PROVIDER_REFUSED",
      message: `${this.provider} does not take the access token that it gave the gateway. Its operator has to look at the account there.`,
      retryable: false,
      // Tells about this attempt only: an earlier one may have had its effect.
      credentialsRefused: true,
    };
  }
}

function isRefusedToken(outcome: Outcome<unknown>): boolean {
  return outcome.kind === "refused" && outcome.refusal.credentialsRefused === true;
}
