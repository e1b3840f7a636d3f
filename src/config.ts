import { z } from "zod";
import { whyGuessable, whyKeyGuessable } from "./domain/guessable";
import { isId, type MarketplaceId } from "./domain/ids";
import type { KeptDays } from "./domain/kept-days";
import { type Currency, isCurrency } from "./domain/money";

/** Everything that can be set from outside, read once at start. `.env.example` tells what each variable means. */
export interface Config {
  readonly environment: Environment;
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
  readonly mercadoPago: {
    readonly apiUrl: string;
    /** True: nobody named an API, so the simulator has to be started at `apiUrl`. */
    readonly startSimulator: boolean;
    readonly webhookSecrets: readonly string[];
    /** Whether the older notifications are heard, which nobody can verify. */
    readonly unsignedNotifications: boolean;
    readonly timeoutMs: number;
    /** The application that sellers connect to; undefined: none is set up. */
    readonly application:
      | {
          readonly clientId: string;
          readonly clientSecret: string;
          readonly pkce: "S256" | "plain" | "off";
          /** Where sellers agree; undefined: Mercado Pago's host of the seller's country. */
          readonly authorizationUrl: string | undefined;
        }
      | undefined;
    /** Where sellers come back to, exactly as it is registered for the application. */
    readonly redirectUri: string;
  };
  readonly payu: {
    readonly apiUrl: string;
    /** True: nobody named an API, so the simulator's half has to be started at `apiUrl`. */
    readonly startSimulator: boolean;
    /** The marketplaces' shops there; without any, PayU is not set up. */
    readonly shops: readonly PayuShop[];
    readonly signatureAlgorithms: readonly (typeof signatureAlgorithms)[number][];
    readonly timeoutMs: number;
  };
  /** The page at /checkout-demo. */
  readonly checkoutDemo: {
    readonly scriptUrl: string;
    /** Instead of the demo seller's. */
    readonly sellerKey: string | undefined;
  };
  /** What businesses may do in some time; undefined is without limit. */
  readonly businessLimits: {
    readonly connectionStartsPerTenMinutes: number | undefined;
    readonly paymentsPerMinutePerSeller: number | undefined;
    readonly paymentsPerMinutePerAddress: number | undefined;
    readonly failuresPerHourPerCardToken: number | undefined;
    readonly refundsPerDayPerSeller: number | undefined;
    readonly signedWebhooksPerMinute: number | undefined;
    readonly unsignedWebhooksPerMinute: number | undefined;
    readonly unsignedLooksPerMinutePerAccount: number | undefined;
  };
  readonly keptDays: KeptDays;
  /** What the HTTP and WebSocket edge is set to. */
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly publicUrl: string;
    readonly environment: Environment;
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

export type Environment = "development" | "test" | "production";
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";

/** All that is wrong with the environment, one line for each fault. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`The configuration is not valid:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
    this.name = "ConfigError";
  }
}

/** Known to everybody who reads this file, and therefore refused in production. */
const demoSecrets = {
  ENCRYPTION_KEYS: "demo:ZGVtby1rZXktZGVtby1rZXktZGVtby1rZXktZGVtby0=",
  CURSOR_SECRET: "demo-cursor-secret-demo-cursor-secret",
  MERCADO_PAGO_WEBHOOK_SECRETS: "demo-webhook-secret",
} as const;

/** The simulator's application. */
const demoApplication = {
  MERCADO_PAGO_CLIENT_ID: "1010101010101010",
  MERCADO_PAGO_CLIENT_SECRET: "demo-client-secret",
} as const;

/** The demo marketplace, which `demo.ts` makes. */
const demoMarketplaceId = "mkt_000000000000000000000DEM00" as MarketplaceId;

/** Hashes that PayU may sign with, by the names that it gives them. */
const signatureAlgorithms = ["MD5", "SHA-1", "SHA", "SHA-256", "SHA-384", "SHA-512"] as const;

/** The simulator's shops: in zloty, in euro, and one whose orders wait for their capture. */
const demoShops: readonly PayuShop[] = [
  demoShop("demo", "900100", "", "demoShop", "PLN"),
  demoShop("demo-eur", "900200", "-eur", "demoShopEur", "EUR"),
  demoShop("demo-hold", "900300", "-hold", "demoShopHold", "PLN"),
];

function demoShop(
  name: string,
  posId: string,
  suffix: string,
  shopId: string,
  currency: Currency,
): PayuShop {
  return {
    name,
    marketplaceId: demoMarketplaceId,
    posId,
    clientSecret: `payu-demo-secret${suffix}`,
    secondKeys: [`payu-demo-second-key${suffix}`],
    shopId,
    currency,
  };
}

const payuUrl = "https://secure.payu.com";

const mercadoPagoUrl = "https://api.mercadopago.com";
const mercadoPagoScriptUrl = "https://sdk.mercadopago.com/js/v2";

/** Any port of this machine; what a frontend in development runs on. */
const localOrigins = ["http://localhost:*", "http://127.0.0.1:*"];

function whole(fallback: number, least = 1) {
  return z.coerce
    .number({ error: "must be a number" })
    .int("must be a whole number")
    .min(least, `must be at least ${least}`)
    .default(fallback);
}

/** A whole number, or `off` for none. */
function limit(fallback: number, least = 1) {
  return z
    .union([z.literal("off"), whole(fallback, least)], {
      error: `must be a whole number of at least ${least}, or off`,
    })
    .default(fallback)
    .transform((value) => (value === "off" ? undefined : value));
}

const flag = z
  .enum(["true", "false"], { error: "must be true or false" })
  .transform((text) => text === "true")
  .optional();

function url(...schemes: readonly string[]) {
  return z
    .string()
    .refine(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.slice(0, -1)),
      `must be a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`,
    );
}

