/** A number of points for each key in some time. Keys are no secrets: they may stand in Redis. */
export interface RateLimit {
  /** Takes points; answers the seconds to wait when there are not enough. */
  take(key: string, points?: number): Promise<number | undefined>;
  /** Answers the seconds to wait when nothing is left, and takes nothing. */
  look(key: string): Promise<number | undefined>;
}

/** What a business may do in some time, and what may be done to it. A limit that is absent is none. */
export interface BusinessLimits {
  /** By who begins it and for which seller. */
  readonly connectionStarts?: RateLimit | undefined;
  readonly paymentsOfSeller?: RateLimit | undefined;
  /** By marketplace and the payer's address, where the caller tells it. */
  readonly paymentsFromAddress?: RateLimit | undefined;
  /** Payments that failed or were declined, by marketplace and a hash of the card token. */
  readonly failuresOfCardToken?: RateLimit | undefined;
  readonly refundsOfSeller?: RateLimit | undefined;
  /** Calls for what pages look up, by the account that they are made for. */
  readonly lookUpsOfAccount?: RateLimit | undefined;
  /** Notifications that come to be stored, by provider and shop. */
  readonly signedWebhooks?: RateLimit | undefined;
  readonly unsignedWebhooks?: RateLimit | undefined;
  /** Calls in a seller's name that unsigned notifications lead to, by the seller's account. */
  readonly unsignedLooks?: RateLimit | undefined;
}

/** How much of each there may be; undefined is without limit. */
export interface BusinessLimitSettings {
  readonly connectionStartsPerTenMinutes: number | undefined;
  readonly paymentsPerMinutePerSeller: number | undefined;
  readonly paymentsPerMinutePerAddress: number | undefined;
  readonly failuresPerHourPerCardToken: number | undefined;
  readonly lookUpsPerMinutePerAccount: number | undefined;
  readonly refundsPerDayPerSeller: number | undefined;
  readonly signedWebhooksPerMinute: number | undefined;
  readonly unsignedWebhooksPerMinute: number | undefined;
  readonly unsignedLooksPerMinutePerAccount: number | undefined;
}
