import type { NotifierSwitches } from "./core/notifier";
import { StateFile } from "./core/state-file";
import type { ApplicationSecrets } from "./mercado-pago/accounts";
import { createMercadoPago } from "./mercado-pago/index";
import { createPayU } from "./payu/index";

export interface SimulatorOptions {
  host?: string | undefined;
  /** 0, the default, takes a free port: tests run many simulators side by side. */
  mercadoPagoPort?: number | undefined;
  payuPort?: number | undefined;
  /** Of Mercado Pago's application, in place of those that everybody knows. */
  secrets?: ApplicationSecrets | undefined;
  /** Where payments without a notification_url are announced. */
  webhookUrl?: string | undefined;
  /** Where PayU tells of payouts; its orders name their own address. */
  payoutUrl?: string | undefined;
  /** A JSON file that keeps the state between runs; nothing is kept without one. */
  dataFile?: string | undefined;
  /** The first id given out, for tests that compare ids. */
  firstId?: number | undefined;
  /** Where the notification switches stand at the start and after a reset. */
  notifications?: Partial<NotifierSwitches> | undefined;
}

export interface Simulator {
  mercadoPago: { url: string; port: number };
  payu: { url: string; port: number };
  close(): Promise<void>;
}

export const defaultWebhookUrl = "http://127.0.0.1:4000/webhooks/mercadopago";
export const defaultPayoutUrl = "http://127.0.0.1:4000/webhooks/payu";

/** Starts the simulated providers inside this process; the promise settles when they listen. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { firstId, notifications } = options;
  const shared = { stateFile: new StateFile(options.dataFile), firstId, notifications };
  const webhookUrl = options.webhookUrl ?? defaultWebhookUrl;
  const mercadoPago = createMercadoPago({ ...shared, webhookUrl, secrets: options.secrets });
  const payu = createPayU({ ...shared, payoutUrl: options.payoutUrl ?? defaultPayoutUrl });
  const close = async () => {
    await Promise.all([mercadoPago.close(), payu.close()]);
  };
  const host = options.host ?? "127.0.0.1";
  try {
    return {
      mercadoPago: await mercadoPago.listen(host, options.mercadoPagoPort ?? 0),
      payu: await payu.listen(host, options.payuPort ?? 0),
      close,
    };
  } catch (error) {
    // One that listens already would keep a process alive that failed to start.
    await close();
    throw error;
  }
}
