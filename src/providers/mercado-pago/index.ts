import { type Clock, systemClock } from "../../domain/clock";
import { HeldToken } from "../held-token";
import { type CallObserver, HttpClient, type UnreadableObserver } from "../http-client";
import type { ProviderAdapter } from "../provider";
import type { BreakerSettings } from "../resilience";
import { takenDecimals } from "./amounts";
import { MercadoPagoClient } from "./client";
import { MercadoPagoConnections } from "./connections";
import { OrdersApi } from "./in-person/orders-api";
import { MercadoPagoLookUps } from "./look-ups";
import { MercadoPagoPayments } from "./payments";
import { MercadoPagoRefunds } from "./refunds";
import { rejectionOf, rejections } from "./rejections";
import { MercadoPagoSubscriptions } from "./subscriptions/subscriptions";
import { MercadoPagoTestUsers } from "./test-users";
import { type MercadoPagoApplication, TokenEndpoint } from "./token-endpoint";
import { mercadoPagoWebhooks } from "./webhooks";

export interface MercadoPagoOptions {
  /** https://api.mercadopago.com, or a simulator. */
  readonly baseUrl: string;
  /** Without one, sellers cannot be connected, nor their credentials renewed, nor test users made. */
  readonly application?: MercadoPagoApplication | undefined;
  readonly timeoutMs?: number | undefined;
  readonly connections?: number | undefined;
  readonly breaker?: Partial<BreakerSettings> | undefined;
  readonly onCall?: CallObserver | undefined;
  readonly onUnreadable?: UnreadableObserver | undefined;
  readonly clock?: Clock | undefined;
}

/**
 * Mercado Pago: payments and refunds in the name of connected sellers, over /v1/payments; how they connect; users
 * to test with.
 */
export function createMercadoPago(options: MercadoPagoOptions): ProviderAdapter {
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
      "IN_PERSON",
      "SUBSCRIPTIONS",
    ],
    currencies: takenDecimals,
    settlement: "TOLD",
    payments: new MercadoPagoPayments(client),
    refunds: new MercadoPagoRefunds(client),
    lookUps: new MercadoPagoLookUps(client),
    inPerson: { ORDERS: new OrdersApi(client) },
    subscriptions: new MercadoPagoSubscriptions(client),
    ...ofApplication(client, options),
    webhooks: mercadoPagoWebhooks,
    rejectionOf,
    rejections,
    close: () => http.close(),
  };
}

/** What needs an application of ours. */
function ofApplication(
  client: MercadoPagoClient,
  { application, clock = systemClock }: MercadoPagoOptions,
): Pick<ProviderAdapter, "connections" | "testUsers"> {
  if (application === undefined) return {};
  const tokens = new TokenEndpoint(client, application);
  const ask = () => tokens.ask("authorizeApplication", { grant_type: "client_credentials" });
  return {
    connections: new MercadoPagoConnections(client, tokens, application),
    testUsers: new MercadoPagoTestUsers(client, new HeldToken("Mercado Pago", ask, clock)),
  };
}
