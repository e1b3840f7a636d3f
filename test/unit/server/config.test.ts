import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { ConfigError, readConfig, variables } from "../../../src/config";

function randomKey(): string {
  return randomBytes(32).toString("base64");
}

const production = {
  NODE_ENV: "production",
  PUBLIC_URL: "https://pay.example",
  DATABASE_URL: "mysql://gateway@db.example/gateway",
  ENCRYPTION_KEYS: `k2:${randomKey()},k1:${randomKey()}`,
  CURSOR_SECRET: randomBytes(16).toString("hex"),
  MERCADO_PAGO_WEBHOOK_SECRETS: randomBytes(32).toString("hex"),
};

const readProviders = (env: NodeJS.ProcessEnv) => readConfig(env).providers;

function faultsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe("an empty environment", () => {
  const config = readConfig({});

  it("is one for development, with everything on this machine", () => {
    expect(config).toMatchObject({
      environment: "development",
      publicUrl: "http://127.0.0.1:4000",
      demo: true,
      database: { url: "sqlite:./data/gateway.sqlite", poolSize: 16 },
      redisUrl: undefined,
      providers: {
        MERCADO_PAGO: { apiUrl: "http://127.0.0.1:4010", startSimulator: true, timeoutMs: 25_000 },
      },
      server: { host: "127.0.0.1", port: 4000, sandbox: true, metricsToken: undefined },
      shutdownGraceMs: 35_000,
      failpoint: undefined,
    });
    expect([...config.encryptionKeys.values()].map((key) => key.length)).toEqual([32]);
  });

  it("connects sellers to the simulator's application, on its page", () => {
    expect(config.providers.MERCADO_PAGO).toMatchObject({
      application: {
        clientId: "1010101010101010",
        pkce: "S256",
        authorizationUrl: "http://127.0.0.1:4010/authorization",
      },
      redirectUri: "http://127.0.0.1:4000/oauth/mercadopago/callback",
    });
  });

  it("starts the simulator where it is told to", () => {
    const { MERCADO_PAGO: mercadoPago } = readProviders({ SIMULATOR_MERCADO_PAGO_PORT: "4011" });
    expect(mercadoPago).toMatchObject({ apiUrl: "http://127.0.0.1:4011", startSimulator: true });
  });

  it("lets pages on any local port in", () => {
    expect(config.server.allowedOrigins).toEqual([
      "http://127.0.0.1:4000",
      "http://localhost:*",
      "http://127.0.0.1:*",
    ]);
  });

  it("takes requests by this machine's names, and by others that are set", () => {
    expect(config.server.allowedHosts).toEqual({
      names: ["127.0.0.1", "localhost"],
      ipAddresses: true,
    });
    const set = readConfig({ ALLOWED_HOSTS: "gateway, pay.example", HOST: "laptop" });
    expect(set.server.allowedHosts?.names).toEqual([
      ...["127.0.0.1", "localhost", "laptop", "gateway", "pay.example"],
    ]);
  });

  it("is frozen to the ground", () => {
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.server.rateLimits)).toBe(true);
    expect(Object.isFrozen(config.server.allowedOrigins)).toBe(true);
  });
});

