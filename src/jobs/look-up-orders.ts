import { MarketplaceOrderEntity } from "../entities/marketplace-order.entity";
import type { OrderLookUps } from "../services/order/order-look-ups";
import { DueRowsJob, type JobDependencies } from "./due-rows";
import type { Job } from "./job-loop";

/** Asks the provider about orders that await something, in case no notification came. */
export function lookUpOrders(deps: JobDependencies, orders: OrderLookUps): Job {
  return new DueRowsJob(deps, {
    name: "look-up-orders",
    entity: MarketplaceOrderEntity,
    waitsFor: { provider: "provider", account: "shop" },
    work: async ([{ id }]) => {
      await orders.lookUp(id, "SCHEDULE");
    },
  });
}