function list(text: string): string[] {
  return text.split(",").flatMap((item) => (item.trim() === "" ? [] : [item.trim()]));
}

function port(fallback: number, least: number) {
  return whole(fallback, least).pipe(z.number().max(65_535, "must be at most 65535"));
}

const secret = z.string().min(16, "must have at least 16 characters");

/** A field of a JSON object. Zod's own words for what it found there would repeat it. */
function field(kind: string) {
  return {
    error: ({ input }: { input?: unknown }) =>
      input === undefined ? "must be given" : `must be ${kind}`,
  };
}
const textField = z.string(field("text in quotes"));
const secretField = textField.pipe(secret);

const shopFields = {
  name: textField.regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, _ or -"),
  marketplaceId: textField
    .refine((id) => isId("Marketplace", id), "must be a marketplace's id, as `admin` prints it")
    .transform((id) => id as MarketplaceId),
  posId: z.string(field("a number in quotes")).regex(/^\d{1,20}$/, "must be a number in quotes"),
  clientSecret: secretField,
  secondKeys: z
    .array(secretField, field("a list, also of a single key"))
    .min(1, "must name at least one key"),
  shopId: textField.min(1, "must not be empty"),
  currency: textField
    .refine(isCurrency, "must be a currency that the gateway knows")
    .transform((code) => code as Currency),
};
const shopSchema = z.strictObject(shopFields, {
  error: ({ code }) =>
    code === "unrecognized_keys"
      ? `must have no other fields than ${Object.keys(shopFields).join(", ")}`
      : "must be an object",
});

type PayuShop = z.infer<typeof shopSchema>;

/** A JSON list; its values are secrets, and no fault repeats one. */
function readShops(text: string, context: z.RefinementCtx<string>): readonly PayuShop[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {}
  if (!Array.isArray(json)) {
    context.addIssue("must be JSON: a list of shops");
    return [];
  }
  const parsed = z.array(shopSchema).safeParse(json);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) {
      const [index, name] = path;
      const place = name === undefined ? "" : `: ${String(name)}`;
      context.addIssue(`(shop ${Number(index) + 1})${place} ${message}`);
    }
    return [];
  }
  for (const key of ["name", "posId"] as const) {
    const values = new Set(parsed.data.map((shop) => shop[key]));
    if (values.size !== parsed.data.length) context.addIssue(`must not have a ${key} twice`);
  }
  return parsed.data;
}

