import { type Dispatcher, Pool } from "undici";
import type { Provider } from "../domain/provider";
import { Exchange, type HttpResult, type ResponseHeaders } from "./http-exchange";
import { type BreakerSettings, defaultBreaker, Guard, type GuardVerdict } from "./resilience";

export type { HttpResult, ResponseHeaders } from "./http-exchange";

/** A request. A GET or DELETE has no body: PayU answers 403 to a GET that has one. */
export type HttpRequest = {
  /** What it does, for logs and metrics: "createPayment". Never anything of the request itself. */
  readonly operation: string;
  /** Path and query, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whose call it is: one account gets no more than its share of the connections. */
  readonly account?: string | undefined;
} & (
  | { readonly method: "GET" | "DELETE"; readonly body?: never }
  | { readonly method: "POST" | "PUT" | "PATCH"; readonly body: string }
);

/** What may be told of a call. A list of what is allowed: nothing secret can slip into a log by it. */
export interface CallReport {
  readonly provider: Provider;
  readonly operation: string;
  readonly method: string;
  readonly status: number | null;
  readonly durationMs: number;
  readonly outcome: HttpResult["kind"];
  /** One of our own phrases; null where there was an answer. */
  readonly reason: string | null;
  /** What the provider's support finds the call by; null where no answer told it. */
  readonly supportId: string | null;
}

export type CallObserver = (report: CallReport) => void;

/** What may be told of an answer that shows nothing that is known. A list of what is allowed, as above. */
export interface UnreadableReport {
  readonly provider: Provider;
  readonly operation: string;
  /** Names the object at the provider, where the call has one. Without the query. */
  readonly path: string;
  readonly status: number | null;
  /** One of our own phrases. */
  readonly reason: string;
  readonly supportId: string | null;
}

export type UnreadableObserver = (report: UnreadableReport) => void;

export interface HttpClientOptions {
  readonly provider: Provider;
  /** Origin, and a path in front of all paths where there is one. */
  readonly baseUrl: string;
  /** For a whole call: waiting, connecting, answer, body, and a repetition after 429. */
  readonly timeoutMs?: number | undefined;
  readonly connectTimeoutMs?: number | undefined;
  readonly connections?: number | undefined;
  /** Calls that may wait for a connection. */
  readonly queued?: number | undefined;
  readonly maxResponseBytes?: number | undefined;
  readonly breaker?: Partial<BreakerSettings> | undefined;
  readonly onCall?: CallObserver | undefined;
  readonly onUnreadable?: UnreadableObserver | undefined;
  /** The answer's header, in small letters, that the provider's support asks for. */
  readonly supportHeader?: string | undefined;
  /** Waits out a `Retry-After`. Tests replace it. */
  readonly wait?: ((ms: number) => Promise<void>) | undefined;
}

const defaults = {
  /** Shorter than the time that a stop of the gateway leaves for calls under way. */
  timeoutMs: 25_000,
  /** A connection takes a few hundred ms. Later than this it is better to know "not sent" for certain. */
  connectTimeoutMs: 5_000,
  connections: 64,
  queued: 256,
  /** A page of search results is some hundred kB. */
  maxResponseBytes: 1024 * 1024,
} as const;

/** A longer `Retry-After` is left to the repair worker: a client is waiting for this answer. */
const longestRetryAfterMs = 2_000;

/**
 * Speaks HTTP to one provider, over connections that no other provider shares. Follows no redirect (PayU's
 * 302 is an answer), repeats nothing on its own but one 429, and says of every call whether it was sent.
 */
export class HttpClient {
  readonly #pool: Pool;
  readonly #pathPrefix: string;
  readonly #timeoutMs: number;
  readonly #maxResponseBytes: number;
  readonly #guard: Guard<HttpResult>;
  #closing: Promise<void> | undefined;

