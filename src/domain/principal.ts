import type { ApiKeyId, MarketplaceId, PaymentId, SellerId, WatchTokenId } from "./ids";

/** Who is asking. Made from a credential by `services/access/access.service.ts` and nowhere else. */
export type Principal =
  | {
      readonly role: "MARKETPLACE";
      readonly marketplaceId: MarketplaceId;
      readonly keyId: ApiKeyId;
    }
  | {
      readonly role: "SELLER";
      readonly marketplaceId: MarketplaceId;
      readonly sellerId: SellerId;
      readonly keyId: ApiKeyId;
    }
  | {
      readonly role: "PARTNER";
      readonly marketplaceId: MarketplaceId;
      readonly sellerIds: readonly SellerId[];
      readonly keyId: ApiKeyId;
    }
  | {
      readonly role: "PUBLISHABLE";
      readonly marketplaceId: MarketplaceId;
      readonly sellerId: SellerId;
      readonly keyId: ApiKeyId;
    }
  | {
      readonly role: "WATCHER";
      readonly marketplaceId: MarketplaceId;
      readonly sellerId: SellerId;
      readonly paymentId: PaymentId;
      readonly tokenId: WatchTokenId;
      readonly expiresAt: Date;
    };

export type Role = Principal["role"];

/**
 * What a principal can reach, as a filter for queries. Every read of a seller's things takes one, so
 * that forgetting it does not compile.
 */
export interface Scope {
  readonly marketplaceId: MarketplaceId;
  /** The sellers in reach; "ALL" is every seller of the marketplace. */
  readonly sellerIds: "ALL" | readonly SellerId[];
  /** When set, this one payment is all there is. */
  readonly onlyPaymentId?: PaymentId;
}

/** The one place that turns who you are into what you can reach. */
export function scopeOf(principal: Principal): Scope {
  const { marketplaceId } = principal;
  switch (principal.role) {
    case "MARKETPLACE":
      return { marketplaceId, sellerIds: "ALL" };
    case "SELLER":
      return { marketplaceId, sellerIds: [principal.sellerId] };
    case "PARTNER":
      return { marketplaceId, sellerIds: principal.sellerIds };
    // It stands in pages for everybody to read: nothing that is stored is in its reach.
    case "PUBLISHABLE":
      return { marketplaceId, sellerIds: [] };
    case "WATCHER":
      return {
        marketplaceId,
        sellerIds: [principal.sellerId],
        onlyPaymentId: principal.paymentId,
      };
  }
}

/** Whether the credential stands in a page, where others than its holder meet it. */
export function isOfPages({ role }: Principal): boolean {
  return role === "WATCHER" || role === "PUBLISHABLE";
}

/** Whether a principal may ask what a seller's checkout may tell everybody. Its marketplace is asked for by itself. */
export function reachesCheckoutOf(principal: Principal, sellerId: SellerId): boolean {
  switch (principal.role) {
    case "MARKETPLACE":
      return true;
    case "SELLER":
    case "PUBLISHABLE":
      return principal.sellerId === sellerId;
    case "PARTNER":
      return principal.sellerIds.includes(sellerId);
    // Its payment is under way: there is nothing to choose any more.
    case "WATCHER":
      return false;
  }
}

/** Rights beyond reach: what may be done with, or seen of, the things in scope. */
export interface Rights {
  readonly moveMoney: boolean;
  readonly setApplicationFee: boolean;
  /** Pays sellers out, and moves money between their balances and the marketplace's. */
  readonly moveBalances: boolean;
  /** Sees what sellers have at their providers, and all that moved it, also without the gateway. */
  readonly seeBalances: boolean;
  /** Makes and changes orders of several sellers. */
  readonly manageOrders: boolean;
  readonly manageSellers: boolean;
  readonly createTestUsers: boolean;
  /** Sees what providers have notified the marketplace of, and replays it. */
  readonly replayWebhooks: boolean;
  /** Connects sellers in reach to providers, and disconnects them. */
  readonly manageConnections: boolean;
  readonly manageKeys: boolean;
  readonly createWatchTokens: boolean;
  /** Asks what a seller's account at its provider takes: methods, instalments, documents. */
  readonly lookUpCheckout: boolean;
  /** Sees the payer's e-mail, name and document in clear. Others see them masked. */
  readonly seePayer: boolean;
  /** Sees more than the status and the next step. */
  readonly seeDetails: boolean;
  /** Follows all that happens at the marketplace, in one stream over all sellers and orders. */
  readonly followMarketplace: boolean;
}

const rightsByRole = {
  MARKETPLACE: {
    moveMoney: true,
    setApplicationFee: true,
    moveBalances: true,
    seeBalances: true,
    manageOrders: true,
    manageSellers: true,
    createTestUsers: true,
    replayWebhooks: true,
    manageConnections: true,
    manageKeys: true,
    createWatchTokens: true,
    lookUpCheckout: true,
    seePayer: true,
    seeDetails: true,
    followMarketplace: true,
  },
  // A seller manages its own keys but not the marketplace's fee, nor when it is paid out.
  SELLER: {
    moveMoney: true,
    setApplicationFee: false,
    moveBalances: false,
    seeBalances: true,
    manageOrders: false,
    manageSellers: false,
    createTestUsers: false,
    replayWebhooks: false,
    manageConnections: true,
    manageKeys: true,
    createWatchTokens: true,
    lookUpCheckout: true,
    seePayer: true,
    seeDetails: true,
    followMarketplace: false,
  },
  // A partner reads what was sold; what a seller has, and what else it earns, is none of its business.
  PARTNER: {
    moveMoney: false,
    setApplicationFee: false,
    moveBalances: false,
    seeBalances: false,
    manageOrders: false,
    manageSellers: false,
    createTestUsers: false,
    replayWebhooks: false,
    manageConnections: false,
    manageKeys: false,
    createWatchTokens: false,
    lookUpCheckout: true,
    seePayer: false,
    seeDetails: true,
    followMarketplace: false,
  },
  // A page holds it, and so does everybody who looks into the page.
  PUBLISHABLE: {
    moveMoney: false,
    setApplicationFee: false,
    moveBalances: false,
    seeBalances: false,
    manageOrders: false,
    manageSellers: false,
    createTestUsers: false,
    replayWebhooks: false,
    manageConnections: false,
    manageKeys: false,
    createWatchTokens: false,
    lookUpCheckout: true,
    seePayer: false,
    seeDetails: false,
    followMarketplace: false,
  },
  WATCHER: {
    moveMoney: false,
    setApplicationFee: false,
    moveBalances: false,
    seeBalances: false,
    manageOrders: false,
    manageSellers: false,
    createTestUsers: false,
    replayWebhooks: false,
    manageConnections: false,
    manageKeys: false,
    createWatchTokens: false,
    lookUpCheckout: false,
    seePayer: false,
    seeDetails: false,
    followMarketplace: false,
  },
} as const satisfies Record<Role, Rights>;

export function rightsOf(principal: Principal): Rights {
  return rightsByRole[principal.role];
}

/** The owner of idempotency keys: the business behind the key, so that rotating a key keeps them. */
export function callerOf(principal: Principal): string {
  return principal.role === "SELLER" ? principal.sellerId : principal.marketplaceId;
}
