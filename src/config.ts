import { z } from "zod";
import { whyGuessable, whyKeyGuessable } from "./domain/guessable";
import type { KeptDays } from "./domain/kept-days";
import { type Provider, providers } from "./domain/provider";
import type { BusinessLimitSettings } from "./domain/rate-limit";
import { providerModules } from "./providers";
import {
  type Environment,
  type ProviderModule,
  type ProviderSettings,
  readableIn,
} from "./providers/settings";
import { flag, limit, list, port, secret, url, whole } from "./settings/readers";

/** Everything that can be set from outside, read once at start. `.env.example` tells what each variable means. */
export interface Config {
  readonly environment: EnvironmentName;
  /** Without a slash at the end. */
  readonly publicUrl: string;
  /** A demo marketplace with known keys is made at start. Never in production. */
  readonly demo: boolean;
  readonly logLevel: LogLevel;
  readonly database: { readonly url: string; readonly poolSize: number };
  readonly redisUrl: string | undefined;
  /** Id → 32 bytes; the first one seals. */
  readonly encryptionKeys: ReadonlyMap<string, Buffer>;
  readonly cursorSecret: string;
  /** By provider, as its folder reads them. */
  readonly providers: { readonly [P in Provider]: SettingsOf<P> };
  /** The page at /checkout-demo. */
  readonly checkoutDemo: {
    readonly scriptUrl: string;
    /** Instead of the demo seller's. */
    readonly sellerKey: string | undefined;
  };
  /** What businesses may do in some time; undefined is without limit. */
  readonly businessLimits: BusinessLimitSettings;
  /** After so many tries a notification is parked. */
  readonly webhookTries: number | undefined;
  readonly keptDays: KeptDays;
  /** What the HTTP and WebSocket edge is set to. */
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly publicUrl: string;
    readonly environment: EnvironmentName;
    readonly allowedOrigins: readonly string[];
    /** Undefined: requests are let in whatever name they came by. */
    readonly allowedHosts:
      | { readonly names: readonly string[]; readonly ipAddresses: boolean }
      | undefined;
    readonly trustedProxies: number;
    readonly sandbox: boolean;
    readonly metricsToken: string | undefined;
    readonly rateLimits: {
      readonly requestsPerMinutePerAddress: number;
      readonly pointsPerMinutePerPrincipal: number;
      readonly pointsPerMinutePerPage: number;
      readonly webhooksPerMinutePerAddress: number;
    };
    readonly webSocket: {
      readonly maxSocketsPerPrincipal: number;
      readonly maxSocketsPerAddress: number;
      readonly maxSockets: number;
      readonly closeSpreadMs: number;
    };
  };
  /** How long work that a process has taken up is left to it. */
  readonly leaseMs: number;
  /** How long work under way may take once the process was told to stop. */
  readonly shutdownGraceMs: number;
  /** Names a point in the code where the process ends itself; for crash tests. */
  readonly failpoint: string | undefined;
}

export type EnvironmentName = "development" | "test" | "production";
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/** All that is wrong with the environment, one line for each fault. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`The configuration is not valid:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
    this.name = "ConfigError";
  }
}

type SettingsOf<P extends Provider> = ReturnType<(typeof providerModules)[P]["read"]>;

/** Those of the providers are called for by the same functions, whatever they have. */
const modules: readonly ProviderModule[] = providers.map((name) => providerModules[name]);

/** Known to everybody who reads this file, and therefore refused in production. */
const demoSecrets = {
  ENCRYPTION_KEYS: "demo:ZGVtby1rZXktZGVtby1rZXktZGVtby1rZXktZGVtby0=",
  CURSOR_SECRET: "demo-cursor-secret-demo-cursor-secret",
} as const;

/** Any port of this machine; what a frontend in development runs on. */
const localOrigins = ["http://localhost:*", "http://127.0.0.1:*"];

