import type { MarketplaceId } from "../../src/domain/ids";
import type { Currency } from "../../src/domain/money";
import { createPayu, type PayuOptions } from "../../src/providers/payu";
import type { SimulatedPos } from "../support/payu-simulator";
import {
  bootSimulator,
  eventually,
  type ReceivedWebhook,
  type TestSimulator,
  WebhookReceiver,
} from "../support/simulator";
import { describeProviderContract } from "./provider-contract";
import { aCall, aCommand, accepted, type ProviderWorld, payments, taken } from "./provider-world";
import { effects, requestOf } from "./simulated";

let simulator: TestSimulator;
let receiver: WebhookReceiver;
let webhookUrl: string;

beforeAll(async () => {
  receiver = new WebhookReceiver();
  webhookUrl = await receiver.listen();
  simulator = await bootSimulator({ notifications: { mode: "on", delayMs: 0 } });
});
afterAll(async () => {
  await simulator.close();
  await receiver.close();
});

const shop = "of-the-contract";

describe.each(["PLN", "HUF"] as const)("in %s", (currency) => {
  const traits = {
    searches: false,
    capturesParts: false,
    reviews: false,
    namesBadTokens: false,
    ownCredentials: false,
  };
  describeProviderContract("PayU", traits, () => openWorld(currency));
});

describe("a shop at PayU", () => {
  test("whose secret is refused says so, sends nothing, and says nothing of an earlier attempt", async () => {
    const world = await openWorld("PLN");
    const { posId } = await simulator.payu.pos();
    const mistaken = adapterOf({
      posId,
      clientSecret: "another-secret",
      secondKey: "x",
      shopId: "s",
    });
    const command = await aCommand(world);
    const outcome = await payments({ ...world, adapter: mistaken }).create(command, aCall(world));
    expect(outcome).toMatchObject({
      kind: "refused",
      refusal: { credentialsRefused: true, retryable: false },
    });
    expect(await world.truth(command.reference)).toEqual({ charges: 0, refunds: 0 });
    await Promise.all([world.close(), mistaken.close()]);
  });

  test("whose token ended before its time is given another, and the order is made once", async () => {
    const world = await openWorld("PLN");
    const command = await aCommand(world);
    accepted(await payments(world).get(world.missingPaymentId, aCall(world)));
    await simulator.payu.control("POST", "/tokens/expire", {});
    accepted(await payments(world).create(command, aCall(world)));
    expect((await world.truth(command.reference)).charges).toBe(1);
    await world.close();
  });
});

describe("an action at PayU that was done already", () => {
  test.each(["capture", "cancel"] as const)(
    "%s: is not taken for refused by a look that lags behind",
    async (action) => {
      const world = await openWorld("PLN");
      const { providerPaymentId } = await taken(world, await aCommand(world, { capture: false }));
      const act = () =>
        action === "capture"
          ? payments(world).capture(providerPaymentId, null, aCall(world))
          : payments(world).cancel(providerPaymentId, aCall(world));
      await simulator.payu.control("POST", "/settings", { staleReads: 2 });
      // Done, and neither this look nor the next one shows it; the second time it is refused as well.
      expect((await act()).kind).toBe("unknown");
      expect((await act()).kind).toBe("unknown");
      const done = action === "capture" ? "APPROVED" : "CANCELLED";
      expect(accepted(await act()).status).toBe(done);
      await simulator.payu.control("POST", "/settings", { staleReads: 0 });
      await world.close();
    },
  );
});

function adapterOf(
  pos: Pick<SimulatedPos, "posId" | "clientSecret" | "secondKey" | "shopId">,
  extra: Partial<PayuOptions> & { currency?: Currency } = {},
) {
  const { currency = "PLN" as Currency, ...options } = extra;
  const { posId, clientSecret, secondKey, shopId } = pos;
  const marketplaceId = "mkt_00000000000000000000000000" as MarketplaceId;
  const secondKeys = [secondKey];
  return createPayu({
    baseUrl: simulator.payu.url,
    shops: [{ name: shop, marketplaceId, currency, posId, clientSecret, secondKeys, shopId }],
    signatureAlgorithms: ["MD5"],
    ...options,
  });
}

/** A notification of a refund, or of a payment that is done. */
function isFinal({ body }: ReceivedWebhook): boolean {
  return body.refund !== undefined || body.order.status === "COMPLETED";
}

async function openWorld(code: "PLN" | "HUF"): Promise<ProviderWorld> {
  const { payu } = simulator;
  const currency = code as Currency;
  await payu.control("DELETE", "/faults");
  const pos = await payu.pos({ currency });
  const extCustomerId = await payu.seller(pos);
  const adapter = adapterOf(pos, { currency });
  const impatient = adapterOf(pos, { currency, timeoutMs: 250 });
  // The seller's own address, so that deliveries of one world are not taken for another's.
  const notificationUrl = `${webhookUrl}/${pos.posId}`;
  const own = () => receiver.received.filter(({ path }) => path.endsWith(`/${pos.posId}`));
  let read = 0;
  const credentials = { accessToken: "", shop, providerAccountId: extCustomerId, country: "PL" };
  const world: ProviderWorld = {
    adapter,
    impatient,
    credentials,
    currency,
    webhookSecret: pos.secondKey,
    notificationUrl,
    missingPaymentId: "NOSUCHORDER000000GUEST000P01",
    card: async (fate) => ({
      cardToken: await payu.cardToken(fate === "rejected" ? "decline" : "approve"),
      methodId: null,
    }),
    plan: async (mishap) => {
      // A token of each adapter's own first: the fault is for what comes after it.
      for (const each of [adapter, impatient]) {
        await payments({ ...world, adapter: each }).get(world.missingPaymentId, aCall(world));
      }
      await payu.control("POST", "/faults", {
        match: { method: "POST", path: "^/api/v2_1/orders", account: pos.posId },
        effect: effects[mishap],
      });
    },
    truth: async (reference) => {
      const path = `/summary?externalReference=${reference}&account=${pos.posId}`;
      const { charges, refunds } = await payu.control("GET", path);
      return { charges, refunds };
    },
    nextDelivery: async () => {
      // What is told on the way to the end of a payment is left out.
      await eventually(() => own().slice(read).some(isFinal));
      read += own().slice(read).findIndex(isFinal);
      return requestOf(own()[read++], shop);
    },
    subjectOf: ({ providerPaymentId, reference }) => ({
      kind: "order",
      providerOrderId: providerPaymentId,
      reference,
      says: "COMPLETED",
      refund: null,
    }),
    close: async () => {
      await Promise.all([adapter.close(), impatient.close()]);
    },
  };
  return world;
}
