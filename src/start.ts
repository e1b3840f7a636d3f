import "reflect-metadata";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "pino";
import { createApp } from "./app/app";
import { type Config, ConfigError, readConfig } from "./config";
import { whyUnusable } from "./database/why-unusable";
import { demoCredentials, demoSellers, demoSubmerchants } from "./demo";
import { loadDotEnv } from "./dot-env";
import { createLogger } from "./logging/logger";
import { providerModules } from "./providers";
import type { ProviderModule } from "./providers/settings";
import { EncryptionKeysError } from "./services/accounts/check-keys";

/** What a person can mend, told in one line. */
class StartError extends Error {}

/** Starts the gateway, and the simulator beside it when no provider is configured; stops on signals. */
async function main(): Promise<void> {
  const config = readConfigOrExit();
  const logger = createLogger(config.logLevel);
  const isSimulated = simulatedIn(config).length > 0;
  const stopSimulator = isSimulated ? await startSimulator(config, logger) : async () => {};
  const app = await createApp(config, { logger });
  const { url } = await app.start();
  stopOnSignals(logger, config.shutdownGraceMs, async () => {
    await app.stop();
    await stopSimulator();
  });
  if (config.environment === "development") process.stdout.write(welcome(config, url));
}

function readConfigOrExit(): Config {
  loadDotEnv();
  try {
    return readConfig(process.env);
  } catch (fault) {
    if (!(fault instanceof ConfigError)) throw fault;
    process.stderr.write(`${fault.message}\n`);
    // EX_CONFIG of sysexits: starting again would not help. Nothing is open yet that had to be closed.
    process.exit(78);
  }
}

function stopOnSignals(logger: Logger, graceMs: number, end: () => Promise<void>): void {
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, "stopping");
    // What is cut off here stays recoverable: its operation is taken up at the next start.
    setTimeout(() => process.exit(1), graceMs).unref();
    void end()
      .then(() => logger.info("stopped"))
      .catch((fault) => logger.error({ err: fault }, "the stop was not clean"))
      .finally(() => process.exit());
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

/**
 * Answers how to stop it again. The simulator is a program of its own: it shares nothing with the gateway
 * but HTTP. One that already runs at the address will do, and is left alone.
 */
async function startSimulator(config: Config, logger: Logger): Promise<() => Promise<void>> {
  const simulated = simulatedIn(config);
  const [first] = simulated;
  if (first === undefined) throw new Error("no provider is simulated");
  if ((await lookFor(first.origin)) === "simulator") return async () => {};
  for (const { origin, port, module } of simulated) {
    if ((await lookFor(origin)) !== "nobody") throw portInUse(port, module.simulatorPortVariable);
  }

  const child = spawn(process.execPath, [resolve(__dirname, "../simulator/main.js")], {
    // Not reached by a terminal's Ctrl-C: the gateway first ends the calls that are under way. When the
    // gateway is killed, the channel closes, and the simulator ends by itself.
    detached: true,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: {
      ...process.env,
      // A provider that is real here has its half of the simulator where nobody asks it.
      ...Object.fromEntries(modules.map((module) => [module.simulatorPortVariable, "0"])),
      SIMULATOR_DATA: resolve("data/simulator.json"),
      ...Object.assign({}, ...simulated.map(({ env }) => env)),
    },
  });
  const ended = once(child, "exit");
  const deadline = Date.now() + 15_000;
  while ((await lookFor(first.origin)) !== "simulator") {
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new StartError(`the simulator does not answer at ${first.origin}`);
    }
    await wait(50);
  }
  let stopping = false;
  void ended.then(() => {
    if (!stopping) logger.error("the simulator ended; start the gateway again");
  });
  return async () => {
    stopping = true;
    child.kill();
    await ended;
  };
}

const modules: readonly ProviderModule[] = Object.values(providerModules);

/** The providers that the simulator answers for, and what it is started with for each. */
function simulatedIn(config: Config) {
  return modules.flatMap((module) => {
    const settings = config.providers[module.name];
    if (!settings.startSimulator) return [];
    const { origin, port } = new URL(settings.apiUrl);
    return [{ module, origin, port, env: module.simulatorEnv(settings, config.publicUrl) }];
  });
}

async function lookFor(origin: string): Promise<"simulator" | "stranger" | "nobody"> {
  try {
    const response = await fetch(`${origin}/_control/clock`, {
      signal: AbortSignal.timeout(2_000),
    });
    const { aheadByMs } = (await response.json()) as { aheadByMs?: unknown };
    return typeof aheadByMs === "number" ? "simulator" : "stranger";
  } catch (fault) {
    const { cause } = fault as { cause?: { code?: string } };
    return cause?.code === "ECONNREFUSED" ? "nobody" : "stranger";
  }
}

function welcome(config: Config, url: string): string {
  const lines = [
    "",
    `  GraphQL          ${url}/graphql   (open it in a browser: it leads to all pages)`,
    `  GraphiQL         ${url}/graphiql   (works without internet)`,
    ...(config.server.sandbox && config.demo
      ? [`  Checkout demo    ${url}/checkout-demo   (pay as a buyer in a browser)`]
      : []),
    ...simulatedIn(config).map(
      ({ module, origin }) => `  ${module.title.padEnd(16)} ${origin}   (simulated)`,
    ),
    ...(config.demo
      ? [
          "",
          `  Marketplace key  ${demoCredentials.marketplace}`,
          ...[...demoSellers, ...demoSubmerchants].map(
            ({ id, name }) => `  Seller           ${id}   ${name}`,
          ),
        ]
      : []),
    "",
    "  Stop with Ctrl-C.",
    "",
  ];
  return `${lines.join("\n")}\n`;
}

function portInUse(port: unknown, variable: string): StartError {
  return new StartError(
    `port ${port} is in use; stop what listens there, or set ${variable} to another port`,
  );
}

/** One line where the surroundings are to blame, and the stack where we are. */
function reasonOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  if (fault instanceof StartError || fault instanceof EncryptionKeysError) return fault.message;
  const { code, syscall, port } = fault as NodeJS.ErrnoException & { port?: number };
  if (code === "EADDRINUSE") return portInUse(port, "PORT").message;
  if (syscall === "listen") return fault.message;
  return whyUnusable(fault) ?? fault.stack ?? fault.message;
}

void main().catch((fault) => {
  process.stderr.write(`The gateway did not start: ${reasonOf(fault)}\n`);
  process.exit(1);
});