/** One line for each variable. Its meaning is told in `.env.example`, which a test compares with this. */
export const variables = z.object({
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
  MERCADO_PAGO_API_URL: url("http", "https").optional(),
  MERCADO_PAGO_WEBHOOK_SECRETS: z
    .string()
    .transform(list)
    .pipe(z.array(secret).min(1, "must name at least one secret"))
    .optional(),
  MERCADO_PAGO_UNSIGNED_NOTIFICATIONS: flag,
  MERCADO_PAGO_TIMEOUT_MS: whole(25_000),
  MERCADO_PAGO_CLIENT_ID: z
    .string()
    .regex(/^\d{1,32}$/, "must be a number")
    .optional(),
  MERCADO_PAGO_CLIENT_SECRET: secret.optional(),
  MERCADO_PAGO_PKCE: z
    .enum(["S256", "plain", "off"], { error: "must be S256, plain or off" })
    .default("S256"),
  MERCADO_PAGO_AUTHORIZATION_URL: url("http", "https").optional(),
  MERCADO_PAGO_REDIRECT_URI: url("http", "https").optional(),
  SIMULATOR_MERCADO_PAGO_PORT: port(4010, 1),
  PAYU_API_URL: url("http", "https").optional(),
  PAYU_SHOPS: z.string().transform(readShops).optional(),
  PAYU_SIGNATURE_ALGORITHMS: z
    .string()
    .transform(list)
    .pipe(
      z
        .array(
          z.enum(signatureAlgorithms, {
            error: `must list some of ${signatureAlgorithms.join(", ")}`,
          }),
        )
        .min(1, "must name at least one algorithm"),
    )
    .default(["MD5", "SHA-256", "SHA-384", "SHA-512"]),
  PAYU_TIMEOUT_MS: whole(25_000),
  SIMULATOR_PAYU_PORT: port(4020, 1),
  RATE_LIMIT_POINTS_PER_MINUTE: whole(60_000),
  RATE_LIMIT_REQUESTS_PER_MINUTE: whole(6_000),
  RATE_LIMIT_WEBHOOKS_PER_MINUTE: whole(6_000),
  RATE_LIMIT_SIGNED_WEBHOOKS_PER_MINUTE: limit(30_000),
  RATE_LIMIT_UNSIGNED_WEBHOOKS_PER_MINUTE: limit(600),
  RATE_LIMIT_UNSIGNED_LOOKS_PER_MINUTE_PER_ACCOUNT: limit(60),
  RATE_LIMIT_PAYMENTS_PER_MINUTE_PER_SELLER: limit(6_000),
  RATE_LIMIT_PAYMENTS_PER_MINUTE_PER_ADDRESS: limit(120),
  RATE_LIMIT_FAILURES_PER_HOUR_PER_CARD_TOKEN: limit(10),
  RATE_LIMIT_REFUNDS_PER_DAY_PER_SELLER: limit(10_000),
  RATE_LIMIT_CONNECTION_STARTS_PER_TEN_MINUTES: limit(10),
  KEEP_DELIVERIES_DAYS: limit(90),
  KEEP_OPERATIONS_DAYS: limit(400, 30),
  KEEP_OBSERVATIONS_DAYS: limit(400),
  KEEP_WATCH_TOKENS_DAYS: limit(30),
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
});

type Variables = z.infer<typeof variables>;

/** @throws ConfigError that lists every fault, not just the first one. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  // `NAME=` in a .env file means "not set".
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = variables.safeParse(given);
  const faults = parsed.success
    ? faultsBetween(parsed.data, given)
    : [
        ...parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`),
        ...faultsBetween(readableOf(given), given),
      ];
  if (!parsed.success || faults.length > 0) throw new ConfigError([...new Set(faults)]);
  return toConfig(parsed.data);
}

/** Those variables that can be read, so that what is wrong between them is told with what cannot. */
function readableOf(given: NodeJS.ProcessEnv): Partial<Variables> {
  return Object.fromEntries(
    Object.entries(variables.shape).flatMap(([name, schema]) => {
      const { success, data } = schema.safeParse(given[name]);
      return success ? [[name, data]] : [];
    }),
  );
}

