import { orderOf } from "./access-order";
import type { AccessWorld } from "./access-world";
import { paymentBy } from "./next-actions";
import { makeOrder } from "./orders";

/** Things that wait for whoever pays; all else in the world has ended. */
export interface Waiting {
  /** A payment of the seller's by voucher, and a watch token for it. */
  readonly payment: { readonly id: string; readonly watcher: string };
  /** An order with a cart of the seller's, to be paid on PayU's page. */
  readonly order: { readonly id: string };
}

export async function makeWaiting({ gateway, seller }: AccessWorld): Promise<Waiting> {
  const input = paymentBy(seller, { payWith: { voucher: { methodId: "rapipago" } } });
  const made = await gateway.mutate("createPayment", input, "payment { id status }");
  const { id, status } = made.payment;
  const order = await makeOrder(gateway, orderOf(seller.id));
  if (status !== "PENDING" || order.status !== "PENDING") throw new Error("nobody is waited for");
  const token = await gateway.mutate("createWatchToken", { paymentId: id }, "credential");
  return { payment: { id, watcher: token.credential }, order: { id: order.id } };
}
