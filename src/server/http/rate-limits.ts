import type { Redis } from "ioredis";
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from "rate-limiter-flexible";
import { addressKey } from "../../domain/ip-address";
import type { Principal } from "../../domain/principal";
import type { BusinessLimitSettings, BusinessLimits, RateLimit } from "../../domain/rate-limit";
import type { RateLimitSettings } from "../dependencies";
import { credentialId } from "./credential";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** The layers of limits, from the coarsest. What a business may do is limited by the services. */
export interface RateLimits {
  /** Before a request is read. In this process only: it guards this process, and must cost nothing. */
  readonly addresses: RateLimit;
  /** Cost points, after parsing; over all processes where there is Redis. */
  readonly principals: RateLimit;
  /** The same for a key that stands in pages, of each address that it is used from. */
  readonly pages: RateLimit;
  /** Before a notification is read. */
  readonly webhooks: RateLimit;
}

export function createRateLimits(settings: RateLimitSettings, redis?: Redis): RateLimits {
  const inMemory = (points: number) =>
    asRateLimit(new RateLimiterMemory({ points, duration: minute }));
  return {
    addresses: inMemory(settings.requestsPerMinutePerAddress),
    principals: shared("principal", settings.pointsPerMinutePerPrincipal, minute, redis),
    pages: shared("page", settings.pointsPerMinutePerPage, minute, redis),
    webhooks: inMemory(settings.webhooksPerMinutePerAddress),
  };
}

/** Takes what an operation costs from whoever asks for it; answers the seconds to wait where that is too much. */
export function takePoints(
  { principals, pages }: RateLimits,
  points: number,
  asker: { readonly principal: Principal | undefined; readonly address: string },
): Promise<number | undefined> {
  const { principal } = asker;
  const address = addressKey(asker.address);
  if (principal === undefined) return principals.take(address, points);
  const id = credentialId(principal);
  // Everybody has it. Who wastes it must not take it from the others.
  if (principal.role === "PUBLISHABLE") return pages.take(`${id} ${address}`, points);
  return principals.take(id, points);
}

/** What the services limit; over all processes where there is Redis. */
export function createBusinessLimits(
  settings: BusinessLimitSettings,
  redis?: Redis,
): BusinessLimits {
  const within = (seconds: number, name: keyof BusinessLimits, points: number | undefined) =>
    points === undefined ? undefined : shared(name, points, seconds, redis);
  const { paymentsPerMinutePerAddress: fromAddress } = settings;
  return {
    connectionStarts: within(
      10 * minute,
      "connectionStarts",
      settings.connectionStartsPerTenMinutes,
    ),
    paymentsOfSeller: within(minute, "paymentsOfSeller", settings.paymentsPerMinutePerSeller),
    paymentsFromAddress: within(minute, "paymentsFromAddress", fromAddress),
    failuresOfCardToken: within(hour, "failuresOfCardToken", settings.failuresPerHourPerCardToken),
    lookUpsOfAccount: within(minute, "lookUpsOfAccount", settings.lookUpsPerMinutePerAccount),
    refundsOfSeller: within(day, "refundsOfSeller", settings.refundsPerDayPerSeller),
    signedWebhooks: within(minute, "signedWebhooks", settings.signedWebhooksPerMinute),
    unsignedWebhooks: within(minute, "unsignedWebhooks", settings.unsignedWebhooksPerMinute),
    unsignedLooks: within(minute, "unsignedLooks", settings.unsignedLooksPerMinutePerAccount),
  };
}

/** Without Redis each process counts alone: then the limit is looser, and nobody is turned away by it. */
function shared(name: string, points: number, duration: number, redis?: Redis): RateLimit {
  const inMemory = new RateLimiterMemory({ points, duration });
  if (redis === undefined) return asRateLimit(inMemory);
  return asRateLimit(
    new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: `rate:${name}`,
      points,
      duration,
      rejectIfRedisNotReady: true,
      insuranceLimiter: inMemory,
    }),
  );
}

function asRateLimit(limiter: RateLimiterAbstract): RateLimit {
  return {
    take: (key, points = 1) => limiter.consume(key, points).then(nothingToWaitFor, secondsIn),
    async look(key) {
      const counted = await limiter.get(key);
      return counted === null || counted.remainingPoints > 0 ? undefined : secondsOf(counted);
    },
  };
}

function nothingToWaitFor(): undefined {}

function secondsIn(refusal: unknown): number {
  if (!(refusal instanceof RateLimiterRes)) throw refusal;
  return secondsOf(refusal);
}

function secondsOf({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1000));
}