/** Rules that need more than one variable. `given` has those that cannot be read as well. */
function faultsBetween(values: Partial<Variables>, given: NodeJS.ProcessEnv): string[] {
  const faults: string[] = [];
  // A provider call that outlives the stop would be cut off with its outcome unknown.
  for (const name of ["MERCADO_PAGO_TIMEOUT_MS", "PAYU_TIMEOUT_MS"] as const) {
    const { SHUTDOWN_GRACE_MS: graceMs, [name]: timeoutMs } = values;
    if (graceMs !== undefined && timeoutMs !== undefined && graceMs < timeoutMs) {
      faults.push(`SHUTDOWN_GRACE_MS must not be below ${name}`);
    }
  }
  const isGiven = (name: keyof Variables) => given[name] !== undefined;
  if (isGiven("MERCADO_PAGO_CLIENT_ID") !== isGiven("MERCADO_PAGO_CLIENT_SECRET")) {
    faults.push("MERCADO_PAGO_CLIENT_ID and MERCADO_PAGO_CLIENT_SECRET must be set together");
  }
  if (values.NODE_ENV !== "production") {
    if (isGiven("PAYU_SHOPS") && !isGiven("PAYU_API_URL")) {
      faults.push(
        "PAYU_API_URL must be set with PAYU_SHOPS outside of production: PayU's sandbox is https://secure.snd.payu.com",
      );
    }
    return faults;
  }

  if (isGiven("PAYU_API_URL") && !isGiven("PAYU_SHOPS")) {
    faults.push("PAYU_SHOPS must be set with PAYU_API_URL in production");
  }
  for (const name of Object.keys(demoSecrets) as (keyof typeof demoSecrets)[]) {
    if (!isGiven(name)) faults.push(`${name} must be set in production`);
  }
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
  const demoFaults = demoSecretsIn(values);
  // A demo value is told as such, once.
  const guessable = guessableIn(values).filter(
    (fault) => !demoFaults.some((demo) => demo.split(" ", 1)[0] === fault.split(" ", 1)[0]),
  );
  return [...faults, ...demoFaults, ...guessable, ...unencryptedIn(values)];
}

/** Secrets that a person typed, or left as an example has them. No fault repeats one. */
function guessableIn(values: Partial<Variables>): string[] {
  // Keys behind the first one seal nothing any more, and have to open until what they sealed is sealed anew.
  const [first] = values.ENCRYPTION_KEYS ?? [];
  const why = first && whyKeyGuessable(first[1]);
  const keys = why === undefined ? [] : [`ENCRYPTION_KEYS (key ${first?.[0]}) must ${why}`];
  const {
    CURSOR_SECRET,
    MERCADO_PAGO_WEBHOOK_SECRETS = [],
    MERCADO_PAGO_CLIENT_SECRET,
    METRICS_TOKEN,
    PAYU_SHOPS = [],
  } = values;
  const texts: readonly (readonly [name: string, secret: string | undefined])[] = [
    ["CURSOR_SECRET", CURSOR_SECRET],
    ...MERCADO_PAGO_WEBHOOK_SECRETS.map((each) => ["MERCADO_PAGO_WEBHOOK_SECRETS", each] as const),
    ["MERCADO_PAGO_CLIENT_SECRET", MERCADO_PAGO_CLIENT_SECRET],
    ["METRICS_TOKEN", METRICS_TOKEN],
    ...PAYU_SHOPS.flatMap(({ clientSecret, secondKeys }, index) => [
      [`PAYU_SHOPS (shop ${index + 1}): clientSecret`, clientSecret] as const,
      ...secondKeys.map((key) => [`PAYU_SHOPS (shop ${index + 1}): secondKeys`, key] as const),
    ]),
  ];
  const ofTexts = texts.map(([name, secret]) => {
    const why = secret === undefined ? undefined : whyGuessable(secret);
    return why === undefined ? [] : [`${name} must ${why}`];
  });
  return [...keys, ...ofTexts.flat()];
}

/** Addresses at which people and providers reach us, or we reach providers with secrets, without encryption. */
function unencryptedIn(values: Partial<Variables>): string[] {
  const names = [
    "PUBLIC_URL",
    "MERCADO_PAGO_REDIRECT_URI",
    "MERCADO_PAGO_AUTHORIZATION_URL",
    "MERCADO_PAGO_API_URL",
    "PAYU_API_URL",
    "CHECKOUT_DEMO_SCRIPT_URL",
  ] as const;
  return names.flatMap((name) =>
    isUnencrypted(values[name]) ? [`${name} must start with https:// in production`] : [],
  );
}

