import { randomUUID } from "node:crypto";
import { demoSubmerchants } from "../../src/demo";
import { MarketplaceOrderEntity } from "../../src/entities/marketplace-order.entity";
import type { ConnectedSeller, MovableClock, TestGateway } from "./gateway";
import { makeOrder, orderComesTo, payMethod, someBuyer } from "./orders";
import { linkToPayU } from "./submerchants";

const [neighbour] = demoSubmerchants;

/** An order with a cart of the seller's, and one of another seller's that must not be seen. */
export interface OrderOfTheWorld {
  readonly id: string;
  readonly reference: string;
  /** The payment of the seller's cart, and a watch token for it. */
  readonly paymentId: string;
  readonly watcher: string;
  readonly refundId: string;
  /** Of the order's own log. */
  readonly eventId: string;
  /** The first place of that log. */
  readonly cursor: string;
  readonly neighbour: typeof neighbour;
  /** The payment of the other seller's cart. */
  readonly neighbourPaymentId: string;
}

export const buyer = {
  reference: "customer-7",
  email: "ada.nowak@example.com",
  firstName: "Ada",
  lastName: "Nowak",
  phone: "+48 500 600 700",
};

/** What the seller's cart, and nobody else's, comes to. */
export const ownCart = { amount: "20.00", fee: "1.50", net: "18.50", refunded: "5.00" };

/** A paid order with everything that an order can have. Links the seller to PayU. */
export async function makeOrderOfTheWorld(
  gateway: TestGateway,
  clock: MovableClock,
  seller: ConnectedSeller,
): Promise<OrderOfTheWorld> {
  await linkToPayU(gateway, seller.id);
  const reference = "cart-of-the-matrix";
  const { id } = await makeOrder(gateway, {
    ...orderOf(seller.id),
    externalReference: reference,
    buyer: { ...buyer, language: "pl" },
    payMethod,
    validForSeconds: 86_400,
  });
  await orderComesTo(gateway, clock, id, "COMPLETED");
  const { refunds } = await gateway.mutate(
    "refundMarketplaceOrder",
    {
      ...{ idempotencyKey: randomUUID(), orderId: id, sellerId: seller.id },
      ...{ amount: ownCart.refunded, reason: "One book" },
    },
    "refunds { id }",
  );
  await orderComesTo(gateway, clock, id, "PARTIALLY_REFUNDED");
  await addWhatTheSimulatorHasNot(gateway, id);
  const document =
    "query ($id: ID!) { marketplaceOrder(id: $id) { payments { id seller { id } } events { edges { node { id cursor } } } } }";
  const { marketplaceOrder: order } = await gateway.data(document, { id });
  const [own, other] = order.payments;
  const { credential } = await gateway.mutate(
    "createWatchToken",
    { paymentId: own.id },
    "credential",
  );
  const [first, second] = order.events.edges;
  return {
    id,
    reference,
    paymentId: own.id,
    watcher: credential,
    refundId: refunds[0].id,
    eventId: second.node.id,
    cursor: first.node.cursor,
    neighbour,
    neighbourPaymentId: other.id,
  };
}

/** The input of an order with one cart of the seller's, and one of another seller's. */
export function orderOf(sellerId: string): Record<string, unknown> {
  return {
    idempotencyKey: randomUUID(),
    currency: "PLN",
    description: "Books from two shops",
    ipAddress: "127.0.0.1",
    buyer: someBuyer(),
    carts: [
      {
        sellerId,
        fee: ownCart.fee,
        products: [{ name: "Novel", unitPrice: "8.00", quantity: 2 }],
        shippingMethods: [{ country: "PL", name: "Courier", price: "4.00" }],
      },
      {
        sellerId: neighbour.id,
        fee: "3.25",
        products: [{ name: "Atlas", unitPrice: "66.60", quantity: 1 }],
      },
    ],
  };
}

/** The matrix wants to see who would see it. */
async function addWhatTheSimulatorHasNot(
  { app: { database } }: TestGateway,
  id: string,
): Promise<void> {
  const table = database.table(MarketplaceOrderEntity);
  const later = new Date(Date.now() + 86_400_000);
  await database.write((unit) =>
    unit.change(table.update({ dueAt: later }, { id: id as MarketplaceOrderEntity["id"] }, 1)),
  );
}