/** The variables that belong to no provider, one line each. */
const ownVariables = {
  NODE_ENV: z
    .enum(["development", "test", "production"], {
      error: "must be development, test or production",
    })
    .default("development"),
  HOST: z.string().optional(),
  PORT: port(4000, 0),
  PUBLIC_URL: url("http", "https").optional(),
  ALLOWED_ORIGINS: z
    .string()
    .transform(list)
    .pipe(z.array(z.string().refine(isOrigin, "must list origins like https://shop.example")))
    .default([]),
  ALLOWED_HOSTS: z
    .string()
    .transform(list)
    .pipe(
      z.array(z.string().refine(isHostName, "must list names like pay.example, without a port")),
    )
    .default([]),
  TRUST_PROXY: whole(0, 0),
  DATABASE_URL: z
    .string()
    .regex(/^(sqlite:.|mysql:\/\/|mariadb:\/\/)/, "must start with sqlite:, mysql:// or mariadb://")
    .default("sqlite:./data/gateway.sqlite"),
  DATABASE_POOL_SIZE: whole(16),
  REDIS_URL: url("redis", "rediss").optional(),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"], {
      error: "must be trace, debug, info, warn, error, fatal or silent",
    })
    .default("info"),
  ENCRYPTION_KEYS: z.string().transform(readKeys).optional(),
  CURSOR_SECRET: z.string().min(32, "must have at least 32 characters").optional(),
  RATE_LIMIT_POINTS_PER_MINUTE: whole(60_000),
  RATE_LIMIT_PAGE_POINTS_PER_MINUTE: whole(60_000),
  RATE_LIMIT_REQUESTS_PER_MINUTE: whole(6_000),
  RATE_LIMIT_WEBHOOKS_PER_MINUTE: whole(6_000),
  RATE_LIMIT_SIGNED_WEBHOOKS_PER_MINUTE: limit(30_000),
  RATE_LIMIT_UNSIGNED_WEBHOOKS_PER_MINUTE: limit(600),
  RATE_LIMIT_UNSIGNED_LOOKS_PER_MINUTE_PER_ACCOUNT: limit(60),
  RATE_LIMIT_PAYMENTS_PER_MINUTE_PER_SELLER: limit(6_000),
  RATE_LIMIT_PAYMENTS_PER_MINUTE_PER_ADDRESS: limit(120),
  RATE_LIMIT_FAILURES_PER_HOUR_PER_CARD_TOKEN: limit(10),
  RATE_LIMIT_LOOK_UPS_PER_MINUTE_PER_ACCOUNT: limit(300),
  RATE_LIMIT_REFUNDS_PER_DAY_PER_SELLER: limit(10_000),
  RATE_LIMIT_CONNECTION_STARTS_PER_TEN_MINUTES: limit(10),
  WEBHOOK_TRIES: limit(36),
  KEEP_DELIVERIES_DAYS: limit(90),
  KEEP_OPERATIONS_DAYS: limit(400, 30),
  KEEP_OBSERVATIONS_DAYS: limit(400),
  KEEP_WATCH_TOKENS_DAYS: limit(30),
  KEEP_ALERTS_DAYS: limit(400),
  KEEP_CONNECTION_ATTEMPTS_DAYS: limit(1),
  WS_MAX_SOCKETS_PER_PRINCIPAL: whole(10),
  WS_MAX_SOCKETS_PER_ADDRESS: whole(100),
  WS_MAX_SOCKETS: whole(10_000),
  WS_CLOSE_SPREAD_MS: whole(5_000, 0),
  METRICS_TOKEN: secret.optional(),
  SANDBOX: flag,
  DEMO: flag,
  CHECKOUT_DEMO_SCRIPT_URL: url("http", "https").optional(),
  CHECKOUT_DEMO_SELLER_KEY: secret.optional(),
  SHUTDOWN_GRACE_MS: whole(35_000),
  FAILPOINT: z.string().optional(),
} as const;

const ownSchema = z.object(ownVariables);
type Variables = z.output<typeof ownSchema>;

/** All variables. Their meaning is told in `.env.example`, which a test compares with this. */
export const variables = z.object(
  Object.assign({}, ownVariables, ...modules.map((module) => module.variables)) as z.ZodRawShape,
);

