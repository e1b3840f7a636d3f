import { systemClock } from "../../../../src/domain/clock";
import type { MarketplaceId } from "../../../../src/domain/ids";
import type { Money } from "../../../../src/domain/money";
import type { HttpRequest } from "../../../../src/providers/http-client";
import { PayuBalances } from "../../../../src/providers/payu/balances";
import { PayuClient } from "../../../../src/providers/payu/client";
import { PayuOrders } from "../../../../src/providers/payu/orders";
import { PayuPayments } from "../../../../src/providers/payu/payments";
import { PayuPayouts } from "../../../../src/providers/payu/payouts";
import { PayuRefunds } from "../../../../src/providers/payu/refunds";
import { type PayuShop, PayuShops } from "../../../../src/providers/payu/shops";
import { PayuTransfers } from "../../../../src/providers/payu/transfers";
import type {
  CreateOrderCommand,
  CreatePaymentCommand,
  EffectCall,
} from "../../../../src/providers/provider";
import { goldenOf } from "../golden";
import { response, ScriptedHttp } from "../scripted-http";

export const { golden } = goldenOf("payu");

export const pln = (minor: bigint): Money => ({ minor, currency: "PLN" });

/** Of the documented answers. */
export const orderId = "T1TEST00000000GUEST000P01";
export const reference = "ord_01KEKXW8V0000000000000000A";

/** The documented order, with some of it changed. */
export function goldenOrder(changes: object = {}): Record<string, unknown> {
  const { orders } = golden("order") as { orders: object[] };
  return golden("order", { orders: [{ ...orders[0], ...changes }] });
}

export const shop: PayuShop = {
  name: "pl",
  marketplaceId: "mkt_01KEKXW8V0000000000000000A" as MarketplaceId,
  posId: "300746",
  clientSecret: "client-secret-of-the-shop",
  secondKeys: ["second-key-of-the-shop"],
  shopId: "a1B2C3x",
  currency: "PLN",
};

export const call: EffectCall = {
  credentials: { accessToken: "", shop: "pl", providerAccountId: "customer1", country: "PL" },
  idempotencyKey: "8a1f2d30-0000-4000-8000-000000000001",
};

const product = { virtual: null, listedAt: null };

/** The order at three sellers that PayU's documents work out. */
export const orderCommand: CreateOrderCommand = {
  reference,
  total: pln(5000n),
  carts: [
    {
      providerAccountId: "ext-customer-1",
      amount: pln(200n),
      fee: pln(20n),
      products: [{ name: "Pencil", unitPrice: pln(100n), quantity: 2, ...product }],
      shippingMethods: [],
    },
    {
      providerAccountId: "ext-customer-2",
      amount: pln(1300n),
      fee: pln(0n),
      products: [
        { name: "Mug", unitPrice: pln(200n), quantity: 2, ...product },
        { name: "Song", unitPrice: pln(300n), quantity: 3, ...product, virtual: true },
      ],
      shippingMethods: [],
    },
    {
      providerAccountId: "ext-customer-3",
      amount: pln(3500n),
      fee: pln(350n),
      products: [
        {
          ...{ name: "Print", unitPrice: pln(2000n), quantity: 1, virtual: false },
          listedAt: new Date("2026-01-10T10:00:00.000Z"),
        },
      ],
      shippingMethods: [{ country: "PL", name: "Courier", price: pln(1500n) }],
    },
  ],
  buyer: {
    ...{ reference: "buyer-9", email: "ada@shop.example", firstName: "Ada", lastName: "Nowak" },
    ...{ phone: "+48 123", language: "pl" },
  },
  ipAddress: "203.0.113.7",
  description: "Three shops",
  capture: true,
  payWith: null,
  continueUrl: "https://shop.example/back",
  validForSeconds: 600,
  notificationUrl: "https://pay.example/webhooks/payu/pl",
};

/** The least that a payment needs. */
export const paymentCommand: CreatePaymentCommand = {
  ...{ reference, amount: pln(1234n), applicationFee: null, capture: true },
  ...{
    madeAt: new Date("2026-01-10T14:10:10.000Z"),
    payWith: null,
    cardToken: null,
    methodId: null,
    issuerId: null,
    installments: null,
  },
  payer: { email: "Ada@Shop.example" },
  ...{ description: null, statementDescriptor: null, metadata: null, items: [] },
  ...{ additionalPayer: null, ipAddress: "203.0.113.7", deviceId: null, notificationUrl: null },
};

export interface Scripted {
  readonly status?: number;
  readonly body: unknown;
}

/** A client of one shop, whose answers to anything but a token come from the test. */
export function scriptedPayu(answer: (request: HttpRequest) => Scripted): PayuClient {
  return payuOver(scriptedHttp(answer));
}

export function payuOver(http: ScriptedHttp): PayuClient {
  return new PayuClient(http, new PayuShops(http, [shop], systemClock));
}

/** Answers to anything but a token come from the test. */
export function scriptedHttp(answer: (request: HttpRequest) => Scripted): ScriptedHttp {
  return new ScriptedHttp((request) => {
    if (request.operation === "authorizeShop") return response(200, { access_token: "token" });
    const { status = 200, body } = answer(request);
    return response(status, body);
  });
}

/** The adapter's parts over a PayU that gives these answers by turns, the last one for all that follow. */
export function payuAnswering(...answers: readonly [Scripted, ...Scripted[]]) {
  const asked: HttpRequest[] = [];
  const client = scriptedPayu((request) => {
    const answer = answers[Math.min(asked.push(request), answers.length) - 1];
    return answer ?? answers[0];
  });
  const orders = new PayuOrders(client, systemClock);
  const refunds = new PayuRefunds(client);
  const balances = new PayuBalances(client);
  return {
    asked,
    orders,
    refunds,
    balances,
    payments: new PayuPayments(orders, refunds),
    payouts: new PayuPayouts(client, balances, systemClock),
    transfers: new PayuTransfers(client),
  };
}
