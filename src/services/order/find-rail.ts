import type { Provider } from "../../domain/provider";
import { CartRail } from "./cart-rail";
import type { OrderRail } from "./order-rail";
import type { OrderDependencies } from "./order-rows";
import { SplitRail } from "./split-rail";

/** The one place that tells who splits an order. Undefined where the provider takes no orders of several sellers. */
export function findRail(deps: OrderDependencies, provider: Provider): OrderRail | undefined {
  const adapter = deps.registry.get(provider);
  if (adapter?.orders !== undefined) return new SplitRail(deps, adapter.orders);
  const canHold =
    adapter?.payments !== undefined && adapter.capabilities.includes("SEPARATE_CAPTURE");
  return canHold ? new CartRail(deps) : undefined;
}

/** The rail of an order that was taken before. */
export function railOf(
  deps: OrderDependencies,
  { provider }: { readonly provider: Provider },
): OrderRail {
  const rail = findRail(deps, provider);
  if (rail === undefined) throw new Error(`${provider} takes no orders here`);
  return rail;
}
