import type { Currency } from "../../src/domain/money";
import { createMercadoPago } from "../../src/providers/mercado-pago";
import {
  bootSimulator,
  eventually,
  type TestSimulator,
  WebhookReceiver,
} from "../support/simulator";
import { describeProviderContract } from "./provider-contract";
import type { BuyerFate, ProviderWorld } from "./provider-world";
import { effects, requestOf } from "./simulated";

/** Cardholder names that decide a test payment (Mercado Pago docs, test cards). */
const holders: Record<BuyerFate, string> = {
  approved: "APRO",
  rejected: "FUND",
  "in review": "CONT",
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
  const traits = {
    searches: true,
    capturesParts: true,
    reviews: true,
    namesBadTokens: true,
    ownCredentials: true,
  };
  describeProviderContract("Mercado Pago", traits, () => openWorld(siteId));
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
  const credentials = {
    accessToken: seller.accessToken,
    shop: "",
    providerAccountId: String(seller.userId),
    country: siteId,
  };
  return {
    adapter,
    impatient,
    credentials,
    notificationUrl: null,
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
    subjectOf: ({ providerPaymentId }) => ({
      kind: "payment",
      providerPaymentId,
      providerAccountId: credentials.providerAccountId,
    }),
    close: async () => {
      await Promise.all([adapter.close(), impatient.close()]);
    },
  };
}
