import type { Account, Application } from "./model";
import type { SiteId } from "./sites";

/**
 * Development accounts, known to everybody who reads this file. They exist so that a fresh checkout
 * can take a payment at once; nothing here opens anything outside the simulator.
 */
export const demoApplication: Application = {
  clientId: "1010101010101010",
  clientSecret: "demo-client-secret",
  webhookSecret: "demo-webhook-secret",
  ownerId: 5550000,
  redirectUri: null,
  requiresPkce: false,
};

/** The marketplace operator itself, who owns the application and is not a seller. */
export const demoMarketplace = demoUser("0", "DEMO_MARKETPLACE", 5550000, "MLA");

export const demoSellers = [
  demoUser("a", "DEMO_SELLER_A", 5550001, "MLA"),
  demoUser("b", "DEMO_SELLER_B", 5550002, "MLB"),
  demoUser("c", "DEMO_SELLER_C", 5550003, "MLM"),
  demoUser("d", "DEMO_SELLER_D", 5550004, "MLC"),
  demoUser("e", "DEMO_SELLER_E", 5550005, "MCO"),
  demoUser("f", "DEMO_SELLER_F", 5550006, "MPE"),
];

export interface DemoUser {
  account: Account;
  accessToken: string;
  refreshToken: string;
}

function demoUser(letter: string, nickname: string, userId: number, siteId: SiteId): DemoUser {
  return {
    account: {
      userId,
      siteId,
      nickname,
      email: `${nickname.toLowerCase()}@testuser.com`,
      publicKey: `APP_USR-demo-public-key-${letter}`,
      lacksBalance: false,
      refundsInProcess: false,
    },
    accessToken: `APP_USR-${demoApplication.clientId}-112103-demo0${letter}-${userId}`,
    refreshToken: `TG-demo-${letter}-${userId}`,
  };
}
