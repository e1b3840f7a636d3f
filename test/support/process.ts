import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { resolve } from "node:path";

const entry = resolve(__dirname, "../../dist/src/main.js");

/** The gateway as a process of its own, from the build: what an operator runs, and what can be killed. */
export class GatewayProcess {
  #output = "";
  /** It has ended, and so has all that it started: the simulator writes to the same pipe. */
  readonly closed: Promise<void>;

  private constructor(private readonly child: ChildProcess) {
    this.closed = new Promise((done) => child.once("close", () => done()));
    child.stdout?.on("data", (chunk: Buffer) => {
      this.#output += chunk.toString();
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#output += chunk.toString();
    });
  }

  /** Starts it with these settings and waits until it is ready. */
  static async start(env: Record<string, string>, cwd?: string): Promise<GatewayProcess> {
    if (!existsSync(entry)) throw new Error("build first: npm run build");
    const child = spawn(process.execPath, [entry], {
      env: { PATH: process.env.PATH ?? "", ...env },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      ...(cwd === undefined ? {} : { cwd }),
    });
    const running = new GatewayProcess(child);
    const url = `http://127.0.0.1:${env.PORT}/readyz`;
    const deadline = Date.now() + 90_000;
    while (!(await isReady(url))) {
      if (child.exitCode !== null || Date.now() > deadline) {
        child.kill("SIGKILL");
        throw new Error(`the gateway did not start:\n${running.log}`);
      }
      await new Promise((wait) => setTimeout(wait, 25));
    }
    return running;
  }

  get log(): string {
    return this.#output;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Resolves with the exit code, or the name of the signal that ended it. */
  get ended(): Promise<number | string | null> {
    const { exitCode, signalCode } = this.child;
    if (exitCode !== null || signalCode !== null) return Promise.resolve(exitCode ?? signalCode);
    return new Promise((done) => this.child.once("exit", (code, signal) => done(code ?? signal)));
  }

  /** Has it kill itself when it comes to `operation:step`. It must have been started with a FAILPOINT. */
  async dieAt(failpoint: string): Promise<void> {
    const heard = once(this.child, "message");
    this.child.send(failpoint);
    await heard;
  }

  kill(signal: NodeJS.Signals = "SIGKILL"): Promise<number | string | null> {
    const { ended } = this;
    this.child.kill(signal);
    return ended;
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
