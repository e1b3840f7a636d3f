import { createHash, randomUUID } from "node:crypto";
import type { SellerId } from "../../src/domain/ids";
import type { TestGateway } from "./gateway";
import type { Answer } from "./http";
import { eventually, type Json } from "./simulator";

/** The demo's shops, and their names in the simulated PayU. */
const shops = {
  demo: { posId: "900100", secondKey: "payu-demo-second-key" },
  "demo-eur": { posId: "900200", secondKey: "payu-demo-second-key-eur" },
} as const;

/** Gives back 1.00 of an order in PayU's own panel, past the gateway. */
export async function refundInPanel(
  gateway: TestGateway,
  providerOrderId: string,
  extCustomerId: string,
): Promise<void> {
  const { status } = await refundAtPayu(gateway, providerOrderId, extCustomerId, 100);
  if (status !== 200) throw new Error(`the panel answers ${status}`);
}

/** Asks PayU for a refund, past the gateway; answers what it says. */
export async function refundAtPayu(
  { simulator: { payu } }: TestGateway,
  providerOrderId: string,
  extCustomerId: string,
  amountMinor: number,
): Promise<Answer> {
  const token = await payu.token({ posId: shops.demo.posId, clientSecret: "payu-demo-secret" });
  const refund = {
    description: "By hand",
    amount: String(amountMinor),
    extRefundId: randomUUID(),
    extCustomerId,
  };
  const path = `/api/v2_1/orders/${providerOrderId}/refunds`;
  return payu.call("POST", path, { refund }, { token });
}
export type DemoShop = keyof typeof shops;

/** A seller in the gateway that the simulated PayU knows under a shop of the demo marketplace. */
export interface Submerchant {
  readonly id: SellerId;
  /** A key of the seller's own. */
  readonly key: string;
  readonly extCustomerId: string;
  /** Changes the seller at PayU, or grants it money. */
  change(extra: Record<string, unknown>): Promise<unknown>;
  /** What truly happened to its money, but for what it was granted. */
  effects(): Promise<string[]>;
}

/** Links a new seller to a new submerchant, which has 100.00 in the shop's currency unless told otherwise. */
export async function connectSubmerchant(
  gateway: TestGateway,
  { shop = "demo", grantMinor = 10_000 }: { shop?: DemoShop; grantMinor?: number } = {},
): Promise<Submerchant> {
  const { payu } = gateway.simulator;
  const reference = `sub-${randomUUID()}`;
  const made = await gateway.mutate("createSeller", { reference, name: "Sub" }, "seller { id }");
  const { id } = made.seller;
  const extCustomerId = await linkToPayU(gateway, id, { shop, grantMinor });
  const input = { role: "SELLER", sellerId: id };
  const { credential } = await gateway.mutate("createApiKey", input, "credential");
  const pos = shops[shop].posId;
  return {
    id,
    key: credential,
    extCustomerId,
    change: (extra) => payu.control("POST", `/sellers/${extCustomerId}`, { pos, ...extra }),
    async effects() {
      const { entries } = await payu.control("GET", "/ledger");
      return entries
        .filter((entry: Json) => entry.seller === extCustomerId && entry.type !== "grant")
        .map(({ type }: Json) => type);
    },
  };
}

/** A new seller that PayU knows under the demo marketplace; answers with what it is known by there. */
export async function newSubmerchant(
  { simulator }: TestGateway,
  shop: DemoShop = "demo",
  grantMinor = 0,
): Promise<string> {
  const { posId: pos } = shops[shop];
  return (await simulator.payu.control("POST", "/sellers", { pos, grantMinor })).extCustomerId;
}

/** Links a seller of the demo marketplace to a new submerchant, and answers what that is known by. */
export async function linkToPayU(
  gateway: TestGateway,
  sellerId: string,
  { shop = "demo", grantMinor = 0 }: { shop?: DemoShop; grantMinor?: number } = {},
): Promise<string> {
  const submerchantId = await newSubmerchant(gateway, shop, grantMinor);
  const input = { sellerId, shop, submerchantId };
  const { userErrors } = await gateway.mutate("linkSubmerchant", input, "account { id }");
  if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
  return submerchantId;
}

/** The input of a payout that goes through as it stands. */
export function payoutOf(seller: Submerchant, extra: Record<string, unknown> = {}): Json {
  return {
    idempotencyKey: randomUUID(),
    sellerId: seller.id,
    amount: "10.00",
    currency: "PLN",
    ...extra,
  };
}

/** Has the simulated PayU tell this gateway of payouts, from each of the shops. */
export async function notifyOfPayouts(gateway: TestGateway): Promise<void> {
  for (const [shop, { posId }] of Object.entries(shops)) {
    const payoutUrl = addressOf(gateway, shop as DemoShop);
    await gateway.simulator.payu.control("POST", `/pos/${posId}`, { payoutUrl });
  }
}

function addressOf(gateway: TestGateway, shop: DemoShop): string {
  return `${gateway.url}/webhooks/payu/${shop}`;
}

/** Tells the gateway of a payout in a shop's name, well signed; answers the HTTP status. */
export async function tellOfPayout(
  gateway: TestGateway,
  shop: DemoShop,
  fields: { payout_id: string; amount: string; currency: string; status: string },
): Promise<number> {
  const { posId, secondKey } = shops[shop];
  const signed = {
    type: "payout",
    merchant_id: posId,
    ...fields,
    payout_init_date: "2026-01-15 10:00:00",
    ts: "1768471200000",
  };
  const sig_ext = createHash("md5")
    .update(Object.values(signed).join(""))
    .update(secondKey)
    .digest("hex");
  const sig_ext_order = Object.keys(signed).join(",");
  const response = await fetch(addressOf(gateway, shop), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...signed, sig_ext, sig_ext_order }),
  });
  return response.status;
}

/** Waits until all notifications that came have been worked off; answers what came of them, oldest first. */
export async function workedOff(gateway: TestGateway, count: number): Promise<string[]> {
  let results: string[] = [];
  await eventually(async () => {
    const rows = await gateway.app.database.read(
      "SELECT result FROM inbox_delivery WHERE verdict <> 'forged' ORDER BY id",
    );
    results = rows.map(({ result }) => String(result));
    return rows.length >= count && rows.every(({ result }) => result !== null);
  });
  return results;
}
