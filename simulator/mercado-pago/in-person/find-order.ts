import type { Caller } from "../caller";
import type { World } from "../world";
import { orderRefusal } from "./answers";
import type { InPersonOrder } from "./model";

/** How long an order can be read (Mercado Pago docs: get order). Choice: three months are 92 days. */
export const readableMs = 92 * 24 * 60 * 60 * 1000;

/** An order of the caller, young enough to be read. Somebody else's is not there. */
export function findOrder(world: World, caller: Caller, id: string): InPersonOrder {
  if (!/^ORD(TST)?[0-9A-HJKMNP-TV-Z]{26}$/.test(id)) {
    throw orderRefusal(400, "bad_request", "The id is not the id of an order");
  }
  const order = world.inPerson.orderWithId(id);
  const isThere =
    order !== undefined &&
    order.account === caller.account.userId &&
    world.clock.now() - order.createdAt < readableMs;
  if (!isThere) throw orderRefusal(404, "order_not_found", "The order was not found");
  return order;
}
