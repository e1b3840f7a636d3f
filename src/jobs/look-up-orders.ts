import { MarketplaceOrderEntity } from "../entities/marketplace-order.entity";
import type { OrderLookUps } from "../services/order/order-look-ups";
import { type JobDependencies, workOnDue } from "./claimed-rows";
import type { Job } from "./job-loop";

/** Asks the provider about orders that await something, in case no notification came. */
export function lookUpOrders(deps: JobDependencies, orders: OrderLookUps): Job {
  return {
    name: "look-up-orders",
    runOnce: () =>
      workOnDue(deps, MarketplaceOrderEntity, async ({ id }) => {
        await orders.lookUp(id, "SCHEDULE");
      }),
  };
}
