import { startSimulator } from "./index";

/** Starts the simulator as a process of its own: `npm run simulator`. Settings: see README.md here. */
async function main(): Promise<void> {
  const { env } = process;
  const simulator = await startSimulator({
    host: env.SIMULATOR_HOST,
    mercadoPagoPort: readPort(env.SIMULATOR_MERCADO_PAGO_PORT, 4010),
    payuPort: readPort(env.SIMULATOR_PAYU_PORT, 4020),
    webhookUrl: env.SIMULATOR_WEBHOOK_URL,
    payoutUrl: env.SIMULATOR_PAYU_PAYOUT_URL,
    secrets: {
      ...(env.SIMULATOR_CLIENT_SECRET && { clientSecret: env.SIMULATOR_CLIENT_SECRET }),
      ...(env.SIMULATOR_WEBHOOK_SECRET && { webhookSecret: env.SIMULATOR_WEBHOOK_SECRET }),
    },
    dataFile: env.SIMULATOR_DATA,
  });
  console.log(`Simulated Mercado Pago: ${simulator.mercadoPago.url}`);
  console.log(`Simulated PayU: ${simulator.payu.url}`);

  // Exits by itself: the channel to whoever started us would keep the process alive.
  const stop = () => {
    simulator.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  // Who started us with a channel is gone, however that came.
  process.once("disconnect", stop);
}

function readPort(value: string | undefined, fallback: number): number {
  if (value === undefined || value === "") return fallback;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new Error(`"${value}" is not a port`);
}

main().catch((error: unknown) => {
  console.error(error);
  // The half that did start would keep the process alive.
  process.exit(1);
});
