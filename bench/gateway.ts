import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import type { StartOptions } from "./processes";

/** The secrets that a gateway in production has to be given. */
export const secrets = {
  ENCRYPTION_KEYS: `bench:${randomBytes(32).toString("base64")}`,
  CURSOR_SECRET: randomBytes(32).toString("hex"),
  MERCADO_PAGO_WEBHOOK_SECRETS: randomBytes(32).toString("hex"),
} as const;

const unlimited = "1000000000";

/**
 * The gateway as operators run it: in production, with its log (to nowhere). Only the limits on one client
 * are out of the way, since one load generator stands for all clients.
 */
export function gatewayOptions(databaseUrl: string, providerUrl: string): StartOptions {
  return {
    name: "gateway",
    file: "src/main.js",
    readyPath: "/readyz",
    env: {
      HOST: "127.0.0.1",
      PUBLIC_URL: "https://bench.example",
      DATABASE_URL: databaseUrl,
      MERCADO_PAGO_API_URL: providerUrl,
      RATE_LIMIT_POINTS_PER_MINUTE: unlimited,
      RATE_LIMIT_REQUESTS_PER_MINUTE: unlimited,
      RATE_LIMIT_PAYMENTS_PER_MINUTE_PER_SELLER: unlimited,
      RATE_LIMIT_REFUNDS_PER_DAY_PER_SELLER: unlimited,
      ...secrets,
    },
  };
}

/** A new SQLite database, gone afterwards. */
export async function withSqlite<T>(use: (url: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "gateway-bench-"));
  try {
    return await use(`sqlite:${join(folder, "gateway.sqlite")}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A new database on the MySQL or MariaDB server that BENCH_MYSQL_URL names, dropped afterwards. */
export async function withMysql(use: (url: string, kind: string) => Promise<void>): Promise<void> {
  const { BENCH_MYSQL_URL, TEST_MYSQL_URL } = process.env;
  const server = BENCH_MYSQL_URL ?? TEST_MYSQL_URL ?? "mysql://root@127.0.0.1/test";
  const admin = await createConnection(server).catch((fault: Error) => {
    console.log(`\nSKIPPED on MySQL: ${fault.message}; set BENCH_MYSQL_URL`);
  });
  if (admin === undefined) return;
  const name = `gateway_bench_${process.pid}_${Date.now()}`;
  try {
    const [rows] = await admin.query("SELECT VERSION() AS version");
    const [{ version }] = rows as [{ version: string }];
    await admin.query(`CREATE DATABASE ${name}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    await use(url.href, version.includes("MariaDB") ? "MariaDB" : "MySQL");
  } finally {
    await admin.query(`DROP DATABASE IF EXISTS ${name}`);
    await admin.end();
  }
}
