import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import type { Dispatcher } from "undici";

export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * How one call ended. The line between the last two decides about money: after `not-sent` it is safe to
 * give up or to start anew, after `unknown` it is not.
 */
export type HttpResult =
  | {
      readonly kind: "response";
      readonly status: number;
      readonly headers: ResponseHeaders;
      readonly text: string;
    }
  /** Certain that not one byte of the request was written. */
  | { readonly kind: "not-sent"; readonly reason: string }
  /** The request may have arrived; the answer did not, or not whole. */
  | {
      readonly kind: "unknown";
      readonly reason: string;
      /** It came, and cannot be read. */
      readonly isUnreadable?: true;
    };

/**
 * One request on its way through undici. `onRequestStart` runs immediately before the first byte is
 * written and for no other reason, so whether it ran is the whole difference between "not sent" and
 * "unknown". Error codes alone cannot tell: a reset may come during the TLS handshake or after the body.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | undefined;
  #settled = false;
  #status = 0;
  #headers: ResponseHeaders = {};
  readonly #chunks: Buffer[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly settle: (result: HttpResult) => void,
    timeoutMs: number,
    /** Of the answer's body, unpacked. */
    private readonly maxBytes: number,
  ) {
    this.#timer = setTimeout(() => this.#expire(), timeoutMs);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Two reasons to stop it here, unwritten: time ran out while it waited for a connection, or undici
    // starts it a second time. Sending again is for those who know what the request does.
    if (this.#settled || this.#controller !== undefined) {
      controller.abort(new Error("must not be written"));
      return;
    }
    this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: ResponseHeaders,
  ): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [only] = this.#chunks;
    const body =
      only !== undefined && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks);
    const plain = unpacked(body, this.#headers["content-encoding"], this.maxBytes);
    if (plain === undefined) {
      const reason = "the answer is compressed, and cannot be unpacked";
      this.#finish({ kind: "unknown", reason, isUnreadable: true });
      return;
    }
    const text = plain.toString("utf8");
    this.#finish({ kind: "response", status: this.#status, headers: this.#headers, text });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const code = codeOf(error);
    if (this.#controller === undefined) {
      this.#finish({ kind: "not-sent", reason: `no connection could be made (${code})` });
    } else if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") {
      this.#finish({ kind: "unknown", reason: "the answer is too large", isUnreadable: true });
    } else {
      this.#finish({ kind: "unknown", reason: `the connection broke before the answer (${code})` });
    }
  }

  #expire(): void {
    if (this.#controller === undefined) {
      this.#finish({ kind: "not-sent", reason: "no connection in time" });
      return;
    }
    this.#finish({ kind: "unknown", reason: "no whole answer in time" });
    this.#controller.abort(new Error("out of time"));
  }

  #finish(result: HttpResult): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.settle(result);
  }
}

const unpackers = new Map([
  ["gzip", gunzipSync],
  ["x-gzip", gunzipSync],
  ["deflate", inflateSync],
  ["br", brotliDecompressSync],
]);

/**
 * The body as it was before it was packed: a proxy on the way may pack answers although `identity` was asked for.
 * Undefined where it cannot be unpacked, or is larger than that.
 */
function unpacked(
  body: Buffer,
  encodings: string | string[] | undefined,
  maxBytes: number,
): Buffer | undefined {
  const applied = [encodings ?? []].flat().flatMap((line) => line.toLowerCase().split(","));
  let plain = body;
  for (const encoding of applied.map((name) => name.trim()).reverse()) {
    // An answer without a body may name an encoding all the same.
    if (encoding === "" || encoding === "identity" || plain.length === 0) continue;
    const unpack = unpackers.get(encoding);
    if (unpack === undefined) return undefined;
    try {
      plain = unpack(plain, { maxOutputLength: maxBytes });
    } catch {
      return undefined;
    }
  }
  return plain;
}

/** The code of an error, never its message: messages can carry addresses and parts of what was sent. */
function codeOf(error: Error): string {
  const code = "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z0-9_]{1,60}$/.test(code) ? code : error.name;
}
