import { type Clock, systemClock } from "../../domain/clock";
import { type CallObserver, HttpClient, type UnreadableObserver } from "../http-client";
import type { ProviderAdapter } from "../provider";
import type { BreakerSettings } from "../resilience";
import { takenDecimals } from "./amounts";
import { PayuBalances } from "./balances";
import { PayuClient } from "./client";
import { PayuLookUps } from "./look-ups";
import { PayuOrders } from "./orders";
import { PayuPayments } from "./payments";
import { PayuPayouts } from "./payouts";
import { PayuRefunds } from "./refunds";
import { rejectionOf, rejections } from "./rejections";
import { type PayuShop, PayuShops } from "./shops";
import { PayuTransfers } from "./transfers";
import { payuWebhooks, type SignatureAlgorithm } from "./webhooks";

export interface PayuOptions {
  /** https://secure.payu.com, or a simulator. */
  readonly baseUrl: string;
  readonly shops: readonly PayuShop[];
  /** What notifications may be signed with. */
  readonly signatureAlgorithms: readonly SignatureAlgorithm[];
  readonly clock?: Clock | undefined;
  readonly timeoutMs?: number | undefined;
  readonly connections?: number | undefined;
  readonly breaker?: Partial<BreakerSettings> | undefined;
  readonly onCall?: CallObserver | undefined;
  readonly onUnreadable?: UnreadableObserver | undefined;
}

/** PayU: orders that it splits between sellers, over REST v2_1, in the name of the marketplace's shops. */
export function createPayu(options: PayuOptions): ProviderAdapter {
  const { shops, clock = systemClock } = options;
  const http = new HttpClient({ provider: "PAYU", supportHeader: "correlation-id", ...options });
  const client = new PayuClient(http, new PayuShops(http, shops, clock));
  const orders = new PayuOrders(client, clock);
  const refunds = new PayuRefunds(client);
  const balances = new PayuBalances(client);
  return {
    name: "PAYU",
    capabilities: [
      "CARD_PAYMENTS",
      "OTHER_PAYMENT_METHODS",
      "SEPARATE_CAPTURE",
      "REFUNDS",
      "APPLICATION_FEE",
      "SPLIT_ORDERS",
      "BALANCES",
      "PAYOUTS",
      "BALANCE_TRANSFERS",
    ],
    currencies: takenDecimals,
    // Fees of a single payment are told in the seller's history alone, and no release (PayU's API file, 2026).
    settlement: "AGREED",
    payments: new PayuPayments(orders, refunds),
    refunds,
    orders,
    balances,
    lookUps: new PayuLookUps(client),
    payouts: new PayuPayouts(client, balances, clock),
    transfers: new PayuTransfers(client),
    shops,
    webhooks: payuWebhooks(options.signatureAlgorithms),
    rejectionOf,
    rejections,
    close: () => http.close(),
  };
}
