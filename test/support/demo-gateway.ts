import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { demoCredentials } from "../../src/demo";
import { freePort } from "./free-port";
import { GatewayProcess } from "./process";
import type { Json } from "./simulator";

const build = resolve(__dirname, "../../dist/src");

/**
 * What `npm start` gives a newcomer: the build as a process in an empty folder, the simulator beside it, the
 * demo marketplace. Only the ports are free ones.
 */
export class DemoGateway {
  #running: GatewayProcess | undefined;

  private constructor(
    readonly folder: string,
    readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Makes the folder and picks the ports; starts nothing yet. */
  static async prepare(env: Record<string, string> = {}): Promise<DemoGateway> {
    return new DemoGateway(mkdtempSync(join(tmpdir(), "gateway-demo-")), {
      PORT: String(await freePort()),
      SIMULATOR_MERCADO_PAGO_PORT: String(await freePort()),
      SIMULATOR_PAYU_PORT: String(await freePort()),
      ...env,
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.env.PORT}`;
  }

  get simulatorUrl(): string {
    return `http://127.0.0.1:${this.env.SIMULATOR_MERCADO_PAGO_PORT}`;
  }

  get payuUrl(): string {
    return `http://127.0.0.1:${this.env.SIMULATOR_PAYU_PORT}`;
  }

  get log(): string {
    return this.#process.log;
  }

  async start(env: Record<string, string> = {}): Promise<void> {
    this.#running = await GatewayProcess.start({ ...this.env, ...env }, this.folder);
  }

  /** Ends the gateway and answers with its exit code, or the signal that ended it. */
  kill(signal: NodeJS.Signals): Promise<number | string | null> {
    return this.#process.kill(signal);
  }

  /** Runs it where it is not expected to start, until it has ended. */
  async runToEnd(
    env: Record<string, string> = {},
  ): Promise<{ code: number | null; errors: string }> {
    const { code, errors } = await this.#run("main.js", [], env);
    return { code, errors };
  }

  /** Runs a command for operators. */
  admin(args: readonly string[], env: Record<string, string> = {}) {
    return this.#run("admin.js", args, env);
  }

  #run(
    file: string,
    args: readonly string[],
    env: Record<string, string>,
  ): Promise<{ code: number | null; output: string; errors: string }> {
    const child = spawn(process.execPath, [join(build, file), ...args], {
      cwd: this.folder,
      env: { PATH: process.env.PATH ?? "", ...this.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      errors += chunk.toString();
    });
    return new Promise((done) => child.once("close", (code) => done({ code, output, errors })));
  }

  /** Ends what still runs, and removes the folder. */
  async remove(): Promise<void> {
    await this.#running?.kill();
    // The simulator ends by itself, and still writes down what it knows. Until then its end of the pipe would hold
    // the test's process.
    await this.#running?.closed;
    rmSync(this.folder, { recursive: true, force: true });
  }

  async query(
    document: string,
    variables: Record<string, unknown> = {},
    credential: string = demoCredentials.marketplace,
  ): Promise<{ status: number; body: Json }> {
    const response = await fetch(`${this.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${credential}` },
      body: JSON.stringify({ query: document, variables }),
    });
    return { status: response.status, body: await response.json() };
  }

  /** Calls a switch of the simulator. */
  async control(path: string, body: unknown): Promise<Json> {
    const response = await fetch(`${this.simulatorUrl}/_control${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return response.json();
  }

  get #process(): GatewayProcess {
    if (this.#running === undefined) throw new Error("start it first");
    return this.#running;
  }
}

/** Whether somebody listens there. */
export function isOpen(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((done) => {
    const socket = connect(Number(port), hostname);
    socket.once("connect", () => done(true)).once("error", () => done(false));
    socket.once("connect", () => socket.destroy());
  });
}
