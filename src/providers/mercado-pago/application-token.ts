import type { Clock } from "../../domain/clock";
import type { Outcome, ProviderCredentials } from "../provider";
import type { TokenEndpoint } from "./token-endpoint";

/** A token is replaced so long before its end (six hours, docs), so that none ends on the way. */
const marginMs = 10 * 60_000;

interface HeldToken {
  readonly credentials: ProviderCredentials;
  readonly endsAtMs: number;
}

/**
 * Calls in our application's own name, which reach what belongs to its owner and no seller's things. The token
 * is held in this process alone: another process, or this one after a restart, is given one of its own.
 */
export class ApplicationToken {
  #held: HeldToken | undefined;
  #asking: Promise<Outcome<HeldToken>> | undefined;

  constructor(
    private readonly tokens: TokenEndpoint,
    private readonly clock: Clock,
  ) {}

  /** Makes the call; where the token is refused, once more with a new one. */
  async call<T>(
    make: (credentials: ProviderCredentials) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    const first = await this.#token();
    if (first.kind !== "accepted") return first;
    const outcome = await make(first.value.credentials);
    if (!isRefusedToken(outcome)) return outcome;
    if (this.#held === first.value) this.#held = undefined;
    const second = await this.#token();
    if (second.kind !== "accepted") return second;
    const repeated = await make(second.value.credentials);
    return isRefusedToken(repeated) ? tokenRefused : repeated;
  }

  /** Never unknown: without a token, what it is needed for is certainly not sent. */
  async #token(): Promise<Exclude<Outcome<HeldToken>, { kind: "unknown" }>> {
    const nowMs = this.clock.now().getTime();
    const held = this.#held;
    if (held !== undefined && held.endsAtMs - marginMs > nowMs) {
      return { kind: "accepted", value: held };
    }
    const asked = await this.#askOnce();
    if (asked.kind === "accepted") return asked;
    // The former one still serves up to its end.
    if (held !== undefined && held.endsAtMs > nowMs) return { kind: "accepted", value: held };
    return asked.kind === "unknown" ? noToken : asked;
  }

  /** However many calls need a token at a time, one is asked for. */
  #askOnce(): Promise<Outcome<HeldToken>> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<Outcome<HeldToken>> {
    const askedAtMs = this.clock.now().getTime();
    const grant = { grant_type: "client_credentials" };
    const outcome = await this.tokens.ask("authorizeApplication", grant);
    if (outcome.kind !== "accepted") return outcome;
    const { accessToken, providerAccountId, expiresInMs } = outcome.value;
    const held = {
      credentials: { accessToken, shop: "", providerAccountId, country: null },
      endsAtMs: askedAtMs + (expiresInMs ?? Number.POSITIVE_INFINITY),
    };
    this.#held = held;
    return { kind: "accepted", value: held };
  }
}

function isRefusedToken(outcome: Outcome<unknown>): boolean {
  return outcome.kind === "refused" && outcome.refusal.credentialsRefused === true;
}

const noToken = {
  kind: "refused",
  refusal: {
    code: "PROVIDER_UNAVAILABLE",
    message: "Mercado Pago gave the gateway's application no access token. Nothing was sent.",
    retryable: true,
  },
} as const;

const tokenRefused = {
  kind: "refused",
  refusal: {
    code: "PROVIDER_REFUSED",
    message:
      "Mercado Pago does not take the access token that it gave the gateway's application. Its operator has to look at the application.",
    retryable: false,
  },
} as const;