describe("production", () => {
  it("takes a complete environment", () => {
    const config = readConfig(production);
    expect(config).toMatchObject({
      environment: "production",
      demo: false,
      providers: { MERCADO_PAGO: { apiUrl: "https://api.mercadopago.com", startSimulator: false } },
      server: { host: "0.0.0.0", sandbox: false, allowedOrigins: ["https://pay.example"] },
    });
    expect([...config.encryptionKeys.keys()]).toEqual(["k2", "k1"]);
  });

  it("has the application that it is given, at Mercado Pago's own page, and none otherwise", () => {
    const given = {
      MERCADO_PAGO_CLIENT_ID: "4711",
      MERCADO_PAGO_CLIENT_SECRET: randomBytes(16).toString("hex"),
      MERCADO_PAGO_PKCE: "off",
    };
    expect(readConfig({ ...production, ...given }).providers.MERCADO_PAGO).toMatchObject({
      application: { clientId: "4711", pkce: "off", authorizationUrl: undefined },
      redirectUri: "https://pay.example/oauth/mercadopago/callback",
    });
    const { MERCADO_PAGO: mercadoPago } = readProviders({
      ...production,
      MERCADO_PAGO_REDIRECT_URI: "https://shop.example/connected",
    });
    expect(mercadoPago).toMatchObject({
      application: undefined,
      redirectUri: "https://shop.example/connected",
    });
    const { MERCADO_PAGO_CLIENT_ID } = given;
    expect(faultsOf({ ...production, MERCADO_PAGO_CLIENT_ID })).toEqual([
      "MERCADO_PAGO_CLIENT_ID and MERCADO_PAGO_CLIENT_SECRET must be set together",
    ]);
    const MERCADO_PAGO_CLIENT_SECRET = "demo-client-secret";
    expect(faultsOf({ ...production, MERCADO_PAGO_CLIENT_ID, MERCADO_PAGO_CLIENT_SECRET })).toEqual(
      ["MERCADO_PAGO_CLIENT_SECRET must not be the demo value in production"],
    );
  });

  it("takes requests by any name, or by those that are set and no address", () => {
    expect(readConfig(production).server.allowedHosts).toBeUndefined();
    const set = readConfig({ ...production, ALLOWED_HOSTS: "gateway.internal" });
    expect(set.server.allowedHosts).toEqual({
      names: ["pay.example", "gateway.internal"],
      ipAddresses: false,
    });
  });

  it("opens with a guessable key what it sealed, once another one seals", () => {
    const old = Buffer.alloc(32, 7).toString("base64");
    expect(faultsOf({ ...production, ENCRYPTION_KEYS: `k2:${randomKey()},k1:${old}` })).toEqual([]);
  });

  it("names everything that is missing in production", () => {
    expect(faultsOf({ NODE_ENV: "production" })).toEqual([
      "ENCRYPTION_KEYS must be set in production",
      "CURSOR_SECRET must be set in production",
      "MERCADO_PAGO_WEBHOOK_SECRETS must be set in production",
      "PUBLIC_URL must be set in production: providers send their notifications there",
      "DATABASE_URL must be set in production: mysql://, or sqlite:/path for one process",
    ]);
  });

  it.each([
    ["ENCRYPTION_KEYS", `k1:${demoKey()}`, "must not be the demo value in production"],
    ["CURSOR_SECRET", readConfig({}).cursorSecret, "must not be the demo value in production"],
    [
      "MERCADO_PAGO_WEBHOOK_SECRETS",
      `${randomBytes(32).toString("hex")},demo-webhook-secret`,
      "must not be the demo value in production",
    ],
    ["DEMO", "true", "must not be true in production: everybody knows the demo keys"],
    ["FAILPOINT", "after-commit", "must not be set in production"],
    [
      "CHECKOUT_DEMO_SELLER_KEY",
      "gw_key_of_a_seller",
      "must not be set in production: the page shows it",
    ],
    ["CURSOR_SECRET", "changeme-0f3a9c2e7b5d8146a7f0c3d1", "must not be a placeholder"],
    [
      "CURSOR_SECRET",
      "c".repeat(32),
      "must be random: these characters repeat, or follow each other in their order",
    ],
    [
      "MERCADO_PAGO_WEBHOOK_SECRETS",
      `${randomBytes(32).toString("hex")},your-secret-0f3a9c2e`,
      "must not be a placeholder",
    ],
    ["METRICS_TOKEN", "password-of-metrics", "must not be a placeholder"],
    [
      "ENCRYPTION_KEYS",
      `k1:${Buffer.alloc(32, 7).toString("base64")},k2:${randomKey()}`,
      "(key k1) must be random bytes, such as those of `openssl rand -base64 32`",
    ],
    [
      "ENCRYPTION_KEYS",
      `k1:${Buffer.from("correct horse battery staple 42!").toString("base64")}`,
      "(key k1) must be random bytes, such as those of `openssl rand -base64 32`",
    ],
    ["PUBLIC_URL", "http://pay.example", "must start with https:// in production"],
    ["PUBLIC_URL", "HTTP://pay.example", "must start with https:// in production"],
    ["MERCADO_PAGO_API_URL", "http://api.example", "must start with https:// in production"],
    [
      "MERCADO_PAGO_REDIRECT_URI",
      "http://shop.example/connected",
      "must start with https:// in production",
    ],
  ])("refuses %s=%s", (name, value, fault) => {
    expect(faultsOf({ ...production, [name]: value })).toEqual([`${name} ${fault}`]);
    expect(faultsOf({ [name]: value }).filter((each) => each.endsWith(fault))).toEqual([]);
  });

  it.each(["http://127.0.0.1:8443", "http://localhost:8443/mp", "http://[::1]:8443"])(
    "takes a proxy to a provider's API on this machine: %s",
    (address) => {
      expect(faultsOf({ ...production, MERCADO_PAGO_API_URL: address })).toEqual([]);
      expect(faultsOf({ ...production, MERCADO_PAGO_REDIRECT_URI: address })).toHaveLength(1);
      expect(faultsOf({ ...production, PUBLIC_URL: address })).toHaveLength(1);
    },
  );
});

