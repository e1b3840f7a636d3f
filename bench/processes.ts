import { type ChildProcess, fork } from "node:child_process";
import { type AddressInfo, createServer } from "node:net";
import { resolve } from "node:path";
import { Pool } from "undici";
import type { Usage, UsageAnswer, UsageRequest } from "./probe";
import { RawHttp } from "./raw-http";

const startLimitMs = 30_000;

export interface StartOptions {
  /** Of the build, from its root: "src/main.js". */
  readonly file: string;
  /** All that it is told; of this process's own environment it sees PATH only. */
  readonly env: Readonly<Record<string, string>>;
  /** Answers 200 once it is ready. */
  readonly readyPath: string;
  /** The variable that names its port. */
  readonly portVariable?: string;
  /** Named in profiles. */
  readonly name: string;
}

/** A server in a process of its own, and a pool of connections to it. */
export class ServerProcess {
  readonly pool: Pool;
  /** For loads: it does no more than it must. */
  readonly raw: RawHttp;
  #lastId = 0;

  private constructor(
    readonly name: string,
    readonly url: string,
    private readonly child: ChildProcess,
  ) {
    this.pool = new Pool(url, { connections: 64 });
    this.raw = new RawHttp(new URL(url));
  }

  /** Starts a built file and waits until it is ready. */
  static async start(options: StartOptions): Promise<ServerProcess> {
    const { file, env, readyPath, portVariable = "PORT", name } = options;
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const child = fork(resolve(__dirname, "..", file), {
      env: {
        PATH: process.env.PATH ?? "",
        NODE_ENV: "production",
        [portVariable]: String(port),
        PUBLIC_URL: url,
        ...env,
      },
      execArgv: ["--require", resolve(__dirname, "probe.js"), "--expose-gc", ...profileFlags(name)],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    await answers(`${url}${readyPath}`, child);
    return new ServerProcess(name, url, child);
  }

  /** What the process has used so far; after a collection of garbage if asked for. */
  usage(collect = false): Promise<Usage> {
    const id = ++this.#lastId;
    return new Promise((done) => {
      const listen = (message: UsageAnswer) => {
        if (message.answer !== "usage" || message.id !== id) return;
        this.child.off("message", listen);
        done(message.usage);
      };
      this.child.on("message", listen);
      this.send({ ask: "usage", id, collect } satisfies UsageRequest);
    });
  }

  send(message: object): void {
    this.child.send(message);
  }

  async stop(): Promise<void> {
    await this.pool.destroy();
    this.raw.close();
    const ended = new Promise((done) => this.child.once("exit", done));
    this.child.kill("SIGTERM");
    await ended;
  }
}

/** Runs with servers, and stops them whatever happens. */
export async function withServers<T>(
  use: (start: (options: StartOptions) => Promise<ServerProcess>) => Promise<T>,
): Promise<T> {
  const running: ServerProcess[] = [];
  try {
    return await use(async (options) => {
      const server = await ServerProcess.start(options);
      running.push(server);
      return server;
    });
  } finally {
    // The simulator was started first: the gateway ends its calls before it goes.
    for (const server of running.reverse()) await server.stop();
  }
}

/** A JSON answer, parsed; throws on any status but 2xx. */
export async function postJson<T>(
  pool: Pool,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  const response = await pool.request({
    method: "POST",
    path,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.body.text();
  if (response.statusCode >= 300) throw new Error(`${path}: ${response.statusCode} ${text}`);
  return text === "" ? (undefined as T) : (JSON.parse(text) as T);
}

/** BENCH_PROFILE names a folder: each process leaves a CPU profile there, for Chrome's or other viewers. */
function profileFlags(name: string): string[] {
  const folder = process.env.BENCH_PROFILE;
  if (folder === undefined) return [];
  const file = `${name.replace(/\W+/g, "-")}-${Date.now()}.cpuprofile`;
  return ["--cpu-prof", `--cpu-prof-dir=${resolve(folder)}`, `--cpu-prof-name=${file}`];
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + startLimitMs;
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