/** @throws ConfigError that lists every fault, not just the first one. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  // `NAME=` in a .env file means "not set".
  const given: Environment = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== ""),
  );
  const { error } = variables.safeParse(given);
  const faults = [
    ...(error?.issues ?? []).map((issue) => `${String(issue.path[0])} ${issue.message}`),
    ...faultsBetween(readableIn(ownVariables, given), given),
  ];
  if (faults.length > 0) throw new ConfigError([...new Set(faults)]);
  return toConfig(ownSchema.parse(given), given);
}

/** Rules that need more than one variable. `given` has those that cannot be read as well. */
function faultsBetween(values: Partial<Variables>, given: Environment): string[] {
  const isProduction = values.NODE_ENV === "production";
  const faults: string[] = [];
  // A provider call that outlives the stop would be cut off with its outcome unknown.
  for (const { timeoutVariable, variables: ofProvider } of modules) {
    const graceMs = values.SHUTDOWN_GRACE_MS;
    const timeoutMs = readableIn(ofProvider, given)[timeoutVariable];
    if (graceMs !== undefined && typeof timeoutMs === "number" && graceMs < timeoutMs) {
      faults.push(`SHUTDOWN_GRACE_MS must not be below ${timeoutVariable}`);
    }
  }
  const ofProviders = modules.flatMap((module) => module.faultsIn(given, isProduction));
  if (!isProduction) return [...faults, ...ofProviders];

  const isGiven = (name: keyof Variables) => given[name] !== undefined;
  for (const name of Object.keys(demoSecrets) as (keyof typeof demoSecrets)[]) {
    if (!isGiven(name)) faults.push(`${name} must be set in production`);
  }
  faults.push(...ofProviders);
  if (!isGiven("PUBLIC_URL")) {
    faults.push("PUBLIC_URL must be set in production: providers send their notifications there");
  }
  // The default is a file in the folder that the process happens to start in.
  if (!isGiven("DATABASE_URL")) {
    faults.push(
      "DATABASE_URL must be set in production: mysql://, or sqlite:/path for one process",
    );
  }
  if (values.DEMO === true) {
    faults.push("DEMO must not be true in production: everybody knows the demo keys");
  }
  if (values.CHECKOUT_DEMO_SELLER_KEY !== undefined) {
    faults.push("CHECKOUT_DEMO_SELLER_KEY must not be set in production: the page shows it");
  }
  if (values.FAILPOINT !== undefined) faults.push("FAILPOINT must not be set in production");
  faults.push(...demoSecretsIn(values));
  // A demo value is told as such, once.
  const nameOf = (fault: string) => fault.split(" ", 1)[0];
  const isDemo = new Set(faults.filter((fault) => fault.includes("demo value")).map(nameOf));
  const guessable = guessableIn(values, given).filter((fault) => !isDemo.has(nameOf(fault)));
  return [...faults, ...guessable, ...unencryptedIn(given)];
}

/** Secrets that a person typed, or left as an example has them. No fault repeats one. */
function guessableIn(values: Partial<Variables>, given: Environment): string[] {
  // Keys behind the first one seal nothing any more, and have to open until what they sealed is sealed anew.
  const [first] = values.ENCRYPTION_KEYS ?? [];
  const why = first && whyKeyGuessable(first[1]);
  const keys = why === undefined ? [] : [`ENCRYPTION_KEYS (key ${first?.[0]}) must ${why}`];
  const { CURSOR_SECRET, METRICS_TOKEN } = values;
  const texts: readonly (readonly [place: string, secret: string | undefined])[] = [
    ["CURSOR_SECRET", CURSOR_SECRET],
    ["METRICS_TOKEN", METRICS_TOKEN],
    ...modules.flatMap((module) => module.secretsIn(given)),
  ];
  const ofTexts = texts.map(([place, secret]) => {
    const why = secret === undefined ? undefined : whyGuessable(secret);
    return why === undefined ? [] : [`${place} must ${why}`];
  });
  return [...keys, ...ofTexts.flat()];
}

/** Addresses at which people and providers reach us, or we reach providers with secrets, without encryption. */
function unencryptedIn(given: Environment): string[] {
  const names = [
    "PUBLIC_URL",
    ...modules.flatMap(({ addressVariables }) => addressVariables),
    "CHECKOUT_DEMO_SCRIPT_URL",
  ];
  // A provider's API at this machine's own address is a proxy of the operator's: nothing leaves the machine unencrypted.
  const proxied = modules
    .map(({ apiVariable }) => apiVariable)
    .filter((name) => isOwn(given[name]));
  return names.flatMap((name) =>
    isUnencrypted(given[name]) && !proxied.includes(name)
      ? [`${name} must start with https:// in production`]
      : [],
  );
}