describe("faults", () => {
  it.each([
    ["NODE_ENV", "staging", "must be development, test or production"],
    ["PORT", "http", "must be a number"],
    ["PORT", "70000", "must be at most 65535"],
    ["SIMULATOR_MERCADO_PAGO_PORT", "0", "must be at least 1"],
    ["PUBLIC_URL", "pay.example", "must be a URL that starts with http:// or https://"],
    ["DATABASE_URL", "postgres://x", "must start with sqlite:, mysql:// or mariadb://"],
    ["DATABASE_POOL_SIZE", "0", "must be at least 1"],
    ["REDIS_URL", "localhost", "must be a URL that starts with redis:// or rediss://"],
    ["ALLOWED_ORIGINS", "https://a.example/path", "must list origins like https://shop.example"],
    ["ALLOWED_ORIGINS", "*", "must list origins like https://shop.example"],
    ["ALLOWED_HOSTS", "pay.example:443", "must list names like pay.example, without a port"],
    ["ALLOWED_HOSTS", "https://pay.example", "must list names like pay.example, without a port"],
    ["ENCRYPTION_KEYS", "k1:c2hvcnQ=", "must give key k1 32 bytes in base64"],
    ["ENCRYPTION_KEYS", "nonsense", "must list keys as id:base64, separated by commas"],
    ["CURSOR_SECRET", "short", "must have at least 32 characters"],
    ["MERCADO_PAGO_WEBHOOK_SECRETS", "short", "must have at least 16 characters"],
    ["LOG_LEVEL", "loud", "must be trace, debug, info, warn, error, fatal or silent"],
    ["TRUST_PROXY", "-1", "must be at least 0"],
    ["SANDBOX", "yes", "must be true or false"],
    [
      "RATE_LIMIT_REFUNDS_PER_DAY_PER_SELLER",
      "none",
      "must be a whole number of at least 1, or off",
    ],
    ["RATE_LIMIT_REFUNDS_PER_DAY_PER_SELLER", "0", "must be at least 1"],
    ["SHUTDOWN_GRACE_MS", "1000", "must not be below MERCADO_PAGO_TIMEOUT_MS"],
  ])("%s=%s is told in one line", (name, value, fault) => {
    expect(faultsOf({ [name]: value })).toContain(`${name} ${fault}`);
  });

  it("are told all at once", () => {
    expect(() => readConfig({ PORT: "x", SANDBOX: "x", DEMO: "x" })).toThrow(
      [
        "The configuration is not valid:",
        "  PORT must be a number",
        "  SANDBOX must be true or false",
        "  DEMO must be true or false",
      ].join("\n"),
    );
  });

  it("never quote a value", () => {
    const faults = faultsOf({ ENCRYPTION_KEYS: "k1:c2VjcmV0", CURSOR_SECRET: "secret" }).join("\n");
    expect(faults).not.toContain("c2VjcmV0");
    expect(faults).not.toContain("secret\n");
  });
});

