import { type Answer, ask, type Reply } from "../answer";
import type { HttpClient, HttpRequest } from "../http-client";
import type { Outcome } from "../provider";
import { failureOf } from "./failures";
import type { PayuShop, PayuShops } from "./shops";
import { isOwnError, readEnvelope } from "./wire";

export type Request = {
  readonly operation: string;
  readonly path: string;
} & (
  | { readonly method: "GET" | "DELETE" }
  | { readonly method: "POST"; readonly body: object | null }
);

/** Speaks to PayU in a shop's name. A request goes out once more where the token was not taken, and never else. */
export class PayuClient {
  constructor(
    private readonly http: HttpClient,
    private readonly shops: PayuShops,
  ) {}

  /** Answers of any status. `make` gets the shop, for bodies that name its ids. */
  async ask(shopName: string, make: (shop: PayuShop) => Request): Promise<Reply> {
    const open = this.shops.get(shopName);
    if (open === undefined) return noShop;
    const request = make(open.shop);
    const outcome = await open.token.call<Answer>(async ({ accessToken }) => {
      const reply = await ask(this.http, toHttp(request, accessToken), "PayU");
      if (reply.kind !== "answer") return reply;
      // Only PayU's own 401 asks for another token; all others are answers.
      if (reply.status === 401 && isOwnError(reply.json)) return tokenNotTaken;
      return { kind: "accepted", value: reply };
    });
    return outcome.kind === "accepted" ? outcome.value : outcome;
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
}

export function isSuccess({ status, json }: Pick<Answer, "status" | "json">): boolean {
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