function isUnencrypted(address: string | undefined): boolean {
  return address !== undefined && new URL(address).protocol === "http:";
}

function demoSecretsIn(values: Partial<Variables>): string[] {
  const { MERCADO_PAGO_CLIENT_SECRET } = demoApplication;
  const isDemo = (shop: PayuShop) =>
    demoShops.some(
      ({ clientSecret, secondKeys }) =>
        shop.clientSecret === clientSecret ||
        secondKeys.some((key) => shop.secondKeys.includes(key)),
    );
  const ofShops = values.PAYU_SHOPS?.some(isDemo)
    ? ["PAYU_SHOPS must not have demo values in production"]
    : [];
  return [...ofShops, ...demoValuesIn(values, MERCADO_PAGO_CLIENT_SECRET)];
}

function demoValuesIn(values: Partial<Variables>, MERCADO_PAGO_CLIENT_SECRET: string): string[] {
  return Object.entries({ ...demoSecrets, MERCADO_PAGO_CLIENT_SECRET }).flatMap(([name, demo]) => {
    const value = values[name as keyof Variables];
    const isDemo =
      value instanceof Map
        ? [...value.values()].some((key: Buffer) => demo.endsWith(key.toString("base64")))
        : [value].flat().some((item) => item === demo);
    return isDemo ? [`${name} must not be the demo value in production`] : [];
  });
}

/**
 * A lease as a multiple of the longest provider call: what is above one is for writing the outcome down on a
 * busy machine. A lease that ends too early costs a repeated call under the same key, never a second charge.
 */
const leasePerCall = 1.6;

