import type { MarketplaceId } from "../../domain/ids";
import { callerOf, type Principal } from "../../domain/principal";
import type { Claimant } from "../../operations/operation-engine";

/** In whose name an operation is claimed. */
export function claimantOf(principal: Principal, idempotencyKey: string): Claimant {
  const { marketplaceId } = principal;
  return { marketplaceId, caller: callerOf(principal), idempotencyKey };
}

/** The arguments with the caller's own marketplace in them, whatever they may have held. */
export function withMarketplaceOf<T extends object>(
  principal: Principal,
  given: T,
): T & { marketplaceId: MarketplaceId } {
  // In front of the spread for speed (docs/benchmarks-history.md tells why), and set once more because it must win.
  const args = { marketplaceId: principal.marketplaceId, ...given };
  args.marketplaceId = principal.marketplaceId;
  return args;
}