function isOwn(address: string | undefined): boolean {
  const hostname = address !== undefined && URL.canParse(address) ? new URL(address).hostname : "";
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

function isUnencrypted(address: string | undefined): boolean {
  return address !== undefined && URL.canParse(address) && new URL(address).protocol === "http:";
}

function demoSecretsIn({ ENCRYPTION_KEYS, CURSOR_SECRET }: Partial<Variables>): string[] {
  const [demoKey] = demoKeys().values();
  const hasDemoKey = [...(ENCRYPTION_KEYS?.values() ?? [])].some((key) => demoKey?.equals(key));
  return [
    ...(hasDemoKey ? ["ENCRYPTION_KEYS must not be the demo value in production"] : []),
    ...(CURSOR_SECRET === demoSecrets.CURSOR_SECRET
      ? ["CURSOR_SECRET must not be the demo value in production"]
      : []),
  ];
}

/**
 * A lease as a multiple of the longest provider call: what is above one is for writing the outcome down on a
 * busy machine. A lease that ends too early costs a repeated call under the same key, never a second charge.
 */
const leasePerCall = 1.6;

function toConfig(values: Variables, given: Environment): Config {
  const environment = values.NODE_ENV;
  const isProduction = environment === "production";
  const publicUrl = (values.PUBLIC_URL ?? `http://127.0.0.1:${values.PORT}`).replace(/\/+$/, "");
  const hasSimulator =
    !isProduction && modules[0] !== undefined && given[modules[0].apiVariable] === undefined;
  const surroundings = { isProduction, publicUrl, hasSimulator };
  const ofProviders = Object.fromEntries(
    modules.map((module) => [module.name, module.read(given, surroundings)]),
    // Each module's own settings stand under its own name.
  ) as unknown as Config["providers"];
  const settings: readonly ProviderSettings[] = Object.values(ofProviders);
  const longestCallMs = Math.max(
    ...settings.filter(({ isSetUp }) => isSetUp).map(({ timeoutMs }) => timeoutMs),
  );
  return deepFreeze({
    environment,
    publicUrl,
    demo: values.DEMO ?? environment === "development",
    logLevel: values.LOG_LEVEL,
    database: { url: values.DATABASE_URL, poolSize: values.DATABASE_POOL_SIZE },
    redisUrl: values.REDIS_URL,
    encryptionKeys: values.ENCRYPTION_KEYS ?? demoKeys(),
    cursorSecret: values.CURSOR_SECRET ?? demoSecrets.CURSOR_SECRET,
    providers: ofProviders,
    checkoutDemo: {
      scriptUrl: values.CHECKOUT_DEMO_SCRIPT_URL ?? ofProviders.MERCADO_PAGO.scriptUrl,
      sellerKey: values.CHECKOUT_DEMO_SELLER_KEY,
    },
    businessLimits: {
      connectionStartsPerTenMinutes: values.RATE_LIMIT_CONNECTION_STARTS_PER_TEN_MINUTES,
      paymentsPerMinutePerSeller: values.RATE_LIMIT_PAYMENTS_PER_MINUTE_PER_SELLER,
      paymentsPerMinutePerAddress: values.RATE_LIMIT_PAYMENTS_PER_MINUTE_PER_ADDRESS,
      failuresPerHourPerCardToken: values.RATE_LIMIT_FAILURES_PER_HOUR_PER_CARD_TOKEN,
      lookUpsPerMinutePerAccount: values.RATE_LIMIT_LOOK_UPS_PER_MINUTE_PER_ACCOUNT,
      refundsPerDayPerSeller: values.RATE_LIMIT_REFUNDS_PER_DAY_PER_SELLER,
      signedWebhooksPerMinute: values.RATE_LIMIT_SIGNED_WEBHOOKS_PER_MINUTE,
      unsignedWebhooksPerMinute: values.RATE_LIMIT_UNSIGNED_WEBHOOKS_PER_MINUTE,
      unsignedLooksPerMinutePerAccount: values.RATE_LIMIT_UNSIGNED_LOOKS_PER_MINUTE_PER_ACCOUNT,
    },
    webhookTries: values.WEBHOOK_TRIES,
    keptDays: {
      deliveries: values.KEEP_DELIVERIES_DAYS,
      operations: values.KEEP_OPERATIONS_DAYS,
      observations: values.KEEP_OBSERVATIONS_DAYS,
      watchTokens: values.KEEP_WATCH_TOKENS_DAYS,
      alerts: values.KEEP_ALERTS_DAYS,
      connectionAttempts: values.KEEP_CONNECTION_ATTEMPTS_DAYS,
    },
    server: {
      host: values.HOST ?? (isProduction ? "0.0.0.0" : "127.0.0.1"),
      port: values.PORT,
      publicUrl,
      environment,
      allowedOrigins: [
        new URL(publicUrl).origin,
        ...values.ALLOWED_ORIGINS,
        ...(isProduction ? [] : localOrigins),
      ],
      allowedHosts: allowedHostsOf(values, publicUrl),
      trustedProxies: values.TRUST_PROXY,
      sandbox: values.SANDBOX ?? !isProduction,
      metricsToken: values.METRICS_TOKEN,
      rateLimits: {
        requestsPerMinutePerAddress: values.RATE_LIMIT_REQUESTS_PER_MINUTE,
        pointsPerMinutePerPrincipal: values.RATE_LIMIT_POINTS_PER_MINUTE,
        pointsPerMinutePerPage: values.RATE_LIMIT_PAGE_POINTS_PER_MINUTE,
        webhooksPerMinutePerAddress: values.RATE_LIMIT_WEBHOOKS_PER_MINUTE,
      },
      webSocket: {
        maxSocketsPerPrincipal: values.WS_MAX_SOCKETS_PER_PRINCIPAL,
        maxSocketsPerAddress: values.WS_MAX_SOCKETS_PER_ADDRESS,
        maxSockets: values.WS_MAX_SOCKETS,
        closeSpreadMs: values.WS_CLOSE_SPREAD_MS,
      },
    },
    leaseMs: leasePerCall * longestCallMs,
    shutdownGraceMs: values.SHUTDOWN_GRACE_MS,
    failpoint: values.FAILPOINT,
  });
}

/** `kid:base64,kid2:base64`. */
function readKeys(text: string, context: z.RefinementCtx<string>): Map<string, Buffer> {
  const keys = new Map<string, Buffer>();
  for (const item of list(text)) {
    const [, id, encoded] = /^([A-Za-z0-9-]{1,32}):([A-Za-z0-9+/_-]+=*)$/.exec(item) ?? [];
    if (id === undefined || encoded === undefined) {
      context.addIssue("must list keys as id:base64, separated by commas");
      continue;
    }
    const key = Buffer.from(encoded, "base64");
    if (key.length !== 32) context.addIssue(`must give key ${id} 32 bytes in base64`);
    if (keys.has(id)) context.addIssue(`must not name key ${id} twice`);
    keys.set(id, key);
  }
  if (keys.size === 0) context.addIssue("must name at least one key");
  return keys;
}

function demoKeys(): Map<string, Buffer> {
  const [id = "", encoded = ""] = demoSecrets.ENCRYPTION_KEYS.split(":");
  return new Map([[id, Buffer.from(encoded, "base64")]]);
}

/**
 * Outside of production the demo's keys are known to everybody, and the names by which requests come are few. In
 * production they are what somebody has set: proxies may use names of their own.
 */
function allowedHostsOf(
  { NODE_ENV, HOST, ALLOWED_HOSTS }: Variables,
  publicUrl: string,
): Config["server"]["allowedHosts"] {
  const isProduction = NODE_ENV === "production";
  if (isProduction && ALLOWED_HOSTS.length === 0) return undefined;
  const own = isProduction ? [] : ["localhost", ...(HOST === undefined ? [] : [HOST])];
  const names = [new URL(publicUrl).hostname, ...own, ...ALLOWED_HOSTS];
  return { names, ipAddresses: !isProduction };
}

function isHostName(text: string): boolean {
  return (
    URL.canParse(`http://${text}`) && new URL(`http://${text}`).hostname === text.toLowerCase()
  );
}

/** A scheme, a host and perhaps a port; `*` in place of the port is any port. */
function isOrigin(text: string): boolean {
  const concrete = text.replace(/:\*$/, ":1");
  return URL.canParse(concrete) && new URL(concrete).origin === concrete;
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === "object" && inner !== null && !Buffer.isBuffer(inner)) deepFreeze(inner);
  }
  return Object.freeze(value);
}
