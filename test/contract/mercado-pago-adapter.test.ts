import type { Currency } from "../../src/domain/money";
import { createMercadoPago } from "../../src/providers/mercado-pago";
import type { WebhookRequest } from "../../src/providers/provider";
import {
  bootSimulator,
  eventually,
  type ReceivedWebhook,
  type TestSimulator,
  WebhookReceiver,
} from "../support/simulator";
import { describeProviderContract } from "./provider-contract";
import type { BuyerFate, Mishap, ProviderWorld } from "./provider-world";

/** Cardholder names that decide a test payment (Mercado Pago docs, test cards). */
const holders: Record<BuyerFate, string> = {
  approved: "APRO",
  rejected: "FUND",
  "in review": "CONT",
};

const effects: Record<Mishap, unknown> = {
  "done, then reset": "effect-then-drop",
  "done, then 500": "effect-then-500",
  "done, then half an answer": "truncate",
  "done, then nonsense": "garbage",
  "done, then silence": "effect-then-hang",
  "not done, reset": "drop-before",
  "not done, silence": "hang",
  "not done, 503": { kind: "status", code: 503 },
  "not done, 429": { kind: "status", code: 429, headers: { "retry-after": "60" } },
};

let simulator: TestSimulator;
let receiver: WebhookReceiver;

beforeAll(async () => {
  receiver = new WebhookReceiver();
  const webhookUrl = await receiver.listen();
  simulator = await bootSimulator({ webhookUrl, notifications: { mode: "on", delayMs: 0 } });
});
afterAll(async () => {
  await simulator.close();
  await receiver.close();
});

// CLP has no decimals, COP has two that Mercado Pago does not take, the others have two.
describe.each(["MLA", "MLC", "MCO"])("in %s", (siteId) => {
  describeProviderContract("Mercado Pago", () => openWorld(siteId));
});

async function openWorld(siteId: string): Promise<ProviderWorld> {
  await simulator.control("DELETE", "/faults");
  const seller = await simulator.seller(siteId);
  const adapter = createMercadoPago({ baseUrl: simulator.url });
  const impatient = createMercadoPago({ baseUrl: simulator.url, timeoutMs: 250 });
  const summary = (reference: string) =>
    simulator.control("GET", `/summary?externalReference=${reference}&account=${seller.userId}`);
  let taken = 0;
  const own = () => receiver.received.filter(({ body }) => body.user_id === seller.userId);
  return {
    adapter,
    impatient,
    credentials: {
      accessToken: seller.accessToken,
      shop: "",
      providerAccountId: String(seller.userId),
      country: siteId,
    },
    currency: seller.currency as Currency,
    webhookSecret: "demo-webhook-secret",
    missingPaymentId: "9007199254740",
    card: async (fate) => ({
      cardToken: await simulator.cardToken(seller, holders[fate]),
      methodId: "visa",
    }),
    plan: (mishap) =>
      simulator.control("POST", "/faults", {
        match: { method: "POST", path: "/v1/payments", account: seller.userId },
        effect: effects[mishap],
      }),
    truth: async (reference) => {
      const { charges, refunds } = await summary(reference);
      return { charges, refunds };
    },
    nextDelivery: async () => {
      await eventually(() => own().length > taken);
      return requestOf(own()[taken++]);
    },
    close: async () => {
      await Promise.all([adapter.close(), impatient.close()]);
    },
  };
}

/** A delivery as the gateway's server hands it over. */
function requestOf(webhook: ReceivedWebhook | undefined): WebhookRequest {
  if (webhook === undefined) throw new Error("no delivery");
  return {
    shop: "",
    headers: Object.fromEntries(
      Object.entries(webhook.headers).map(([name, value]) => [name, String(value)]),
    ),
    query: Object.fromEntries(webhook.query),
    rawBody: Buffer.from(JSON.stringify(webhook.body)),
  };
}
