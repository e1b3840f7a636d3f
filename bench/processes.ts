import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createConnection } from "mysql2/promise";
import { Pool } from "undici";

/** A server in a process of its own, and a pool of connections to it. */
export interface Server {
  readonly url: string;
  readonly pid: number | undefined;
  readonly pool: Pool;
  stop(): Promise<void>;
}

/** Starts a built file and waits until `path` answers. */
export async function startServer(
  file: string,
  env: Record<string, string>,
  path: string,
  nodeFlags: readonly string[] = [],
): Promise<Server> {
  const port = await freePort();
  const child = spawn(process.execPath, [...nodeFlags, resolve(__dirname, "..", file)], {
    env: { PATH: process.env.PATH ?? "", PORT: String(port), ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}`;
  await answers(`${url}${path}`, child);
  const pool = new Pool(url, { connections: 64 });
  return {
    url,
    pid: child.pid,
    pool,
    async stop() {
      await pool.destroy();
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** The simulated provider, without notifications: they would load the gateway and not the reference. */
export async function startSimulator(): Promise<Server> {
  const port = await freePort();
  const child = spawn(process.execPath, [resolve(__dirname, "../simulator/main.js")], {
    env: { PATH: process.env.PATH ?? "", SIMULATOR_MERCADO_PAGO_PORT: String(port) },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const url = `http://127.0.0.1:${port}`;
  await answers(`${url}/_control/clock`, child);
  const pool = new Pool(url, { connections: 16 });
  await postJson(pool, "/_control/notifications", { mode: "off" });
  return {
    url,
    pid: child.pid,
    pool,
    async stop() {
      await pool.destroy();
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** The gateway as operators run it, with limits out of the way of a single load generator. */
export function startGateway(
  databaseUrl: string,
  simulatorUrl: string,
  nodeFlags: readonly string[] = [],
): Promise<Server> {
  return startServer(
    "src/main.js",
    {
      NODE_ENV: "test",
      DEMO: "true",
      LOG_LEVEL: "warn",
      DATABASE_URL: databaseUrl,
      MERCADO_PAGO_API_URL: simulatorUrl,
      RATE_LIMIT_POINTS_PER_MINUTE: "1000000000",
      RATE_LIMIT_REQUESTS_PER_MINUTE: "1000000000",
      WS_MAX_SOCKETS_PER_PRINCIPAL: "10000",
      WS_MAX_SOCKETS_PER_ADDRESS: "10000",
      WS_CLOSE_SPREAD_MS: "0",
    },
    "/readyz",
    nodeFlags,
  );
}

/** A JSON answer, parsed; throws on any status but 2xx. */
export async function postJson(
  pool: Pool,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const response = await pool.request({
    method: "POST",
    path,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.body.text();
  if (response.statusCode >= 300) throw new Error(`${path}: ${response.statusCode} ${text}`);
  return JSON.parse(text);
}

/** A folder that is gone afterwards. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "gateway-bench-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A database of its own on the MySQL server that BENCH_MYSQL_URL names; undefined where none answers. */
export async function createMysqlDatabase(): Promise<
  { url: string; drop(): Promise<void> } | undefined
> {
  const server =
    process.env.BENCH_MYSQL_URL ?? process.env.TEST_MYSQL_URL ?? "mysql://root@127.0.0.1/test";
  const name = `gateway_bench_${process.pid}_${Date.now()}`;
  try {
    const admin = await createConnection(server);
    await admin.query(`CREATE DATABASE ${name}`);
    const url = new URL(server);
    url.pathname = `/${name}`;
    return {
      url: url.href,
      async drop() {
        await admin.query(`DROP DATABASE ${name}`);
        await admin.end();
      },
    };
  } catch {
    console.log("\nSKIPPED on MySQL: no server; set BENCH_MYSQL_URL");
    return undefined;
  }
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`no answer at ${url}`);
    await new Promise((wait) => setTimeout(wait, 25));
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
