import { Refusal } from "../domain/errors";
import type { RateLimit } from "../domain/rate-limit";

/** Counts one more. @throws Refusal RATE_LIMITED, with how long to wait. */
export async function keepWithin(
  limit: RateLimit | undefined,
  key: string,
  what: string,
): Promise<void> {
  refuseFor(await limit?.take(key), what);
}

/** Counts nothing. @throws Refusal RATE_LIMITED where as many were counted as there may be. */
export async function assertLeft(
  limit: RateLimit | undefined,
  key: string,
  what: string,
): Promise<void> {
  refuseFor(await limit?.look(key), what);
}

function refuseFor(seconds: number | undefined, what: string): void {
  if (seconds === undefined) return;
  const message = `too many ${what}; wait for ${seconds} seconds`;
  throw new Refusal({ code: "RATE_LIMITED", message, path: [], retryAfter: seconds });
}
