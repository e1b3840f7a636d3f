import "reflect-metadata";
import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { type App, createApp } from "./app";
import { type Config, ConfigError, readConfig } from "./config";
import { demoCredentials, demoSellers } from "./demo";
import { createLogger } from "./server/logger";

/** Starts the gateway, and the simulator beside it when no provider is configured; stops on signals. */
async function main(): Promise<void> {
  const config = readConfigOrExit();
  const logger = createLogger(config.logLevel);
  const simulator = config.mercadoPago.startSimulator ? await startSimulator(config) : undefined;
  const app = await createApp(config, { logger });
  const { url } = await app.start();
  stopOnSignals(app, simulator, config.shutdownGraceMs);
  if (config.environment === "development") {
    process.stdout.write(welcome(config, url, simulator !== undefined));
  }

  function stopOnSignals(running: App, child: ChildProcess | undefined, graceMs: number): void {
    let stopping = false;
    const stop = (signal: string) => {
      if (stopping) return;
      stopping = true;
      logger.info({ signal }, "stopping");
      // What is cut off here stays recoverable: its operation is taken up at the next start.
      setTimeout(() => process.exit(1), graceMs).unref();
      void running
        .stop()
        .then(() => logger.info("stopped"))
        .catch((fault) => logger.error({ err: fault }, "the stop was not clean"))
        .finally(() => {
          child?.kill("SIGTERM");
          process.exit();
        });
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
  }
}

function readConfigOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (fault) {
    if (!(fault instanceof ConfigError)) throw fault;
    process.stderr.write(`${fault.message}\n`);
    process.exit(78);
  }
}

/** The simulator is a program of its own: it shares nothing with the gateway but HTTP. */
async function startSimulator(config: Config): Promise<ChildProcess> {
  const url = new URL(config.mercadoPago.apiUrl);
  const child = spawn(process.execPath, [resolve(__dirname, "../simulator/main.js")], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      SIMULATOR_MERCADO_PAGO_PORT: url.port,
      SIMULATOR_DATA: resolve("data/simulator.json"),
      SIMULATOR_WEBHOOK_URL: `${config.publicUrl}/webhooks/mercadopago`,
    },
  });
  process.on("exit", () => child.kill());
  await answers(`${url.origin}/_control/clock`, child);
  return child;
}

/** Waits until the simulator answers; another one that already runs there will do. */
async function answers(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    try {
      const response = await fetch(url);
      if (response.ok) return;
    } catch {
      // Not there yet.
    }
    if (Date.now() > deadline) {
      child.kill();
      throw new Error(`the simulator does not answer at ${url}`);
    }
    await new Promise((wait) => setTimeout(wait, 100));
  }
}

function welcome(config: Config, url: string, simulated: boolean): string {
  const lines = [
    "",
    `  GraphQL          ${url}/graphql   (Apollo Sandbox in a browser)`,
    `  GraphiQL         ${url}/graphiql   (works without internet)`,
    ...(simulated ? [`  Mercado Pago     ${config.mercadoPago.apiUrl}   (simulated)`] : []),
    ...(config.demo
      ? [
          "",
          `  Marketplace key  ${demoCredentials.marketplace}`,
          ...demoSellers.map(({ id, name }) => `  Seller           ${id}   ${name}`),
        ]
      : []),
    "",
    "  Stop with Ctrl-C.",
    "",
  ];
  return `${lines.join("\n")}\n`;
}

void main().catch((fault) => {
  process.stderr.write(`${fault instanceof Error ? fault.stack : String(fault)}\n`);
  process.exit(1);
});
