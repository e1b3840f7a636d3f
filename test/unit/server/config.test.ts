import { readFileSync } from "node:fs";
import { ConfigError, readConfig, variables } from "../../../src/config";

const production = {
  NODE_ENV: "production",
  PUBLIC_URL: "https://pay.example",
  ENCRYPTION_KEYS: `k2:${Buffer.alloc(32, 2).toString("base64")},k1:${Buffer.alloc(32, 1).toString("base64")}`,
  CURSOR_SECRET: "c".repeat(32),
  MERCADO_PAGO_WEBHOOK_SECRETS: "w".repeat(64),
};

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
      mercadoPago: { apiUrl: "http://127.0.0.1:4010", startSimulator: true, timeoutMs: 25_000 },
      server: { host: "127.0.0.1", port: 4000, sandbox: true, metricsToken: undefined },
      shutdownGraceMs: 35_000,
      failpoint: undefined,
    });
    expect([...config.encryptionKeys.values()].map((key) => key.length)).toEqual([32]);
  });

  it("connects sellers to the simulator's application, on its page", () => {
    expect(config.mercadoPago).toMatchObject({
      application: {
        clientId: "1010101010101010",
        pkce: "S256",
        authorizationUrl: "http://127.0.0.1:4010/authorization",
      },
      redirectUri: "http://127.0.0.1:4000/oauth/mercadopago/callback",
    });
  });

  it("starts the simulator where it is told to", () => {
    const { mercadoPago } = readConfig({ SIMULATOR_MERCADO_PAGO_PORT: "4011" });
    expect(mercadoPago).toMatchObject({ apiUrl: "http://127.0.0.1:4011", startSimulator: true });
  });

  it("lets pages on any local port in", () => {
    expect(config.server.allowedOrigins).toEqual([
      "http://127.0.0.1:4000",
      "http://localhost:*",
      "http://127.0.0.1:*",
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
      mercadoPago: { apiUrl: "https://api.mercadopago.com", startSimulator: false },
      server: { host: "0.0.0.0", sandbox: false, allowedOrigins: ["https://pay.example"] },
    });
    expect([...config.encryptionKeys.keys()]).toEqual(["k2", "k1"]);
  });

  it("has the application that it is given, at Mercado Pago's own page, and none otherwise", () => {
    const given = {
      MERCADO_PAGO_CLIENT_ID: "4711",
      MERCADO_PAGO_CLIENT_SECRET: "s".repeat(32),
      MERCADO_PAGO_PKCE: "off",
    };
    expect(readConfig({ ...production, ...given }).mercadoPago).toMatchObject({
      application: { clientId: "4711", pkce: "off", authorizationUrl: undefined },
      redirectUri: "https://pay.example/oauth/mercadopago/callback",
    });
    const { mercadoPago } = readConfig({
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

  it("names every missing secret", () => {
    expect(faultsOf({ NODE_ENV: "production" })).toEqual([
      "ENCRYPTION_KEYS must be set in production",
      "CURSOR_SECRET must be set in production",
      "MERCADO_PAGO_WEBHOOK_SECRETS must be set in production",
      "PUBLIC_URL must be set in production: providers send their notifications there",
    ]);
  });

  it.each([
    ["ENCRYPTION_KEYS", `k1:${demoKey()}`, "must not be the demo value in production"],
    ["CURSOR_SECRET", readConfig({}).cursorSecret, "must not be the demo value in production"],
    [
      "MERCADO_PAGO_WEBHOOK_SECRETS",
      `${"w".repeat(64)},demo-webhook-secret`,
      "must not be the demo value in production",
    ],
    ["DEMO", "true", "must not be true in production: everybody knows the demo keys"],
    ["FAILPOINT", "after-commit", "must not be set in production"],
    [
      "CHECKOUT_DEMO_SELLER_KEY",
      "gw_key_of_a_seller",
      "must not be set in production: the page shows it",
    ],
  ])("refuses %s=%s", (name, value, fault) => {
    expect(faultsOf({ ...production, [name]: value })).toEqual([`${name} ${fault}`]);
  });
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
