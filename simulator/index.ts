import type { NotifierSwitches } from "./core/notifier";
import { createMercadoPago } from "./mercado-pago/index";

export interface SimulatorOptions {
  host?: string | undefined;
  /** 0, the default, takes a free port: tests run many simulators side by side. */
  mercadoPagoPort?: number | undefined;
  /** Where payments without a notification_url are announced. */
  webhookUrl?: string | undefined;
  /** A JSON file that keeps the state between runs; nothing is kept without one. */
  dataFile?: string | undefined;
  /** The first id given out, for tests that compare ids. */
  firstId?: number | undefined;
  /** Where the notification switches stand at the start and after a reset. */
  notifications?: Partial<NotifierSwitches> | undefined;
}

export interface Simulator {
  mercadoPago: { url: string; port: number };
  close(): Promise<void>;
}

export const defaultWebhookUrl = "http://127.0.0.1:4000/webhooks/mercadopago";

/** Starts the simulated providers inside this process; the promise settles when they listen. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const mercadoPago = createMercadoPago({
    webhookUrl: options.webhookUrl ?? defaultWebhookUrl,
    dataFile: options.dataFile,
    firstId: options.firstId,
    notifications: options.notifications,
  });
  const host = options.host ?? "127.0.0.1";
  const address = await mercadoPago.listen(host, options.mercadoPagoPort ?? 0);
  return { mercadoPago: address, close: () => mercadoPago.close() };
}
