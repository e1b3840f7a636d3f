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
  return { ...given, marketplaceId: principal.marketplaceId };
}