function toConfig(values: Variables): Config {
  const environment = values.NODE_ENV;
  const isProduction = environment === "production";
  const simulatorUrl = `http://127.0.0.1:${values.SIMULATOR_MERCADO_PAGO_PORT}`;
  const payuSimulatorUrl = `http://127.0.0.1:${values.SIMULATOR_PAYU_PORT}`;
  const startSimulator = values.MERCADO_PAGO_API_URL === undefined && !isProduction;
  const simulatesPayu =
    startSimulator && values.PAYU_API_URL === undefined && values.PAYU_SHOPS === undefined;
  const isSimulatedPayu = values.PAYU_API_URL !== undefined && !isProduction;
  const publicUrl = (values.PUBLIC_URL ?? `http://127.0.0.1:${values.PORT}`).replace(/\/+$/, "");
  const payuShops = values.PAYU_SHOPS ?? (simulatesPayu || isSimulatedPayu ? demoShops : []);
  return deepFreeze({
    environment,
    publicUrl,
    demo: values.DEMO ?? environment === "development",
    logLevel: values.LOG_LEVEL,
    database: { url: values.DATABASE_URL, poolSize: values.DATABASE_POOL_SIZE },
    redisUrl: values.REDIS_URL,
    encryptionKeys: values.ENCRYPTION_KEYS ?? demoKeys(),
    cursorSecret: values.CURSOR_SECRET ?? demoSecrets.CURSOR_SECRET,
    mercadoPago: {
      apiUrl: values.MERCADO_PAGO_API_URL ?? (isProduction ? mercadoPagoUrl : simulatorUrl),
      startSimulator,
      webhookSecrets: values.MERCADO_PAGO_WEBHOOK_SECRETS ?? [
        demoSecrets.MERCADO_PAGO_WEBHOOK_SECRETS,
      ],
      unsignedNotifications: values.MERCADO_PAGO_UNSIGNED_NOTIFICATIONS ?? false,
      timeoutMs: values.MERCADO_PAGO_TIMEOUT_MS,
      application: applicationOf(values, simulatorUrl),
      redirectUri: values.MERCADO_PAGO_REDIRECT_URI ?? `${publicUrl}/oauth/mercadopago/callback`,
    },
    payu: {
      apiUrl: values.PAYU_API_URL ?? (isProduction ? payuUrl : payuSimulatorUrl),
      startSimulator: simulatesPayu,
      shops: payuShops,
      signatureAlgorithms: values.PAYU_SIGNATURE_ALGORITHMS,
      timeoutMs: values.PAYU_TIMEOUT_MS,
    },
    checkoutDemo: {
      scriptUrl:
        values.CHECKOUT_DEMO_SCRIPT_URL ??
        (startSimulator ? `${simulatorUrl}/js/v2` : mercadoPagoScriptUrl),
      sellerKey: values.CHECKOUT_DEMO_SELLER_KEY,
    },
    businessLimits: {
      connectionStartsPerTenMinutes: values.RATE_LIMIT_CONNECTION_STARTS_PER_TEN_MINUTES,
      paymentsPerMinutePerSeller: values.RATE_LIMIT_PAYMENTS_PER_MINUTE_PER_SELLER,
      paymentsPerMinutePerAddress: values.RATE_LIMIT_PAYMENTS_PER_MINUTE_PER_ADDRESS,
      failuresPerHourPerCardToken: values.RATE_LIMIT_FAILURES_PER_HOUR_PER_CARD_TOKEN,
      refundsPerDayPerSeller: values.RATE_LIMIT_REFUNDS_PER_DAY_PER_SELLER,
      signedWebhooksPerMinute: values.RATE_LIMIT_SIGNED_WEBHOOKS_PER_MINUTE,
      unsignedWebhooksPerMinute: values.RATE_LIMIT_UNSIGNED_WEBHOOKS_PER_MINUTE,
      unsignedLooksPerMinutePerAccount: values.RATE_LIMIT_UNSIGNED_LOOKS_PER_MINUTE_PER_ACCOUNT,
    },
    keptDays: {
      deliveries: values.KEEP_DELIVERIES_DAYS,
      operations: values.KEEP_OPERATIONS_DAYS,
      observations: values.KEEP_OBSERVATIONS_DAYS,
      watchTokens: values.KEEP_WATCH_TOKENS_DAYS,
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
        webhooksPerMinutePerAddress: values.RATE_LIMIT_WEBHOOKS_PER_MINUTE,
      },
      webSocket: {
        maxSocketsPerPrincipal: values.WS_MAX_SOCKETS_PER_PRINCIPAL,
        maxSocketsPerAddress: values.WS_MAX_SOCKETS_PER_ADDRESS,
        maxSockets: values.WS_MAX_SOCKETS,
        closeSpreadMs: values.WS_CLOSE_SPREAD_MS,
      },
    },
    leaseMs:
      leasePerCall *
      Math.max(values.MERCADO_PAGO_TIMEOUT_MS, payuShops.length === 0 ? 0 : values.PAYU_TIMEOUT_MS),
    shutdownGraceMs: values.SHUTDOWN_GRACE_MS,
    failpoint: values.FAILPOINT,
  });
}

/**
 * The simulator's own application stands in outside of production. In production there is none unless it is
 * set: payments of sellers that are connected already need none until their credentials end.
 */
function applicationOf(
  values: Variables,
  simulatorUrl: string,
): Config["mercadoPago"]["application"] {
  const isProduction = values.NODE_ENV === "production";
  const demo = isProduction ? undefined : demoApplication;
  const clientId = values.MERCADO_PAGO_CLIENT_ID ?? demo?.MERCADO_PAGO_CLIENT_ID;
  const clientSecret = values.MERCADO_PAGO_CLIENT_SECRET ?? demo?.MERCADO_PAGO_CLIENT_SECRET;
  if (clientId === undefined || clientSecret === undefined) return undefined;
  const simulated = values.MERCADO_PAGO_API_URL ?? (isProduction ? undefined : simulatorUrl);
  // Whoever stands in for the API has the page as well; Mercado Pago's own is on another host.
  const isReal = simulated === undefined || new URL(simulated).origin === mercadoPagoUrl;
  const authorizationUrl =
    values.MERCADO_PAGO_AUTHORIZATION_URL ??
    (isReal ? undefined : new URL("/authorization", simulated).href);
  return { clientId, clientSecret, pkce: values.MERCADO_PAGO_PKCE, authorizationUrl };
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
