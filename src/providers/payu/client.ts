import type { HttpClient, HttpRequest } from "../http-client";
import { parseJson } from "../json";
import type { Outcome } from "../provider";
import { failureOf } from "./failures";
import type { PayuShop, PayuShops } from "./shops";
import { readEnvelope } from "./wire";

/** An answer with JSON in it. */
export interface Answer {
  readonly status: number;
  readonly json: unknown;
}

export type Request = {
  readonly operation: string;
  readonly path: string;
} & (
  | { readonly method: "GET" | "DELETE" }
  | { readonly method: "POST"; readonly body: object | null }
);

/** An answer of any status, for those who read more than success out of it. */
export type Reply =
  | ({ readonly kind: "answer" } & Answer)
  | Exclude<Outcome<never>, { kind: "accepted" }>;

/** Speaks to PayU in a shop's name. A request goes out once more where the token was not taken, and never else. */
export class PayuClient {
  constructor(
    private readonly http: HttpClient,
    private readonly shops: PayuShops,
  ) {}

  /** `make` gets the shop, for bodies that name its ids. */
  async ask(shopName: string, make: (shop: PayuShop) => Request): Promise<Reply> {
    const open = this.shops.get(shopName);
    if (open === undefined) return noShop;
    const request = make(open.shop);
    const outcome = await open.token.call<Answer>(async ({ accessToken }) => {
      const reply = await this.#exchange(request, accessToken);
      if (reply.kind !== "answer") return reply;
      // Only the token's own 401 asks for another token; all others are answers.
      if (reply.status === 401) return tokenNotTaken;
      return { kind: "accepted", value: reply };
    });
    return outcome.kind === "accepted" ? { kind: "answer", ...outcome.value } : outcome;
  }

  /** For what is either done or not: 2xx, and the 302 of orders, is a success. */
  async get(shopName: string, operation: string, path: string): Promise<Outcome<Answer>> {
    const reply = await this.ask(shopName, () => ({ operation, path, method: "GET" }));
    if (reply.kind !== "answer") return reply;
    return isSuccess(reply) ? { kind: "accepted", value: reply } : failureOf(reply);
  }

  /** Like `get`, with null for what PayU itself says does not exist: a proxy's page proves nothing. */
  async find(shopName: string, operation: string, path: string): Promise<Outcome<Answer | null>> {
    const reply = await this.ask(shopName, () => ({ operation, path, method: "GET" }));
    if (reply.kind !== "answer") return reply;
    if (isSuccess(reply)) return { kind: "accepted", value: reply };
    const isAbsent =
      reply.status === 404 && readEnvelope(reply.json).statusCode === "DATA_NOT_FOUND";
    return isAbsent ? { kind: "accepted", value: null } : failureOf(reply);
  }

  async #exchange(request: Request, accessToken: string): Promise<Reply> {
    const result = await this.http.send(toHttp(request, accessToken));
    switch (result.kind) {
      case "response":
        return { kind: "answer", status: result.status, json: parseJson(result.text) };
      case "not-sent":
        return {
          kind: "refused",
          refusal: {
            code: "PROVIDER_UNAVAILABLE",
            message: `PayU could not be asked: ${result.reason}. Nothing was sent.`,
            retryable: true,
          },
        };
      case "unknown":
        return result;
    }
  }
}

export function isSuccess({ status, json }: Answer): boolean {
  return (status === 200 || status === 201 || status === 302) && json !== undefined;
}

function toHttp(request: Request, accessToken: string): HttpRequest {
  const { operation, path } = request;
  const headers = {
    authorization: `Bearer ${accessToken}`,
    accept: "application/json",
    "user-agent": "graphql-payments-gateway",
  };
  // A GET with any body is answered 403.
  if (request.method !== "POST") return { operation, path, headers, method: request.method };
  return {
    operation,
    path,
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: request.body === null ? "" : JSON.stringify(request.body),
  };
}

const noShop = {
  kind: "refused",
  refusal: {
    code: "PROVIDER_REFUSED",
    message: "The shop is not configured here any more. Nothing was sent.",
    retryable: false,
    credentialsRefused: true,
  },
} as const;

const tokenNotTaken = {
  kind: "refused",
  refusal: {
    code: "PROVIDER_REFUSED",
    message: "PayU did not take the access token.",
    retryable: true,
    credentialsRefused: true,
  },
} as const;
