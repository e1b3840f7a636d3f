import { callerOf, type Principal } from "../domain/principal";
import type { Claimant } from "../operations/operation-engine";

/** In whose name an operation is claimed. */
export function claimantOf(principal: Principal, idempotencyKey: string): Claimant {
  const { marketplaceId } = principal;
  return { marketplaceId, caller: callerOf(principal), idempotencyKey };
}
