import { type Answer, ask, type Reply } from "../answer";
import type { HttpClient, HttpRequest } from "../http-client";
import type { EffectCall, Outcome, ProviderCredentials, ReadCall } from "../provider";
import type { ErrorMeaning } from "./errors";
import { failureOf, isOwnError, type MeaningOfText, withRetryable } from "./failures";

/** A request that has an effect, and goes out under our own idempotency key. */
export interface EffectRequest {
  readonly operation: string;
  readonly method: "POST" | "PUT" | "PATCH";
  readonly path: string;
  /** JSON text. */
  readonly body: string;
  readonly deviceId?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses that are a "no" to this request when they come without a code. */
  readonly meaningByStatus?: ReadonlyMap<number, ErrorMeaning>;
  /** Statuses that are a "no" in whatever words, for requests that may be sent again and again. */
  readonly certainRefusals?: ReadonlyMap<number, ErrorMeaning>;
  /** What a "no" means by its text, for endpoints that have no codes. */
  readonly meaningOfText?: MeaningOfText;
}

/** Speaks to Mercado Pago in a seller's name, and says what each answer proves. */
export class MercadoPagoClient {
  constructor(private readonly http: HttpClient) {}

  /** Sent once; only the caller knows when the same may be sent again. */
  async send(request: EffectRequest, call: EffectCall): Promise<Outcome<Answer>> {
    const headers: Record<string, string> = {
      "content-type": "application/json",
      "x-idempotency-key": call.idempotencyKey,
      ...commonHeaders(call.credentials),
      ...request.headers,
    };
    // The fingerprint of the buyer's page, for fraud scoring (docs, device id).
    if (request.deviceId != null) headers["x-meli-session-id"] = request.deviceId;
    const { operation, method, path, body } = request;
    const account = call.credentials.providerAccountId;
    const reply = await this.#exchange({ operation, method, path, body, headers, account });
    const certain = reply.kind === "answer" && request.certainRefusals?.get(reply.status);
    if (certain) return { kind: "refused", refusal: withRetryable(certain) };
    return outcomeOf(reply, request);
  }

  async get(
    operation: string,
    path: string,
    call: ReadCall,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Outcome<Answer>> {
    return outcomeOf(await this.#exchange(getRequest(operation, path, call, headers)));
  }

  /** Like `get`, with null for what Mercado Pago says does not exist. */
  async find(
    operation: string,
    path: string,
    call: ReadCall,
    meaningOfText?: MeaningOfText,
  ): Promise<Outcome<Answer | null>> {
    const reply = await this.#exchange(getRequest(operation, path, call));
    // Absence is believed in Mercado Pago's own words only, not from the page of a proxy on the way.
    const isAbsent = reply.kind === "answer" && reply.status === 404 && isOwnError(reply);
    return isAbsent
      ? { kind: "accepted", value: null }
      : outcomeOf(reply, meaningOfText && { meaningOfText });
  }

  /** The token endpoint: it takes no credentials but those in the body, and no header of ours (docs, OAuth). */
  requestToken(operation: string, body: string): Promise<Reply> {
    const headers = { accept: "application/json", "content-type": "application/json" };
    return this.#exchange({ operation, method: "POST", path: "/oauth/token", body, headers });
  }

  #exchange(request: HttpRequest): Promise<Reply> {
    return ask(this.http, request, "Mercado Pago");
  }
}

function outcomeOf(
  reply: Reply,
  { meaningByStatus, meaningOfText }: Pick<EffectRequest, "meaningByStatus" | "meaningOfText"> = {},
): Outcome<Answer> {
  if (reply.kind !== "answer") return reply;
  const { status } = reply;
  if (status >= 200 && status < 300) return { kind: "accepted", value: reply };
  return failureOf(reply, meaningByStatus, meaningOfText);
}

function getRequest(
  operation: string,
  path: string,
  { credentials }: ReadCall,
  more?: Readonly<Record<string, string>>,
): HttpRequest {
  const account = credentials.providerAccountId;
  const headers = { ...commonHeaders(credentials), ...more };
  return { operation, method: "GET", path, headers, account };
}

/** The token goes in the header and nowhere else: URLs end in logs. */
function commonHeaders(credentials: ProviderCredentials): Record<string, string> {
  return {
    authorization: `Bearer ${credentials.accessToken}`,
    accept: "application/json",
    "user-agent": "graphql-payments-gateway",
  };
}
