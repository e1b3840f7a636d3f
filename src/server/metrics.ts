import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** What the gateway counts. Labels have few values each: no ids, no names that clients choose. */
export interface Metrics {
  readonly registry: Registry;
  readonly httpDuration: Histogram<"method" | "route" | "status">;
  readonly operations: Counter<"type" | "transport">;
  readonly errors: Counter<"code" | "transport">;
  readonly rateLimited: Counter<"layer">;
  readonly sockets: Gauge;
  readonly subscriptions: Gauge;
  readonly eventExecutions: Counter<"kind">;
  readonly webhooks: Counter<"provider" | "verdict">;
  readonly providerCalls: Counter<"provider" | "operation" | "method" | "status">;
  readonly providerDuration: Histogram<"provider" | "operation" | "outcome">;
  readonly payments: Counter<"provider" | "method" | "status">;
  readonly alerts: Counter<"alert">;
  readonly inboxSize: Gauge;
  readonly dueOperations: Gauge;
  /** How many of these have an unknown outcome; `things` is a part of the name. */
  unknownOutcomes(things: string): Gauge;
  readonly openAlerts: Gauge;
  readonly verifiedShare: Gauge<"provider" | "shop">;
  readonly clockSkew: Gauge;
}

/** `ofProcess` adds memory, event loop and garbage collection. */
export function createMetrics({ ofProcess = false } = {}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (ofProcess) collectDefaultMetrics({ register: registry, prefix: "gateway_" });
  return {
    registry,
    httpDuration: new Histogram({
      name: "gateway_http_duration_seconds",
      help: "Time from a request's arrival to its answer",
      labelNames: ["method", "route", "status"],
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30],
      registers,
    }),
    operations: new Counter({
      name: "gateway_graphql_operations_total",
      help: "GraphQL operations that were started",
      labelNames: ["type", "transport"],
      registers,
    }),
    errors: new Counter({
      name: "gateway_graphql_errors_total",
      help: "Errors in GraphQL answers, by code",
      labelNames: ["code", "transport"],
      registers,
    }),
    rateLimited: new Counter({
      name: "gateway_rate_limited_total",
      help: "Requests that were turned away by a rate limit",
      labelNames: ["layer"],
      registers,
    }),
    sockets: new Gauge({ name: "gateway_sockets", help: "Open WebSockets", registers }),
    subscriptions: new Gauge({
      name: "gateway_subscriptions",
      help: "Running GraphQL subscriptions",
      registers,
    }),
    eventExecutions: new Counter({
      name: "gateway_event_executions_total",
      help: "Subscription events: executed, or answered from an execution for another subscriber",
      labelNames: ["kind"],
      registers,
    }),
    webhooks: new Counter({
      name: "gateway_webhooks_total",
      help: "Notifications from providers, by what became of them",
      labelNames: ["provider", "verdict"],
      registers,
    }),
    providerCalls: new Counter({
      name: "gateway_provider_calls_total",
      help: "Calls to providers, by HTTP method and status; status is none where no answer came",
      labelNames: ["provider", "operation", "method", "status"],
      registers,
    }),
    payments: new Counter({
      name: "gateway_payment_statuses_total",
      help: "Payments that came to a status, by provider and payment method; unknown until the provider tells the method",
      labelNames: ["provider", "method", "status"],
      registers,
    }),
    alerts: new Counter({
      name: "gateway_alerts_total",
      help: "Log lines that ask for a person, by their text",
      labelNames: ["alert"],
      registers,
    }),
    providerDuration: new Histogram({
      name: "gateway_provider_call_duration_seconds",
      help: "Calls to providers",
      labelNames: ["provider", "operation", "outcome"],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25],
      registers,
    }),
    inboxSize: new Gauge({
      name: "gateway_inbox_deliveries",
      help: "Notifications that wait for their look-up",
      registers,
    }),
    dueOperations: new Gauge({
      name: "gateway_due_operations",
      help: "Operations whose next repair step is due",
      registers,
    }),
    unknownOutcomes(things) {
      const name = `gateway_unknown_${things}`;
      const help = `How many ${things} have an outcome at the provider that is not known`;
      const known = registry.getSingleMetric(name);
      return known instanceof Gauge ? known : new Gauge({ name, help, registers });
    },
    verifiedShare: new Gauge({
      name: "gateway_webhooks_verified_share",
      help: "Of the notifications of the last quarter of an hour that this process was sent, the share whose signature was good; missing where none came",
      labelNames: ["provider", "shop"],
      registers,
    }),
    openAlerts: new Gauge({
      name: "gateway_open_alerts",
      help: "What a person must look at and has not ended; `admin alert list` shows it",
      registers,
    }),
    clockSkew: new Gauge({
      name: "gateway_clock_skew_seconds",
      help: "How far this process's clock is ahead of the database's",
      registers,
    }),
  };
}
