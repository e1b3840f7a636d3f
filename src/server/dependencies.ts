import type { GraphQLSchema } from "graphql";
import type { Redis } from "ioredis";
import type { Logger } from "pino";
import type { Clock } from "../domain/clock";
import type { Refusal } from "../domain/errors";
import type { Principal } from "../domain/principal";
import type { AllowedHosts } from "./http/hosts";
import type { Metrics } from "./metrics";
import type { CheckoutDemo } from "./pages/checkout-demo";

/** How the edge is set; a part of the process's configuration. */
export interface ServerSettings {
  readonly host: string;
  readonly port: number;
  /** Where the outside reaches us. */
  readonly publicUrl: string;
  readonly environment: "development" | "test" | "production";
  /** Origins whose pages may call us; a port of `*` is any port. */
  readonly allowedOrigins: readonly string[];
  /** Names under which requests may come in; undefined: under any. */
  readonly allowedHosts?: AllowedHosts | undefined;
  /** How many proxies in front of us add to `X-Forwarded-For`. */
  readonly trustedProxies: number;
  /** Serve Apollo Sandbox and GraphiQL. */
  readonly sandbox: boolean;
  /** Bearer token of `/metrics`; without one there is no such page. */
  readonly metricsToken?: string | undefined;
  readonly rateLimits: RateLimitSettings;
  readonly webSocket: WebSocketSettings;
}

export interface RateLimitSettings {
  /** Before anything is read: requests and socket openings. */
  readonly requestsPerMinutePerAddress: number;
  /** After parsing: cost points of operations. */
  readonly pointsPerMinutePerPrincipal: number;
  /** The same for a publishable key, of each address that it is used from. */
  readonly pointsPerMinutePerPage: number;
  readonly webhooksPerMinutePerAddress: number;
}

export interface WebSocketSettings {
  readonly maxSocketsPerPrincipal: number;
  readonly maxSocketsPerAddress: number;
  readonly maxSockets: number;
  /** Over how long a time sockets are closed at a stop. */
  readonly closeSpreadMs: number;
  readonly maxSubscriptionsPerSocket?: number;
  readonly messagesPerMinute?: number;
  /** How long a client may take to say who it is. */
  readonly initWaitMs?: number;
  readonly heartbeatMs?: number;
  /** How often a socket's credential is looked up again, so that revoking one also ends what it watches. */
  readonly recheckMs?: number;
  /** How often sockets are looked at for the two above. */
  readonly sweepMs?: number;
}

/** From whom and where an operation came. */
export interface ContextRequest {
  readonly principal: Principal;
  readonly requestId: string;
  readonly ip: string;
  readonly transport: "http" | "websocket";
}

/**
 * What the GraphQL context has to offer beside what resolvers need. Apollo copies the context's own
 * properties into a new object for each operation, so it must not keep state in `#private` fields.
 */
export interface ServerContext {
  /**
   * Names what this viewer sees: two subscribers with equal keys get equal answers to equal documents,
   * and share one execution. The safest key names role, reach and rights.
   */
  readonly shareKey: string;
  /** A context of the same viewer with new loaders: one is made for each event of a subscription. */
  forEvent(): ServerContext;
}

/** A provider's notification as it came in. */
export interface IncomingWebhook {
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The query's values; the last one wins where a name repeats. */
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly rawBody: Buffer;
}

export type WebhookVerdict = "stored" | "duplicate" | "unsigned" | "forged" | "unknown-provider";

/** Everything that the edge needs from the rest of the gateway. */
export interface ServerDependencies<TContext extends ServerContext> {
  readonly settings: ServerSettings;
  readonly schema: GraphQLSchema;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Shares rate limits between processes. Their loss costs precision, nothing else. */
  readonly redis?: Redis | undefined;
  /** @throws Refusal UNAUTHENTICATED */
  authenticate(credential: string): Promise<Principal>;
  makeContext(request: ContextRequest): TContext;
  /** Whether the database answers. */
  isReady(): Promise<boolean>;
  /** `source` is what follows `/webhooks/`: "mercadopago". Anything thrown asks the provider to come again. */
  receiveWebhook(source: string, request: IncomingWebhook): Promise<WebhookVerdict>;
  /**
   * A seller comes back from a provider's page; `code` is absent where it did not agree. Absent: there is no
   * such page here.
   * @throws Refusal where the seller was not connected
   */
  completeConnection?(
    source: string,
    answer: { readonly state: string; readonly code?: string },
  ): Promise<void>;
  /** Translates errors of libraries that are refusals in truth, such as failed input validation. */
  refusalOf?(error: unknown): Refusal | undefined;
  /** Filled into Sandbox and GraphiQL, so that the first query of a newcomer works. */
  readonly demoCredential?: string | undefined;
  /** Serves the checkout demo, outside of production. */
  readonly checkoutDemo?: CheckoutDemo | undefined;
}
