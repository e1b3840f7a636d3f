import type { Pos, Seller } from "./model";

/**
 * Development accounts, known to everybody who reads this file. They exist so that a fresh checkout
 * can sell at once; nothing here opens anything outside the simulator.
 */
const demoMarketplace = "demo-marketplace";

const demoPos: Pos = {
  posId: "900100",
  clientSecret: "payu-demo-secret",
  secondKey: "payu-demo-second-key",
  shopId: "demoShop",
  name: "Demo marketplace",
  currency: "PLN",
  autoReceive: true,
  marketplaceId: demoMarketplace,
  feeAccount: "MARKETPLACE_DEMO_FEE",
  payoutUrl: null,
};

export const demoPoses: readonly Pos[] = [
  demoPos,
  {
    ...demoPos,
    posId: "900200",
    clientSecret: "payu-demo-secret-eur",
    secondKey: "payu-demo-second-key-eur",
    shopId: "demoShopEur",
    name: "Demo marketplace in euro",
    currency: "EUR",
  },
  {
    ...demoPos,
    posId: "900300",
    clientSecret: "payu-demo-secret-hold",
    secondKey: "payu-demo-second-key-hold",
    shopId: "demoShopHold",
    name: "Demo marketplace that captures by hand",
    autoReceive: false,
  },
  {
    ...demoPos,
    posId: "900400",
    clientSecret: "payu-demo-secret-czk",
    secondKey: "payu-demo-second-key-czk",
    shopId: "demoShopCzk",
    name: "Demo marketplace in Czechia",
    currency: "CZK",
  },
  {
    ...demoPos,
    posId: "900500",
    clientSecret: "payu-demo-secret-ron",
    secondKey: "payu-demo-second-key-ron",
    shopId: "demoShopRon",
    name: "Demo marketplace in Romania",
    currency: "RON",
    cardInstallments: [1, 6, 12],
  },
];

export const demoSellers: readonly Seller[] = [
  demoSeller("submerchant_A"),
  demoSeller("submerchant_B"),
  demoSeller("submerchant_C"),
  { ...demoSeller("submerchant_unverified"), verified: false },
];

/**
 * What each verified demo seller owns at the start, in each currency. Without it the first refund of a
 * sale with a fee would fail: the seller gives back all of it and was paid less.
 */
export const demoGrantMinor = 1_000_00;

function demoSeller(extCustomerId: string): Seller {
  return {
    marketplaceId: demoMarketplace,
    extCustomerId,
    name: `Demo ${extCustomerId}`,
    verified: true,
    active: true,
    locked: false,
  };
}
