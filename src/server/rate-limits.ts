import type { Redis } from "ioredis";
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from "rate-limiter-flexible";
import type { RateLimitSettings } from "./dependencies";

/** A number of points for each key and minute. */
export interface RateLimit {
  /** Takes points; answers the seconds to wait when there are not enough. */
  take(key: string, points?: number): Promise<number | undefined>;
}

/** The layers of limits, from the coarsest. What a business may do is limited by the services. */
export interface RateLimits {
  /** Before a request is read. In this process only: it guards this process, and must cost nothing. */
  readonly addresses: RateLimit;
  /** Cost points, after parsing; over all processes where there is Redis. */
  readonly principals: RateLimit;
  /** Before a notification is read. */
  readonly webhooks: RateLimit;
}

export function createRateLimits(settings: RateLimitSettings, redis?: Redis): RateLimits {
  const inMemory = (points: number) => asRateLimit(new RateLimiterMemory({ points, duration: 60 }));
  const points = settings.pointsPerMinutePerPrincipal;
  return {
    addresses: inMemory(settings.requestsPerMinutePerAddress),
    principals: redis === undefined ? inMemory(points) : shared(redis, points),
    webhooks: inMemory(settings.webhooksPerMinutePerAddress),
  };
}

/** Without Redis each process counts alone: then the limit is looser, and nobody is turned away by it. */
function shared(redis: Redis, points: number): RateLimit {
  return asRateLimit(
    new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: "rate:principal",
      points,
      duration: 60,
      rejectIfRedisNotReady: true,
      insuranceLimiter: new RateLimiterMemory({ points, duration: 60 }),
    }),
  );
}

function asRateLimit(limiter: RateLimiterAbstract): RateLimit {
  return {
    async take(key, points = 1) {
      try {
        await limiter.consume(key, points);
        return undefined;
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      }
    },
  };
}