describe("the settings of PayU", () => {
  const clientSecret = "client-secret-of-the-shop";
  const secondKey = "second-key-of-the-shop";
  const shop = {
    ...{ name: "pl", marketplaceId: "mkt_01KEKXW8V0000000000000000A", posId: "300746" },
    ...{ clientSecret, secondKeys: [secondKey], shopId: "a1B2C3x", currency: "PLN" },
  };
  const PAYU_API_URL = "https://secure.snd.payu.com";
  const shops = (...list: unknown[]) => ({ PAYU_API_URL, PAYU_SHOPS: JSON.stringify(list) });

  it("are the simulator's in an empty environment, and none in production", () => {
    const { PAYU: payu } = readProviders({});
    expect(payu).toMatchObject({ apiUrl: "http://127.0.0.1:4020", startSimulator: true });
    expect(payu.shops.map(({ name }) => name)).toEqual([
      "demo",
      "demo-eur",
      "demo-hold",
      "demo-czk",
      "demo-ron",
    ]);
    expect(readConfig(production).providers.PAYU).toMatchObject({
      ...{ apiUrl: "https://secure.payu.com", startSimulator: false, shops: [] },
    });
  });

  it("are taken as they are", () => {
    const { PAYU: payu } = readProviders({ ...production, PAYU_SHOPS: JSON.stringify([shop]) });
    expect(payu).toMatchObject({ apiUrl: "https://secure.payu.com", shops: [shop] });
    expect(readConfig(shops(shop)).providers.PAYU).toMatchObject({
      ...{ apiUrl: PAYU_API_URL, startSimulator: false, shops: [shop] },
    });
  });

  it.each([
    ["PAYU_API_URL", "secure.payu.com", "must be a URL that starts with http:// or https://"],
    ["PAYU_API_URL", "ftp://secure.payu.com", "must be a URL that starts with http:// or https://"],
    ["PAYU_TIMEOUT_MS", "soon", "must be a number"],
    ["PAYU_TIMEOUT_MS", "1.5", "must be a whole number"],
    ["PAYU_TIMEOUT_MS", "0", "must be at least 1"],
    ["SIMULATOR_PAYU_PORT", "0", "must be at least 1"],
    ["SIMULATOR_PAYU_PORT", "70000", "must be at most 65535"],
    ["PAYU_SIGNATURE_ALGORITHMS", ",", "must name at least one algorithm"],
    [
      "PAYU_SIGNATURE_ALGORITHMS",
      "MD5,md4",
      "must list some of MD5, SHA-1, SHA, SHA-256, SHA-384, SHA-512",
    ],
  ])("%s=%s is told in one line", (name, value, fault) => {
    expect(faultsOf({ [name]: value })).toEqual([`${name} ${fault}`]);
  });

  it.each([
    ["no JSON", `[{"clientSecret":"${clientSecret}"`],
    ["a shop without its list", JSON.stringify(shop)],
    ["a text", JSON.stringify(clientSecret)],
    ["null", "null"],
  ])("PAYU_SHOPS with %s is told to be a list", (_, PAYU_SHOPS) => {
    expect(faultsOf({ PAYU_API_URL, PAYU_SHOPS })).toEqual([
      "PAYU_SHOPS must be JSON: a list of shops",
    ]);
  });

  it.each(Object.keys(shop))("a shop without its %s is told so", (name) => {
    const without = { ...shop, [name]: undefined };
    expect(faultsOf(shops(shop, without))).toEqual([`PAYU_SHOPS (shop 2): ${name} must be given`]);
  });

  it.each([
    ["name", "the shop", "must be 1 to 64 letters, digits, _ or -"],
    ["name", null, "must be text in quotes"],
    [
      "marketplaceId",
      "sel_01KEKXW8V0000000000000000A",
      "must be a marketplace's id, as `admin` prints it",
    ],
    ["posId", 300746, "must be a number in quotes"],
    ["posId", "POS 300746", "must be a number in quotes"],
    ["clientSecret", "too-short", "must have at least 16 characters"],
    ["clientSecret", [clientSecret], "must be text in quotes"],
    ["secondKeys", [secondKey, "too-short"], "must have at least 16 characters"],
    ["secondKeys", secondKey, "must be a list, also of a single key"],
    ["secondKeys", [], "must name at least one key"],
    ["shopId", "", "must not be empty"],
    ["currency", "XXX", "must be a currency that the gateway knows"],
  ])("a shop whose %s is %j is told what it must be", (name, value, fault) => {
    expect(faultsOf(shops({ ...shop, [name]: value }))).toEqual([
      `PAYU_SHOPS (shop 1): ${name} ${fault}`,
    ]);
  });

  it("name what a shop may have, and not what it has instead", () => {
    expect(faultsOf(shops({ ...shop, [secondKey]: "" }, clientSecret))).toEqual([
      "PAYU_SHOPS (shop 1) must have no other fields than name, marketplaceId, posId, clientSecret, secondKeys, shopId, currency",
      "PAYU_SHOPS (shop 2) must be an object",
    ]);
  });

  it("name no shop and no POS twice", () => {
    expect(faultsOf(shops(shop, { ...shop, posId: "300747" }))).toEqual([
      "PAYU_SHOPS must not have a name twice",
    ]);
    expect(faultsOf(shops(shop, { ...shop, name: "pl-2" }))).toEqual([
      "PAYU_SHOPS must not have a posId twice",
    ]);
  });

  it("belong together: shops and where they are", () => {
    const { PAYU_SHOPS } = shops(shop);
    // The simulator does not know these shops, and nobody would listen where it is started.
    expect(faultsOf({ PAYU_SHOPS })).toEqual([
      "PAYU_API_URL must be set with PAYU_SHOPS outside of production: PayU's sandbox is https://secure.snd.payu.com",
    ]);
    expect(faultsOf({ ...production, PAYU_API_URL })).toEqual([
      "PAYU_SHOPS must be set with PAYU_API_URL in production",
    ]);
  });

  it("leave time for a call to end when the process stops", () => {
    expect(faultsOf({ PAYU_TIMEOUT_MS: "35001" })).toEqual([
      "SHUTDOWN_GRACE_MS must not be below PAYU_TIMEOUT_MS",
    ]);
  });

  it.each([
    ["client secret", { clientSecret: "payu-demo-secret" }],
    ["second key", { secondKeys: [secondKey, "payu-demo-second-key-eur"] }],
  ])("in production are refused with the demo's %s", (_, demo) => {
    const { PAYU_SHOPS } = shops(shop, { ...shop, ...demo, name: "b", posId: "300747" });
    expect(faultsOf({ ...production, PAYU_SHOPS })).toEqual([
      "PAYU_SHOPS must not have demo values in production",
    ]);
  });

  it("are told with all that is wrong, and no secret with it", () => {
    const { PAYU_SHOPS } = shops(
      { ...shop, posId: "", secondKeys: [secondKey, "hunter2"] },
      { ...shop, clientSecret: "hunter2", currency: clientSecret },
    );
    const faults = faultsOf({
      ...{ NODE_ENV: "production", PAYU_SHOPS, PAYU_API_URL: `payu:${clientSecret}` },
      ...{ PAYU_TIMEOUT_MS: "hunter2", PAYU_SIGNATURE_ALGORITHMS: clientSecret },
    });
    expect(faults).toEqual([
      "PAYU_API_URL must be a URL that starts with http:// or https://",
      "PAYU_SHOPS (shop 1): posId must be a number in quotes",
      "PAYU_SHOPS (shop 1): secondKeys must have at least 16 characters",
      "PAYU_SHOPS (shop 2): clientSecret must have at least 16 characters",
      "PAYU_SHOPS (shop 2): currency must be a currency that the gateway knows",
      "PAYU_SIGNATURE_ALGORITHMS must list some of MD5, SHA-1, SHA, SHA-256, SHA-384, SHA-512",
      "PAYU_TIMEOUT_MS must be a number",
      // What is wrong between settings is told in the same breath.
      "ENCRYPTION_KEYS must be set in production",
      "CURSOR_SECRET must be set in production",
      "MERCADO_PAGO_WEBHOOK_SECRETS must be set in production",
      "PUBLIC_URL must be set in production: providers send their notifications there",
      "DATABASE_URL must be set in production: mysql://, or sqlite:/path for one process",
    ]);
    expect(faults.join()).not.toMatch(/-of-the-shop|hunter2/);
  });
});

describe(".env.example", () => {
  const text = readFileSync("./.env.example", "utf8");
  const lines = text.split("\n").filter((line) => /^[A-Z_]+=/.test(line));

  it("names the same variables as the schema", () => {
    const names = lines.map((line) => line.slice(0, line.indexOf("=")));
    expect(names.sort()).toEqual(Object.keys(variables.shape).sort());
  });

  it("gives the defaults", () => {
    const env = Object.fromEntries(lines.map((line) => line.split("=") as [string, string]));
    expect(readConfig(env)).toEqual(readConfig({}));
  });
});

function demoKey(): string {
  const [key] = readConfig({}).encryptionKeys.values();
  return key?.toString("base64") ?? "";
}
