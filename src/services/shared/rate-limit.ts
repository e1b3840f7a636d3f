import { Refusal } from "../../domain/errors";
import type { RateLimit } from "../../domain/rate-limit";

/** Counts one more. @throws Refusal RATE_LIMITED, with how long to wait. */
export function countWithinLimit(
  limit: RateLimit | undefined,
  key: string,
  what: string,
): Promise<void> | undefined {
  return limit?.take(key).then((seconds) => refuseFor(seconds, what));
}

/** Counts nothing. @throws Refusal RATE_LIMITED where as many were counted as there may be. */
export function assertLeft(
  limit: RateLimit | undefined,
  key: string,
  what: string,
): Promise<void> | undefined {
  return limit?.look(key).then((seconds) => refuseFor(seconds, what));
}

function refuseFor(seconds: number | undefined, what: string): void {
  if (seconds === undefined) return;
  const message = `too many ${what}; wait for ${seconds} seconds`;
  throw new Refusal({ code: "RATE_LIMITED", message, path: [], retryAfter: seconds });
}
