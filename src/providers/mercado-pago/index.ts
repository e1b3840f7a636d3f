import { type CallObserver, HttpClient } from "../http-client";
import type { ProviderAdapter } from "../provider";
import type { BreakerSettings } from "../resilience";
import { takenDecimals } from "./amounts";
import { MercadoPagoClient } from "./client";
import { type MercadoPagoApplication, MercadoPagoConnections } from "./connections";
import { MercadoPagoPayments } from "./payments";
import { MercadoPagoRefunds } from "./refunds";
import { rejectionOf, rejections } from "./rejections";
import { mercadoPagoWebhooks } from "./webhooks";

export interface MercadoPagoOptions {
  /** https://api.mercadopago.com, or a simulator. */
  readonly baseUrl: string;
  /** Without one, sellers cannot be connected, nor their credentials renewed. */
  readonly application?: MercadoPagoApplication | undefined;
  readonly timeoutMs?: number | undefined;
  readonly connections?: number | undefined;
  readonly breaker?: Partial<BreakerSettings> | undefined;
  readonly onCall?: CallObserver | undefined;
}

/** Mercado Pago: payments and refunds in the name of connected sellers, over /v1/payments; how they connect. */
export function createMercadoPago(options: MercadoPagoOptions): ProviderAdapter {
  const { application } = options;
  const http = new HttpClient({ provider: "MERCADO_PAGO", ...options });
  const client = new MercadoPagoClient(http);
  return {
    name: "MERCADO_PAGO",
    capabilities: [
      "CARD_PAYMENTS",
      "OTHER_PAYMENT_METHODS",
      "SEPARATE_CAPTURE",
      "REFUNDS",
      "APPLICATION_FEE",
    ],
    currencies: takenDecimals,
    payments: new MercadoPagoPayments(client),
    refunds: new MercadoPagoRefunds(client),
    ...(application === undefined
      ? {}
      : { connections: new MercadoPagoConnections(client, application) }),
    webhooks: mercadoPagoWebhooks,
    rejectionOf,
    rejections,
    close: () => http.close(),
  };
}
