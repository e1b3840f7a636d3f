import { notFound, refuse } from "../../domain/errors";
import type { SellerId } from "../../domain/ids";
import { type Principal, rightsOf, type Scope } from "../../domain/principal";

/** @throws Refusal FORBIDDEN */
export function assertMayMoveMoney(principal: Principal): void {
  if (!rightsOf(principal).moveMoney) {
    throw refuse("FORBIDDEN", "this credential may read, and not move money");
  }
}

/**
 * Whether the seller is one of the caller's marketplace is seen when its accounts are read.
 * @throws Refusal NOT_FOUND
 */
export function assertSellerInScope(scope: Scope, sellerId: SellerId): void {
  if (scope.sellerIds !== "ALL" && !scope.sellerIds.includes(sellerId)) {
    throw notFound("seller", ["input", "sellerId"]);
  }
}