  constructor(private readonly options: HttpClientOptions) {
    const url = new URL(options.baseUrl);
    const connections = options.connections ?? defaults.connections;
    const queued = options.queued ?? defaults.queued;
    this.#pathPrefix = url.pathname.replace(/\/+$/, "");
    this.#timeoutMs = options.timeoutMs ?? defaults.timeoutMs;
    this.#maxResponseBytes = options.maxResponseBytes ?? defaults.maxResponseBytes;
    this.#pool = new Pool(url.origin, {
      connections,
      // One request at a time on a connection: a pipelined POST would share the fate of the one before it.
      pipelining: 1,
      // Nor does it share a connection over HTTP/2, which undici 8 would otherwise offer.
      allowH2: false,
      connect: { timeout: options.connectTimeoutMs ?? defaults.connectTimeoutMs },
      // The deadline covers headers and body together; undici's own two would start anew for each.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: this.#maxResponseBytes,
    });
    this.#guard = new Guard(
      {
        concurrent: connections,
        queued,
        perAccount: { concurrent: shareOf(connections), queued: shareOf(queued) },
        breaker: { ...defaultBreaker, ...options.breaker },
      },
      isOutage,
      turnedAway,
    );
  }

  /** Never rejects: how a call ended is always a result. */
  async send(request: HttpRequest): Promise<HttpResult> {
    const endsAt = performance.now() + this.#timeoutMs;
    const first = await this.#guarded(request, endsAt);
    const waitMs = retryAfterMs(first);
    if (waitMs === undefined || performance.now() + waitMs >= endsAt) return first;
    // 429 says that the request was not taken. It goes out again as it was, under the same key.
    await (this.options.wait ?? sleep)(waitMs);
    const second = await this.#guarded(request, endsAt);
    return second.kind === "not-sent" ? first : second;
  }

  /** Tells a person of an answer that cannot be read, for those who read it. */
  tellUnreadable(request: HttpRequest, result: HttpResult, reason: string): void {
    const isResponse = result.kind === "response";
    this.options.onUnreadable?.({
      provider: this.options.provider,
      operation: request.operation,
      path: request.path.split("?", 1)[0] ?? "",
      status: isResponse ? result.status : null,
      reason,
      supportId: isResponse ? this.#supportId(result.headers) : null,
    });
  }

  /** Lets calls under way finish, then ends the connections. Later calls are not sent. */
  close(): Promise<void> {
    this.#closing ??= this.#pool.close();
    return this.#closing;
  }

  async #guarded(request: HttpRequest, endsAt: number): Promise<HttpResult> {
    const startedAt = performance.now();
    const result = await this.#guard.run(
      () => this.#exchange(request, endsAt - performance.now()),
      request.account,
    );
    this.#report(request, result, performance.now() - startedAt);
    return result;
  }

  #exchange(request: HttpRequest, timeoutMs: number): Promise<HttpResult> {
    if (timeoutMs <= 0) {
      return Promise.resolve({ kind: "not-sent", reason: "no connection came free in time" });
    }
    return new Promise((settle) => {
      const exchange = new Exchange(settle, timeoutMs, this.#maxResponseBytes);
      this.#pool.dispatch(this.#dispatchOptions(request), exchange);
    });
  }

  #dispatchOptions(request: HttpRequest): Dispatcher.DispatchOptions {
    const { method } = request;
    const headers = { "accept-encoding": "identity", ...request.headers };
    const path = this.#pathPrefix + request.path;
    return request.body === undefined
      ? { method, path, headers }
      : { method, path, headers, body: request.body };
  }

  /** Nothing but what looks like an id: it goes into logs. */
  #supportId(headers: ResponseHeaders): string | null {
    const value = headers[this.options.supportHeader ?? ""];
    return typeof value === "string" && /^[\w-]{1,64}$/.test(value) ? value : null;
  }

  #report(request: HttpRequest, result: HttpResult, durationMs: number): void {
    if (this.options.onCall === undefined) return;
    const isResponse = result.kind === "response";
    try {
      this.options.onCall({
        provider: this.options.provider,
        operation: request.operation,
        method: request.method,
        status: isResponse ? result.status : null,
        durationMs,
        outcome: result.kind,
        reason: isResponse ? null : result.reason,
        supportId: isResponse ? this.#supportId(result.headers) : null,
      });
    } catch {
      // A broken counter must not turn an answered payment into an unanswered one.
    }
  }
}

/** What one account may have: most of it, so that a marketplace of one seller loses little, and never all. */
function shareOf(places: number): number {
  return Math.max(1, Math.floor(places * 0.75));
}

/** Whether a call came to nothing good: refused, failed, or without an answer. */
export function isFailed({ status }: CallReport): boolean {
  return status === null || status >= 400;
}

/** What the breaker counts: no answer, or one that says the provider is ill. A "no" is health. */
function isOutage(result: HttpResult): boolean {
  return result.kind !== "response" || result.status >= 500;
}

function turnedAway(why: GuardVerdict): HttpResult {
  return { kind: "not-sent", reason: why };
}

/** Whole seconds, as the official Node SDK reads it. Anything else: do not repeat. */
function retryAfterMs(result: HttpResult): number | undefined {
  if (result.kind !== "response" || result.status !== 429) return undefined;
  const value = result.headers["retry-after"];
  if (typeof value !== "string" || !/^\d{1,3}$/.test(value)) return undefined;
  const ms = Number(value) * 1000;
  return ms <= longestRetryAfterMs ? ms : undefined;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
